"""What makes time-bound promises come true: every sweeper at its period, whatever fails."""

import logging
import time
from collections.abc import Callable, Iterable
from types import FrameType

from django.db import OperationalError, close_old_connections
from redis import RedisError

from accounts import trace
from helpdesk.metrics.instruments import CLOCK_LAG, SWEEP_FAILURES, SWEEP_SECONDS

logger = logging.getLogger(__name__)

REST = 0.2  # seconds between looks at the time; also how late a request to stop is heard
AWAY = "%s could not run, it tries again at its next turn: %s"

Sweeper = Callable[[], object]


class Clock:
    """Runs sweepers one after another: none overlaps itself, and one that fails stops no other."""

    def __init__(self, table: Iterable[tuple[Sweeper, float]]) -> None:
        self._table = list(table)
        self._due = [0.0] * len(self._table)
        self._is_stopping = False

    def run(self) -> None:
        while not self._is_stopping:
            self.tick(time.monotonic())
            time.sleep(REST)

    def stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        """Be fit for a signal handler: it only raises a flag, so it cannot wait for a lock."""
        self._is_stopping = True

    def tick(self, now: float) -> None:
        """Run what is due; the next period begins when a sweeper ends, so a slow one never piles up."""
        for place, (sweeper, period) in enumerate(self._table):
            if self._due[place] <= now and not self._is_stopping:
                began = time.monotonic()
                CLOCK_LAG.set(began - self._due[place] if self._due[place] else 0)
                with trace.begun(trace.Work(task=sweeper.__name__)):
                    self._sweep(sweeper)
                took = time.monotonic() - began
                SWEEP_SECONDS.labels(sweeper.__name__).observe(took)
                self._due[place] = now + took + period

    def _sweep(self, sweeper: Sweeper) -> None:
        try:
            sweeper()
        except (OperationalError, RedisError) as error:
            SWEEP_FAILURES.labels(sweeper.__name__).inc()
            logger.warning(AWAY, sweeper.__name__, error)
        except Exception:
            SWEEP_FAILURES.labels(sweeper.__name__).inc()
            logger.exception("%s failed; it runs again at its next turn", sweeper.__name__)
        finally:
            close_old_connections()  # a connection that broke is replaced next time
