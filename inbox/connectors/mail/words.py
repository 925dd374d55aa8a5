"""The text of headers: folds, encoded words (RFC 2047) and bytes that should not be there."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from inbox.connectors.mail import transfer
from inbox.connectors.mail.charsets import codec, decode

WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,20})?\?([bBqQ])\?((?:[^?]|\?(?!=))*)\?=")
# What steers a terminal, a line or the direction of letters says nothing in a header.
STEERING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+"
)
HEX = re.compile(rb"=([0-9A-Fa-f]{2})")


def unfold(value: bytes) -> str:
    """Return a header's value on one line; bytes beyond ASCII are read as they seem meant."""
    joined = re.sub(rb"\r?\n", b"", value).strip()
    return decode(joined)[0].replace("\t", " ")


def header_text(value: bytes, longest: int = 998) -> str:
    """
    Return a header's value as a person reads it: on one line, without what steers.

    :param longest: characters that are kept.
    """
    text = decode_words(unfold(value[: longest * 12]))
    return tidy(text)[:longest].rstrip()


def tidy(text: str) -> str:
    return re.sub(r"\s+", " ", STEERING.sub(" ", text)).strip()


def decode_words(text: str) -> str:
    """Read encoded words; one in an unknown charset stays as it was written."""
    if "=?" not in text:
        return text
    return "".join(_pieces(text))


def _pieces(text: str) -> Iterator[str]:
    """
    Yield plain text and decoded words in turn.

    Words of one charset that follow each other are joined before they are read, since many
    programs cut them in the middle of a character.
    """
    at, waiting, charset = 0, b"", ""
    for found in WORD.finditer(text):
        between = text[at : found.start()]
        raw = _bytes(found)
        if raw is None or codec(found[1]) is None:
            yield from (_read(waiting, charset), between, found[0])
            waiting = b""
        elif waiting and not between.strip() and found[1].lower() == charset:
            waiting += raw
        else:
            # Space between two encoded words is only there to part them.
            yield from (_read(waiting, charset), "" if waiting and not between.strip() else between)
            waiting, charset = raw, found[1].lower()
        at = found.end()
    yield from (_read(waiting, charset), text[at:])


def _read(raw: bytes, charset: str) -> str:
    return decode(raw, charset)[0] if raw else ""


def _bytes(word: re.Match[str]) -> bytes | None:
    try:
        said = word[3].encode("ascii")
        if word[2] in "bB":
            return transfer.decode(said, b"base64").data
        return HEX.sub(lambda pair: binascii.a2b_hex(pair[1]), said.replace(b"_", b" "))
    except (UnicodeEncodeError, binascii.Error):
        return None
