"""THE table: what the clock runs, and every how many seconds."""

from accounts import heartbeats
from accounts.tasks import prove_worker, sweep_follow_ups


def beat_clock() -> None:
    heartbeats.beat("clock")


def ring_worker() -> None:
    prove_worker.delay()


SWEEPERS = [
    (beat_clock, 10),
    (ring_worker, 10),
    (sweep_follow_ups, 5),
]
