"""What was said: scripts from ``texts/``, and the names of those who said it."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

TEXTS = Path(__file__).with_name("texts")
NO_ADDRESS, NO_NAME = 0.2, 0.06
BIKES = ("Cargo 20", "City 8", "Trail 29", "Fold 16")


@dataclass(frozen=True)
class Script:
    """
    A conversation in several wordings.

    Each line begins with who speaks: ``c`` contact, ``o`` operator, ``n`` a note; or with what
    happens: ``z`` snoozed (for so many hours), ``x`` closed, ``r`` reopened, ``a`` handed over.
    """

    language: str
    team: str
    tags: tuple[str, ...]
    lines: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    city: str


@cache
def scripts() -> tuple[Script, ...]:
    found = []
    for path in sorted(TEXTS.glob("??_*.json")):
        for entry in json.loads(path.read_text()):
            lines = tuple(tuple(line) for line in entry["said"])
            tags = tuple(entry["tags"])
            found.append(Script(path.name[:2], entry["team"], tags, lines))
    return tuple(found)


@cache
def _people() -> dict[str, dict[str, list[str]]]:
    people: dict[str, dict[str, list[str]]] = json.loads((TEXTS / "people.json").read_text())
    return people


def person(language: str, rng: Random) -> Person:
    """Make up somebody who speaks the language; some give no name or no address."""
    known = _people()[language]
    (first, latin_first), (last, latin_last) = (
        _spelt(rng.choice(known["first"])),
        _spelt(rng.choice(known["last"])),
    )
    address = "" if rng.random() < NO_ADDRESS else _address(latin_first, latin_last, rng)
    name = "" if rng.random() < NO_NAME else f"{first} {last}"
    return Person(name, address, rng.choice(known["cities"]))


def _spelt(name: str) -> tuple[str, str]:
    """Return a name and how it is written in an address, such as ``Анна|anna``."""
    shown, _, latin = name.partition("|")
    return shown, (latin or shown).lower().translate(PLAIN)


PLAIN = str.maketrans("áàâãäåéèêëíîïóôõöøúûüñçß", "aaaaaaeeeeiiiooooouuuncs", "'\u2019 -.")


def _address(first: str, last: str, rng: Random) -> str:
    digits = rng.randint(2, 99)
    local = rng.choice(
        [f"{first}.{last}", f"{first}{digits}", f"{first[0]}.{last}{digits}", f"{first}_{last}"]
    )
    host = rng.choice(["mail.example", "post.example", "inbox.example", "home.example"])
    return f"{local}@{host}"


def words_for(rng: Random, someone: Person) -> dict[str, str]:
    """Choose what the blanks of one conversation stand for."""
    return {
        "order": f"HC-{rng.randint(41_000, 48_999)}",
        "invoice": f"2026-{rng.randint(1_100, 9_800):05d}",
        "serial": f"{rng.choice('CTFK')}{rng.randint(100_000, 999_999)}",
        "bike": rng.choice(BIKES),
        "city": someone.city,
        "email": someone.email or "the address on the order",
        "street": str(rng.randint(2, 140)),
        "amount": f"€{rng.choice([19, 29, 39, 49, 64, 89, 118, 149, 240])}",
    }
