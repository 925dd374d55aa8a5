"""Tables of a report: its channels, its operators, and whose numbers may be asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Membership, Team
from analytics.enums import Dimension
from analytics.periods import Period
from analytics.reading import Tally, totals
from analytics.words import in_words
from inbox.models import Channel


@dataclass(frozen=True, slots=True)
class Line:
    """One channel's or operator's line of a table."""

    name: str
    whose: str
    subject: Any
    tally: Tally
    share: float = 0

    @property
    def reopened(self) -> float | None:
        closed = self.tally.counts["resolution"]
        return 100 * self.tally.counts["reopened"] / closed if closed else None

    def time(self, measure: str) -> str:
        return in_words(self.tally.quantile(measure, 0.5))


def channels_of(period: Period) -> list[Line]:
    """List channels by how many conversations began there."""
    tallies = totals(period, Dimension.CHANNEL, is_timed=False)
    known = {channel.pk: channel for channel in Channel.objects.all()}
    most = max([tally.counts["opened"] for tally in tallies.values()] or [0]) or 1
    lines = [
        Line(
            known[key].name,
            f"channel-{key}",
            known[key],
            tally,
            100 * tally.counts["opened"] / most,
        )
        for key, tally in tallies.items()
        if key in known
    ]
    return sorted(lines, key=lambda line: -line.tally.counts["opened"])


def operators_of(period: Period, *, is_business: bool = False) -> list[Line]:
    """List people by how many conversations they closed."""
    tallies = totals(period, Dimension.OPERATOR, is_business=is_business)
    people = Membership.objects.select_related("user").filter(pk__in=tallies)
    lines = [
        Line(one.user.display_name, f"operator-{one.pk}", one, tallies[one.pk]) for one in people
    ]
    return sorted(lines, key=lambda line: (-line.tally.counts["resolution"], line.name))


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """List whose numbers may be asked for."""
    teams = [(f"team-{team.pk}", team.name) for team in Team.objects.order_by("name")]
    channels = [(f"channel-{one.pk}", one.name) for one in Channel.objects.order_by("name")]
    people = [(f"operator-{m.pk}", m.user.display_name) for m in Membership.objects.for_list()]
    return [(_("Teams"), teams), (_("Channels"), channels), (_("Operators"), people)]
