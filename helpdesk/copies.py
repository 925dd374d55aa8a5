"""
Several programs as copies of one process that has loaded everything and only watches over them.

They share most of their memory, and one that dies is replaced without loading anything.
"""

import gc
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from typing import NoReturn

from helpdesk.children import CannotStart, hear_of_parents_death

SHORT = 1.0  # seconds of a life after which a successor would die of the same

Work = Callable[[], None]


class Copies:
    """Keeps a copy at each of these works until it is told to end; they end with it, however it ends."""

    def __init__(self, name: str, works: Sequence[Work]) -> None:
        self.name, self.missing = name, list(works)
        self.born: dict[int, tuple[Work, float]] = {}
        self.is_over = False

    def run(self) -> None:
        if others := threading.enumerate()[1:]:
            # A copy has none of them, but all the locks that they hold at that moment, for ever.
            raise CannotStart(f"These threads began before the process was copied: {others}.")
        gc.collect()
        gc.freeze()  # so that no collection touches, and thereby copies, what is shared
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        while not self.is_over or self.born:
            while self.missing and not self.is_over:
                self._bear(self.missing.pop())
            self._bury(*os.wait())

    def _bear(self, work: Work) -> None:
        parent = os.getpid()
        if pid := os.fork():
            self.born[pid] = work, time.monotonic()
            if self.is_over:  # told so meanwhile, when this one was not known yet
                os.kill(pid, signal.SIGTERM)
            return
        _begin(work, parent)

    def _bury(self, pid: int, status: int) -> None:
        work, began = self.born.pop(pid)
        if self.is_over:
            return
        code = os.waitstatus_to_exitcode(status)
        sys.stderr.write(f"a {self.name} process ended with {code} and is replaced.\n")
        self.missing.append(work)
        if time.monotonic() - began < SHORT:
            time.sleep(SHORT)

    def _end(self, number: int, _frame: object) -> None:
        self.is_over = True
        for pid in self.born:
            os.kill(pid, signal.SIGTERM)


def _begin(work: Work, parent: int) -> NoReturn:
    hear_of_parents_death(signal.SIGTERM)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    code = 1
    try:
        if os.getppid() == parent:
            _do(work)
            code = 0
    except Exception:  # noqa: BLE001 (told, and the next copy may fare better)
        traceback.print_exc()
    finally:
        os._exit(code)


def _do(work: Work) -> None:
    from accounts import courier, sockets  # with all of Django, which was loaded meanwhile

    sockets.begin()
    work()
    courier.flush()
