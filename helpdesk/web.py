"""
Pages, API and sockets: uvicorn in as many processes as WEB_CONCURRENCY says, behind one address.

They are copies of one that has loaded everything and only watches over them: so they share most of
their memory, and one that dies is replaced without loading anything.
"""

import argparse
import gc
import os
import signal
import socket
import sys
import threading
import time
from typing import NoReturn

import uvicorn

from helpdesk.children import CannotStart, hear_of_parents_death
from helpdesk.env import env_int

PROCESSES = 2
LARGEST_FRAME = 65536  # bytes of a frame, which is held whole before anybody looks at it
SHORT = 1.0  # seconds of a life after which a successor would die of the same


def main() -> None:
    options = argparse.ArgumentParser(prog="helpdesk.web", description=__doc__)
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=8000)
    options.add_argument("--patience", type=int, default=10, help="seconds for requests at the end")
    said = options.parse_args()
    config = configuration(said.host, said.port, said.patience)
    Watch(config, env_int("WEB_CONCURRENCY", PROCESSES)).run()


def configuration(host: str, port: int, patience: int) -> uvicorn.Config:
    return uvicorn.Config(
        "helpdesk.asgi:application",
        host=host,
        port=port,
        ws="websockets-sansio",
        ws_max_size=LARGEST_FRAME,
        # A window for compressing is 40 kB for every socket, and each push would be pressed into all of them.
        ws_per_message_deflate=False,
        lifespan="off",
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=patience,
    )


class Watch:
    """Keeps so many copies at work until it is told to end; they end with it, however it ends."""

    def __init__(self, config: uvicorn.Config, count: int) -> None:
        self.config, self.count = config, max(count, 1)
        self.socket = config.bind_socket()
        self.born: dict[int, float] = {}
        self.is_over = False

    def run(self) -> None:
        self.config.load()
        if others := threading.enumerate()[1:]:
            # A copy has none of them, but all the locks that they hold at that moment, for ever.
            raise CannotStart(f"These threads began before the web process was copied: {others}.")
        gc.collect()
        gc.freeze()  # so that no collection touches, and thereby copies, what is shared
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        while not self.is_over or self.born:
            while len(self.born) < self.count and not self.is_over:
                self._bear()
            self._bury(*os.wait())

    def _bear(self) -> None:
        parent = os.getpid()
        if pid := os.fork():
            self.born[pid] = time.monotonic()
            if self.is_over:  # told so meanwhile, when this one was not known yet
                os.kill(pid, signal.SIGTERM)
            return
        _work(self.config, self.socket, parent)

    def _bury(self, pid: int, status: int) -> None:
        lived = time.monotonic() - self.born.pop(pid, 0)
        if self.is_over:
            return
        code = os.waitstatus_to_exitcode(status)
        sys.stderr.write(f"a web process ended with {code} and is replaced.\n")
        if lived < SHORT:
            time.sleep(SHORT)

    def _end(self, number: int, _frame: object) -> None:
        self.is_over = True
        for pid in self.born:
            os.kill(pid, signal.SIGTERM)


def _work(config: uvicorn.Config, listening: socket.socket, parent: int) -> NoReturn:
    from accounts import sockets  # with all of Django, which was loaded meanwhile

    hear_of_parents_death(signal.SIGTERM)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    code = 1
    try:
        if os.getppid() == parent:
            sockets.begin()
            uvicorn.Server(config).run(sockets=[listening])
            code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
