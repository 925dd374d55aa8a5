# ruff: noqa: RUF001 (the colons of many scripts are meant)
"""
Whose mail somebody has passed on, and what they wrote above it.

A forward is read as the common mail programs make it: as a mail attached to a mail, or in its text
below a line such as "Forwarded message", or below a block of headers alone. Its first author is
whom the program named there; nothing of it is proven.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from inbox.connectors.mail import marks
from inbox.connectors.mail.addresses import Address, read_addresses
from inbox.connectors.mail.quotes import LONGEST_MARK
from inbox.connectors.mail.reading import Mail, read_mail
from inbox.connectors.mail.words import tidy

COMMAND = re.compile(r"^\s*@fwd\b[ \t:.]*", re.IGNORECASE)
MOST_ABOVE = 200  # lines above a forward whose subject does not say that it is one
MOST_HEADERS = 14  # lines of a block, some of them broken in two
BEFORE_HEADERS = 3  # empty lines and rules between the mark and the block
MAILTO = re.compile(r"[\[<(]\s*mailto:([^\]>)\s]+)\s*[\]>)]", re.IGNORECASE)
BRACKETED = re.compile(r"\[([^\[\]\s@]+@[^\[\]\s]+)\]")
QUOTED = re.compile(r"^\s?> ?")
PREFIX = re.compile(rf"(?:{marks.FORWARDING_SUBJECT.pattern})+\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Forward:
    """A mail within a mail; ``words`` is what was written above it."""

    sender: Address
    subject: str
    text: str
    words: str
    html: str = ""
    message_id: str = ""


def is_forward(mail: Mail) -> bool:
    """Tell whether a mail says that it passes another on."""
    if COMMAND.match(mail.text.lstrip()) or marks.FORWARDING_SUBJECT.match(mail.subject):
        return True
    # An answer may quote what somebody had passed on before.
    lines = [] if mail.in_reply_to else mail.text.split("\n", MOST_ABOVE)[:MOST_ABOVE]
    return any(marks.MARK.match(line) and marks.FORWARD.match(line) for line in _short(lines))


def read_forward(mail: Mail, *, now: datetime) -> Forward | None:
    """Return the mail that is passed on, or None where its author cannot be told."""
    attached = [file for file in mail.files if file.content_type == "message/rfc822"]
    words = _said(mail.text)
    if len(attached) == 1:
        return _attached(read_mail(attached[0].content, now=now), words)
    return _inline(words, PREFIX.sub("", mail.subject))


def _attached(inner: Mail, words: str) -> Forward | None:
    if not inner.is_readable or not inner.sender or "several_senders" in inner.problems:
        return None
    text = inner.new_text or inner.text
    return Forward(inner.sender, inner.subject, text, words, inner.html, inner.message_id)


def _said(text: str) -> str:
    return COMMAND.sub("", text.lstrip("\n \t"), count=1).strip("\n")


def _inline(text: str, subject: str) -> Forward | None:
    lines = text.split("\n")
    short = _short(lines)
    mark = next((at for at, line in enumerate(short) if _is_mark(line)), None)
    blocks = range(len(lines)) if mark is None else range(mark + 1, mark + 2 + BEFORE_HEADERS)
    for at in blocks:
        if at < len(lines) and (found := _headers(short, at, is_marked=mark is not None)):
            sender, said, end = found
            above = lines[: at if mark is None else mark]
            body = _body(lines[end:])
            return Forward(sender, tidy(said) or subject, body, _words(above))
    return None


def _short(lines: Sequence[str]) -> list[str]:
    """A line that long is no mark, and looking for one in it could take very long."""
    plain = (marks.DIRECTION.sub("", line) for line in lines)
    return [line if len(line) <= LONGEST_MARK else "" for line in plain]


def _is_mark(line: str) -> bool:
    bare = QUOTED.sub("", line)
    return bool(marks.FORWARD.match(bare) or marks.DIVIDER.match(bare))


def _headers(
    lines: Sequence[str], start: int, *, is_marked: bool
) -> tuple[Address, str, int] | None:
    """
    Read a block of headers, or the line that some programs write for one.

    :return: who wrote, the subject, and the line where the mail itself begins.
    """
    if is_marked and (sender := _in_one_line(lines[start])):
        return sender, "", start + 1
    values: dict[int, str] = {}
    last, at = None, start
    for at in range(start, min(start + MOST_HEADERS, len(lines))):
        line = lines[at]
        if not QUOTED.sub("", line).strip():
            break
        kind = next((n for n, label in enumerate(marks.LABEL) if label.match(line)), None)
        if kind is None and not marks.LABELLED.match(line):
            if last is None:
                return None
            values[last] += " " + QUOTED.sub("", line).strip()
            continue
        last = -1 if kind is None or kind in values else kind
        values[last] = re.split("[:：]", line, maxsplit=1)[1].strip(" \t*_")
    else:
        at += 1
    # A name and a colon begin many lines; a block says when, to whom or about what as well.
    if 0 not in values or len(values.keys() & {1, 2, 3}) < (1 if is_marked else 2):
        return None
    sender = _address(values[0])
    return (sender, values.get(3, ""), at) if sender else None


def _in_one_line(line: str) -> Address | None:
    """Read ``21.11.2026, 12:00, "Ada" <ada@example.com>:``."""
    line = QUOTED.sub("", line).strip()
    time = marks.CLOCK.search(line)
    if time is None or not (marks.DAY.search(line) and marks.NAMED.search(line)):
        return None
    return _address(line[time.end() :])


def _address(said: str) -> Address | None:
    said = BRACKETED.sub(r"<\1>", MAILTO.sub(r"<\1>", said)).strip(" \t*,;:：")
    said = re.sub(r"<(\S+@\S+?)>\s*<mailto:[^>]*>", r"<\1>", said)
    if said.count("<") > 1:
        said = said[: said.index(">") + 1]
    found = read_addresses([said.replace("*", "").encode("utf-8", "replace")]).listed
    return found[0] if len(found) == 1 else None


def _body(lines: Sequence[str]) -> str:
    """Return what was passed on, without the marks around it."""
    kept = [line for line in lines if len(line) > LONGEST_MARK or not marks.FORWARD.match(line)]
    filled = [line for line in kept if line.strip()]
    if filled and all(QUOTED.match(line) for line in filled):
        kept = [QUOTED.sub("", line, count=1) for line in kept]
    return "\n".join(kept).strip("\n").rstrip()


def _words(lines: Sequence[str]) -> str:
    """Return what was written above, without the rule that some programs draw."""
    kept = list(lines)
    while kept and (not kept[-1].strip() or marks.RULE.match(kept[-1])):
        kept.pop()
    return "\n".join(kept).strip("\n").rstrip()
