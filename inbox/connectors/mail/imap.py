"""Look into a mailbox on a mail server (RFC 9051): by UID, and so that its people see no trace of us."""

from __future__ import annotations

import imaplib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import IO, Any

from imapclient import IMAPClient
from imapclient.response_parser import parse_fetch_response

from inbox.connectors.mail.ids import own_id
from inbox.connectors.mail.imap_line import Client, ImapServer
from inbox.connectors.mail.imap_words import TROUBLE, given, in_words, plain
from inbox.connectors.mail.mime import TooMuch, take_apart

PIECE = 1 << 20  # bytes of a large mail that are asked for at once
WINDOW = timedelta(days=30)  # that are searched at once, for answers stay short so
HEAD = b"BODY[HEADER.FIELDS (MESSAGE-ID)]"


@dataclass(frozen=True, slots=True)
class State:
    """A folder as it was when it was opened."""

    uidvalidity: int
    next_uid: int
    count: int


@dataclass(frozen=True, slots=True)
class Found:
    """A mail on the server, and when it came there."""

    uid: int
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Folder:
    """``use`` is what it is for, as RFC 6154 says: Sent, Junk, Trash, Drafts, Archive, All, or ''."""

    name: str
    use: str = ""


class Session:
    """A mailbox that is open; every method may raise a ConnectorError, and it is of no more use then."""

    def __init__(self, client: IMAPClient) -> None:
        self._client = client
        self.can_idle: bool = client.has_capability("IDLE")
        self._is_empty = True

    def folders(self) -> list[Folder]:
        """List those that can hold mails."""
        with in_words():
            found = [
                (flags, name)
                for flags, _, name in self._client.list_folders()
                if b"\\Noselect" not in flags and b"\\NonExistent" not in flags
            ]
        uses = {b"\\" + use.encode(): use for use in ("Sent", "Junk", "Trash", "Drafts", "All")}
        uses[b"\\Archive"] = "Archive"
        return [
            Folder(name, next((uses[f] for f in flags if f in uses), "")) for flags, name in found
        ]

    def open(self, folder: str, *, to_change: bool = False) -> State:
        """Open a folder; unless it is to be changed, nothing we do can change it."""
        with in_words():
            said = self._client.select_folder(folder, readonly=not to_change)
            count, next_uid = int(said[b"EXISTS"]), int(said.get(b"UIDNEXT", 0))
        self._is_empty = count == 0
        if not next_uid:  # some servers do not say
            next_uid = max((one.uid for one in self.after(0)), default=0) + 1 if count else 1
        return State(int(said[b"UIDVALIDITY"]), next_uid, count)

    def after(self, uid: int) -> list[Found]:
        """List the mails behind a UID. A search might leave some out; this asks for all there are."""
        with in_words():
            if self._is_empty:
                return []
            answers = self._fetch(f"{uid + 1}:*", "(UID RFC822.SIZE INTERNALDATE)")
        # The range is unordered: the last mail is among the answers, however old it is.
        return [one for one in _listed(answers) if one.uid > uid]

    def since(self, day: date) -> list[Found]:
        """List the mails that came on a day or later."""
        uids: set[int] = set()
        today = datetime.now(UTC).date()
        with in_words():
            while day <= today:
                end = day + WINDOW
                until = ["BEFORE", end] if end <= today else []
                uids.update(self._client.search(["SINCE", day, *until]))
                day = end
            listed = []
            for some in _chunks(sorted(uids), 500):
                listed += _listed(self._fetch(_joined(some), "(UID RFC822.SIZE INTERNALDATE)"))
        return listed

    def ids_of(self, uids: Sequence[int]) -> dict[int, str]:
        """Return the Message-IDs that mails name; those without one are missing."""
        with in_words():
            answers = self._fetch(_joined(uids), "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
        found = {}
        for uid, said in answers.items():
            with suppress(TooMuch):
                value = take_apart(bytes(said.get(HEAD) or b"")).get("message-id")
                name, is_named = own_id(value, b"")
                if is_named:
                    found[uid] = name
        return found

    def bodies(self, uids: Sequence[int]) -> dict[int, bytes]:
        """
        Fetch mails whole; those that were removed meanwhile are missing.

        :raises NotGiven: if the server refuses to give them.
        """
        with given():
            answers = self._fetch(_joined(uids), "(UID BODY.PEEK[])")
        return {uid: bytes(said[b"BODY[]"]) for uid, said in answers.items() if said.get(b"BODY[]")}

    def pour(self, uid: int, file: IO[bytes]) -> Iterator[int]:
        """
        Fetch a mail piece by piece into a file; yields how far it is.

        :raises NotGiven: if the server refuses to give it.
        """
        start = 0
        while True:
            with given():
                said = self._fetch(str(uid), f"(UID BODY.PEEK[]<{start}.{PIECE}>)").get(uid, {})
            piece = bytes(said.get(f"BODY[]<{start}>".encode()) or b"")
            file.write(piece)
            start += len(piece)
            yield start
            if len(piece) < PIECE:
                return

    def has(self, uid: int) -> bool:
        """Tell whether a mail is still there."""
        with in_words():
            return uid in self._fetch(str(uid), "(UID)")

    def head(self, uid: int) -> bytes:
        """Fetch what stands above a mail's words."""
        with given():
            said = self._fetch(str(uid), "(UID BODY.PEEK[HEADER])").get(uid, {})
        return bytes(said.get(b"BODY[HEADER]") or b"")

    # What follows needs a folder opened to be changed, and may be refused like a mail.

    def mark_seen(self, uids: Sequence[int]) -> None:
        with given():
            self._client.add_flags(uids, [b"\\Seen"], silent=True)

    def move(self, uids: Sequence[int], folder: str) -> None:
        with given():
            if self._client.has_capability("MOVE"):
                self._client.move(uids, folder)
                return
            self._client.copy(uids, folder)
        self.delete(uids)

    def delete(self, uids: Sequence[int]) -> None:
        with given():
            self._client.delete_messages(uids, silent=True)
            # Without UIDPLUS it would also remove what people have marked; they empty it themselves.
            if self._client.has_capability("UIDPLUS"):
                self._client.uid_expunge(uids)

    @contextmanager
    def idle(self) -> Iterator[None]:
        """Ask the server to tell of news (RFC 2177) until the end of the block."""
        with in_words():
            self._client.idle()
        yield
        with in_words():
            self._client.idle_done()

    def hears(self, seconds: float) -> bool:
        """Tell whether the server says within this time that there may be something new."""
        began = time.monotonic()
        with in_words():
            news = self._client.idle_check(seconds)
            if not news and time.monotonic() - began < seconds / 2:
                raise EOFError
            if any(one[0] == b"BYE" for one in news):
                raise EOFError
        return any(b"EXISTS" in one or b"RECENT" in one for one in news)

    def _fetch(self, uids: str, what: str) -> dict[int, dict[bytes, Any]]:
        """As the library does, which would leave out what is asked for by a range."""
        line = self._client._imap  # noqa: SLF001
        line.untagged_responses.pop("FETCH", None)
        kind, said = line.uid("FETCH", uids, what)
        if kind != "OK":
            raise imaplib.IMAP4.error(plain(said))
        answers: dict[int, dict[bytes, Any]] = parse_fetch_response(said, False, True)
        return answers


@contextmanager
def opened(server: ImapServer) -> Iterator[Session]:
    """
    Sign in to a mail server.

    :raises Refused: if it does not let us in.
    :raises TemporaryConnectorError: if it is away, or says to come later.
    """
    with in_words():
        client = Client(server)
    try:
        with in_words():
            client.sign_in()
        yield Session(client)
    finally:
        with suppress(*TROUBLE):
            client.socket().settimeout(3)  # what it says to our farewell changes nothing
            client.logout()
        with suppress(*TROUBLE):
            client.shutdown()


def _listed(answers: dict[int, dict[bytes, Any]]) -> list[Found]:
    found = []
    for uid in sorted(answers):
        said = answers[uid]
        if size := said.get(b"RFC822.SIZE"):  # not what the server says of others unasked
            at = said.get(b"INTERNALDATE") or datetime.now(UTC)
            found.append(Found(uid, int(size), at.astimezone(UTC)))
    return found


def _joined(uids: Sequence[int]) -> str:
    return ",".join(str(uid) for uid in uids)


def _chunks(uids: Sequence[int], length: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), length):
        yield uids[start : start + length]
