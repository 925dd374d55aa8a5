"""What a mail says and what it brings: its text, its HTML and its files."""

from __future__ import annotations

import html as html_module
import mimetypes
import re
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import unquote

from inbox.connectors.mail.charsets import decode
from inbox.connectors.mail.html_text import read_html
from inbox.connectors.mail.mime import Part
from inbox.connectors.mail.names import file_name
from inbox.connectors.mail.uuencoded import take_out
from inbox.connectors.mail.words import header_text, tidy, unfold

LONGEST_TEXT = 1_000_000  # characters; the raw mail keeps the rest
UNDECODABLE = "(undecodable part)"
META = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
CID = re.compile(r"""cid:([^"'\s>)]+)""", re.IGNORECASE)
ENRICHED = re.compile(r"<param>[^<]*</param>|<[^<>]{0,60}>")
CONTROLS = bytes([*range(9), *range(14, 27), *range(28, 32), 127])
SAID = {"text/plain", "text/html", "text/enriched"}
NOT_SAID = {
    "text/calendar",
    "text/rtf",
    "text/x-amp-html",
    "text/vcard",
    "text/x-vcard",
    "text/csv",
}
# What programs write into the plain part of a mail that is HTML only.
NO_HTML = re.compile(
    r"(not|n't|nicht|pas|не)\b.{0,60}\bhtml|html[- ](e-?mail|message|client|format|version|capable|compatible)"
    r"|view (this|it|the) .{0,40}(browser|online)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class File:
    """Something attached; ``inline`` if the mail's HTML shows it in its place."""

    name: str
    content_type: str
    content: bytes = field(repr=False)
    content_id: str = ""
    inline: bool = False

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that the mail says, as text, as HTML or as both."""

    text: str = ""
    html: str = ""


@dataclass(slots=True)
class Body:
    """Pieces in the order in which the mail shows them, and the parts that are attached."""

    pieces: list[Piece] = field(default_factory=list)
    attached: list[Part] = field(default_factory=list)
    problems: dict[str, None] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Return what is said as plain text, where the mail says it so."""
        said = [piece.text or read_html(piece.html).text for piece in self.pieces]
        return "\n".join(filter(None, (text.strip("\n") for text in said)))[:LONGEST_TEXT]

    @property
    def has_plain_text(self) -> bool:
        return any(piece.text for piece in self.pieces)

    @property
    def html(self) -> str:
        """Return what is said as HTML, or '' if all of it is plain text."""
        if not any(piece.html for piece in self.pieces):
            return ""
        return "\n".join(piece.html or _marked_up(piece.text) for piece in self.pieces)


def read_body(root: Part) -> Body:
    body = Body()
    _read(root, body, is_root=True)
    for part in root.walk():
        body.problems |= dict.fromkeys(part.problems)
    return body


def files_of(body: Body) -> tuple[File, ...]:
    """Return what is attached; what the HTML shows by its Content-ID is inline."""
    shown = {unquote(said).lower() for said in CID.findall(html_module.unescape(body.html))}
    return tuple(_file(part, number, shown) for number, part in enumerate(body.attached, 1))


def _marked_up(text: str) -> str:
    return "".join(f"<div>{html_module.escape(line) or '<br>'}</div>" for line in text.split("\n"))


def _file(part: Part, number: int, shown: set[str]) -> File:
    content_id = tidy(unfold(part.get("content-id"))).strip("<> ")
    kind = part.content_type
    content = part.content.data
    name = file_name(_name_of(part) or _subject_of(part), kind, number)
    return File(name, kind, content, content_id, content_id.lower() in shown and bool(content_id))


def _subject_of(part: Part) -> str:
    """Name a forwarded mail by its subject."""
    if part.content_type != "message/rfc822":
        return ""
    found = re.search(
        rb"^subject:(.*(?:\n[ \t].*)*)", part.body[:20_000], re.IGNORECASE | re.MULTILINE
    )
    subject = header_text(found[1], 80).replace("/", "-") if found else ""
    return f"{subject}.eml" if subject else ""


def _read(part: Part, body: Body, *, is_root: bool = False) -> None:
    if part.is_multipart:
        _read_parts(part, body)
    elif _is_text(part, is_root=is_root or not (body.pieces or body.attached)):
        _say(part, body)
    else:
        _keep(part, body)


def _read_parts(part: Part, body: Body) -> None:
    kind = part.content_type
    if kind == "multipart/alternative":
        _read_alternative(part, body)
    elif kind == "multipart/related":
        _read_related(part, body)
    elif kind == "multipart/encrypted":
        body.problems["encrypted"] = None
        for child in part.parts:
            _keep(child, body)
    else:
        if kind == "multipart/signed":
            body.problems["signature_not_checked"] = None
        for child in part.parts:
            _read(child, body)


def _read_alternative(part: Part, body: Body) -> None:
    """Take the plain text and the richest form that can be shown; files of all are kept."""
    text = html = ""
    for child in part.parts:
        inner = Body()
        _read(child, inner)
        body.attached += inner.attached
        body.problems |= inner.problems
        html = inner.html if inner.html.strip() else html
        text = inner.text if inner.text.strip() and not inner.html else text
    if html and _only_says_that_there_is_html(text):
        text = ""
    if text or html:
        body.pieces.append(Piece(text, html))


def _only_says_that_there_is_html(text: str) -> bool:
    return len(text) < 400 and bool(NO_HTML.search(text))  # noqa: PLR2004


def _read_related(part: Part, body: Body) -> None:
    """The root is named or stands first; the others are what it shows."""
    start = part.parameters.get("start", "").strip("<> ")
    ids = [unfold(child.get("content-id")).strip("<> ") for child in part.parts]
    root = ids.index(start) if start and start in ids else 0
    _read(part.parts[root], body)
    for index, child in enumerate(part.parts):
        if index != root:
            _read_beside(child, body)


def _read_beside(part: Part, body: Body) -> None:
    if part.is_multipart:
        for child in part.parts:
            _read_beside(child, body)
    else:
        _keep(part, body)


def _is_text(part: Part, *, is_root: bool) -> bool:
    """Tell whether a part is said, not attached: a name makes it a file, but for the first."""
    kind = part.content_type
    if not kind.startswith("text/") or kind in NOT_SAID or _is_attached(part):
        return False
    return is_root or (kind in SAID and not _name_of(part))


def _is_attached(part: Part) -> bool:
    return part.disposition[0] == "attachment"


def _name_of(part: Part) -> str:
    return part.disposition[1].get("filename") or part.parameters.get("name", "")


def _keep(part: Part, body: Body) -> None:
    if part.content_type == "text/x-amp-html":
        return  # a program, made for one mail service
    if part.content.problem:
        body.problems[part.content.problem] = None
    if part.content_type in {"application/pkcs7-mime", "application/x-pkcs7-mime"}:
        is_signed = part.parameters.get("smime-type", "").lower() == "signed-data"
        body.problems["signature_not_checked" if is_signed else "encrypted"] = None
    body.attached.append(part)


def _say(part: Part, body: Body) -> None:
    content = part.content
    if content.problem:
        body.problems[content.problem] = None
    charset = part.parameters.get("charset", "")
    told = META.search(content.data[:4_000]) if part.content_type == "text/html" else None
    text, as_declared = decode(content.data, charset, told[1].decode("ascii") if told else "")
    if not as_declared:
        body.problems["charset"] = None
    if _is_garbage(content.data, text):
        body.problems["undecodable"] = None
        body.attached.append(part)
        body.pieces.append(Piece(UNDECODABLE))
    elif part.content_type == "text/html":
        body.pieces.append(Piece(html=text))
    elif part.content_type == "text/enriched":
        body.pieces.append(Piece(re.sub(ENRICHED, "", text)))
    elif text.strip():
        text, files = take_out(text) if "begin " in text else (text, [])
        body.attached += (_made_file(name, data) for name, data in files)
        body.pieces.append(Piece(_unflowed(part, text)))


def _made_file(name: str, data: bytes) -> Part:
    """Return the part that a file within a text would have been."""
    disposition = b'attachment; filename="' + re.sub(rb'(["\\])', rb"\\\1", name.encode()) + b'"'
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Part(data, 0, 0, len(data), (("content-disposition", disposition),), kind)


def _is_garbage(data: bytes, text: str) -> bool:
    """Tell binary data that claims to be text from text with a few odd letters."""
    sample, read = data[:4_000], text[:4_000]
    odd = len(sample) - len(sample.translate(None, CONTROLS)) + read.count("\ufffd")
    zeros = sample.count(0) > len(sample) / 5  # text in UTF-16 and UTF-32 has many
    return len(sample) > 20 and odd > len(sample) / 5 and not (zeros and read.isprintable())  # noqa: PLR2004


def _unflowed(part: Part, text: str) -> str:
    """Join the lines that were only broken for the journey (RFC 3676)."""
    if part.parameters.get("format", "").lower() != "flowed":
        return text
    delete_space = part.parameters.get("delsp", "").lower() == "yes"
    lines: list[str] = []
    depth_before, flows = 0, False
    for raw_line in text.split("\n"):
        said = raw_line.lstrip(">")
        depth = len(raw_line) - len(said)
        line = said.removeprefix(" ")
        if flows and depth == depth_before:
            lines[-1] += line
        else:
            lines.append(f"{'>' * depth} {line}" if depth else line)
        flows = line.endswith(" ") and line != "-- "
        if flows and delete_space:
            lines[-1] = lines[-1][:-1]
        depth_before = depth
    return "\n".join(line if line == "-- " else line.rstrip() for line in lines)
