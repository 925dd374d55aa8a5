"""Take back what a person has just done, through the actions that lead back."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Event, Membership
from accounts.permissions import Permission, may
from inbox import timeline
from inbox.actions import assignment, blocking, lifecycle, merging, spam, triage
from inbox.actions.lifecycle import moment
from inbox.enums import EventKind, Priority, Status
from inbox.models import BlockedSender, Conversation, Tag

RULES = [EventKind.RULE_APPLIED, EventKind.RULE_STOPPED]


class NothingToUndo(DomainError):
    code: ClassVar[str] = "nothing_to_undo"


class ChangedSince(DomainError):
    code: ClassVar[str] = "changed_since"


@transaction.atomic
def undo(conversation: Conversation, *, seq: int, actor: Membership) -> Conversation:
    """
    Restore what was before one of the person's own events; each way back is an event itself.

    :raises NothingToUndo: if that event is not theirs, or leads nowhere back.
    :raises ChangedSince: if the conversation has been changed after it.
    """
    conversation = _locked(conversation, seq)
    events = Event.objects.about(conversation).filter(seq__gte=seq, kind__in=timeline.SHOWN)
    # What a rule did because of it holds nobody up.
    events = events.exclude(kind__in=RULES).exclude(data__contains={"because": {"by": "rule"}})
    found = list(events.select_related("actor__user").order_by("seq")[:2])
    mine = found[0] if found and (found[0].seq, found[0].actor_id) == (seq, actor.pk) else None
    way_back = WAYS_BACK.get(EventKind(mine.kind)) if mine else None
    if mine is None or way_back is None:
        raise NothingToUndo(_("There is nothing to undo in #%d.") % conversation.number)
    if len(found) > 1:
        raise ChangedSince(_changed(conversation, found[1]))
    return way_back(conversation, mine.data, actor)


def _locked(conversation: Conversation, seq: int) -> Conversation:
    """Lock it, and what was merged into it then, in the order of their ids."""
    event = Event.objects.about(conversation).filter(seq=seq)
    others = [pk for pk in event.values_list("data__merged", flat=True) if pk]
    rows = Conversation.objects.lock([conversation.pk, *others])
    return next(row for row in rows if row.pk == conversation.pk)


def _changed(conversation: Conversation, event: Event) -> str:
    if event.actor:
        words = _("%(who)s has changed #%(number)d since. Nothing was undone there.")
        return words % {"who": event.actor.user.first_name, "number": conversation.number}
    return _("#%d has changed since. Nothing was undone there.") % conversation.number


def _assignee(
    conversation: Conversation, data: Mapping[str, Any], actor: Membership
) -> Conversation:
    if (before := data.get("before")) is None:
        return assignment.unassign_conversation(conversation, actor=actor)
    former = Membership.objects.select_related("user").get(pk=before)
    return assignment.assign_conversation(conversation, to=former, actor=actor)


def _status(conversation: Conversation, data: Mapping[str, Any], actor: Membership) -> Conversation:
    before = data["before"]
    until, waiting = moment(before["until"]), moment(before["waiting"])
    sleeps_on = until is not None and until > timezone.now()
    if conversation.is_closed:
        conversation = lifecycle.reopen_conversation(
            conversation, waiting_since=waiting, actor=actor
        )
    elif conversation.is_snoozed and not sleeps_on:
        conversation = lifecycle.wake_conversation(conversation, actor=actor)
    return _asleep_again(conversation, before, actor)


def _asleep_again(
    conversation: Conversation, before: Mapping[str, Any], actor: Membership
) -> Conversation:
    until = moment(before["until"])
    if before["status"] == Status.SNOOZED and until and until > timezone.now():
        return lifecycle.snooze_conversation(conversation, until=until, actor=actor)
    return conversation


def _spam(conversation: Conversation, data: Mapping[str, Any], actor: Membership) -> Conversation:
    """Put it back where it was, which may be closed or asleep, and let its sender in again."""
    if data.get("blocked") and may(actor, Permission.MANAGE_CHANNELS):
        for blocked in BlockedSender.objects.filter(value=data["blocked"]):
            blocking.unblock_sender(blocked, actor=actor)
    if data.get("was_spam"):
        return conversation
    waiting = moment(data["before"]["waiting"])
    if data["before"]["status"] == Status.CLOSED:
        return spam.clear_spam(conversation, actor=actor, stays_closed=True)
    conversation = spam.clear_spam(conversation, waiting_since=waiting, actor=actor)
    return _asleep_again(conversation, data["before"], actor)


def _mark_spam(
    conversation: Conversation, data: Mapping[str, Any], actor: Membership
) -> Conversation:
    return spam.mark_spam(conversation, actor=actor)


def _untag(conversation: Conversation, data: Mapping[str, Any], actor: Membership) -> Conversation:
    if tag := Tag.objects.filter(pk=data["tag"]).first():
        return triage.untag_conversation(conversation, tag=tag, actor=actor)
    return conversation


def _tag(conversation: Conversation, data: Mapping[str, Any], actor: Membership) -> Conversation:
    return triage.tag_conversation(conversation, name=data["name"], actor=actor)


def _priority(
    conversation: Conversation, data: Mapping[str, Any], actor: Membership
) -> Conversation:
    before = Priority(data["before"])
    return triage.prioritize_conversation(conversation, to=before, actor=actor)


def _apart(conversation: Conversation, data: Mapping[str, Any], actor: Membership) -> Conversation:
    merged = Conversation.objects.with_people().get(pk=data["merged"])
    merging.take_apart(merged, actor=actor, restores=True)
    return Conversation.objects.with_people().get(pk=conversation.pk)


WAYS_BACK: dict[EventKind, Callable[[Conversation, Mapping[str, Any], Membership], Conversation]]
WAYS_BACK = {
    EventKind.CONVERSATION_ASSIGNED: _assignee,
    EventKind.CONVERSATION_UNASSIGNED: _assignee,
    EventKind.CONVERSATION_CLOSED: _status,
    EventKind.CONVERSATION_MERGED: _apart,
    EventKind.CONVERSATION_PRIORITIZED: _priority,
    EventKind.CONVERSATION_SNOOZED: _status,
    EventKind.CONVERSATION_SPAM_MARKED: _spam,
    EventKind.CONVERSATION_SPAM_CLEARED: _mark_spam,
    EventKind.CONVERSATION_TAGGED: _untag,
    EventKind.CONVERSATION_UNTAGGED: _tag,
}
