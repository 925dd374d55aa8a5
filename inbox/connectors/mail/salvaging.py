"""Read what can be read of a mail that is too odd to be read: who wrote, about what, and plain words."""

from __future__ import annotations

import quopri
import re
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from inbox.connectors.mail.bodies import File
from inbox.connectors.mail.mime import END_OF_HEADERS
from inbox.connectors.mail.reading import Mail, read_mail

UNREADABLE = "unreadable"  # among the problems of what was salvaged
LOOKED_AT = 256 * 1024  # bytes, of headers and of words
LONGEST = 10_000  # characters
MOST_HEADERS = 40
HEADER = re.compile(
    rb"^(?:From|To|Cc|Reply-To|Subject|Date|Message-ID|In-Reply-To|References|Auto-Submitted"
    rb"|Authentication-Results)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*",
    re.IGNORECASE | re.MULTILINE,
)
# What stands between the words of a mail in parts: borders, headers, letters that stand for bytes, tags.
NO_WORDS = re.compile(
    rb"^(?:--\S+|[A-Za-z0-9+/=]{40,}|<.*|(?:Content-|MIME-Version)[^\n]*(?:\n[ \t][^\n]*)*)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)


def salvage(raw: bytes, *, now: datetime) -> Mail:
    """Return what can be read, with the mail as it came as its only file."""
    head, words = _cut(raw)
    plain = b"\n".join(HEADER.findall(head)[:MOST_HEADERS])
    plain += b"\nContent-Type: text/plain; charset=utf-8\n\n" + words.encode()
    mail = read_mail(plain, now=now)
    return replace(
        mail,
        sha256=sha256(raw).hexdigest(),
        problems=(*mail.problems, UNREADABLE),
        files=(File("original.eml", "message/rfc822", raw),),
    )


def _cut(raw: bytes) -> tuple[bytes, str]:
    start = raw[: 2 * LOOKED_AT].replace(b"\r\n", b"\n").replace(b"\0", b"")
    end = END_OF_HEADERS.search(start)
    head, body = (start[: end.start()], start[end.end() :]) if end else (start, b"")
    said = NO_WORDS.sub(b"", body[:LOOKED_AT])
    if b"quoted-printable" in start.lower():
        said = quopri.decodestring(said)
    try:
        words = said.decode()
    except UnicodeDecodeError:
        words = said.decode("cp1252", "replace")
    return head[:LOOKED_AT], re.sub(r"\n{3,}", "\n\n", words).strip()[:LONGEST]
