"""Values with parameters, such as ``text/plain; charset=utf-8`` (RFC 2045, 2231)."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from inbox.connectors.mail.charsets import codec, decode
from inbox.connectors.mail.words import decode_words, unfold

Parameters = dict[str, str]

LONGEST = 10_000  # characters of a whole value
PARAMETER = re.compile(
    r"""\s*;\s*                     # each begins with a semicolon
        ([^\s=;"]+)\s*=\s*          # its name
        (?:"((?:[^"\\]|\\.)*)"?     # its value in quotes, which may not end
          |([^;"]*))                # or bare, up to the next semicolon: it may hold spaces
        [^;]*""",
    re.VERBOSE,
)
EXTENDED = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")


def read_parameters(value: bytes) -> tuple[str, Parameters]:
    """Return what stands before the first semicolon, and the parameters by lower-case name."""
    # Some forget the first semicolon.
    text = re.sub(r"^([^\s;]+)\s+(?=[\w*-]+=)", r"\1; ", unfold(value)[:LONGEST])
    first, semicolon, rest = text.partition(";")
    found: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, quoted, bare in PARAMETER.findall(semicolon + rest):
        said = re.sub(r"\\(.)", r"\1", quoted) if quoted else bare.strip()
        extended = EXTENDED.fullmatch(name.lower())
        if extended:
            plain, number, encoded = extended[1], int(extended[2] or 0), bool(extended[3])
            # The extended form is the better one, whichever stands first.
            pieces = found.setdefault(plain, {})
            if number not in pieces or encoded:
                pieces[number] = (said, encoded)
    return first.strip(), {name: _value(pieces) for name, pieces in found.items()}


def _value(pieces: dict[int, tuple[str, bool]]) -> str:
    """Put the pieces of a value together, with the charset that the first one names."""
    ordered = [pieces[number] for number in sorted(pieces)]
    if not any(encoded for _, encoded in ordered):
        return decode_words("".join(said for said, _ in ordered))
    charset, raw = "", b""
    for index, (piece, encoded) in enumerate(ordered):
        said = piece
        if encoded and index == 0 and piece.count("'") >= 2:  # noqa: PLR2004 (charset'language'text)
            charset, _, said = piece.split("'", 2)
        raw += unquote_to_bytes(said) if encoded else said.encode("utf-8", "surrogateescape")
    return decode(raw, charset if codec(charset or "none") else "")[0]
