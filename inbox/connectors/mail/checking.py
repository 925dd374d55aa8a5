"""Try a mail channel's servers: one mail out and the same one in, step by step and with the servers' words."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.policy import SMTP

from inbox.connectors.base import ConnectorError, TemporaryConnectorError
from inbox.connectors.mail.imap import Session, opened
from inbox.connectors.mail.imap_line import ImapServer
from inbox.connectors.mail.sending import Server, signed_in

TAKEN = 250
PATIENCE = 15  # seconds for each answer: somebody looks on
LOOK = 12.0  # seconds for which a lane waits for the mail before it tells how far it is
PAUSE = 1.0
LATELY = 30  # mails, the newest, among which it may be already
ENOUGH = 300  # seconds


@dataclass(frozen=True, slots=True)
class Step:
    """What was done, how long it took, and what is to be told of it."""

    name: str
    seconds: float
    said: str = ""


@dataclass(slots=True)
class Lane:
    """One direction; ``trouble`` is where it ended, in words, and ``is_waiting`` that it goes on."""

    steps: list[Step] = field(default_factory=list)
    trouble: str = ""
    is_waiting: bool = False
    seconds: float = 0

    @property
    def is_well(self) -> bool:
        return not self.trouble and not self.is_waiting

    def note(self, name: str, began: float, said: str = "") -> None:
        self.steps.append(Step(name, time.monotonic() - began, said))


@contextmanager
def lane() -> Iterator[Lane]:
    """Go through steps until one fails."""
    made, began = Lane(), time.monotonic()
    try:
        yield made
    except ConnectorError as error:
        made.trouble = str(error)
    made.seconds = time.monotonic() - began


def write_test(address: str, message_id: str, *, subject: str, text: str) -> bytes:
    """Write the mail that a mailbox sends to itself."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = mail["To"] = address
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{message_id}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    return mail.as_bytes()


def try_sending(find: Callable[[], Server], address: str, raw: bytes) -> Lane:
    """Sign in and hand the mail over; to ``find`` the server may be part of the trial."""
    with lane() as made:
        server = find()
        if not server.host:
            made.note("kept", time.monotonic(), server.folder)
            return made
        began = time.monotonic()
        with signed_in(replace(server, patience=PATIENCE)) as line:
            made.note("signed_in", began, server.user)
            began = time.monotonic()
            line.ehlo_or_helo_if_needed()
            code, words = line.mail(address)
            if code != TAKEN:
                raise smtplib.SMTPResponseException(code, words)
            code, words = line.rcpt(address)
            if code != TAKEN:
                raise smtplib.SMTPResponseException(code, words)
            made.note("sent", began, address)
            began = time.monotonic()
            code, words = line.data(raw)
            if code != TAKEN:
                raise smtplib.SMTPDataError(code, words)
            made.note("taken", began, f"{code} {words.decode('utf-8', 'replace')}"[:200])
    return made


def try_receiving(
    find: Callable[[], ImapServer], folder: str, mark: str, *, waited: int = 0
) -> Lane:
    """
    Sign in and look for the mail; one that has not come yet is waited for, a while at a time.

    :param waited: seconds that were spent on it before.
    """
    with lane() as made:
        began = time.monotonic()
        with opened(replace(find(), patience=PATIENCE)) as session:
            state = session.open(folder)
            made.note("folder", began, f"{folder}, {state.count}")
            made.note("idle" if session.can_idle else "poll", began)
            if _comes(session, mark, after=max(0, state.next_uid - LATELY)):
                made.note("came", began)
            elif waited >= ENOUGH:
                raise TemporaryConnectorError("The test mail did not come within five minutes.")
            else:
                made.is_waiting = True
    made.seconds += waited
    return made


def _comes(session: Session, mark: str, *, after: int) -> bool:
    until = time.monotonic() + LOOK
    while True:
        if uids := [one.uid for one in session.after(after)]:
            after = max(uids)
            if any(name.startswith(mark) for name in session.ids_of(uids).values()):
                return True
        if time.monotonic() > until:
            return False
        time.sleep(PAUSE)
