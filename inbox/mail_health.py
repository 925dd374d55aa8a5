"""How a mail channel fares, as its page shows it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts import charts
from inbox.enums import DeliveryState, Direction, MessageKind, MessageState
from inbox.models import Channel, Delivery, MailAlarm, Mailbox, MailGrant, Message

DAY = timedelta(days=1)
LOOKED_AT = 5_000  # mails, the newest, whose lag is told
HOUR = timedelta(hours=1)
SHOWN = 20
SLOW = 60  # seconds of lag that are worth a mark


@dataclass(frozen=True, slots=True)
class LagByHour:
    """How long mails took from the mailbox to the inbox, the median of each hour of a day."""

    hours: list[datetime]
    medians: list[int | None]

    @property
    def known(self) -> list[int]:
        return [one for one in self.medians if one is not None]

    @property
    def newest(self) -> str:
        return f"{self.known[-1]} {_('s')}"

    @property
    def plot(self) -> charts.Plot:
        # Hours of whoever looks, whose browser knows the zone.
        clock = '<local-time datetime="{}" data-as="clock">{}</local-time>'
        labels = [format_html(clock, at.isoformat(), f"{at:%H:%M}") for at in self.hours]
        return charts.amounts(self.medians, labels)

    @property
    def rows(self) -> list[tuple[datetime, int]]:
        pairs = zip(self.hours, self.medians, strict=True)
        return [(hour, lag) for hour, lag in pairs if lag is not None]


@dataclass(frozen=True, slots=True)
class MailHealth:
    now: datetime
    mailbox: Mailbox | None
    grant: MailGrant | None  # if somebody signed in at a service
    last_sent_at: datetime | None
    queued: list[Message]  # the oldest that were refused
    queued_count: int
    lag: int | None  # seconds
    lags: LagByHour
    alarms: list[MailAlarm]
    unreadable: list[Delivery]
    unreadable_count: int

    @property
    def open_alarms(self) -> list[MailAlarm]:
        return [one for one in self.alarms if one.ended_at is None]

    @staticmethod
    def why(mail: Delivery) -> str:
        """Say why a mail could not be read; limits that were passed say it themselves."""
        words = {
            "empty": _("There is nothing in it"),
            "too_large": _("It is too large"),
            "not_handed_over": _("The mail server does not hand it over"),
        }
        return words.get(mail.error, mail.error) or _("Nobody knows")

    @property
    def is_slow(self) -> bool:
        return (self.lag or 0) > SLOW


def health_of(channel: Channel, now: datetime) -> MailHealth:
    lags = _lags(channel, now - DAY)
    queued = Message.objects.filter(channel=channel, state=MessageState.QUEUED)
    unreadable = unreadable_in(channel)
    alarms = MailAlarm.objects.filter(channel=channel)
    recent = alarms.filter(ended_at=None) | alarms.filter(ended_at__gte=now - DAY)
    return MailHealth(
        now=now,
        mailbox=Mailbox.objects.filter(channel=channel).first(),
        grant=MailGrant.objects.filter(channel=channel).first(),
        last_sent_at=_last_sent_at(channel),
        queued=list(queued.filter(attempts__gt=0).exclude(error="").order_by("pk")[:SHOWN]),
        queued_count=queued.filter(is_scheduled=False).count(),
        lag=round(median([lag for _at, lag in lags])) if lags else None,
        lags=_by_hour(lags, now),
        alarms=list(recent.order_by("-pk")[:SHOWN]),
        unreadable=list(unreadable.order_by("-pk")[:SHOWN]),
        unreadable_count=unreadable.count(),
    )


def unreadable_in(channel: Channel) -> QuerySet[Delivery]:
    return Delivery.objects.filter(channel=channel, state=DeliveryState.UNREADABLE)


def _last_sent_at(channel: Channel) -> datetime | None:
    sent = Message.objects.filter(channel=channel, kind=MessageKind.OUTGOING, sent_at__isnull=False)
    return sent.order_by("-sent_at").values_list("sent_at", flat=True).first()


def _lags(channel: Channel, since: datetime) -> list[tuple[datetime, float]]:
    """Tell of mails when they were here, and how long after they had come to the server."""
    kept = Delivery.objects.filter(channel=channel, is_archived=False, kept_at__gte=since)
    times = kept.order_by("-kept_at").values_list("received_at", "kept_at")[:LOOKED_AT]
    return [(there, max(0.0, (there - came).total_seconds())) for came, there in times if there]


def _by_hour(lags: list[tuple[datetime, float]], now: datetime) -> LagByHour:
    last = _hour_of(now)
    hours = [last - HOUR * ago for ago in reversed(range(24))]
    by_hour: dict[datetime, list[float]] = defaultdict(list)
    for at, lag in lags:
        by_hour[_hour_of(at)].append(lag)
    medians = [round(median(by_hour[hour])) if hour in by_hour else None for hour in hours]
    return LagByHour(hours, medians)


def _hour_of(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def alarmed_channels() -> dict[int, str]:
    """Return what is the matter with the channels whose mail stands still."""
    words = {
        Direction.FETCHING: _("Mail is not being fetched"),
        Direction.SENDING: _("Mail is not being sent"),
    }
    raised = MailAlarm.objects.filter(ended_at=None, channel__enabled=True).order_by("-pk")
    return {
        channel: words[Direction(direction)]
        for channel, direction in raised.values_list("channel", "direction")
    }
