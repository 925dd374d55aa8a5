"""Files that old programs write into the text itself, between "begin" and "end"."""

from __future__ import annotations

import binascii
import re

from inbox.connectors.mail.transfer import uudecoded

BLOCK = re.compile(
    r"^begin [0-7]{3,4} (?P<name>[^\n]{1,200})\n(?P<lines>(?:[!-`][ -`]{0,90}\n)*)`?\n?end[ ]*$\n?",
    re.MULTILINE,
)
MOST = 100


def take_out(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Return the text without the files in it, and their names and contents."""
    files: list[tuple[str, bytes]] = []

    def keep(found: re.Match[str]) -> str:
        content = decoded(found["lines"])
        if content is None or len(files) >= MOST:
            return found[0]
        files.append((found["name"].strip(), content))
        return ""

    return BLOCK.sub(keep, text), files


def decoded(lines: str) -> bytes | None:
    try:
        return b"".join(map(uudecoded, lines.encode("ascii").splitlines()))
    except (binascii.Error, UnicodeEncodeError):
        return None
