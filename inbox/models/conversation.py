from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import ngettext

from accounts.models import Membership, OwnedForeignKey, Team, WorkspaceOwned
from accounts.prepared import Prepared
from accounts.tenancy import ScopedManager
from inbox.enums import ListOrder, MessageKind, Priority, Rating, Status
from inbox.models.conversation_queries import ConversationQuerySet
from inbox.models.ordering import DUE_BY, NEVER, SORTED_BY, WAITED_FROM
from inbox.models.tag import tags_of

if TYPE_CHECKING:
    from inbox.models.attachment import Attachment
    from inbox.models.tag import ConversationTag, Tag

PREVIEW_LENGTH = 160


ConversationManager = ScopedManager.from_queryset(ConversationQuerySet)


class Conversation(WorkspaceOwned):
    """An exchange with one contact in one channel, numbered within its workspace."""

    number = models.PositiveBigIntegerField()
    # What the outside may call it: it tells nothing of how many there are.
    public_id = models.UUIDField(default=uuid.uuid4)
    channel = OwnedForeignKey("Channel", models.PROTECT, related_name="conversations")
    contact = OwnedForeignKey("Contact", models.PROTECT, related_name="conversations")
    handle = OwnedForeignKey("ContactHandle", models.PROTECT, related_name="conversations")
    team = OwnedForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+")
    assignee = OwnedForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="conversations"
    )
    tags: models.ManyToManyField[Tag, ConversationTag] = models.ManyToManyField(
        "Tag", through="ConversationTag", related_name="+"
    )
    subject = models.CharField(max_length=255, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    # Closed, and out of every view but its own, until somebody says that it is none.
    is_spam = models.BooleanField(default=False)
    # What was said here is shown as a part of that one; this is closed until it stands alone again.
    merged_into = OwnedForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="merged"
    )
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    # The contact's own word, given once; what they wrote to it is in the event.
    rating = models.CharField(max_length=9, choices=Rating, blank=True)
    # What the contact answered before the first message: {"label": …, "value": …}.
    answers = models.JSONField(default=list, blank=True)

    opened_at = models.DateTimeField()
    last_activity_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True, blank=True)
    # When the next promise about time is due, and since when it counts.
    due_at = models.DateTimeField(null=True, blank=True)
    due_from = models.DateTimeField(null=True, blank=True)
    first_response_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # When to look whether a chat visitor has read us, and to mail what they have not.
    mail_due_at = models.DateTimeField(null=True, blank=True)
    preview = models.CharField(max_length=PREVIEW_LENGTH, blank=True)
    preview_kind = models.CharField(max_length=8, choices=MessageKind, blank=True)
    # Of a message that was nothing else; everybody reads of them in their own language.
    preview_photos = models.PositiveSmallIntegerField(default=0)

    # Every event has a number; those the contact may know of are numbered apart, so that a
    # gap never tells of a note.
    last_seq = models.PositiveIntegerField(default=0)
    public_seq = models.PositiveIntegerField(default=0)
    # Public numbers: the newest message from the contact, and how far operators have read.
    incoming_seq = models.PositiveIntegerField(default=0)
    read_seq = models.PositiveIntegerField(default=0)
    # The memberships that have read everything up to there; ReadMark knows how far the others came.
    readers = ArrayField(models.BigIntegerField(), default=list)
    # The live groups that show its row, as last published.
    placement = ArrayField(models.CharField(max_length=40), default=list)

    left_id: int | None = None  # the one that it was merged into a moment ago

    objects = ConversationManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="conversation_number"),
            models.UniqueConstraint(fields=["workspace", "public_id"], name="conversation_public"),
            models.CheckConstraint(
                name="snoozed_has_wake_time",
                condition=Q(status=Status.SNOOZED, snoozed_until__isnull=False)
                | (~Q(status=Status.SNOOZED) & Q(snoozed_until=None)),
            ),
            models.CheckConstraint(
                name="closed_has_closing_time",
                condition=Q(status=Status.CLOSED, closed_at__isnull=False)
                | (~Q(status=Status.CLOSED) & Q(closed_at=None)),
            ),
            models.CheckConstraint(
                name="merged_is_closed",
                condition=Q(merged_into=None) | Q(status=Status.CLOSED),
            ),
            models.CheckConstraint(
                name="spam_is_closed", condition=Q(is_spam=False) | Q(status=Status.CLOSED)
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "-last_activity_at", "-id"],
                condition=Q(is_spam=True),
                name="conversation_spam",
            ),
            models.Index(
                fields=["workspace", "merged_into"],
                condition=Q(merged_into__isnull=False),
                name="conversation_merged",
            ),
            models.Index(
                fields=["workspace", "status", "-last_activity_at", "-id"], name="conversation_list"
            ),
            models.Index(
                fields=["workspace", "assignee", "status", "-last_activity_at", "-id"],
                name="conversation_mine",
            ),
            models.Index(
                fields=["workspace", "team", "status", "-last_activity_at"],
                name="conversation_team",
            ),
            models.Index(
                fields=["workspace", "channel", "status", "-last_activity_at"],
                name="conversation_channel",
            ),
            models.Index(fields=["workspace", "handle", "-id"], name="conversation_of_handle"),
            models.Index(
                F("workspace"), F("status"), WAITED_FROM, F("id"), name="conversation_waiting"
            ),
            models.Index(F("workspace"), F("status"), DUE_BY, F("id"), name="conversation_due"),
            # The sweeper's, which asks across workspaces through a door.
            models.Index(
                fields=["snoozed_until"], condition=Q(status="snoozed"), name="conversation_to_wake"
            ),
            models.Index(
                fields=["mail_due_at"],
                condition=Q(mail_due_at__isnull=False),
                name="conversation_to_mail",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"

    @classmethod
    def locked(cls, pk: int) -> Conversation:
        """Lock one row; return it as ``lock`` does."""
        LOCK(pk=pk)
        if found := LOCKED.first(pk=pk):
            return found
        raise cls.DoesNotExist

    @property
    def is_open(self) -> bool:
        return self.status == Status.OPEN

    @property
    def is_closed(self) -> bool:
        return self.status == Status.CLOSED

    @property
    def is_snoozed(self) -> bool:
        return self.status == Status.SNOOZED

    @property
    def is_unread(self) -> bool:
        """Whether nobody has read what the contact wrote last."""
        return self.incoming_seq > self.read_seq

    def is_unread_by(self, membership_id: int) -> bool:
        return self.incoming_seq > 0 and membership_id not in self.readers

    @property
    def read_by(self) -> str:
        """Say for screens who has read it: ids, or ``*`` while there is nothing to read."""
        return " ".join(map(str, self.readers)) if self.incoming_seq else "*"

    @property
    def title(self) -> str:
        return self.subject or self.contact.display_name

    @property
    def in_short(self) -> str:
        """Say what was said last, to whoever reads it now."""
        photos = ngettext("Photo", "%(count)d photos", self.preview_photos)
        return photos % {"count": self.preview_photos} if self.preview_photos else self.preview

    def show(self, text: str, files: Sequence[Attachment]) -> None:
        """Let its row say what was said: the words, else how many photos or the name of a file."""
        is_photos = not text and bool(files) and all(file.is_picture for file in files)
        said = text[: 2 * PREVIEW_LENGTH] or (files[0].name if files and not is_photos else "")
        self.preview = " ".join(said.split())[:PREVIEW_LENGTH]
        self.preview_photos = len(files) if is_photos else 0

    def know_tags(self, tags: Sequence[Tag]) -> None:
        """Know its tags as if they had been fetched with it."""
        known = self.tags.all()
        known._result_cache = list(tags)  # noqa: SLF001 (as Django does)
        self._prefetched_objects_cache = {"tags": known}

    def fetch_tags(self) -> None:
        """Fetch its tags, unless they are known."""
        if "tags" not in vars(self).get("_prefetched_objects_cache", {}):
            self.know_tags(tags_of(self.pk))

    @property
    def sorted_tags(self) -> list[Tag]:
        # Lists have them at hand: fifty managers would cost more than all else.
        listed = getattr(self, "listed_tags", None)
        return sorted(self.tags.all() if listed is None else listed, key=attrgetter("name"))

    @property
    def tag_names(self) -> list[str]:
        listed = getattr(self, "listed_names", None)  # of which alone the rows of a list know
        return [tag.name for tag in self.sorted_tags] if listed is None else sorted(listed)

    def place_in(self, order: ListOrder) -> tuple[datetime, int]:
        """Return where a list in this order goes on after it."""
        column, _rises = SORTED_BY[order]
        at = {"waited_from": self.waiting_since, "due_by": self.due_at}
        return at.get(column, self.last_activity_at) or NEVER, self.pk

    def move_to(self, status: Status, *, at: datetime, until: datetime | None = None) -> None:
        self.status, self.snoozed_until = status, until
        self.closed_at = at if status == Status.CLOSED else None
        if status != Status.CLOSED and self.merged_into_id:
            self.left_id, self.merged_into = self.merged_into_id, None
        self.is_spam = self.is_spam and status == Status.CLOSED


LOCK = Prepared(
    lambda pk: Conversation.objects.filter(pk=pk).select_for_update().values_list("pk"), "pk"
)
LOCKED = Prepared(lambda pk: Conversation.objects.filter(pk=pk).for_changing(), "pk")
