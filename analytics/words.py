"""What numbers are called, what they mean, and how times are written."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy, pgettext

from analytics.enums import Criterion

NONE = "\N{EN DASH}"
MINUTE, HOUR, DAY = 60, 3600, 86_400
ABOUT = {
    "first": gettext_lazy(
        "From a contact's first message to the first reply of a person that went out. Half were answered within this time."
    ),
    "p90": gettext_lazy(
        "The same time: nine in ten were answered within it, one in ten waited longer."
    ),
    "resolution": gettext_lazy(
        "From the opening of a conversation, or its reopening, to its closing. Half were closed within this time."
    ),
    "satisfaction": gettext_lazy(
        "Ratings that are good or excellent, of all ratings given in the period."
    ),
    "opened": gettext_lazy("Conversations begun in the period, without spam and without archives."),
    "backlog": gettext_lazy("Conversations that are open or snoozed, at the end of each day."),
    "heat": gettext_lazy(
        "New conversations by weekday and hour, in the zone of the report. Weekdays off are brass, a dot marks a holiday of the working hours."
    ),
    "operators": gettext_lazy(
        "Closed: conversations that they closed. Reopened: of those, how many came back. Times and ratings as above, of their own replies and conversations."
    ),
    "channels": gettext_lazy("New conversations by channel, and the satisfaction there."),
}

CRITERIA = {
    Criterion.TASK: gettext_lazy("They could do what they came for"),
    Criterion.HAPPY: gettext_lazy("They sound content with how it ended"),
    Criterion.SPEED: gettext_lazy("No needless waiting or asking until it was closed"),
    Criterion.KNOWLEDGE: gettext_lazy("With the article where there is one"),
    Criterion.OPTIONS: gettext_lazy("They could choose, knowing what there is"),
    Criterion.NEXT_STEPS: gettext_lazy("They know what happens next, and when"),
    Criterion.TONE: gettext_lazy("Warm, plain, no blame"),
    Criterion.OVERALL: gettext_lazy("As you would have wished it"),
}


def parts_of(seconds: float | None) -> list[tuple[str, str]]:
    """Write a time with two units at most, such as 4 m 12 s."""
    if seconds is None:
        return [(NONE, "")]
    whole = round(seconds)
    units = [
        (whole // DAY, pgettext("unit", "d")),
        (whole % DAY // HOUR, pgettext("unit", "h")),
        (whole % HOUR // MINUTE, pgettext("unit", "m")),
        (whole % MINUTE, pgettext("unit", "s")),
    ]
    first = next((n for n, (count, _unit) in enumerate(units) if count), 3)
    return [(str(count), unit) for count, unit in units[first : first + 2] if count or first == 3]  # noqa: PLR2004


def in_words(seconds: float | None) -> str:
    return " ".join(f"{count}{unit}" for count, unit in parts_of(seconds))


def days_in_words(first: date, last: date) -> str:
    until = date_format(last, "j M Y")
    if first == last:
        return until
    form = "j M" if first.year == last.year else "j M Y"
    return gettext("%(first)s to %(last)s") % {"first": date_format(first, form), "last": until}
