"""Content-Transfer-Encoding (RFC 2045 section 6), read as forgivingly as people expect."""

from __future__ import annotations

import binascii
import quopri
import re
from dataclasses import dataclass

LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
NOT_BASE64 = bytes(set(range(256)) - set(LETTERS))
WORDY = 20  # a space for so many letters; base64 has none within its lines
FEWEST = 3 * WORDY  # but for those of folds
PLAIN = {"", "7bit", "8bit", "binary"}


@dataclass(frozen=True, slots=True)
class Decoded:
    """``problem`` says what was wrong with the encoding, or is empty."""

    data: bytes
    problem: str = ""


def decode(body: bytes, encoding: bytes) -> Decoded:
    name = encoding.decode("ascii", "replace").strip().strip("\"'").lower()
    name = re.split(r"[;(\s]", name, maxsplit=1)[0].strip()
    if name in PLAIN:
        return Decoded(body)
    if name == "base64":
        return _base64(body)
    if name == "quoted-printable":
        return Decoded(quopri.decodestring(body))
    if name in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return _uuencoded(body)
    return Decoded(body, "unknown_encoding")


def _base64(body: bytes) -> Decoded:
    """Read base64 with whatever junk between its letters, up to its first padding."""
    letters, _, after = body.partition(b"=")
    if FEWEST < letters.count(b" ") * WORDY > len(letters):
        return Decoded(body, "bad_base64")  # words with spaces between them: it only says so
    junk = letters.translate(None, NOT_BASE64)
    problem = "" if _only_spaces_left(letters, junk) else "bad_base64"
    if len(junk) % 4 == 1:
        junk, problem = junk[:-1], "bad_base64"
    data = binascii.a2b_base64(junk + b"=" * (-len(junk) % 4))
    after = after.lstrip(b"=")
    if not after.translate(None, LETTERS + b"=\r\n\t ") and after.strip():
        # Several encoded texts one after the other, as some gateways write them.
        return Decoded(data + _base64(after).data, "bad_base64")
    if after.strip():
        problem = "bad_base64"
    return Decoded(data, problem)


def _only_spaces_left(letters: bytes, kept: bytes) -> bool:
    return len(letters) - len(kept) == sum(
        letters.count(space) for space in (b"\r", b"\n", b" ", b"\t")
    )


def _uuencoded(body: bytes) -> Decoded:
    data, problem = bytearray(), ""
    for line in body.splitlines():
        if line.startswith(b"begin ") or line.strip() in {b"", b"end", b"`"}:
            continue
        try:
            data += uudecoded(line)
        except binascii.Error:
            problem = "bad_uuencode"
    return Decoded(bytes(data), problem)


def uudecoded(line: bytes) -> bytes:
    """
    Read a line of uuencode, of which some programs fill the end with junk.

    :raises binascii.Error: if it is none.
    """
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        count = (((line[0] - 32) & 63) * 4 + 5) // 3
        return binascii.a2b_uu(line[:count])
