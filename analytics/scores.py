"""What marks add up to: pure."""

from collections.abc import Iterable, Mapping

from analytics.enums import Criterion, Mark

# Out of 100; what was not asked for takes its points along.
POINTS = {
    Criterion.TASK: 20,
    Criterion.HAPPY: 15,
    Criterion.SPEED: 10,
    Criterion.KNOWLEDGE: 10,
    Criterion.OPTIONS: 10,
    Criterion.NEXT_STEPS: 10,
    Criterion.TONE: 15,
    Criterion.OVERALL: 10,
}
WORTH = {Mark.YES: 1.0, Mark.PARTLY: 0.5, Mark.NO: 0.0}


def score_of(marks: Mapping[str, str]) -> int | None:
    """Return points out of 100, or None where nothing was asked for."""
    asked = {one: Mark(mark) for one, mark in marks.items() if mark != Mark.NOT_ASKED}
    most = sum(POINTS[Criterion(one)] for one in asked)
    if not most:
        return None
    got = sum(POINTS[Criterion(one)] * WORTH[mark] for one, mark in asked.items())
    return int(100 * got / most + 0.5)


def is_whole(marks: Mapping[str, str]) -> bool:
    return all(one in marks for one in Criterion)


def average(scores: Iterable[float | None]) -> float | None:
    known = [one for one in scores if one is not None]
    return sum(known) / len(known) if known else None


def worth_of(mark: str) -> float | None:
    """Return what a mark says out of 100."""
    worth = WORTH.get(mark)  # type: ignore[call-overload]
    return None if worth is None else 100 * worth
