"""The watch over mail channels: the clock looks, and admins are told by mail, once and when it is over."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from accounts.actions.letters import owe_letter
from accounts.enums import LetterState
from accounts.follow_ups import follow_up_task
from accounts.letters import Words, ring_for
from accounts.models import Event, Letter, Membership, User
from accounts.permissions import GRANTED, Permission
from accounts.tenancy import after_commit, current_workspace, scope_of
from inbox import doors
from inbox.actions.mail_alarms import PATIENCE, check_mail
from inbox.mail_advice import advice_on
from inbox.models import Channel, MailAlarm

logger = logging.getLogger(__name__)

MOST = 5000
ALARM, ALL_CLEAR = "mail-alarm", "mail-all-clear"


def watch_mail() -> None:
    """Look at every channel that has not fetched or sent for a while, or had not."""
    now = timezone.now()
    for workspace_id, channel_id in doors.mail_channels_to_check(now - PATIENCE, MOST):
        try:
            with scope_of(pk=workspace_id):
                check_mail(Channel.objects.get(pk=channel_id), now)
        except OperationalError:  # of no channel, but of PostgreSQL: the clock says so
            raise
        except Exception:
            logger.exception("Channel %s could not be looked at.", channel_id)


@follow_up_task
def tell_of_alarm(event: Event) -> None:
    """After mail has stood still for too long: whoever can mend it is told."""
    _owe(ALARM, event)


@follow_up_task
def tell_all_clear(event: Event) -> None:
    """After mail moves again: so is whoever was told."""
    _owe(ALL_CLEAR, event)


def _owe(kind: str, event: Event) -> None:
    roles = GRANTED[Permission.MANAGE_CHANNELS]
    admins = Membership.objects.active().filter(role__in=roles).select_related("user")
    for admin in admins.order_by("pk"):
        letter = owe_letter(kind, about=event.data["alarm"], email=admin.user.email, to_each=True)
        after_commit(ring_for, letter)


def write_alarm(letter: Letter) -> Words | None:
    alarm = MailAlarm.objects.filter(pk=letter.subject_id, ended_at=None).first()
    return _words("inbox/email/mail_alarm", letter, alarm)


def write_all_clear(letter: Letter) -> Words | None:
    told = Letter.objects.filter(
        kind=ALARM, subject_id=letter.subject_id, email=letter.email, state=LetterState.SENT
    )
    if not told.exists():
        return None
    alarm = MailAlarm.objects.filter(pk=letter.subject_id).first()
    return _words("inbox/email/mail_all_clear", letter, alarm)


def _words(template: str, letter: Letter, alarm: MailAlarm | None) -> Words | None:
    if alarm is None:
        return None
    channel = alarm.channel
    context = {
        "workspace": current_workspace(),
        "channel": channel,
        "alarm": alarm,
        "advice": advice_on(alarm.words),
        "link": f"{settings.BASE_URL}{reverse('channel', args=[channel.pk])}",
    }
    reader = User.objects.filter(email=letter.email).first()
    return Words(template, context, language=reader.language if reader else "")


WRITERS: dict[str, Callable[[Letter], Words | None]] = {
    ALARM: write_alarm,
    ALL_CLEAR: write_all_clear,
}
