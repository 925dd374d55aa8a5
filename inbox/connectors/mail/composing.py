"""Write a mail (RFC 5322) that programs thread rightly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from inbox.connectors.base import OutgoingFile
from inbox.connectors.mail.addresses import Address
from inbox.connectors.mail.words import tidy

IDS = {"message-id", "in-reply-to", "references"}
MOST_REFERENCES = 11  # the first, which began the thread, and the last ten
LONGEST_REFERENCES = 1_500


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the words of a mail, and who still is to get it; ids are without brackets."""

    sender: Address
    to: tuple[Address, ...]
    subject: str
    message_id: str
    at: datetime
    cc: tuple[Address, ...] = ()
    envelope: tuple[str, ...] = ()
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    is_automatic: bool = False


class _Policy(policy.EmailPolicy):
    """
    SMTP's policy, but ids stay as they are.

    Python encodes long ones as if they were words (python/cpython#100991), and nobody's mail
    program finds the thread then.
    """

    def fold(self, name: str, value: Any) -> str:
        if name.lower() in IDS:
            return f"{name}: " + f"{self.linesep} ".join(str(value).split()) + self.linesep
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in IDS:
            return self.fold(name, value).encode("ascii", "replace")
        return super().fold_binary(name, value)

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        return (
            (name, str(value)) if name.lower() in IDS else super().header_store_parse(name, value)
        )

    def header_fetch_parse(self, name: str, value: Any) -> Any:
        return value if name.lower() in IDS else super().header_fetch_parse(name, value)


POLICY = _Policy(linesep="\r\n", cte_type="7bit")


PAGE = '<!doctype html>\n<html><head><meta charset="utf-8"></head><body>\n{}\n</body></html>\n'


def compose(head: Head, text: str, files: Sequence[OutgoingFile], html: str = "") -> bytes:
    """
    Return the bytes of a mail.

    :param html: says the same as the text; the files that have a content id are shown in it.

    :raises OSError: if a file cannot be read.
    :raises ValueError: if an address cannot stand in a header.
    """
    mail = _headed(head)
    mail.set_content(text.rstrip() + "\n", cte="quoted-printable")
    shown = [file for file in files if html and file.content_id]
    if html:
        mail.add_alternative(PAGE.format(html), subtype="html", cte="quoted-printable")
        _show(mail, shown)
    for file in (one for one in files if one not in shown):
        _attach(mail, file)
    return mail.as_bytes()


def _headed(head: Head) -> EmailMessage:
    mail = EmailMessage(policy=POLICY)
    mail["From"] = written(head.sender)
    if head.to:
        mail["To"] = tuple(map(written, head.to))
    if head.cc:
        mail["Cc"] = tuple(map(written, head.cc))
    if head.reply_to:
        mail["Reply-To"] = head.reply_to
    mail["Subject"] = tidy(head.subject)
    mail["Date"] = format_datetime(head.at)
    mail["Message-ID"] = f"<{head.message_id}>"
    if head.in_reply_to:
        mail["In-Reply-To"] = f"<{head.in_reply_to}>"
    if head.references:
        mail["References"] = " ".join(f"<{one}>" for one in head.references)
    if head.is_automatic:  # RFC 3834; the second keeps Exchange from answering
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "All"
    return mail


def references_to(ids: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of a thread that an answer names: its beginning, and its end."""
    listed = list(dict.fromkeys(ids))
    if len(listed) > MOST_REFERENCES:
        listed = [listed[0], *listed[1 - MOST_REFERENCES :]]
    while len(listed) > 1 and sum(len(one) + 3 for one in listed) > LONGEST_REFERENCES:
        del listed[1 if len(listed) > 2 else 0]  # noqa: PLR2004
    return tuple(listed)


def written(one: Address) -> HeaderAddress:
    """Return an address as headers are written with it."""
    local, _, domain = one.address.rpartition("@")
    return HeaderAddress(tidy(one.name), local, domain)


def _show(mail: EmailMessage, files: Sequence[OutgoingFile]) -> None:
    """Put pictures beside the HTML that shows them (RFC 2387)."""
    page = mail.get_payload()[-1]  # type: ignore[index]
    for file in files:
        main, _, sub = file.content_type.partition("/")
        where = {"cid": f"<{file.content_id}>", "disposition": "inline", "filename": file.name}
        page.add_related(_content(file), maintype=main, subtype=sub, **where)  # type: ignore[union-attr]


def _content(file: OutgoingFile) -> bytes:
    with file.open() as opened:
        return opened.read(file.size)


def _attach(mail: EmailMessage, file: OutgoingFile) -> None:
    content = _content(file)
    main, _, sub = file.content_type.partition("/")
    if main in {"message", "multipart"} or not sub:  # which must not be encoded
        main, sub = "application", "octet-stream"
    mail.add_attachment(content, maintype=main, subtype=sub, filename=file.name)
