"""
Counters that all processes of an installation share.

With ``METRICS_DIR`` each process keeps its numbers in files there, which whoever is asked adds up;
without it a process knows its own alone.
"""

import fcntl
import os
from itertools import count
from pathlib import Path
from typing import TextIO

from django.conf import settings
from prometheus_client import Counter, mmap_dict, values

ROOM = 1 << 20  # bytes: more than a process has ever to say


class Slot:
    """
    This process's number in the folder, free for another when it dies.

    Files named by process ids would pile up, and mean another process in another container.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = 0
        self._number = ""
        self._lock: TextIO | None = None

    def __call__(self) -> str:
        if self._process != os.getpid():  # the first time, and in each child
            self._take()
        return self._number

    def _take(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        for number in count():
            if lock := locked(self._folder, str(number)):
                self._process, self._number, self._lock = os.getpid(), str(number), lock
                forget_states(self._folder, str(number))
                return


def locked(folder: Path, number: str) -> TextIO | None:
    """Take a number, unless a living process has it."""
    lock = (folder / f"{number}.lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def forget_states(folder: Path, number: str) -> None:
    """Counts go on where a dead process ended; what it said of itself goes with it."""
    for left in folder.glob(f"gauge_*_{number}.db"):
        left.unlink(missing_ok=True)


class Whole(mmap_dict.MmapedDict):
    """A file of numbers without holes: to write into one on a full disk ends a process (SIGBUS)."""

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        with Path(filename).open("ab") as file:
            os.posix_fallocate(file.fileno(), 0, ROOM)
        super().__init__(filename, read_mode)  # type: ignore[no-untyped-call]


def share(folder: Path) -> None:
    values.MmapedDict = Whole  # type: ignore[attr-defined]
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    values.ValueClass = values.MultiProcessValue(Slot(folder))  # type: ignore[no-untyped-call]


if settings.METRICS_DIR:
    share(Path(settings.METRICS_DIR))

EVENTS = Counter("helpdesk_events", "What happened, by kind of event.", ["kind"])
