"""Read a mail: bytes in, a Mail out, and never an exception."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

from inbox.connectors.mail.addresses import Address, Addresses, read_addresses
from inbox.connectors.mail.automatic import is_automatic, is_spam
from inbox.connectors.mail.bodies import Body, File, files_of, read_body
from inbox.connectors.mail.bounces import Bounce, read_bounce
from inbox.connectors.mail.dates import read_date
from inbox.connectors.mail.html_text import read_html
from inbox.connectors.mail.ids import own_id, read_ids
from inbox.connectors.mail.marks import FORWARDING_SUBJECT
from inbox.connectors.mail.mime import Part, TooMuch, take_apart
from inbox.connectors.mail.quotes import new_part
from inbox.connectors.mail.words import header_text, unfold

LONGEST_SUBJECT = 998
MOST_RESULTS, LONGEST_RESULTS = 20, 4_000
NOBODY = Address()


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    SPAM = "spam"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Mail:
    """
    What a mail says of itself; nothing of it is proven.

    Ids stand without angle brackets. ``date`` is in UTC, or None if the mail's own cannot be.
    ``problems`` are words such as ``no_message_id``, for people who ask why a mail looks odd.
    """

    sha256: str
    verdict: Verdict
    problems: tuple[str, ...]
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    sender: Address = NOBODY
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    date: datetime | None = None
    text: str = field(default="", repr=False)
    new_text: str = field(default="", repr=False)
    html: str = field(default="", repr=False)
    files: tuple[File, ...] = ()
    automatic: bool = False
    bounce: Bounce | None = None
    # Every Authentication-Results header, from the top; whoever wrote it.
    authentication: tuple[str, ...] = ()

    @property
    def is_readable(self) -> bool:
        return self.verdict != Verdict.UNREADABLE


def read_mail(raw: bytes, *, now: datetime) -> Mail:
    """
    Read a mail as forgivingly as people expect.

    What is too much to be read, or nothing at all, is unreadable, with the reason among its
    problems; its bytes are worth keeping all the same.
    """
    digest = sha256(raw).hexdigest()
    if not raw.strip(b"\r\n\t \x00"):
        return Mail(digest, Verdict.UNREADABLE, ("empty",))
    try:
        return _read(raw, digest, now)
    except TooMuch as reason:
        return Mail(digest, Verdict.UNREADABLE, (str(reason),))


def _read(raw: bytes, digest: str, now: datetime) -> Mail:
    root = take_apart(raw)
    problems: dict[str, None] = {}
    message_id, has_id = own_id(root.get("message-id"), raw)
    if not has_id:
        problems["no_message_id"] = None
    sender = _sender(root, problems)
    subject = header_text(root.get("subject"), LONGEST_SUBJECT)
    date = _date(root, problems, now)
    to, cc = _people(root, "to", problems), _people(root, "cc", problems)
    body = read_body(root)
    text, new_text = _words(body, is_forward=bool(FORWARDING_SUBJECT.match(subject)))
    bounce = read_bounce(root, sender=sender.address, subject=subject)
    automatic = bounce is not None or is_automatic(root, subject)
    return Mail(
        sha256=digest,
        verdict=_verdict(root, subject, bounce, automatic=automatic),
        problems=tuple(problems | body.problems),
        message_id=message_id,
        in_reply_to=read_ids(root.get_all("in-reply-to")),
        references=read_ids(root.get_all("references")),
        sender=sender,
        reply_to=_people(root, "reply-to", problems).listed,
        to=to.listed,
        cc=cc.listed,
        subject=subject,
        date=date,
        text=text,
        new_text=new_text,
        html=body.html,
        files=files_of(body),
        automatic=automatic,
        bounce=bounce,
        authentication=tuple(
            unfold(value[:LONGEST_RESULTS])
            for value in root.get_all("authentication-results")[:MOST_RESULTS]
        ),
    )


def _sender(root: Part, problems: dict[str, None]) -> Address:
    """Return who the mail says wrote it; what names several people names nobody for sure."""
    values = root.get_all("from")
    found = read_addresses(values)
    if found.count == 0:
        problems["no_sender"] = None
    elif len(values) > 1 or found.count > 1:
        problems["several_senders"] = None
    elif not found.listed:
        problems["bad_sender"] = None
    return found.listed[0] if found.listed else NOBODY


def _people(root: Part, name: str, problems: dict[str, None]) -> Addresses:
    found = read_addresses(root.get_all(name))
    if found.invalid:
        problems[f"bad_{name.replace('-', '_')}"] = None
    if found.count > len(found.listed) + len(found.invalid):
        problems["too_many_recipients"] = None
    return found


def _date(root: Part, problems: dict[str, None], now: datetime) -> datetime | None:
    """Return the mail's own date, or else when the last server took it."""
    said = root.get("date")
    date = read_date(header_text(said, 200), now=now)
    if date is None:
        problems["bad_date" if said.strip() else "no_date"] = None
        received = unfold(root.get("received")[:4_000]).rpartition(";")[2]
        date = read_date(received, now=now)
    return date.astimezone(UTC) if date else None


def _words(body: Body, *, is_forward: bool) -> tuple[str, str]:
    """Return all of the text, and what of it is new."""
    text = body.text
    whole = text.strip("\n").rstrip()
    if is_forward or not body.html:
        return text, new_part(text, is_forward=is_forward)
    if body.has_plain_text:
        named = "signature" in body.html.lower()
        new = new_part(text, signatures=read_html(body.html).signatures if named else ())
        if new != whole:
            return text, new
    read = read_html(body.html)
    new = new_part(read.text, read.quoted_from, signatures=read.signatures)
    # Only a cut that the HTML knows of is better than the plain text itself.
    kept_whole = body.has_plain_text and new == read.text.strip()
    return text, whole if kept_whole else new


def _verdict(root: Part, subject: str, bounce: Bounce | None, *, automatic: bool) -> Verdict:
    if bounce is not None:
        return Verdict.BOUNCE
    if is_spam(root, subject):
        return Verdict.SPAM
    return Verdict.AUTOMATIC if automatic else Verdict.ACCEPTED
