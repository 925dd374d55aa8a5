"""Programs that a test kills again and again: loaded once, each is a copy that begins at once."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress

from helpdesk.children import die_with_parent


class Nursery:
    """Starts copies of a module that prints ``ready``, and for each line it reads a number and ``gone``."""

    def __init__(self, module, **environment) -> None:
        settings = {"DJANGO_SETTINGS_MODULE": "helpdesk.settings", "ALLOW_PRIVATE_SERVERS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            env={**os.environ, **settings, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509
        )
        assert self._process.stdout.readline() == "ready\n"

    @contextmanager
    def child(self):
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        pid = int(self._process.stdout.readline())
        try:
            yield pid
        finally:
            with suppress(ProcessLookupError):  # with its own children, if it leads any
                os.killpg(pid, signal.SIGKILL)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            assert self._process.stdout.readline() == "gone\n"

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()
