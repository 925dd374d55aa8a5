"""Who gets the next conversation: pure, so that every case can be tried."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from routing.enums import Strategy

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Candidate:
    """Somebody of the team, as they are now."""

    pk: int
    load: int  # open conversations, whatever their team
    capacity: int
    is_here: bool
    last_at: datetime | None = None  # when this team gave them one last

    @property
    def is_free(self) -> bool:
        return self.is_here and self.load < self.capacity


def choose(
    strategy: str, candidates: Iterable[Candidate], *, spared: Collection[int] = ()
) -> Candidate | None:
    """
    Return who gets the next one; None if it has to wait, or waits for a person to decide.

    :param spared: those from whom somebody took it, and who do not get it back.
    """
    free = [one for one in candidates if one.is_free and one.pk not in spared]
    if strategy == Strategy.BY_HAND or not free:
        return None
    if strategy == Strategy.LEAST_LOADED:
        return min(free, key=lambda one: (one.load, one.last_at or NEVER, one.pk))
    return min(free, key=lambda one: (one.last_at or NEVER, one.pk))
