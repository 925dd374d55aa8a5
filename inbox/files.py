"""What can be known of a file by looking at it: size, type, and how large a picture it is."""

from __future__ import annotations

import hashlib
import re
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, ClassVar, Protocol

import puremagic
from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image

from accounts.errors import DomainError
from inbox import storage
from inbox.pictures import MOST_PIXELS, PICTURES

CHUNK = 64 * 1024
UNKNOWN = "application/octet-stream"
LONGEST_NAME = 120
EXIF_ORIENTATION, ON_ITS_SIDE = 0x0112, {5, 6, 7, 8}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")  # but those that lay a text out
# Letters that PostgreSQL, file systems or eyes trip over: controls, half characters, private use,
# line breaks, and those that show nothing or turn the reading direction round.
UNFIT = {"Cc", "Cs", "Co", "Cf", "Cn", "Zl", "Zp"}


class TooLarge(DomainError):
    code: ClassVar[str] = "too_large"
    status: ClassVar[int] = 413


class EmptyFile(DomainError):
    code: ClassVar[str] = "empty"
    status: ClassVar[int] = 422


class Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Facts:
    size: int
    sha256: str
    content_type: str
    width: int | None = None
    height: int | None = None


@contextmanager
def received(stream: Stream) -> Iterator[tuple[IO[bytes], Facts]]:
    """
    Take in a file piece by piece, and look at it.

    :raises TooLarge: if there is more than ``ATTACHMENT_MAX_BYTES``.
    :raises EmptyFile: if there is nothing.
    """
    with tempfile.TemporaryFile(prefix="upload") as file:
        digest, size = hashlib.sha256(), 0
        while piece := stream.read(CHUNK):
            size += len(piece)
            if size > settings.ATTACHMENT_MAX_BYTES:
                raise TooLarge(
                    _("A file may have %(most)s at most. Share a link to it instead.")
                    % {"most": in_words(settings.ATTACHMENT_MAX_BYTES)}
                )
            digest.update(piece)
            with storage.speaking():
                file.write(piece)
        if not size:
            raise EmptyFile(_("This file is empty."))
        with storage.speaking():
            file.flush()
        yield file, Facts(size, digest.hexdigest(), *look_at(file))


def look_at(file: IO[bytes]) -> tuple[str, int | None, int | None]:
    """Return the type, and width and height if browsers can show it as a picture."""
    file.seek(0)
    try:
        with Image.open(file, formats=list(PICTURES)) as picture:
            width, height = picture.size
            if picture.format == "JPEG" and picture.getexif().get(EXIF_ORIENTATION) in ON_ITS_SIDE:
                width, height = height, width
            if 0 < width * height <= MOST_PIXELS:
                return PICTURES[str(picture.format)], width, height
    except Exception:  # noqa: BLE001, S110 (whatever Pillow stumbles over is no picture)
        pass
    return _sniffed(file), None, None


def _sniffed(file: IO[bytes]) -> str:
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    if head.startswith(b"PK\x03\x04") and b"[Content_Types].xml" not in head:
        return "application/zip"  # everything zipped looks like a Word file to puremagic
    try:
        guesses = puremagic.magic_stream(file)
    except (puremagic.PureError, ValueError):
        return "text/plain" if _is_text(head) else UNKNOWN
    return next((guess.mime_type for guess in guesses if guess.mime_type), UNKNOWN)[:100]


def _is_text(head: bytes) -> bool:
    try:
        said = head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:  # not merely cut in two
            return False
        said = head[: error.start].decode()
    return not CONTROL.search(said)


def clean_name(said: str) -> str:
    """Return what a file may be called on screens and disks: one line, no path, nothing hidden."""
    name = unicodedata.normalize("NFC", said)
    name = "".join(char for char in name if unicodedata.category(char) not in UNFIT)
    name = re.split(r"[/\\]", name)[-1]
    name = re.sub(r"\s+", " ", name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if dot and len(ending) <= 12:  # noqa: PLR2004
        return f"{stem[: LONGEST_NAME - len(ending) - 1].rstrip(' .')}.{ending}"
    return name[:LONGEST_NAME].rstrip(" .") or _("File")


def in_words(size: int) -> str:
    """Say a number of bytes as people do: 84 KB, 1.2 MB."""
    if size < 1000:  # noqa: PLR2004
        return f"{size} B"
    number, unit = (size / 1024, "KB") if size < 1000 * 1024 else (size / 1024**2, "MB")
    places = 1 if number < 10 else 0  # noqa: PLR2004
    return f"{number:.{places}f} {unit}".replace(".0 ", " ")
