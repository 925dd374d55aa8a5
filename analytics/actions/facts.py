"""Write down what counts: one row each, told from a conversation's whole history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Event
from analytics.models import DirtyHour, Fact
from analytics.replay import TOLD, Counted, Happening, replay
from inbox.enums import EventKind
from inbox.models import Conversation, Message
from routing.calendar import Calendar
from routing.hours import calendars

TOLD_OF = ("event_id", "kind", "at", "team_id", "operator_id", "since", "value")


def count_event(event: Event) -> None:
    """Count what an event adds, unless it was counted with another that came before its turn."""
    if not Fact.objects.filter(event=event).exists():
        count_conversation(event.subject_id)


@transaction.atomic(savepoint=False)
def count_conversation(pk: int) -> None:
    """
    Tell a conversation's history again, and write what has changed of what counts.

    Its row is held meanwhile, so that two tell it one after the other.
    """
    held = Conversation.objects.select_for_update(of=("self",))
    conversation = held.only("channel", "team").get(pk=pk)
    told = _told(conversation)
    hours = calendars([one.team for one in told if one.since])
    wanted = [_row(conversation, one, hours) for one in told]
    present = {_key(fact): fact for fact in Fact.objects.filter(conversation=pk)}
    changed = [fact for fact in wanted if not _is_same(present.get(_key(fact)), fact)]
    kept = {_key(fact) for fact in wanted} - {_key(fact) for fact in changed}
    gone = [fact for key, fact in present.items() if key not in kept]
    Fact.objects.filter(pk__in=[fact.pk for fact in gone]).delete()
    Fact.objects.bulk_create(changed)
    mark_dirty({fact.hour for fact in [*changed, *gone]})


def mark_dirty(hours: Iterable[datetime]) -> None:
    """
    Have hours rolled up again.

    A row that is marked already is held until the end, so that whoever rolls it up sees what was
    written here; in one order, so that two never wait for each other.
    """
    now = timezone.now()
    DirtyHour.objects.bulk_create(
        [DirtyHour(hour=hour, marked_at=now) for hour in sorted(set(hours))],
        update_conflicts=True,
        unique_fields=["workspace", "hour"],
        update_fields=["marked_at"],
    )


def hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _told(conversation: Conversation) -> list[Counted]:
    events = Event.objects.about(conversation).filter(kind__in=TOLD).order_by("seq")
    messages = {
        pk: (kind, seq, at)
        for pk, kind, seq, at in Message.objects.filter(conversation=conversation).values_list(
            "pk", "kind", "seq", "created_at"
        )
    }
    happenings = []
    for pk, kind, at, actor, data in events.values_list("pk", "kind", "at", "actor_id", "data"):
        said = messages.get((data.get("messages") or [0])[0], ("", 0, None))
        happenings.append(Happening(pk, kind, at, actor, data, *said))
    was_moved = any(one.kind == EventKind.CONVERSATION_MOVED for one in happenings)
    return replay(happenings, team=None if was_moved else conversation.team_id)


def _row(conversation: Conversation, one: Counted, hours: Mapping[int | None, Calendar]) -> Fact:
    seconds = business = None
    if one.since:
        seconds = max((one.at - one.since).total_seconds(), 0)
        business = hours[one.team].business_time_between(one.since, one.at).total_seconds()
    return Fact(
        event_id=one.event,
        kind=one.kind,
        at=one.at,
        hour=hour_of(one.at),
        conversation=conversation,
        channel_id=conversation.channel_id,
        team_id=one.team,
        operator_id=one.operator,
        since=one.since,
        seconds=seconds,
        business_seconds=business,
        value=one.value,
    )


def _key(fact: Fact) -> tuple[int, str]:
    return fact.event_id, str(fact.kind)


def _is_same(known: Fact | None, fact: Fact) -> bool:
    """Hours may have changed since: what was counted by those of then stays."""
    is_timed = known is not None and (known.business_seconds is None) == (fact.since is None)
    return is_timed and all(getattr(known, name) == getattr(fact, name) for name in TOLD_OF)
