"""
The addresses of a mail (RFC 5322 section 3.4), read in one pass over their characters.

An address is its addr-spec and nothing else: never what a display name or a comment claims.
What does not parse is no address; it is shown, and trusted in nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from inbox.connectors.mail.words import decode_words, tidy, unfold

MOST = 50  # people that a mail may bring into a conversation
LONGEST = 1_000_000  # characters of a header that are looked at
LONGEST_NAME = 200
LONGEST_ADDRESS = 254

LOCAL = re.compile(
    r"""[^\s@()<>\[\]:;,"\\.]+(?:\.+[^\s@()<>\[\]:;,"\\.]+)*\.?|"(?:[^"\\\r\n]|\\.)+\""""
)
BROKEN = re.compile(r"<([^<>\s]+@[^<>\s]+)>\s*$")  # after a quotation mark that nobody closed
PLAIN, QUOTED, COMMENT, ANGLE, NAME = "plain", "quoted", "comment", "angle", "name"
QUOTES = re.compile(r'\\(.)|"')
OTHER = re.compile(
    r"""(?P<first>[^\s@"\[\]]+@[^\s@"]+)\s+(?P<rest>[^\s@"][^@"]*)|(?P<name>[^@"\[]*)\[mailto:(?P<last>[^\s@"]+@[^\s@"\]]+)\]""",
    re.IGNORECASE,
)
LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")


@dataclass(frozen=True, slots=True)
class Address:
    """``address`` is empty unless it is a valid one; its domain is lower case and in ASCII."""

    name: str = ""
    address: str = ""

    def __bool__(self) -> bool:
        return bool(self.address)


@dataclass(frozen=True, slots=True)
class Addresses:
    """The first MOST of a header, how many it held, and what it held besides addresses."""

    listed: tuple[Address, ...] = ()
    count: int = 0
    invalid: tuple[str, ...] = ()


def read_addresses(values: list[bytes], most: int = MOST) -> Addresses:
    """Read the values of all headers of one name."""
    listed: list[Address] = []
    invalid: list[str] = []
    count = 0
    for value in values:
        for name, spec in _mailboxes(unfold(value[:LONGEST])):
            count += 1
            if len(listed) + len(invalid) >= most:
                continue
            address = valid_address(spec)
            if address:
                listed.append(Address(_name(name, address), address))
            else:
                invalid.append(tidy(decode_words(f"{name} {spec}"))[:LONGEST_ADDRESS])
    return Addresses(tuple(listed), count, tuple(invalid))


def valid_address(spec: str) -> str:
    """Return an addr-spec in its one spelling, or '' if it is none."""
    spec = spec.strip()
    local, at, domain = spec.rpartition("@")
    if not at or len(spec) > LONGEST_ADDRESS or not LOCAL.fullmatch(local.strip()):
        return ""
    domain = _domain(domain.strip())
    return f"{local.strip()}@{domain}" if domain else ""


def _domain(said: str) -> str:
    if said.startswith("[") and said.endswith("]"):
        try:
            return f"[{ip_address(said[1:-1].removeprefix('IPv6:'))}]"
        except ValueError:
            return ""
    labels = said.rstrip(".").lower().split(".")
    if not all(LABEL.fullmatch(label) for label in labels):
        return ""
    try:
        return ".".join(labels).encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _name(said: str, address: str) -> str:
    name = tidy(decode_words(said)).strip("\"' ")[:LONGEST_NAME]
    return "" if name.casefold() == address.casefold() else name


def _mailboxes(text: str) -> Iterator[tuple[str, str]]:
    """Yield display name and addr-spec of each mailbox of a list, groups included."""
    before = ""
    for piece in _split(text):
        if "@" not in piece and "<" not in piece:
            before += f"{piece}, " if piece.strip() else ""
            continue
        # A surname before an unquoted comma belongs to the name that follows.
        yield _apart(before + piece if before and "<" in piece else piece)
        before = ""
    alone = before.removesuffix(", ")
    if alone and not alone.endswith(":"):  # a group of nobody, which nobody closed
        yield "", alone


def _split(text: str) -> Iterator[str]:
    """Cut at commas and semicolons, and drop the names of groups."""
    piece: list[str] = []
    has_groups = ";" in text  # one ends so; else a colon belongs to a name that is not quoted
    for char, where in _marked(text):
        if where == PLAIN and char in ",;":
            yield "".join(piece)
            piece = []
        elif where == PLAIN and char == ":" and has_groups and "@[" not in "".join(piece[-8:]):
            piece = []
        else:
            piece.append(char)
    yield "".join(piece)


def _apart(piece: str) -> tuple[str, str]:
    """Return what names the person, and what stands in angle brackets or alone."""
    said: dict[str, list[str]] = {NAME: [], COMMENT: [], ANGLE: []}
    for char, where in _marked(piece):
        said[NAME if where in {PLAIN, QUOTED} else where].append(char)
    name = QUOTES.sub(lambda found: found[1] or "", "".join(said[NAME])).strip()
    comment = "".join(said[COMMENT]).strip("() ")
    if said[ANGLE]:
        # A route (<@relay:someone@example.test>) is long obsolete and names no person.
        spec = re.sub(r"^<+(?:mailto:)?|>+$", "", "".join(said[ANGLE]), flags=re.IGNORECASE)
        return name or comment, re.sub(r"^@[^:]*:", "", spec)
    alone = "".join(char for char, where in _marked(piece) if where != COMMENT)
    broken = BROKEN.search(alone) if alone.count('"') % 2 else None
    if broken:
        return alone[: broken.start()].strip('" '), broken[1]
    # An address with words behind it, or in Outlook's brackets; words before it might be of it.
    other = OTHER.fullmatch(alone.strip())
    if other:
        return comment or other["name"] or other["rest"] or "", other["first"] or other["last"]
    return comment, re.sub(r"^\s*mailto:", "", alone, flags=re.IGNORECASE)


def _marked(text: str) -> Iterator[tuple[str, str]]:
    """Yield each character with where it stands; brackets and quotes belong to what they hold."""
    quoted = escaped = False
    comment = angle = 0
    for char in text:
        where = _where(quoted=quoted, comment=comment, angle=angle)
        if escaped or (char == "\\" and not angle):
            escaped = not escaped
        elif char == '"' and not comment:
            quoted = not quoted
            where = ANGLE if angle else QUOTED
        elif char in "()" and not (quoted or angle):
            comment = max(comment + (1 if char == "(" else -1), 0)
            where = COMMENT if comment or where == COMMENT else PLAIN
        elif char in "<>" and not (quoted or comment):
            angle = max(angle + (1 if char == "<" else -1), 0)
            where = ANGLE if angle or where == ANGLE else PLAIN
        yield char, where


def _where(*, quoted: bool, comment: int, angle: int) -> str:
    if comment:
        return COMMENT
    if angle:
        return ANGLE
    return QUOTED if quoted else PLAIN
