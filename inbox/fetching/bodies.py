"""Get mails off the server: several at once, a large one through a file, and one that is stuck not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO

from inbox.connectors.mail.archives import LARGEST
from inbox.connectors.mail.imap import Found, Session
from inbox.connectors.mail.imap_words import NotGiven
from inbox.connectors.mail.salvaging import LOOKED_AT, salvage

MOST = 50  # mails that are kept in one transaction
MOST_BYTES = 2 << 20  # of mails that are in memory at once; a larger one goes through a file
MOST_TRIES = 3
TOO_LARGE, NOT_HANDED_OVER = "too_large", "not_handed_over"


@dataclass(slots=True)
class Fetched:
    """A mail off the server; ``problem`` says why it is not whole."""

    found: Found
    file: IO[bytes]
    problem: str = ""

    @property
    def about(self) -> dict[str, str]:
        """Tell who wrote it and about what, of a mail of which only the head is here."""
        self.file.seek(0)
        said = salvage(self.file.read(LOOKED_AT), now=self.found.at)
        return {"sender": said.sender.address, "subject": said.subject}


def batches(found: Sequence[Found], *, broke_at: int) -> Iterator[Sequence[Found]]:
    """
    Cut into what is fetched at once.

    :param broke_at: the UID up to which mails go one by one, since the connection broke over them.
    """
    batch: list[Found] = []
    size = 0
    for one in found:
        is_full = len(batch) == MOST or size + one.size > MOST_BYTES
        if batch and (is_full or batch[-1].uid <= broke_at):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += one.size
    if batch:
        yield batch


def fetch_all(
    session: Session,
    batch: Sequence[Found],
    files: ExitStack,
    *,
    gives_up: int,
    breathe: Callable[[], None],
) -> list[Fetched]:
    """
    Fetch mails as well as they can be had: none may hold up those behind it.

    What was removed meanwhile is missing; for what is not given or too large something stands in.

    :param gives_up: the UID of a mail that is not asked for any more.
    :raises TemporaryConnectorError: if the connection broke.
    """
    bodies = _bodies(session, batch)
    mails = []
    for one in batch:
        if one.uid in bodies:
            mails.append(Fetched(one, BytesIO(bodies[one.uid])))
        elif one.uid == gives_up:
            mails.append(_stand_in(one, b""))
        elif mail := _fetch_one(session, one, files, breathe):
            mails.append(mail)
    return mails


def _bodies(session: Session, batch: Sequence[Found]) -> dict[int, bytes]:
    if len(batch) == 1:
        return {}
    try:
        return session.bodies([one.uid for one in batch])
    except NotGiven:
        return {}


def _fetch_one(
    session: Session, found: Found, files: ExitStack, breathe: Callable[[], None]
) -> Fetched | None:
    if found.size > LARGEST:
        return Fetched(found, BytesIO(session.head(found.uid)), TOO_LARGE)
    for _ in range(MOST_TRIES):
        file = files.enter_context(TemporaryFile(prefix="mail"))  # noqa: SIM115
        with suppress(NotGiven):
            for _size in session.pour(found.uid, file):
                breathe()
            if file.tell():
                return Fetched(found, file)
    if not session.has(found.uid):
        return None
    head = b""
    with suppress(NotGiven):
        head = session.head(found.uid)
    return _stand_in(found, head)


def _stand_in(found: Found, head: bytes) -> Fetched:
    said = f"X-Not-Handed-Over: UID {found.uid}, {found.size} bytes, {found.at.isoformat()}"
    raw = head.rstrip() + f"\r\n{said}\r\n\r\n".encode()
    return Fetched(found, BytesIO(raw), NOT_HANDED_OVER)
