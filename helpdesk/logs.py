"""Lines of the log: who and what they are about by number, and nothing that tells of a person."""

import json
import logging
import re
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from accounts import trace

ADDRESS = re.compile(r"[^\s@<>()\"',;:=\[\]/]+@[^\s@<>()\"',;:=\[\]/]+")
DETAIL = re.compile(r"^(DETAIL|CONTEXT):.*\n?", re.MULTILINE)  # PostgreSQL quotes rows there
WORD = re.compile(r"[A-Za-z0-9_~-]{20,}")
NAME = re.compile(r"_*[a-z0-9]+(_+[a-z0-9]+){2,}_*|\d{4}-\d\d-\d\d.*")  # of a function, or a date
SECRET, SOMEBODY = "[secret]", "[address]"


def masked(text: str) -> str:
    """Take out mail addresses and whatever was drawn at random: links' tokens, keys, passwords."""
    return ADDRESS.sub(SOMEBODY, WORD.sub(_masked_word, DETAIL.sub("", text)))


def _masked_word(found: re.Match[str]) -> str:
    word = found[0]
    if NAME.fullmatch(word):
        return word
    humps = sum(a.islower() != b.islower() for a, b in pairwise(word))
    drawn = any(letter.isdigit() for letter in word) or humps > len(word) / 3
    return SECRET if drawn else word


class Facts(logging.Formatter):
    """What both kinds of lines know."""

    def parts(self, record: logging.LogRecord) -> tuple[str, dict[str, Any], str]:
        error = self.formatException(record.exc_info) if record.exc_info else ""
        facts = trace.facts() | getattr(record, "facts", {})
        return masked(record.getMessage()), facts, masked(error)


class HumanLine(Facts):
    def format(self, record: logging.LogRecord) -> str:
        message, facts, error = self.parts(record)
        told = "".join(f" {name}={value}" for name, value in facts.items())
        line = message.replace("\r", "\\r").replace("\n", "\\n")  # nobody begins a line of his own
        line = f"{record.levelname} {record.name}: {line}{told}"
        return f"{line}\n{error}" if error else line


class JsonLine(Facts):
    def format(self, record: logging.LogRecord) -> str:
        message, facts, error = self.parts(record)
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname.lower(), "logger": record.name}
        line |= {"message": message} | facts | ({"error": error} if error else {})
        return json.dumps(line, ensure_ascii=False, default=str)
