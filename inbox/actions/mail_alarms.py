"""Notice that a channel's mail has not been fetched, or sent, for too long, and that it is again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import events
from inbox.enums import ChannelKind, Direction, EventKind, MessageKind, MessageState
from inbox.models import Channel, MailAlarm, Mailbox, Message

PATIENCE = timedelta(minutes=10)
# Attempts that take longer than that: a scheduled reply may have been written days ago.
MANY_ATTEMPTS = 7


@dataclass(frozen=True, slots=True)
class Trouble:
    since: datetime
    words: str


@transaction.atomic
def check_mail(channel: Channel, now: datetime) -> None:
    """Raise the alarm once where mail has stood still for too long, and call it off when it moves."""
    channel = Channel.objects.select_for_update(of=("self",)).get(pk=channel.pk)
    for direction, look in ((Direction.FETCHING, fetching_trouble), (Direction.SENDING, sending_trouble)):  # fmt: skip
        trouble = look(channel, now) if channel.enabled else None
        alarm = MailAlarm.objects.filter(
            channel=channel, direction=direction, ended_at=None
        ).first()
        if trouble and alarm is None:
            _raise(channel, direction, trouble, now)
        elif trouble and alarm and trouble.words != alarm.words:
            alarm.words = trouble.words
            alarm.save(update_fields=["words"])
        elif alarm and trouble is None:
            _end(channel, alarm, now)


def fetching_trouble(channel: Channel, now: datetime) -> Trouble | None:
    """Say since when nothing is fetched: the server refuses, or nobody asks it."""
    mailbox, before = Mailbox.objects.filter(channel=channel).first(), now - PATIENCE
    if mailbox is None:
        return None
    if mailbox.failing_since and mailbox.failing_since <= before:
        return Trouble(mailbox.failing_since, mailbox.last_error)
    is_held = mailbox.leased_until is not None and mailbox.leased_until > now
    if mailbox.next_try_at and mailbox.next_try_at <= before and not is_held:
        return Trouble(mailbox.next_try_at, "")
    return None


def sending_trouble(channel: Channel, now: datetime) -> Trouble | None:
    """Say since when replies wait and none goes out; one that a single reader's server delays is no trouble."""
    if channel.kind != ChannelKind.EMAIL:
        return None
    before = now - PATIENCE
    tried = Q(attempts__gt=0, created_at__lte=before)
    tried &= Q(is_scheduled=False) | Q(attempts__gte=MANY_ATTEMPTS)
    waiting = Message.objects.filter(channel=channel, state=MessageState.QUEUED)
    oldest = waiting.filter(tried | Q(send_at__lte=before)).order_by("pk").first()
    if oldest is None or _sent(channel).filter(sent_at__gt=before).exists():
        return None
    since = oldest.created_at if oldest.attempts and not oldest.is_scheduled else oldest.send_at
    return Trouble(min(since or oldest.created_at, before), oldest.error)


def _sent(channel: Channel) -> QuerySet[Message]:
    return Message.objects.filter(channel=channel, kind=MessageKind.OUTGOING, sent_at__isnull=False)


def _raise(channel: Channel, direction: str, trouble: Trouble, now: datetime) -> None:
    alarm = MailAlarm.objects.create(
        channel=channel,
        direction=direction,
        words=trouble.words,
        since=trouble.since,
        raised_at=now,
    )
    events.record(
        EventKind.CHANNEL_TROUBLED,
        channel,
        actor=None,
        name=channel.name,
        alarm=alarm.pk,
        after={"direction": direction, "words": trouble.words},
    )


def _end(channel: Channel, alarm: MailAlarm, now: datetime) -> None:
    alarm.ended_at = now
    alarm.save(update_fields=["ended_at"])
    if channel.enabled:  # one that was paused works no better than before
        events.record(
            EventKind.CHANNEL_RECOVERED,
            channel,
            actor=None,
            name=channel.name,
            alarm=alarm.pk,
            after={"direction": alarm.direction},
        )
