# ruff: noqa: RUF001 (the letters of many scripts are meant)
"""
Which charset bytes are in that do not say it, or say it wrongly.

Statistics need a page of text; subjects and file names have a few words. For these, what a
script looks like tells more: where its vowels are, and where it puts capitals.
"""

from __future__ import annotations

import re

from charset_normalizer import from_bytes

LONGEST = 64_000  # bytes: guessing takes time, and the rest is written alike
HIGH = re.compile(rb"[\x80-\xff]")
LETTERS = re.compile(rb"[A-Za-z\x80-\xff]+")
# What western languages write, in Windows' Latin: letters with marks, quotes, dashes, a few signs.
WESTERN = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßŒœŸ¿¡«»–—‘’“”„‚…€£§°·•ªº©®™\xa0".encode(
        "cp1252"
    )
)
# Of the charsets of Cyrillic: the letters, which of them are vowels, and words as people write
# them, small but for the first letter, or all capitals.
CYRILLIC = {
    "cp1251": (
        re.compile(rb"[\xa8\xaa\xaf\xb2\xb3\xb8\xba\xbf\xc0-\xff]+"),
        frozenset("аеиоуыэюяіїєАЕИОУЫЭЮЯІЇЄ".encode("cp1251")),
        re.compile(
            rb"[\xc0-\xdf\xa8\xaa\xaf\xb2]?[\xe0-\xff\xb8\xb3\xba\xbf]*|[\xc0-\xdf\xa8\xb2]+"
        ),
    ),
    "koi8-r": (
        re.compile(rb"[\xa3\xb3\xc0-\xff]+"),
        frozenset("аеиоуыэюяАЕИОУЫЭЮЯ".encode("koi8-r")),
        re.compile(rb"[\xe0-\xff\xb3]?[\xc0-\xdf\xa3]*|[\xe0-\xff\xb3]+"),
    ),
}
MIXED = re.compile(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]")
FEWEST_VOWELS = 0.25  # of the letters of a Cyrillic text; of Greek read so there are less
WELL_WRITTEN = 0.8  # of the letters: in words that are small but for their first letter, or capital
FEWEST = 3  # letters that tell anything
JAPANESE = re.compile(rb"\x1b\$[@B]([^\x1b]*)(?:\x1b\([BJ])?")


def guess(raw: bytes) -> str | None:
    """Return the name of the charset that bytes are most likely in, or None."""
    sample = raw[:LONGEST]
    high = HIGH.findall(sample)
    letters = b"".join(LETTERS.findall(sample))
    is_rare = len(high) * 2 <= len(letters) or len(high) < FEWEST
    if high and is_rare and all(ord(byte) in WESTERN for byte in high):
        return "cp1252"
    if cyrillic := next((name for name in CYRILLIC if _is_cyrillic(sample, name)), None):
        return cyrillic
    best = from_bytes(sample).best()
    return best.encoding if best else None


def _is_cyrillic(sample: bytes, name: str) -> bool:
    letters, vowels, word = CYRILLIC[name]
    words = letters.findall(sample)
    count = sum(map(len, words))
    if (
        count < FEWEST
        or len(MIXED.findall(sample)) * 4 > count
        or len(HIGH.findall(sample)) * 2 > count * 3
    ):
        return False
    said = b"".join(one for one in words if word.fullmatch(one))
    return (
        len(said) >= count * WELL_WRITTEN
        and sum(byte in vowels for byte in said) >= len(said) * FEWEST_VOWELS
    )


def read_japanese(raw: bytes) -> str | None:
    """Read ISO-2022-JP with the letters that Windows added, which Python's codec refuses."""
    try:
        return JAPANESE.sub(lambda found: _shifted(found[1]), raw).decode("cp932")
    except UnicodeDecodeError:
        return None


def _shifted(pairs: bytes) -> bytes:
    """Turn the rows and columns of JIS into those of Shift-JIS, which has two rows in one."""
    shifted = bytearray()
    for first, second in zip(pairs[::2], pairs[1::2], strict=False):
        lead = (first + 1) // 2 + (0x70 if first < 0x5F else 0xB0)  # noqa: PLR2004
        trail = second + (0x1F + (second >= 0x60) if first % 2 else 0x7E)  # noqa: PLR2004
        shifted += bytes([lead & 0xFF, trail & 0xFF])
    return bytes(shifted)
