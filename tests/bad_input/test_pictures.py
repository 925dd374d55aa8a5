"""Bad input as pictures: what is measured, what is drawn small, and what is only a file."""

import io
import struct
import zlib

import pytest
from PIL import Image

from inbox.files import look_at
from inbox.pictures import NoPicture, shrink
from tests.support.pictures import picture


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def with_chunk(name, body):
    """A good PNG with one more chunk behind its header."""
    png = picture()
    return png[:33] + chunk(name, body) + png[33:]


def exploding_text():
    """A note that unpacks to a hundred times what anybody reads."""
    return with_chunk(b"zTXt", b"note\x00\x00" + zlib.compress(bytes(80_000_000), 9))


def huge_profile():
    return with_chunk(b"iCCP", b"p\x00\x00" + zlib.compress(bytes(80_000_000), 9))


def many_frames(kind, **options):
    frames = [Image.new("RGB", (8, 8), (n % 256, n // 2, 9)) for n in range(400)]
    file = io.BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], **options)
    return file.getvalue()


ROWS = {
    # the file, what it is taken for, its size, and whether a small picture can be made of it
    "one that is good": (picture(), "image/png", (40, 30), True),
    "half a JPEG": (picture(400, 300, "JPEG")[:900], "image/jpeg", (400, 300), False),
    "half a PNG": (picture()[:60], "image/png", (40, 30), False),
    "a header alone": (picture()[:24], "image/png", (None, None), False),
    "a GIF of 400 frames": (many_frames("GIF"), "image/gif", (8, 8), True),
    "a PNG of 400 frames": (many_frames("PNG"), "image/png", (8, 8), True),
    "a note that unpacks to 80 MB": (exploding_text(), "image/png", (None, None), False),
    "colours that unpack to 80 MB": (huge_profile(), "image/png", (None, None), False),
    "1 MB of EXIF": (
        picture(kind="PNG", exif=b"Exif\x00\x00" + bytes(1_000_000)),
        "image/png",
        (40, 30),
        False,
    ),
    "noughts where pixels were": (
        picture(kind="GIF")[:30] + bytes(5000),
        "image/gif",
        (40, 30),
        False,
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_pictures(name):
    data, content_type, size, is_drawn = ROWS[name]

    assert look_at(io.BytesIO(data)) == (content_type, *size)
    if is_drawn:
        with Image.open(io.BytesIO(shrink(io.BytesIO(data)))) as small:
            assert (small.format, small.size, getattr(small, "n_frames", 1)) == ("WEBP", size, 1)
    else:
        with pytest.raises(NoPicture):
            shrink(io.BytesIO(data))
