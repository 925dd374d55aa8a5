"""
Mailboxes that are fetched: who fetches one, how far they are, and when to look again.

Whoever fetches holds a lease and proves it in every transaction that moves a cursor, so that
one who was slow, or is a ghost, changes nothing.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from inbox.enums import AfterFetch
from inbox.models import Channel, Mailbox, MailFolder

INBOX = "INBOX"
LEASE = timedelta(seconds=90)
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=30)
MOST_REFUSALS = 3  # of our password; a provider may lock the account for more


class LeaseLost(Exception):
    """Somebody else fetches this mailbox now, or it was changed or closed."""


@transaction.atomic
def set_up_mailbox(
    channel: Channel,
    *,
    folders: Sequence[str] = (INBOX,),
    after: AfterFetch = AfterFetch.NOTHING,
    after_folder: str = "",
    backfill_days: int = 0,
) -> Mailbox:
    """
    Have a channel's mail fetched, from now on and from its last days; or change how.

    It is looked into at once, also when it had been given up: its settings may be right now.
    A folder that is no longer watched keeps its place, should it come back.
    """
    facts = {
        "after": after,
        "after_folder": after_folder if after == AfterFetch.MOVE else "",
        "next_try_at": timezone.now(),
        "lease": None,
        "leased_until": None,
        "failures": 0,
    }
    mailbox, _ = Mailbox.objects.update_or_create(channel=channel, defaults=facts)
    for name in folders:
        MailFolder.objects.update_or_create(
            mailbox=mailbox, name=name, defaults={"is_watched": True}
        )
    mailbox.folders.exclude(name__in=folders).update(is_watched=False)
    if backfill_days:
        request_backfill(mailbox, days=backfill_days)
    return mailbox


@transaction.atomic
def request_backfill(mailbox: Mailbox, *, days: int) -> None:
    """Bring in what came in the last days and is not here; it is history, nothing follows from it."""
    since = timezone.now().date() - timedelta(days=days)
    mailbox.folders.filter(is_watched=True).update(backfill_since=since)
    look_now(mailbox)


def look_now(mailbox: Mailbox) -> None:
    """Have the mailbox looked into as soon as can be, whoever waits beside it now."""
    Mailbox.objects.filter(pk=mailbox.pk).update(
        next_try_at=timezone.now(), lease=None, leased_until=None
    )


@transaction.atomic
def claim_mailbox(mailbox_id: int) -> Mailbox | None:
    """Take a mailbox that is due, or None when somebody else has."""
    now = timezone.now()
    due = Mailbox.objects.filter(pk=mailbox_id, next_try_at__lte=now, channel__enabled=True)
    locked = due.select_related("channel").select_for_update(skip_locked=True, of=("self",))
    mailbox = locked.first()
    if mailbox is None or (mailbox.leased_until and mailbox.leased_until > now):
        return None
    mailbox.lease, mailbox.leased_until, mailbox.last_fetch_at = uuid4(), now + LEASE, now
    mailbox.save(update_fields=["lease", "leased_until", "last_fetch_at"])
    return mailbox


def hold_mailbox(mailbox: Mailbox) -> None:
    """
    Prove that the mailbox is still ours, and keep it until the transaction ends and a while longer.

    :raises LeaseLost: if it is not.
    """
    _change(mailbox, leased_until=timezone.now() + LEASE)


@transaction.atomic
def move_cursor(
    mailbox: Mailbox, folder: MailFolder, *, uid: int, newest: datetime | None, waiting: int
) -> None:
    """Note up to where a folder has been read, in the transaction that keeps what was read."""
    newest = max(filter(None, (newest, mailbox.last_mail_at)), default=None)
    _change(mailbox, leased_until=timezone.now() + LEASE, last_mail_at=newest, waiting=waiting)
    passed = {"stuck_uid": 0, "stuck_times": 0} if uid >= folder.stuck_uid else {}
    change_folder(folder, last_uid=uid, **passed)


def begin_folder(folder: MailFolder, *, uidvalidity: int, next_uid: int) -> None:
    """
    Begin behind the last mail of a folder; the caller holds its mailbox.

    Where the server has begun to count anew, what should be here already is looked for again.
    """
    now = timezone.now()
    again = folder.read_from.date() if folder.read_from else None
    change_folder(
        folder,
        uidvalidity=uidvalidity,
        first_uid=0 if again else next_uid - 1,
        last_uid=next_uid - 1,
        read_from=folder.read_from or now,
        rescan_since=again,
        looked_back_at=now,
        stuck_uid=0,
        stuck_times=0,
    )


def change_folder(folder: MailFolder, **changed: object) -> None:
    """Note something about a folder; the caller holds its mailbox."""
    for name, value in changed.items():
        setattr(folder, name, value)
    folder.save(update_fields=list(changed))


@transaction.atomic
def record_success(mailbox: Mailbox) -> None:
    """Note that all that was there is here."""
    now = timezone.now()
    _change(
        mailbox,
        leased_until=now + LEASE,
        last_fetch_at=now,
        last_success_at=now,
        failing_since=None,
        failures=0,
        waiting=0,
    )


@transaction.atomic
def release_mailbox(mailbox: Mailbox, *, again_in: timedelta) -> None:
    """Let go of the mailbox until it is time to look again."""
    _change(mailbox, lease=None, leased_until=None, next_try_at=timezone.now() + again_in)


@transaction.atomic
def record_failure(
    mailbox: Mailbox, *, reason: str, is_refusal: bool = False, is_final: bool = False
) -> None:
    """
    Note why mail could not be fetched, and try again later, further apart each time.

    :param is_refusal: the server does not let us in; said again after three failures, only an admin can help.
    :param is_final: only an admin can help, as is known already.
    """
    now = timezone.now()
    failures = mailbox.failures + 1
    wait = min(FIRST_WAIT * 2 ** min(failures - 1, 20), LONGEST_WAIT)
    wait *= random.uniform(0.8, 1.2)  # noqa: S311 - many mailboxes of one provider come back apart
    # A server that comes back from trouble may refuse once what it knows a minute later.
    is_known = failures >= MOST_REFUSALS and reason == mailbox.last_error
    is_given_up = is_final or (is_refusal and is_known)
    _change(
        mailbox,
        lease=None,
        leased_until=None,
        next_try_at=None if is_given_up else now + wait,
        last_error=reason,
        last_error_at=now,
        failing_since=mailbox.failing_since or now,
        failures=failures,
    )


@transaction.atomic
def note_stuck(mailbox: Mailbox, folder: MailFolder, *, uid: int) -> None:
    """Count the times that the connection broke over the mails up to a UID."""
    hold_mailbox(mailbox)
    times = folder.stuck_times + 1 if folder.stuck_uid == uid else 1
    change_folder(folder, stuck_uid=uid, stuck_times=times)


def note_trouble(mailbox: Mailbox, *, reason: str) -> None:
    """Note what went wrong beside the fetching, which goes on."""
    _change(mailbox, last_error=reason, last_error_at=timezone.now())


def _change(mailbox: Mailbox, **changed: object) -> None:
    mine = Mailbox.objects.filter(pk=mailbox.pk, lease=mailbox.lease, channel__enabled=True)
    if not mine.update(**changed):
        raise LeaseLost(f"{mailbox}")
    for name, value in changed.items():
        setattr(mailbox, name, value)
