"""Pictures for tests, good and bad."""

import io
import struct
import zlib

from PIL import Image


def picture(width=40, height=30, kind="PNG", colour="teal", **options):
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, kind, **options)
    return file.getvalue()


def giant(width=50_000, height=50_000):
    """A PNG whose header promises far more than anybody could unpack."""

    def chunk(name, body):
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    whole = width * height < 200_000_000  # beyond, even the test would run out of memory
    rows = zlib.compress(bytes((width // 8 + 1) * height if whole else 1000), 9)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", rows), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
