"""
Mails in files: single ones, mbox (RFC 4155), Maildir, and folders of all these.

A file may be larger than memory, so it is looked through once for where its mails stand.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LARGEST = 150 * 1024 * 1024  # bytes of one mail that are read
PIECE = 1 << 16
SINGLE = {".eml", ".msg"}
BOXES = {".mbox", ".mbx", ".mbs"}
# What holds mails, but not as we read them, by what it begins with.
FOREIGN = {
    b"\x1f\x8b": "compressed: unpack it first",
    b"PK\x03\x04": "compressed: unpack it first",
    b"BZh": "compressed: unpack it first",
    b"\xfd7zXZ": "compressed: unpack it first",
    b"7z\xbc\xaf": "compressed: unpack it first",
    b"\x28\xb5\x2f\xfd": "compressed: unpack it first",
    b"!BDN": "a store of Outlook: export its mails first",
    b"\xd0\xcf\x11\xe0": "a mail as Outlook saves it: save it as eml",
}
PACKED = {".gz", ".zip", ".bz2", ".xz", ".tgz", ".7z", ".zst", ".pst", ".ost"}
DATED = re.compile(rb"From .*\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.*\d{1,2}:\d{2}")
# Some write no date; then it is an address alone.
UNDATED = re.compile(rb"From (?:\S*@\S*|-|MAILER-DAEMON)\s*$")
HEADER = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")
ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
LENGTH = re.compile(rb"^Content-Length:[ \t]*(\d{1,12})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
UNESCAPED = re.compile(rb"^From ", re.MULTILINE)
LOOKS_LIKE_MAIL = re.compile(
    rb"(?:>?From .*\r?\n)?(?:[!-9;-~]{1,80}:.*\r?\n(?:[ \t].*\r?\n)*)*?"
    rb"(?:From|Received|Return-Path|Delivered-To|Message-ID|Date|Subject|MIME-Version)[ \t]*:",
    re.IGNORECASE,
)
BLANK = {b"\n", b"\r\n"}
Refused = Callable[[Path, OSError], None]


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
        # A box that tells lengths may escape nothing: it has lines that another would have escaped.
        is_plain = LENGTH.search(raw.partition(b"\n\n")[0]) and UNESCAPED.search(raw)
        return ESCAPED.sub(rb"\1", raw) if self.in_box and not is_plain else raw


def files_in(path: Path, refused: Refused) -> Iterator[Path]:
    """
    List the files that hold mails: the path itself, or what lies in the folder.

    :param refused: is told what cannot be read or is neither file nor folder.
    """
    if path.is_dir():
        yield from _files(path, refused)
    elif path.exists():
        yield path
    else:
        refused(path, FileNotFoundError(errno.ENOENT, "no such file or folder"))


def mails_in(path: Path) -> Iterator[Item]:
    """
    Find the mails of a file.

    :raises OSError: if it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(8)
        if reason := next((said for mark, said in FOREIGN.items() if head.startswith(mark)), None):
            raise OSError(errno.EINVAL, reason)
        is_box = path.suffix.lower() in BOXES or (
            head.startswith(b"From ") and path.suffix.lower() not in SINGLE
        )
        if not is_box:
            yield Item(path, 0, 0, file.seek(0, 2))
            return
        file.seek(0)
        for index, (start, end) in enumerate(_spans(file)):
            yield Item(path, index, start, end, in_box=True)


def _files(folder: Path, refused: Refused) -> Iterator[Path]:
    """List what holds mails below a folder, in order; a Maildir's own names say nothing."""
    try:
        inside = sorted(folder.iterdir())
    except OSError as error:
        refused(folder, error)
        return
    is_maildir = any(one.name in {"cur", "new"} and one.is_dir() for one in inside)
    holds_mails = folder.name in {"cur", "new"}
    for one in inside:
        if one.is_dir():
            if not one.is_symlink() and not (is_maildir and one.name == "tmp"):
                yield from _files(one, refused)
        # Beside cur and new stand the lists and indexes of the server, no mails.
        elif holds_mails or (not is_maildir and _may_hold_mails(one)):
            yield one


def _may_hold_mails(file: Path) -> bool:
    if file.name.startswith("."):
        return False  # what a system keeps to itself, such as the forks of a Mac
    if file.suffix.lower() in SINGLE | BOXES | PACKED:
        return True
    try:
        with file.open("rb") as opened:
            return bool(LOOKS_LIKE_MAIL.match(opened.read(4_000)))
    except OSError:
        return file.is_symlink()  # to nowhere: whoever reads it says so


def _spans(file: IO[bytes]) -> Iterator[tuple[int, int]]:
    """Yield from where to where each mail of an mbox goes, without the lines between them."""
    start: int | None = None
    length = told_end = 0  # what a mail says of its length, and where it ends if that is true
    at = blank_at = 0  # where this line begins, and the last blank one that no other followed
    in_head = was_blank = at_line_start = True
    line = file.readline(PIECE)
    while line:
        following = file.readline(PIECE)
        if (
            (at_line_start and at >= told_end and line.startswith(b"From "))
            and _parts(line, following, was_blank)
        ):  # fmt: skip
            if start is not None:
                yield start, blank_at if was_blank else at
            start, in_head, length = at + len(line), True, 0
        elif start is None and line.strip():
            start = at  # a box that does not begin as one
        was_blank = at_line_start and line in BLANK
        if was_blank:
            blank_at = at
        if in_head and at_line_start and start is not None:
            in_head = not was_blank
            length = int(told[1]) if (told := LENGTH.match(line)) else length
            told_end = 0 if in_head else _told_end(file, at + len(line), length)
        at_line_start = line.endswith(b"\n")
        at += len(line)
        line = following
    if start is not None:
        yield start, max(start, blank_at if was_blank else at)


def _told_end(file: IO[bytes], body: int, length: int) -> int:
    """Return where a mail says that it ends, if another begins there or the box ends; else 0."""
    if not length:
        return 0
    here = file.tell()
    file.seek(body + length)
    after = file.read(8).lstrip(b"\r\n")
    is_end = after.startswith(b"From ") or (not after and file.seek(0, 2) >= body + length)
    file.seek(here)
    return body + length if is_end else 0


def _parts(line: bytes, following: bytes, was_blank: bool) -> bool:
    """Tell a line between two mails from a sentence that begins with "From"."""
    is_dated, has_header = bool(DATED.match(line)), bool(HEADER.match(following))
    begins = is_dated or (has_header and bool(UNDATED.match(line)))
    return begins and (was_blank or has_header)
