"""
Pictures that browsers draw, and small ones made of them.

A small one is made in a process of its own, by running this file: what a stranger sends may be
meant to fill the memory, to take for ever, or to crash the decoder.
"""

import io
import resource
import subprocess
import sys
from typing import IO

from PIL import Image, ImageOps

PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
MOST_PIXELS = 50_000_000
SMALL = (640, 640)
PATIENCE = 20  # seconds, of the clock and of the processor
MEMORY = 1 << 30


class NoPicture(Exception):
    """It cannot be drawn, or not within reason."""


def shrink(picture: IO[bytes]) -> bytes:
    """
    Return a small picture in WebP, of the first frame.

    :raises NoPicture: if the file is broken, or too large to be unpacked here.
    """
    command = [sys.executable, "-I", __file__]
    try:
        done = subprocess.run(  # noqa: S603 (our own file)
            command, input=picture.read(), capture_output=True, timeout=PATIENCE, check=True
        )
    except subprocess.SubprocessError as error:
        raise NoPicture(str(getattr(error, "stderr", b""), "utf-8", "replace")[-200:]) from error
    return done.stdout


def _draw(source: IO[bytes], target: IO[bytes]) -> None:
    with Image.open(source, formats=list(PICTURES)) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise NoPicture("too many pixels")
        picture.draft("RGB", SMALL)  # a JPEG is unpacked no larger than needed
        upright = ImageOps.exif_transpose(picture)
    upright.thumbnail(SMALL)
    see_through = upright.has_transparency_data
    upright.convert("RGBA" if see_through else "RGB").save(target, "WEBP", quality=80)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    _draw(io.BytesIO(sys.stdin.buffer.read()), sys.stdout.buffer)


if __name__ == "__main__":
    main()
