"""
Take a mail apart into its parts (RFC 2045, 2046).

The standard library's parser recurses, stumbles over odd headers and takes minutes for a
hundred thousand parts. Mails come from strangers: this one works within limits, in one pass a
level, and never raises but to say that a limit is passed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from inbox.connectors.mail import transfer
from inbox.connectors.mail.parameters import Parameters, read_parameters

MOST_HEADERS = 1_000
MOST_PARTS = 1_000
DEEPEST = 50
LONGEST_VALUE = 1_000_000  # bytes of one header

NAME = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
FIRST_HEADER = re.compile(
    rb"(?:\xef\xbb\xbf)?[\r\n]{0,20}((?:From |Return-Path:|Received:|Delivered-To:|From:|To:|Date:|Subject:|Message-ID:"
    rb"|MIME-Version:|X-[\w-]+:))",
    re.IGNORECASE,
)
NEWLINE = ord("\n")
MBOX_LINE = re.compile(rb">?From .*")


class TooMuch(Exception):
    """The mail is built to be too much for whoever reads it; the text says how."""


@dataclass(frozen=True)
class Part:
    """A node: where its bytes stand in the mail, and what stands inside it."""

    raw: bytes = field(repr=False)
    start: int
    body_start: int
    end: int
    headers: tuple[tuple[str, bytes], ...] = field(repr=False)
    default_type: str = "text/plain"
    parts: tuple[Part, ...] = ()
    problems: tuple[str, ...] = ()

    def get(self, name: str) -> bytes:
        return next((value for known, value in self.headers if known == name), b"")

    def get_all(self, name: str) -> list[bytes]:
        return [value for known, value in self.headers if known == name]

    @cached_property
    def type_and_parameters(self) -> tuple[str, Parameters]:
        value, parameters = read_parameters(self.get("content-type"))
        value = value.lower()
        return (
            kind[0] if (kind := re.match(r"[^\s/;]+/[^\s/;]+", value)) else self.default_type
        ), parameters

    @property
    def content_type(self) -> str:
        return self.type_and_parameters[0]

    @property
    def parameters(self) -> Parameters:
        return self.type_and_parameters[1]

    @cached_property
    def disposition(self) -> tuple[str, Parameters]:
        value, parameters = read_parameters(self.get("content-disposition"))
        return value.lower(), parameters

    @property
    def is_multipart(self) -> bool:
        return bool(self.parts)

    @property
    def body(self) -> bytes:
        return self.raw[self.body_start : self.end]

    @property
    def whole(self) -> bytes:
        return self.raw[self.start : self.end]

    @cached_property
    def content(self) -> transfer.Decoded:
        """Return the body without its transfer encoding."""
        return transfer.decode(self.body, self.get("content-transfer-encoding"))

    def walk(self) -> Iterator[Part]:
        yield self
        for part in self.parts:
            yield from part.walk()


def take_apart(raw: bytes) -> Part:
    """
    Read a whole mail.

    :raises TooMuch: if it has more headers or parts than any honest mail.
    """
    if b"\n" not in raw[:100_000] and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")  # a mail with the line ends of an old Mac
    # Some put a mark of UTF-8 or blank lines before the first header.
    begin = FIRST_HEADER.match(raw)
    return _Reader(raw).read(begin.start(1) if begin else 0, len(raw), "text/plain", 0)


class _Reader:
    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.count = 0

    def read(self, start: int, end: int, default_type: str, depth: int) -> Part:
        self.count += 1
        if self.count > MOST_PARTS:
            raise TooMuch(f"It has more than {MOST_PARTS} parts.")
        headers, body_start, problems = read_headers(self.raw, start, end)
        part = Part(self.raw, start, body_start, end, headers, default_type)
        kind = part.content_type
        if not kind.startswith("multipart/"):
            return Part(self.raw, start, body_start, end, headers, default_type, (), problems)

        default_type = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        boundary = part.parameters.get("boundary", "")
        if not boundary:
            return _as_text(part, (*problems, "no_boundary"))
        if depth >= DEEPEST:
            return _as_file(part, (*problems, "too_deep"))
        spans, closed = self._spans(boundary, body_start, end)
        if not spans:
            return _as_text(part, (*problems, "no_parts"))
        parts = tuple(self.read(*span, default_type, depth + 1) for span in spans)
        if not closed:
            problems = (*problems, "unterminated")
        return Part(self.raw, start, body_start, end, headers, "text/plain", parts, problems)

    def _spans(self, boundary: str, start: int, end: int) -> tuple[list[tuple[int, int]], bool]:
        """Find where the parts between the lines of a boundary begin and end."""
        mark = re.escape(boundary.encode("utf-8", "surrogateescape"))
        line = re.compile(rb"--" + mark + rb"(--)?[ \t]*(?:\r?\n|\Z)")
        spans: list[tuple[int, int]] = []
        begin, closed = None, False
        for found in line.finditer(self.raw, start, end):
            if found.start() and self.raw[found.start() - 1] != NEWLINE:
                continue
            if begin is not None:
                if len(spans) >= MOST_PARTS:
                    raise TooMuch(f"It has more than {MOST_PARTS} parts.")
                spans.append((begin, max(begin, _before_line_end(self.raw, found.start(), begin))))
            begin = found.end()
            if found[1]:
                closed = True
                break
        if begin is not None and not closed and begin < end:
            spans.append((begin, end))
        return spans, closed


def read_headers(
    raw: bytes, start: int, end: int
) -> tuple[tuple[tuple[str, bytes], ...], int, tuple[str, ...]]:
    """
    Read the headers that begin at ``start``; return them, where the body begins, and problems.

    Values keep their folds; names are lower case.
    """
    for nothing in (b"\r\n", b"\n"):
        if raw.startswith(nothing, start, end):
            return (), start + len(nothing), ()
    found = END_OF_HEADERS.search(raw, start, end)
    head_end, body_start = (found.start(), found.end()) if found else (end, end)
    lines = raw[start:head_end].split(b"\n")
    return _named(lines, start, body_start)


def _named(
    lines: list[bytes], start: int, body_start: int
) -> tuple[tuple[tuple[str, bytes], ...], int, tuple[str, ...]]:
    headers: list[tuple[str, list[bytes]]] = []
    problems: dict[str, None] = {}
    at = start
    for index, line in enumerate(lines):
        name = NAME.match(line)
        if line[:1] in {b" ", b"\t"} and headers:
            headers[-1][1].append(line)
        elif name:
            if len(headers) >= MOST_HEADERS:
                raise TooMuch(f"It has more than {MOST_HEADERS} headers.")
            headers.append((name[1].decode("ascii").lower(), [line[name.end() :]]))
        elif index == 0 and MBOX_LINE.match(line):
            pass
        elif headers and _goes_on(lines, index):
            # A line that should have been indented: part of the value before it.
            problems["bad_header"] = None
            headers[-1][1].append(line)
        else:
            problems["no_headers" if not headers else "bad_header"] = None
            return _joined(headers), at, tuple(problems)
        at += len(line) + 1
    return _joined(headers), body_start, tuple(problems)


def _goes_on(lines: list[bytes], index: int) -> bool:
    following = lines[index + 1 : index + 2]
    if lines[index - 1].rstrip().endswith(b";") and b"=" in lines[index]:
        return True  # a parameter, and a semicolon that waits for it
    return bool(following) and bool(NAME.match(following[0]))


def _joined(headers: list[tuple[str, list[bytes]]]) -> tuple[tuple[str, bytes], ...]:
    return tuple((name, b"\n".join(lines)[:LONGEST_VALUE]) for name, lines in headers)


def _before_line_end(raw: bytes, at: int, begin: int) -> int:
    """Return where a part ends: the line end before a boundary belongs to the boundary."""
    if at > begin and raw[at - 1 : at] == b"\n":
        at -= 1
        if at > begin and raw[at - 1 : at] == b"\r":
            at -= 1
    return at


def _as_text(part: Part, problems: tuple[str, ...]) -> Part:
    """Read a multipart without parts as what a person would see in it: text."""
    headers = _without_type(part)
    return Part(
        part.raw, part.start, part.body_start, part.end, headers, "text/plain", (), problems
    )


def _as_file(part: Part, problems: tuple[str, ...]) -> Part:
    headers = (*_without_type(part), ("content-disposition", b"attachment"))
    kind = "application/octet-stream"
    return Part(part.raw, part.start, part.body_start, part.end, headers, kind, (), problems)


def _without_type(part: Part) -> tuple[tuple[str, bytes], ...]:
    return tuple((name, value) for name, value in part.headers if name != "content-type")
