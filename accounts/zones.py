"""Time zones as people know them: by a city, with the hours it is ahead."""

import zoneinfo
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location
from django.utils import timezone, translation

UTC = "UTC"


@dataclass(frozen=True, slots=True)
class Zone:
    name: str  # as IANA has it, such as Europe/Lisbon
    city: str
    offset: str

    @property
    def label(self) -> str:
        return self.city if self.name == UTC else f"{self.city}, {self.offset}"


@cache
def names() -> frozenset[str]:
    """Return every zone that may be kept; browsers name old ones too."""
    return frozenset(zoneinfo.available_timezones()) - {"localtime", "Factory"}


def choices() -> list[Zone]:
    """List the zones to choose from, in the language of the page, with what holds today."""
    today = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
    return _choices(translation.get_language() or "en", today)


def zone_of(name: str) -> Zone | None:
    """Return one zone by its name, also one that nobody would choose today."""
    if name not in names():
        return None
    return _zone(name, translation.get_language() or "en", timezone.now())


@lru_cache(maxsize=4)
def _choices(language: str, at: datetime) -> list[Zone]:
    known = get_global("zone_territories").keys() & names()
    zones = [_zone(name, language, at) for name in {*known, UTC}]
    return sorted(zones, key=lambda zone: (zone.city.casefold(), zone.name))


def _zone(name: str, language: str, at: datetime) -> Zone:
    ahead = at.astimezone(zoneinfo.ZoneInfo(name)).utcoffset() or timedelta()
    return Zone(name, _city(name, language), _signed(ahead))


def _city(name: str, language: str) -> str:
    if name == UTC:
        return UTC
    city = get_timezone_location(name, locale=Locale.parse(language, sep="-"), return_city=True)
    return city.rpartition("/")[2]


def _signed(ahead: timedelta) -> str:
    """Write hours ahead of UTC, such as UTC+5:30."""
    minutes = round(ahead.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")
