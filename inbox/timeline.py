"""What happened in a conversation, in order: the same entries for a page and for a push."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import F, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from accounts.models import Event, Membership, subject_kind
from accounts.prepared import Place, Prepared
from inbox.connectors.mail.rich import shown
from inbox.enums import EventKind, MessageKind
from inbox.models import Conversation, Draft, Message, ReadMark
from inbox.models.message import with_files
from inbox.models.picture_sender import note_picture_senders

PAGE = 50
PARTS = 100  # messages of a conversation that was merged into this one
MISSED = 200  # events told at once to a screen that has missed them
END = 2**31 - 1  # no event has such a number

# What is drawn, of a person and beside one: fifty lines need not bring fifty profiles along.
DRAWN = ("id", "name", "email", "photo")
OF_EVENT = ("kind", "actor", "subject_kind", "subject_id", "seq", "data", "at")
OF_MESSAGE = [field.name for field in Message._meta.concrete_fields]  # noqa: SLF001

# Kinds with a line of their own; message kinds show the message, the others only change one.
SHOWN = frozenset(
    {
        EventKind.CONVERSATION_ASSIGNED,
        EventKind.CONVERSATION_UNASSIGNED,
        EventKind.CONVERSATION_MOVED,
        EventKind.CONVERSATION_MERGED,
        EventKind.CONVERSATION_MERGED_AWAY,
        EventKind.CONVERSATION_TAKEN_APART,
        EventKind.CONVERSATION_CLOSED,
        EventKind.CONVERSATION_SPAM_MARKED,
        EventKind.CONVERSATION_SPAM_CLEARED,
        EventKind.CONVERSATION_RATED,
        EventKind.PROMISE_BROKEN,
        EventKind.RULE_APPLIED,
        EventKind.RULE_STOPPED,
        EventKind.CONVERSATION_REOPENED,
        EventKind.CONVERSATION_SNOOZED,
        EventKind.CONVERSATION_WOKEN,
        EventKind.CONVERSATION_TAGGED,
        EventKind.CONVERSATION_UNTAGGED,
        EventKind.CONVERSATION_PRIORITIZED,
    }
)
WRITTEN = frozenset({EventKind.MESSAGE_RECEIVED, EventKind.MESSAGE_QUEUED, EventKind.NOTE_ADDED})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline: a message as it stands now, or something that happened."""

    seq: int
    message: Message | None = None
    event: Event | None = None
    part: Part | None = None


@dataclass(slots=True)
class Part:
    """What was merged into a conversation and still is, with what was said in it last."""

    conversation: Conversation
    messages: list[Message] = field(default_factory=list)
    has_earlier: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    entries: list[Entry]
    has_earlier: bool = False
    has_later: bool = False
    until: int = 0  # the number up to which a screen knows everything with this page


def entries_of(events: Iterable[Event], messages: Iterable[Message]) -> list[Entry]:
    """Order what events show, and the messages that they wrote or changed."""
    told = [event for event in events if event.seq and event.kind in SHOWN]
    parts = _parts(told)
    shown = {
        event.seq: Entry(event.seq, event=event, part=parts.get(event.pk))
        for event in told
        if event.seq
    }
    written = {message.seq: Entry(message.seq, message=message) for message in _described(messages)}
    return [entry for _, entry in sorted((shown | written).items())]


def _parts(told: Sequence[Event]) -> dict[int, Part]:
    """Return what is still a part of the conversation, by the event that made it one last."""
    asked = [event for event in told if event.kind == EventKind.CONVERSATION_MERGED]
    if not asked:
        return {}
    same = {"subject_kind": asked[0].subject_kind, "subject_id": asked[0].subject_id}
    merging = Event.objects.filter(kind=EventKind.CONVERSATION_MERGED, **same).order_by("seq")
    last = {event.data["merged"]: event.pk for event in merging}
    here = {event.pk for event in asked}
    wanted = [pk for pk, event in last.items() if event in here]
    still = Conversation.objects.with_people().filter(
        pk__in=wanted, merged_into=asked[0].subject_id
    )
    found = {one.pk: Part(one) for one in still}
    newest = Window(RowNumber(), partition_by=F("conversation"), order_by=F("seq").desc())
    said = Message.objects.filter(conversation__in=list(found)).annotate(age=newest)
    for message in _described(with_files(said.filter(age__lte=PARTS + 1).for_timeline())):
        found[message.conversation_id].messages.append(message)
    for part in found.values():
        part.has_earlier, part.messages = len(part.messages) > PARTS, part.messages[-PARTS:]
    return {last[pk]: part for pk, part in found.items()}


def _described(messages: Iterable[Message]) -> list[Message]:
    """Let notes that may call somebody know the names of those who work here, and mails whose they are."""
    found = list(messages)
    note_picture_senders(one.mail for one in found if one.mail)
    calling = [one for one in found if one.is_note and "@" in one.text]
    if calling:
        people = [member.user for member in Membership.objects.for_list()]
        names = {name for user in people for name in (user.display_name, user.first_name)}
        for one in calling:
            one.names = sorted(names)
    return found


def newest(conversation: Conversation, *, before: int | None = None) -> Page:
    """Return the newest entries, or those before a number."""
    found = BEFORE(pk=conversation.pk, seq=END if before is None else before)
    page = found[:PAGE]
    return Page(entries_of(page, _messages(conversation, page)), has_earlier=len(found) > PAGE)


def following(conversation: Conversation, seq: int) -> Page:
    """Return the entries that come after a number."""
    found = list(_told(conversation.pk).filter(seq__gt=seq).order_by("seq")[: PAGE + 1])
    page = found[:PAGE]
    return Page(entries_of(page, _messages(conversation, page)), has_later=len(found) > PAGE)


def around(conversation: Conversation, seq: int) -> Page:
    """Return the entries on both sides of a number."""
    events, half = _told(conversation.pk), PAGE // 2
    earlier = list(events.filter(seq__lt=seq).order_by("-seq")[: half + 1])
    later = list(events.filter(seq__gte=seq).order_by("seq")[: half + 1])
    page = [*earlier[:half], *later[:half]]
    entries = entries_of(page, _messages(conversation, page))
    return Page(entries, has_earlier=len(earlier) > half, has_later=len(later) > half)


def since(conversation: Conversation, seq: int) -> Page:
    """Return what was written, happened or changed after a number, the oldest first."""
    events = Event.objects.about(conversation).filter(seq__gt=seq)
    found = list(events.select_related("actor__user").order_by("seq")[: MISSED + 1])
    page = found[:MISSED]
    is_all = len(found) <= MISSED
    until = conversation.last_seq if is_all else page[-1].seq or 0
    return Page(entries_of(page, _messages(conversation, page)), until=until)


def first_unread(conversation: Conversation, membership: Membership) -> int:
    """Return the number of the first message that a person has not read; 0 if they never read any."""
    if not conversation.is_unread_by(membership.pk):
        return 0
    return UNREAD.first(pk=conversation.pk, reader=membership.pk) or 0


def formatted(said: Message | Draft, number: int) -> SafeString:
    """Return words with their formats for a page: cleaned again, whatever is stored."""
    files = [] if isinstance(said, Draft) else said.files()
    pictures = {
        str(file.public_id): reverse("attachment", args=[number, file.public_id])
        for file in files
        if file.is_inline and file.is_picture
    }
    return mark_safe(shown(said.html, pictures))  # noqa: S308 (nothing but our few tags is left)


def _told(pk: int | Place) -> QuerySet[Event]:
    events = Event.objects.filter(subject_kind=subject_kind(Conversation), subject_id=pk)
    return _with_actors(events.filter(kind__in=SHOWN | WRITTEN))


def _with_actors(events: QuerySet[Event]) -> QuerySet[Event]:
    people = (f"actor__user__{name}" for name in DRAWN)
    return events.select_related("actor__user").only(*OF_EVENT, *people)


def _before(pk: Place, seq: Place) -> QuerySet[Event]:
    """Choose first: to join all with their actors looks cheaper where a conversation is as short as most."""
    latest = _told(pk).filter(seq__lt=seq).order_by("-seq")[: PAGE + 1]
    return _with_actors(Event.objects.filter(pk__in=latest.values("pk"))).order_by("-seq")


def _messages(conversation: Conversation, events: Iterable[Event]) -> list[Message]:
    ids = {pk for event in events for pk in event.data.get("messages", [])}
    if not ids:
        return []
    found = [one for one in MESSAGES(ids=list(ids)) if one.conversation_id == conversation.pk]
    for message in found:
        message.conversation = conversation
    return with_files(found)


def _messages_of(ids: Place) -> QuerySet[Message]:
    """Ask by their ids alone: else PostgreSQL goes through all that was ever said in a conversation."""
    people = (f"author__user__{name}" for name in DRAWN)
    return Message.objects.filter(pk__any_of=ids).for_timeline().only(*OF_MESSAGE, *people)


def _unread(pk: Place, reader: Place) -> QuerySet[Message, int]:
    mark = ReadMark.objects.filter(conversation=pk, membership=reader).values("seq")
    fresh = Message.objects.filter(conversation=pk, kind=MessageKind.INCOMING)
    later = fresh.filter(public_seq__gt=Subquery(mark)).order_by("public_seq")
    return later.values_list("seq", flat=True)[:1]


BEFORE = Prepared(_before, "pk", "seq")
MESSAGES = Prepared(_messages_of, "ids")
UNREAD = Prepared(_unread, "pk", "reader")
