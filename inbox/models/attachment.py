from __future__ import annotations

import secrets
import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import OwnedForeignKey, WorkspaceOwned
from accounts.prepared import Place
from accounts.tenancy import ScopedManager, current_workspace
from inbox import file_links
from inbox.enums import MessageKind
from inbox.files import UNKNOWN, in_words

# What a browser may show by itself. Anything else could be a page, and act in our name.
SHOWN = frozenset(["image/png", "image/jpeg", "image/gif", "image/webp"])
PLAYED = frozenset(["audio/mpeg", "audio/ogg", "audio/wave", "video/mp4", "video/webm"])
SMALLEST_PHOTO = 64  # pixels
ICONS = {"image": "image", "audio": "voice", "video": "play"}


def new_key() -> str:
    """Draw a name that tells nothing and ends in nothing that a web server would run."""
    drawn = secrets.token_hex(16)
    return f"{current_workspace().pk}/{drawn[:2]}/{drawn}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def stored(self) -> AttachmentQuerySet:
        return self.filter(stored_at__isnull=False)

    def unsent(self, holder: str | Place) -> AttachmentQuerySet:
        """Return what somebody has uploaded and not sent."""
        return self.stored().filter(message=None, holder=holder)


AttachmentManager = ScopedManager.from_queryset(AttachmentQuerySet)


class Attachment(WorkspaceOwned):
    """
    A file: of a message, or of its holder until they send it.

    The row is written before the bytes and outlives them, so no file is ever without one.
    """

    # Made by whoever uploads, so that a repeated upload is known as one.
    public_id = models.UUIDField(default=uuid.uuid4)
    message = OwnedForeignKey(
        "Message", models.SET_NULL, null=True, blank=True, related_name="attachments"
    )
    position = models.PositiveSmallIntegerField(default=0)
    # Who may send it (``holder_of…``), and where to, if that is decided.
    holder = models.CharField(max_length=120, blank=True)
    conversation = OwnedForeignKey(
        "Conversation", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    meant_for = models.CharField(max_length=8, choices=MessageKind, blank=True)

    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField(default=0)
    content_type = models.CharField(max_length=100, default=UNKNOWN)
    sha256 = models.CharField(max_length=64, blank=True)
    # Of pictures that browsers can show.
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    # A mail's own: shown inside its text, and by which name the text calls it.
    is_inline = models.BooleanField(default=False)
    content_id = models.CharField(max_length=255, blank=True)

    key = models.CharField(max_length=64, default=new_key)
    thumbnail_key = models.CharField(max_length=64, blank=True)
    # When the clock asks for a small picture (again); null when there is one, or none to be had.
    thumbnail_due_at = models.DateTimeField(null=True, blank=True)
    thumbnail_attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    stored_at = models.DateTimeField(null=True, blank=True)

    objects = AttachmentManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "public_id"],
                condition=Q(stored_at__isnull=False),
                name="attachment_once",
            ),
            models.CheckConstraint(
                name="attached_is_stored", condition=Q(message=None) | ~Q(stored_at=None)
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "holder"], condition=Q(message=None), name="attachment_unsent"
            ),
            # The sweepers', which ask across workspaces through doors.
            models.Index(
                fields=["created_at"], condition=Q(message=None), name="attachment_to_forget"
            ),
            models.Index(
                fields=["thumbnail_due_at"],
                condition=Q(thumbnail_due_at__isnull=False),
                name="attachment_to_shrink",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_stored(self) -> bool:
        return self.stored_at is not None

    @property
    def is_picture(self) -> bool:
        return self.width is not None and self.content_type in SHOWN

    @property
    def is_decoration(self) -> bool:
        """Tell the logo below a mail from the photo in it."""
        return self.is_inline and min(self.width or 0, self.height or 0) < SMALLEST_PHOTO

    @property
    def small_key(self) -> str:
        """Name the small picture that may be there."""
        return f"{self.key}-small"

    @property
    def served_type(self) -> str:
        """Return what we dare to tell a browser."""
        known = self.is_picture or self.content_type in PLAYED
        return self.content_type if known else UNKNOWN

    @property
    def icon(self) -> str:
        return ICONS.get(self.content_type.partition("/")[0], "doc")

    @property
    def size_in_words(self) -> str:
        return in_words(self.size)

    def link(self, *, life: timedelta = file_links.SHORT) -> str:
        """Return an address that whoever has it may read, for a while."""
        return file_links.address(current_workspace().pk, self.pk, self.name, life=life)

    def thumbnail_link(self, *, life: timedelta = file_links.SHORT) -> str | None:
        if not self.thumbnail_key:
            return None
        return file_links.address(
            current_workspace().pk, self.pk, self.name, life=life, is_thumbnail=True
        )

    def for_uploader(self) -> dict[str, object]:
        """Return what somebody should know of the file that they have just given."""
        return {
            "id": str(self.public_id),
            "name": self.name,
            "size": self.size,
            "content_type": self.content_type,
            "width": self.width,
            "height": self.height,
        }

    def for_visitor(self) -> dict[str, object]:
        """Return all of a sent file that a visitor may know."""
        return self.for_uploader() | {
            "url": self.link(life=file_links.LONG),
            "thumbnail_url": self.thumbnail_link(life=file_links.LONG),
        }
