"""
The outbox of mails: owed with their cause, claimed, sent without a transaction, recorded.

A sender that dies leaves a lease that runs out, and the mail goes again under the same
Message-ID: at least once, twice only where nobody could know.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import LetterState
from accounts.models import Letter
from accounts.models.letter import LetterQuerySet

LEASE = timedelta(minutes=11)  # beyond a task's time limit: a slow mail server is no dead one
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=2)
MOST_ATTEMPTS = 60  # about four days
MOST_DEATHS = 3  # of workers that sent it and were never heard of again


@transaction.atomic
def owe_letter(kind: str, *, about: int, email: str, to_each: bool = False) -> Letter:
    """
    Write down that a mail is owed, instead of those about the same that have not gone.

    :param to_each: several people are told of it; only what goes to this one is replaced.
    """
    free = Letter.objects.filter(kind=kind, subject_id=about, leased_until=None)
    if to_each:
        free = free.filter(email=email)
    free.exclude(state=LetterState.SENT).delete()
    return Letter.objects.create(kind=kind, subject_id=about, email=email)


@transaction.atomic
def claim_letter(letter_id: int) -> Letter | None:
    """Take a due letter for a while, or None when it is not due or somebody else has it."""
    now = timezone.now()
    due = Letter.objects.due(now).filter(pk=letter_id)
    letter = due.select_for_update(skip_locked=True, of=("self",)).first()
    if letter is None:
        return None
    if letter.leased_until:
        letter.deaths += 1
    if letter.deaths >= MOST_DEATHS:
        record_failure(letter, reason=_("Sending broke off %d times.") % MOST_DEATHS)
        return None
    letter.attempts += 1
    letter.leased_until = now + LEASE
    letter.save(update_fields=["attempts", "deaths", "leased_until"])
    return letter


@transaction.atomic
def record_sent(letter: Letter) -> None:
    """Note that a mail server has it; that holds also for a slow sender whose lease ran out."""
    Letter.objects.filter(pk=letter.pk).update(
        state=LetterState.SENT, sent_at=timezone.now(), leased_until=None, error=""
    )


@transaction.atomic
def postpone_letter(letter: Letter, *, reason: str) -> None:
    """Try again later, further apart each time, and give up in the end."""
    if letter.attempts >= MOST_ATTEMPTS:
        record_failure(letter, reason=reason)
        return
    wait = min(FIRST_WAIT * 2 ** min(letter.attempts - 1, 10), LONGEST_WAIT)
    _of_holder(letter).update(send_at=timezone.now() + wait, leased_until=None, error=reason)


@transaction.atomic
def record_failure(letter: Letter, *, reason: str) -> None:
    """Give up, and keep the mail server's words."""
    _of_holder(letter).update(state=LetterState.FAILED, leased_until=None, error=reason)


def _of_holder(letter: Letter) -> LetterQuerySet:
    """Find the row as long as the letter is in our hands: another may be sending it by now."""
    mine = Letter.objects.filter(pk=letter.pk, leased_until=letter.leased_until)
    return mine.filter(state=LetterState.QUEUED)
