"""
Geometry of charts, in per cent of their area: pure.

Lines stretch with the page while their labels are text of its own size (docs/analytics.md).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Values = Sequence[float | None]
Tick = tuple[float, str]
Point = tuple[float, float]
MOST_LABELS = 6
APART = 9  # of a plot's height: a line of text
MINUTE, HOUR, DAY = 60, 3600, 86_400
# What an axis of times may be marked with.
ROUND = [
    *[1, 2, 4, 8, 15, 30],
    *[n * MINUTE for n in (1, 2, 4, 8, 15, 30)],
    *[n * HOUR for n in (1, 2, 4, 8, 16)],
    *[n * DAY for n in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096, 16_384)],
]


@dataclass(frozen=True, slots=True)
class Line:
    """A line in as many pieces as there are gaps in its values, and where it ends."""

    pieces: list[list[Point]]
    style: str = "s1"

    @property
    def paths(self) -> list[str]:
        return [_path(piece) for piece in self.pieces]

    @property
    def lone(self) -> list[Point]:
        """Return what stands between two gaps, of which no path can tell."""
        return [piece[0] for piece in self.pieces if len(piece) == 1]

    @property
    def end(self) -> Point | None:
        return self.pieces[-1][-1] if self.pieces else None


@dataclass(frozen=True, slots=True)
class Plot:
    """What is drawn of a chart."""

    y: list[Tick]
    x: list[Tick]
    lines: list[Line]
    bands: list[str] = field(default_factory=list)
    benchmark: float | None = None

    @property
    def ends(self) -> list[float | None]:
        """Say where each line is named: at its end, and not upon another's name."""
        places: list[float | None] = []
        for line in self.lines:
            at = line.end[1] if line.end else None
            taken = [one for one in places if one is not None]
            if at is not None and taken and at < taken[-1] + APART:
                at = taken[-1] + APART
            places.append(at)
        return places


def durations(
    median: Values,
    p90: Values,
    days: Sequence[str],
    benchmark: float | None,
    *,
    labels: int = MOST_LABELS,
) -> Plot:
    """Draw two times over each other on a log scale, on which both can be read."""
    known = [max(value, 1) for value in (*median, *p90, benchmark) if value is not None]
    low = max((tick for tick in ROUND if tick <= min(known, default=60)), default=1)
    high = next((tick for tick in ROUND if tick >= max(max(known, default=60), low * 8)), ROUND[-1])
    between = [tick for tick in ROUND if low <= tick <= high]
    every = math.ceil(len(between) / 7)

    def place(value: float) -> float:
        share = math.log(max(value, low) / low) / math.log(high / low)
        return 100 - min(share, 1) * 100

    upper, lower = _line(p90, place, "s1 ln--thin"), _line(median, place, "s1")
    return Plot(
        [(place(value), in_short(value)) for value in between[::every]],
        _labels(days, labels),
        [upper, lower],
        [_between(a, b) for a, b in zip(upper.pieces, lower.pieces, strict=False)],
        place(benchmark) if benchmark else None,
    )


def amounts(values: Values, days: Sequence[str], *, labels: int = MOST_LABELS) -> Plot:
    """Draw counts from zero upwards."""
    top, step = _ceiling(max([value for value in values if value] or [4]))

    def place(value: float) -> float:
        return 100 - value / top * 100

    ticks = range(0, top + 1, step)
    line = _line(values, place, "s1")
    under = [
        f"{_path(piece)}L{piece[-1][0]:.2f} 100L{piece[0][0]:.2f} 100Z" for piece in line.pieces
    ]
    return Plot([(place(n), str(n)) for n in ticks], _labels(days, labels), [line], under)


def shares(values: Values, days: Sequence[str], *, labels: int = MOST_LABELS) -> Plot:
    """Draw points out of 100; weeks without any are gaps, and one alone is a dot."""
    line = _line(values, lambda value: 100 - value, "s1")
    return Plot([(100 - n, str(n)) for n in (0, 25, 50, 75, 100)], _labels(days, labels), [line])


def spark(values: Values) -> str:
    """Draw a small line of 84 by 30, without any label."""
    known = [(n, value) for n, value in enumerate(values) if value is not None]
    if len(known) < 2:  # noqa: PLR2004
        return ""
    low, high = min(value for _, value in known), max(value for _, value in known)
    width = max(len(values) - 1, 1)
    reach = (high - low) or 1
    return _path([(2 + n * 80 / width, 27 - (value - low) / reach * 24) for n, value in known])


def in_short(seconds: float) -> str:
    """Write a time on an axis."""
    for size, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "m")):
        if seconds >= size:
            return f"{seconds / size:g}{unit}"
    return f"{seconds:g}s"


def _line(values: Values, place: Callable[[float], float], style: str) -> Line:
    pieces: list[list[Point]] = [[]]
    width = max(len(values) - 1, 1)
    for n, value in enumerate(values):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append((100 * n / width, place(value)))
    return Line([piece for piece in pieces if piece], style)


def _between(upper: Sequence[Point], lower: Sequence[Point]) -> str:
    return _path([*upper, *reversed(lower)]) + "Z"


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points)


def _labels(days: Sequence[str], most: int) -> list[Tick]:
    every = max(math.ceil(len(days) / most), 1)
    width = max(len(days) - 1, 1)
    return [(100 * n / width, days[n]) for n in range(0, len(days), every)]


def _ceiling(most: float) -> tuple[int, int]:
    """Return a round number that is not below, and into what steps it is divided."""
    step = max(math.ceil(most / 4), 1)
    size = 10 ** int(math.log10(step))
    step = next(n * size for n in (1, 2, 5, 10) if n * size >= step)
    return step * math.ceil(most / step), step
