"""Keep the clocks of promises in step with their conversation, and tell when time runs out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from inbox.actions.promises import set_due, tell_promise
from inbox.enums import EventKind
from inbox.models import Conversation
from routing.calendar import Calendar
from routing.enums import Promise
from routing.hours import calendar_of
from routing.models import SlaClock, SlaPolicy

SOON = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A clock that should run."""

    policy: SlaPolicy
    started_at: datetime
    minutes: int


@transaction.atomic
def keep_promises(conversation: Conversation, *, at: datetime) -> None:
    """
    Start, go on with and end what is promised, as the conversation is now. Doing it twice changes nothing.

    :param at: when what led to it happened.
    """
    conversation = Conversation.locked(conversation.pk)
    running = {
        Promise(one.promise): one
        for one in SlaClock.objects.filter(conversation=conversation, ended_at=None)
    }
    wanted = _wanted(conversation, running)
    for promise, clock in list(running.items()):
        again = promise in wanted and wanted[promise].started_at > clock.started_at
        if promise not in wanted or again:
            is_done = again or _is_done(conversation, promise)
            clock.end(_done_at(conversation, promise, at), is_done=is_done)
            del running[promise]
    calendar = calendar_of(conversation.team_id) if wanted else None
    for promise, one in wanted.items():
        going = running.get(promise)
        is_so = going and (going.policy_id, going.minutes) == (one.policy.pk, one.minutes)
        if calendar and not is_so:
            _start(conversation, promise, one, calendar, going)
    _show(conversation)


def is_promised(conversation_id: int) -> bool:
    """Tell whether there is anything to keep; most workspaces promise nothing."""
    running = SlaClock.objects.filter(conversation=conversation_id, ended_at=None)
    return SlaPolicy.objects.values("pk").union(running.values("pk"), all=True).exists()


@transaction.atomic
def tell_clock(clock: SlaClock) -> None:
    """Say that a promise is about to be broken, or is."""
    conversation = Conversation.locked(clock.conversation_id)
    clock.refresh_from_db()
    now = timezone.now()
    if clock.tell_at is None or clock.tell_at > now:
        return  # kept, or told, meanwhile
    is_late = clock.due_at <= now
    kind = EventKind.PROMISE_BROKEN if is_late else EventKind.PROMISE_WARNED
    if is_late:
        clock.broken_at, clock.tell_at = now, None
    else:
        clock.warned_at, clock.tell_at = now, clock.due_at
    clock.save(update_fields=["broken_at", "warned_at", "tell_at"])
    tell_promise(kind, conversation, promise=clock.promise, due_at=clock.due_at)


def policy_of(conversation: Conversation) -> SlaPolicy | None:
    """Return the policy that a rule chose for it, or else the one that says most exactly whom it is for."""
    chosen = SlaPolicy.objects.filter(chosen__conversation=conversation).first()
    if chosen:
        return chosen
    fit = [
        one
        for one in SlaPolicy.objects.order_by("pk")
        if one.team_id in {None, conversation.team_id}
        and one.priority in {None, conversation.priority}
    ]
    return max(fit, key=lambda one: one.precision, default=None)


def _wanted(conversation: Conversation, running: dict[Promise, SlaClock]) -> dict[Promise, Wanted]:
    if conversation.is_closed:
        return {}
    policy = policy_of(conversation)
    if policy is None:
        return {}
    since: dict[Promise, datetime] = {}
    if waiting := conversation.waiting_since:
        is_first = conversation.first_response_at is None
        since[Promise.FIRST_RESPONSE if is_first else Promise.NEXT_RESPONSE] = waiting
    if solving := running.get(Promise.RESOLUTION):
        since[Promise.RESOLUTION] = solving.started_at
    elif conversation.incoming_seq:
        since[Promise.RESOLUTION] = _began(conversation)
    return {
        promise: Wanted(policy, max(at, policy.created_at), minutes)
        for promise, at in since.items()
        if (minutes := policy.minutes(promise)) is not None
    }


def _began(conversation: Conversation) -> datetime:
    """Tell since when it is to be solved: since it was opened, or since it came back."""
    solved = SlaClock.objects.filter(
        conversation=conversation, promise=Promise.RESOLUTION, ended_at__isnull=False
    )
    return timezone.now() if solved.exists() else conversation.opened_at


def _is_done(conversation: Conversation, promise: Promise) -> bool:
    """Tell whether a clock ends because of what was promised; else nobody needs it any more."""
    if promise == Promise.RESOLUTION:
        return conversation.is_closed and not conversation.is_spam
    if promise == Promise.FIRST_RESPONSE:
        return conversation.first_response_at is not None
    return not conversation.is_closed and conversation.waiting_since is None


def _done_at(conversation: Conversation, promise: Promise, at: datetime) -> datetime:
    if promise == Promise.FIRST_RESPONSE:
        return conversation.first_response_at or at
    return conversation.closed_at or at if promise == Promise.RESOLUTION else at


def _start(
    conversation: Conversation,
    promise: Promise,
    wanted: Wanted,
    calendar: Calendar,
    running: SlaClock | None,
) -> None:
    """Let a clock run, or count anew what another policy promises; hours that never come promise nothing."""
    whole = timedelta(minutes=wanted.minutes)
    due = calendar.add_business_time(wanted.started_at, whole)
    if running:
        running.delete()
    if due is None:
        return
    most = calendar.add_business_time(wanted.started_at, whole * 3 / 4) or due
    SlaClock.objects.create(
        conversation=conversation,
        policy=wanted.policy,
        promise=promise,
        minutes=wanted.minutes,
        started_at=wanted.started_at,
        due_at=due,
        tell_at=max(most, due - SOON),
    )


def _show(conversation: Conversation) -> None:
    """Let the conversation say when the next of its promises is due."""
    running = SlaClock.objects.filter(conversation=conversation, ended_at=None)
    first = running.order_by("due_at", "pk").first()
    due_at, due_from = (first.due_at, first.started_at) if first else (None, None)
    if (conversation.due_at, conversation.due_from) != (due_at, due_from):
        set_due(conversation, due_at=due_at, due_from=due_from)
