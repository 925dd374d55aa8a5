"""How much can come in for good: until what follows from a message falls behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from django.utils import timezone

from accounts.models import Event, FollowUp, Workspace
from accounts.tenancy import scope
from benchmarks.people import Visitor, forget_limits
from benchmarks.report import Figure, single
from tests.support.rows import until
from tests.support.running import Site

AIM = 40  # messages a second
FASTER, SLOWER = (60, 90, 135), (30, 20, 15, 10)
OLDEST = 5.0  # seconds that a follow-up may wait
AFTERWARDS = 1.5  # seconds in which all is done after the last message, or a queue has grown
PATIENCE = 120
AT_ONCE = 8
LOOK = 0.25  # seconds between two looks at what is owed


class Pace:
    """Does something at an even pace on a few threads; notes when each began, by ``time.time()``."""

    def __init__(self, act: Callable[[int], object], *, rate: float, seconds: float) -> None:
        self._act, self._rate, self._count = act, rate, int(rate * seconds)
        self.began: dict[int, float] = {}
        self._faults: list[Exception] = []

    def __enter__(self) -> Pace:
        self._start = time.time() + 0.1
        self._threads = [threading.Thread(target=self._run, args=(n,)) for n in range(AT_ONCE)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for thread in self._threads:
            thread.join()
        if self._faults:
            raise self._faults[0]

    @property
    def is_over(self) -> bool:
        return not any(thread.is_alive() for thread in self._threads)

    @property
    def late(self) -> float:
        """Seconds by which the last began after its time: who asks could not keep the pace."""
        last = max(self.began)
        return self.began[last] - self._start - last / self._rate

    def _run(self, first: int) -> None:
        try:
            for n in range(first, self._count, AT_ONCE):
                time.sleep(max(0, self._start + n / self._rate - time.time()))
                self.began[n] = time.time()
                self._act(n)
        except Exception as error:  # noqa: BLE001 (told where the pace is waited for)
            self._faults.append(error)


def of_sustained(site: Site, workspace: Workspace, *, seconds: float) -> Iterator[Figure]:
    """Try the rate that is wanted, then higher or lower ones, until one is kept and the next is not."""
    visitors = [Visitor(site) for _ in range(AT_ONCE * 8)]
    for visitor in visitors:
        visitor.says("Hello")
    found: dict[int, str] = {}

    def keeps(rate: int) -> bool:
        kept, found[rate] = _keeps(site, workspace, visitors, rate, seconds)
        return kept

    is_kept = keeps(AIM)
    best = AIM if is_kept else 0
    for rate in FASTER if is_kept else SLOWER:
        kept = keeps(rate)
        best = rate if kept else best
        if kept != is_kept:
            break
    note = "; ".join(f"{rate}/s: {said}" for rate, said in sorted(found.items()))
    yield single(
        "received messages, sustained with all follow-ups done",
        best,
        "per s",
        aim=AIM,
        at_least=True,
        n=len(found),
        note=note,
    )


def _keeps(
    site: Site, workspace: Workspace, visitors: list[Visitor], rate: int, seconds: float
) -> tuple[bool, str]:
    until(lambda: not age_of_oldest(workspace), PATIENCE)
    forget_limits()
    oldest = 0.0
    with Pace(
        lambda n: visitors[n % len(visitors)].says("Hello"), rate=rate, seconds=seconds
    ) as pace:
        while not pace.is_over:
            oldest = max(oldest, age_of_oldest(workspace))
            forget_limits()
            time.sleep(LOOK)
    ended = time.monotonic()
    until(lambda: not age_of_oldest(workspace), PATIENCE, 0.05)
    rest = time.monotonic() - ended
    kept = oldest < OLDEST and rest < AFTERWARDS and pace.late < AFTERWARDS
    return kept, f"oldest {oldest:.1f} s, {rest:.1f} s to do afterwards, {pace.late:.1f} s late"


def age_of_oldest(workspace: Workspace) -> float:
    """Return for how many seconds the oldest follow-up has been owed; 0 if there is none."""
    with scope(workspace):
        owed = FollowUp.objects.filter(gave_up_at=None).order_by("event_id")
        oldest = Event.objects.filter(pk__in=list(owed.values_list("event_id", flat=True)[:1]))
        first = oldest.values_list("at", flat=True).first()
    return max((timezone.now() - first).total_seconds(), 0.001) if first else 0
