"""When a mail says it was written, as far as that can be believed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

EARLIEST = datetime(1982, 8, 13, tzinfo=UTC)  # RFC 822
AHEAD = timedelta(days=2)  # clocks that are wrong, and zones that are
WIDEST = timedelta(hours=18)  # no zone is further from UTC


def read_date(value: str, *, now: datetime) -> datetime | None:
    """Return a Date header's moment in UTC, or None if it cannot be that."""
    try:
        fields = parsedate_tz(re.sub(r"\([^()]*\)", " ", value)[:200])
        if fields is None:
            return None
        offset = timedelta(seconds=fields[9] or 0)
        if abs(offset) > WIDEST:
            return None
        moment = datetime(*fields[:6], tzinfo=timezone(offset)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return moment if EARLIEST <= moment <= now + AHEAD else None
