"""Message-IDs (RFC 5322 section 3.6.4): what threads a mail, and nothing that grants anything."""

from __future__ import annotations

import re
from hashlib import sha256

from inbox.connectors.mail.words import tidy, unfold

LONGEST = 250  # characters; a longer id is known by its digest
MOST = 50
BRACKETED = re.compile(r"<([^<>]*)>")
# From the beginning of a word only: trying each of its letters takes too long with a long one.
BARE = re.compile(r"(?<![^\s,;<>\"()])[^\s,;<>\"()]+@[^\s,;<>\"()]+")


def own_id(value: bytes, raw: bytes) -> tuple[str, bool]:
    """Return the id of a mail and whether it named one itself; else one is made of its bytes."""
    found = read_ids([value], most=1)
    if found:
        return found[0], True
    plain = tidy(unfold(value)).strip("<> ")
    if plain:
        return shorten(plain), True
    return f"gen.{sha256(raw).hexdigest()[:32]}@desk.invalid", False


def read_ids(values: list[bytes], most: int = MOST) -> tuple[str, ...]:
    """
    Return the ids of headers, without brackets, in their order.

    Of too many the first is kept, which began the thread, and the last.
    """
    ids: dict[str, None] = {}
    for value in values:
        text = unfold(value)
        said = BRACKETED.findall(text) or BARE.findall(text)
        ids |= dict.fromkeys(shorten(one) for one in map(tidy, said) if one)
    listed = list(ids)
    return tuple(listed if len(listed) <= most else [listed[0], *listed[1 - most :]][:most])


def shorten(one: str) -> str:
    if len(one) <= LONGEST:
        return one
    return f"long.{sha256(one.encode()).hexdigest()}@desk.invalid"
