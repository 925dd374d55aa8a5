"""
Mails in files: single ones, mbox (RFC 4155), Maildir, and folders of all these.

A file may be larger than memory, so it is looked through once for where its mails stand.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LARGEST = 150 * 1024 * 1024  # bytes of one mail that are read
PIECE = 1 << 16
SINGLE = {".eml", ".msg"}
BOXES = {".mbox", ".mbx", ".mbs"}
DATED = re.compile(rb"From .*\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.*\d{1,2}:\d{2}")
HEADER = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")
ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
BLANK = {b"\n", b"\r\n"}


@dataclass(frozen=True, slots=True)
class Item:
    """Where a mail stands: in which file, as which of its mails, and from where to where."""

    path: Path
    index: int
    start: int
    end: int
    in_box: bool = False

    @property
    def is_too_large(self) -> bool:
        return self.end - self.start > LARGEST

    def read(self) -> bytes:
        """:raises OSError: if the file cannot be read any more."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            raw = file.read(min(self.end - self.start, LARGEST))
        return ESCAPED.sub(rb"\1", raw) if self.in_box else raw


def files_in(path: Path) -> Iterator[Path]:
    """
    List the files that hold mails: the path itself, or what lies in the folder.

    :raises OSError: if it cannot be read, or is neither file nor folder.
    """
    if path.is_dir():
        yield from _files(path)
    elif path.is_file():
        yield path
    else:
        raise FileNotFoundError(errno.ENOENT, "no such file or folder")


def mails_in(path: Path) -> Iterator[Item]:
    """
    Find the mails of a file.

    :raises OSError: if it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(5)
        is_box = path.suffix.lower() in BOXES or (
            head == b"From " and path.suffix.lower() not in SINGLE
        )
        if not is_box:
            yield Item(path, 0, 0, file.seek(0, 2))
            return
        file.seek(0)
        for index, (start, end) in enumerate(_spans(file)):
            yield Item(path, index, start, end, in_box=True)


def _files(folder: Path) -> Iterator[Path]:
    """List what holds mails below a folder, in order; a Maildir's own names say nothing."""
    inside = sorted(folder.iterdir())
    names = {one.name for one in inside}
    if {"cur", "new"} <= names:
        inside = [one for one in inside if one.name != "tmp"]
    is_maildir = folder.name in {"cur", "new"}
    for one in inside:
        if one.is_dir() and not one.is_symlink():
            yield from _files(one)
        elif one.is_file() and (is_maildir or _may_hold_mails(one)):
            yield one


def _may_hold_mails(file: Path) -> bool:
    known = file.suffix.lower() in SINGLE | BOXES
    return known or not (file.suffix or file.name.startswith("."))


def _spans(file: IO[bytes]) -> Iterator[tuple[int, int]]:
    """Yield from where to where each mail of an mbox goes, without the lines between them."""
    start: int | None = None
    at = blank_at = 0  # where this line begins, and the last blank one that no other followed
    was_blank, at_line_start = True, True
    line = file.readline(PIECE)
    while line:
        following = file.readline(PIECE)
        if at_line_start and line.startswith(b"From ") and _parts(line, following, was_blank):
            if start is not None:
                yield start, blank_at if was_blank else at
            start = at + len(line)
        elif start is None and line.strip():
            start = at  # a box that does not begin as one
        was_blank = at_line_start and line in BLANK
        if was_blank:
            blank_at = at
        at_line_start = line.endswith(b"\n")
        at += len(line)
        line = following
    if start is not None:
        yield start, max(start, blank_at if was_blank else at)


def _parts(line: bytes, following: bytes, was_blank: bool) -> bool:
    """Tell a line between two mails from a sentence that begins with "From"."""
    is_dated, has_header = bool(DATED.match(line)), bool(HEADER.match(following))
    return (was_blank and (is_dated or has_header)) or (is_dated and has_header)
