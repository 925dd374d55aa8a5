"""Mails of ours that no sign-in page sends: written and sent by workers, from their outbox."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email.headerregistry import Address
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone, translation

from accounts import doors, tenancy
from accounts.actions.letters import claim_letter, postpone_letter, record_failure, record_sent
from accounts.follow_ups import is_backed_up, ring
from accounts.mailing import Undeliverable, Unreachable, compose, hand_over
from accounts.models import Letter
from accounts.tenancy import scope_of

logger = logging.getLogger(__name__)

MOST = 500  # rows a sweeper takes at once
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Words:
    """What a letter says: the name of its templates, and what they are told."""

    template: str
    context: dict[str, Any]
    language: str = ""
    sent: Callable[[], None] = lambda: None  # runs in the unit of work that records it
    failed: Callable[[str], None] = lambda _reason: None  # and so does this, with the reason
    sender: tuple[str, str] | None = None  # name and address, instead of the site's
    reply_to: str = ""
    carry: Callable[[EmailMultiAlternatives], None] = hand_over


Writer = Callable[[Letter], Words | None]
_writers: dict[str, Writer] = {}


def letter_writer(kind: str) -> Callable[[Writer], Writer]:
    """
    Name the function that writes letters of a kind, in a scope, whenever one is to be sent.

    None says that nobody needs it any more.
    """

    def register(writer: Writer) -> Writer:
        _writers[kind] = writer
        return writer

    return register


@shared_task
def send_letter(*, workspace_id: int, letter_id: int) -> None:
    """Claim a letter, hand it to the mail server without a transaction, record the outcome."""
    with scope_of(pk=workspace_id):
        letter = claim_letter(letter_id)
    if letter is None:
        return
    with scope_of(pk=workspace_id):  # apart: whatever becomes of the worker, the attempt is counted
        written = _write(letter)
    if written is None:
        return
    message, words = written
    outcome = _hand_over(letter, message, words)
    with scope_of(pk=workspace_id):
        outcome()


def send_due_letters() -> None:
    """Ring for letters whose time has come, or whose bell was lost."""
    if is_backed_up("bulk"):
        return
    for workspace_id, letter_id in doors.letters_to_send(timezone.now(), MOST):
        ring(send_letter.name, workspace_id=workspace_id, letter_id=letter_id)


def forget_old_letters() -> None:
    """Delete what was sent or given up a month ago."""
    found = sorted(doors.letters_to_forget(timezone.now() - KEPT, MOST))
    for workspace_id, rows in groupby(found, key=lambda row: row[0]):
        with scope_of(pk=workspace_id):
            Letter.objects.filter(pk__in=[pk for _, pk in rows]).delete()


def ring_for(letter: Letter) -> None:
    ring(send_letter.name, workspace_id=letter.workspace_id, letter_id=letter.pk)


def _write(letter: Letter) -> tuple[EmailMultiAlternatives, Words] | None:
    """Write the letter in its reader's language; one that nobody needs any more goes."""
    try:
        with tenancy.attempt():
            words = _writers[letter.kind](letter)
            if words is None:
                letter.delete()
                return None
            with translation.override(words.language or settings.LANGUAGE_CODE):
                mail = compose(words.template, letter.email, words.context, _id_of(letter))
                if words.sender:
                    mail.from_email = str(Address(words.sender[0], addr_spec=words.sender[1]))
                mail.reply_to = [words.reply_to] if words.reply_to else []
                return mail, words
    except SoftTimeLimitExceeded:  # a death
        raise
    except Exception as error:
        # Ours, nobody else's: it reaches the error tracker, and the letter waits.
        logger.exception("Letter %s could not be written.", letter)
        postpone_letter(letter, reason=repr(error))
        return None


def _hand_over(letter: Letter, message: EmailMultiAlternatives, words: Words) -> Callable[[], None]:
    def failed(reason: str) -> None:
        record_failure(letter, reason=reason)
        words.failed(reason)

    try:
        words.carry(message)
    except Unreachable as error:
        reason = str(error)
        return lambda: postpone_letter(letter, reason=reason)
    except Undeliverable as error:
        reason = str(error)
        return lambda: failed(reason)
    except SoftTimeLimitExceeded:  # a death
        raise
    except Exception as error:
        logger.exception("Letter %s could not be sent.", letter)
        reason = repr(error)
        return lambda: postpone_letter(letter, reason=reason)

    def sent() -> None:
        record_sent(letter)
        words.sent()

    return sent


def _id_of(letter: Letter) -> str:
    """Name the mail, so that servers and readers can tell that a second one is the same."""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    at = f"{letter.created_at:%Y%m%d%H%M%S%f}"
    return f"<letter-{letter.workspace_id}-{letter.pk}-{at}@{host}>"
