"""
Carries what may be late or lost: doorbells for workers, live pushes for screens.

One background thread per process talks to Redis, so that no request ever waits for it. When
Redis is away its messages are dropped; sweepers ring again and screens refetch.
"""

import atexit
import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

logger = logging.getLogger(__name__)

Errand = Callable[[], Any]
Waiting = tuple[Errand, int, Errand | None]

CAPACITY = 10_000
MOST_BYTES = 64 * 1024 * 1024  # of all that waits: rendered pushes may be large
LAST_WORDS = 2.0  # seconds a leaving process waits for its errands
SILENCE = 5.0  # seconds between two complaints about the same trouble
PAUSE = 1.0  # seconds between two tries to make good for what was lost


class Courier:
    def __init__(self) -> None:
        self._errands: queue.Queue[Waiting] = queue.Queue(CAPACITY)
        self._weight = 0
        self._lock = threading.Lock()
        self._process: int | None = None
        self._complained_at = float("-inf")
        self._amends: Errand | None = None
        self._amended_at = float("-inf")

    def send(self, errand: Errand, weight: int = 0, amends: Errand | None = None) -> None:
        """
        Run the errand soon, in order, elsewhere; forget it when there are too many.

        :param weight: bytes that it keeps in memory until then, about.
        :param amends: what is done, as soon as that works, in place of all that were lost.
        """
        self._ensure_running()
        with self._lock:
            fits = self._weight + weight <= MOST_BYTES
            if fits:
                try:
                    self._errands.put_nowait((errand, weight, amends))
                    self._weight += weight
                except queue.Full:
                    fits = False
        if not fits:
            self._lose(amends)
            waiting = self._errands.qsize()
            self._complain("Redis is slow: %d messages wait, the newest is dropped.", waiting)

    def flush(self, seconds: float = LAST_WORDS) -> bool:
        """Wait until everything sent so far has been tried; tell whether it was."""
        deadline = time.monotonic() + seconds
        while self._process == os.getpid() and self._errands.unfinished_tasks:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.002)
        return True

    def _ensure_running(self) -> None:
        # A forked child inherits the queue but not the thread.
        if self._process != os.getpid():
            with self._lock:
                if self._process != os.getpid():
                    self._errands = queue.Queue(CAPACITY)
                    self._weight = 0
                    self._process = os.getpid()
                    threading.Thread(target=self._run, name="courier", daemon=True).start()
                    atexit.register(self.flush)

    def _run(self) -> None:
        while True:
            self._make_good()
            try:
                errand, weight, amends = self._errands.get(timeout=PAUSE if self._amends else None)
            except queue.Empty:
                continue
            try:
                errand()
            except Exception as error:  # noqa: BLE001 (whatever Redis says, the next one may get through)
                self._lose(amends)
                self._complain("Redis is away, sweepers and refetching cover for it: %r", error)
            finally:
                with self._lock:
                    self._weight -= weight
                self._errands.task_done()

    def _lose(self, amends: Errand | None) -> None:
        self._amends = amends or self._amends

    def _make_good(self) -> None:
        """Tell, once somebody hears it again, that something was lost; try now and then."""
        amends = self._amends
        if amends is None or time.monotonic() - self._amended_at < PAUSE:
            return
        self._amends, self._amended_at = None, time.monotonic()
        try:
            amends()
        except Exception:  # noqa: BLE001 (as above)
            self._lose(amends)

    def _complain(self, sentence: str, detail: object) -> None:
        if time.monotonic() - self._complained_at > SILENCE:
            self._complained_at = time.monotonic()
            logger.warning(sentence, detail)


_courier = Courier()
_is_silenced = ContextVar("silenced", default=False)
flush = _courier.flush


def send(errand: Errand, weight: int = 0, amends: Errand | None = None) -> None:
    """Have the errand run soon, unless it is about what nobody waits for."""
    if not _is_silenced.get():
        _courier.send(errand, weight, amends)


def is_silenced() -> bool:
    return _is_silenced.get()


@contextmanager
def silenced() -> Iterator[None]:
    """Carry nothing meanwhile: what is being written happened long ago."""
    token = _is_silenced.set(True)
    try:
        yield
    finally:
        _is_silenced.reset(token)
