"""When a mail says it was written, as far as that can be believed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

EARLIEST = datetime(1982, 8, 13, tzinfo=UTC)  # RFC 822
AHEAD = timedelta(days=2)  # clocks that are wrong, and zones that are
WIDEST = timedelta(hours=18)  # no zone is further from UTC
ISO = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?\s*(?:Z|[+-]\d\d:?\d\d)?", re.IGNORECASE
)
# Names of zones that the standard does not know, where they mean but one.
ZONES = {
    "AEST": "+1000", "BST": "+0100", "CEST": "+0200", "CET": "+0100", "EEST": "+0300", "EET": "+0200", "JST": "+0900",
    "KST": "+0900", "MESZ": "+0200", "MEZ": "+0100", "MSK": "+0300", "WEST": "+0100",
}  # fmt: skip
ZONE = re.compile(rf"\b({'|'.join(ZONES)})\s*$")
FROM_GREENWICH = re.compile(r"\b(?:GMT|UTC?)\s*([+-])(\d{1,2}):?(\d\d)?\s*$", re.IGNORECASE)


def read_date(value: str, *, now: datetime) -> datetime | None:
    """Return a Date header's moment in UTC, or None if it cannot be that."""
    try:
        moment = _moment(re.sub(r"\([^()]*\)", " ", value)[:200].strip())
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return moment if moment and EARLIEST <= moment <= now + AHEAD else None


def _moment(said: str) -> datetime | None:
    if ISO.fullmatch(said):
        moment = datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d|Z)", "", said.upper()))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    said = ZONE.sub(lambda found: ZONES[found[1]], said)
    said = FROM_GREENWICH.sub(lambda found: f"{found[1]}{found[2]:0>2}{found[3] or '00'}", said)
    fields = parsedate_tz(said)
    if fields is None:
        return None
    offset = timedelta(seconds=fields[9] or 0)
    if abs(offset) > WIDEST:
        return None
    seconds = min(fields[5], 59)  # a leap second
    return datetime(*fields[:5], seconds, tzinfo=timezone(offset)).astimezone(UTC)
