"""Names of attached files: for people to read, never for a disk."""

from __future__ import annotations

import mimetypes
import re

from inbox.connectors.mail.words import tidy

LONGEST = 150  # characters
LONGEST_SUFFIX = 10
# Marks without a width hide what a name ends with.
INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200d\u2060-\u2064]")
SUFFIXES = {
    "message/rfc822": ".eml",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
}
OTHERS = {"message": ".txt", "text": ".txt"}


def file_name(said: str, content_type: str, number: int) -> str:
    """Return what to call a file; one without a name is called by its number and type."""
    name = INVISIBLE.sub("", tidy(said)).replace("\\", "/").rpartition("/")[2].strip()
    if name.strip(". ") == "":
        suffix = (
            SUFFIXES.get(content_type)
            or mimetypes.guess_extension(content_type)
            or OTHERS.get(content_type.partition("/")[0], ".bin")
        )
        return f"attachment-{number}{suffix}"
    if len(name) <= LONGEST:
        return name
    stem, dot, suffix = name.rpartition(".")
    return (
        name[:LONGEST]
        if not dot or len(suffix) > LONGEST_SUFFIX
        else stem[: LONGEST - 1 - len(suffix)] + dot + suffix
    )
