"""Turn the bytes of mails into text that PostgreSQL can keep."""

from __future__ import annotations

import codecs
import re

from inbox.connectors.mail.guessing import guess, read_japanese

# What programs write, and what Python calls it. The wider set stands for the narrower, as in
# browsers: a letter that is not in GB2312 is far more often GB18030 than a mistake.
ALIASES = {
    "ansi_x3.110-1983": "latin-1",
    "cp-850": "cp850",
    "default": "utf-8",
    "euc-kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "iso-2022-jp": "iso-2022-jp-ext",
    "iso-2022-jp-ms": "iso-2022-jp-ext",
    "iso-8859-1": "cp1252",
    "iso-8859-6-i": "iso-8859-6",
    "iso-8859-8-i": "iso-8859-8",
    "ks_c_5601-1987": "cp949",
    "latin1": "cp1252",
    "macintosh": "mac-roman",
    "shift_jis": "cp932",
    "sjis": "cp932",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "win-1251": "cp1251",
    "windows-874": "cp874",
    "x-gbk": "gb18030",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-roman": "mac-roman",
    "x-sjis": "cp932",
    "x-unknown": "utf-8",
    "unknown-8bit": "utf-8",
}
LONGEST = 64_000  # letters that tell of the others
CONTINUES = 0x80  # the least of the bytes that a letter beyond ASCII consists of
# Half characters, and controls but for tab and line feed.
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def codec(charset: str) -> str | None:
    """Return Python's name of a charset, or None if there is none."""
    name = charset.strip().strip("\"'").lower()
    name = ALIASES.get(name, name)
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    # Python also has codecs between bytes and bytes, such as "zip" and "rot13".
    return found.name if getattr(found, "_is_text_encoding", True) else None


def decode(raw: bytes, charset: str = "", hint: str = "") -> tuple[str, bool]:
    """
    Read bytes as well as they can be read; say whether they were what they claimed to be.

    Tried in this order: as declared, UTF-8, as hinted, what the bytes look like, and at last what
    was declared (or Windows' Latin) with marks where it does not fit.
    """
    declared = codec(charset) if charset else "ascii"
    for name in dict.fromkeys(filter(None, (declared, "utf-8", codec(hint) if hint else None))):
        try:
            return clean(raw.decode(name)), name == declared
        except (UnicodeError, ValueError):
            if name.startswith("iso2022_jp") and (text := read_japanese(raw)) is not None:
                return clean(text), True
    return clean(_mended(raw) or _guessed(raw) or _forced(raw, declared)), False


def clean(text: str) -> str:
    """Leave out what no text should hold, and end lines with a line feed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return UNFIT.sub("", text).removeprefix("\ufeff")


def _mended(raw: bytes) -> str:
    """Read UTF-8 that is broken in a few places, or cut off within a letter; else return ''."""
    text = raw.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(letter > "\x7f" for letter in text[:LONGEST]) - broken
    is_cut = broken == 1 and text.endswith("\ufffd") and raw[-1] >= CONTINUES
    return text if whole >= 2 * broken or (is_cut and len(raw) > 1 and raw[-2] >= CONTINUES) else ""


def _guessed(raw: bytes) -> str:
    name = guess(raw)
    try:
        return raw.decode(name) if name else ""
    except (UnicodeError, ValueError, LookupError):
        return ""


def _forced(raw: bytes, declared: str | None) -> str:
    name = declared if declared and declared != "ascii" else "cp1252"
    return raw.decode(name, "replace")
