"""What has changed from one text to another, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

WORD = re.compile(r"\s+|\w+|[^\w\s]")
MOST = 6000  # words; comparing takes the square of them


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch that is in both (``same``), went (``del``) or came (``ins``)."""

    kind: str
    text: str


def changes(before: str, after: str) -> list[Change]:
    old, new = WORD.findall(before), WORD.findall(after)
    if max(len(old), len(new)) > MOST:  # line by line, then
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    found: list[Change] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Change("same", "".join(old[i:j])))
            continue
        if j > i:
            found.append(Change("del", "".join(old[i:j])))
        if m > k:
            found.append(Change("ins", "".join(new[k:m])))
    return found
