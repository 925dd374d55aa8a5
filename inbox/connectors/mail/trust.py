"""
Who sent a mail, as the server saw that took it in for us (RFC 8601).

Only that server's word counts, by its name; anybody can write such a header into their own mail.
Our server writes its own above all that came with the mail, so the first with its name is its.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

METHODS = ("dmarc", "dkim", "spf")
RESULT = re.compile(r"\s*([a-z0-9-]+)\s*(?:/\s*\d+\s*)?=\s*([a-z0-9]+)", re.IGNORECASE)
PROPERTY = re.compile(r'\b(header\.(?:d|i|from)|smtp\.mailfrom)\s*=\s*"?([^\s";]+)', re.IGNORECASE)
LONGEST = 4_000  # characters of a header that are looked at


class Trust(StrEnum):
    """UNKNOWN: nobody asked, since no server is named."""

    UNKNOWN = ""
    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Judgement:
    trust: Trust = Trust.UNKNOWN
    results: Mapping[str, str] = field(default_factory=dict)  # by method, such as {"spf": "pass"}


def judge(headers: Iterable[str], server: str, sender: str) -> Judgement:
    """
    Tell whether the domain of a sender stands by a mail.

    :param server: the name that our server signs its results with; '' if none is known.
    """
    if not server:
        return Judgement()
    said = next((parts for parts in map(_parts, headers) if parts and parts[0] == server), None)
    if said is None:
        return Judgement(Trust.NONE)
    domain = sender.rpartition("@")[2].lower()
    results: dict[str, str] = {}
    stands = False
    for part in said[1:]:
        found = RESULT.match(part)
        method = found[1].lower() if found else ""
        if found is None or method not in METHODS:
            continue
        result = found[2].lower()
        if results.get(method) != "pass":  # of several signatures one suffices
            results[method] = result
        stands |= result == "pass" and _stands_for(method, part, domain)
    return Judgement(_trust(results, stands=stands), results)


def _trust(results: Mapping[str, str], *, stands: bool) -> Trust:
    if results.get("dmarc") in {"pass", "fail"}:
        return Trust(results["dmarc"])
    if stands:
        return Trust.PASS
    failed = {results.get("dkim"), results.get("spf")} & {"fail", "softfail", "permerror"}
    return Trust.FAIL if failed else Trust.NONE


def _stands_for(method: str, part: str, domain: str) -> bool:
    """Tell whether what passed belongs to the sender's own domain: DMARC's relaxed alignment."""
    names = {"dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom",)}.get(method, ())
    for name, value in PROPERTY.findall(part):
        said = value.rpartition("@")[2].lower()
        if name.lower() in names and said and domain and _is_inside(said, domain):
            return True
    return False


def _is_inside(one: str, other: str) -> bool:
    """A top-level domain has nobody inside."""
    shorter, longer = sorted((one, other), key=len)
    return one == other or ("." in shorter and longer.endswith(f".{shorter}"))


def _parts(header: str) -> list[str]:
    """Return the server's name, and one string for each result."""
    parts = _without_comments(header[:LONGEST]).split(";")
    name = parts[0].split()
    return [name[0].lower() if name else "", *parts[1:]]


def _without_comments(text: str) -> str:
    """Leave out what stands in brackets, where a sender's words may be quoted, and in quotation marks."""
    kept: list[str] = []
    depth, quoted = 0, False
    for char in text:
        if char == '"' and not depth:
            quoted = not quoted
        elif char in "()" and not quoted:
            depth = max(depth + (1 if char == "(" else -1), 0)
        elif not depth and not (quoted and char == ";"):
            kept.append(char)
    return "".join(kept)
