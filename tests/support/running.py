"""The real product in a process of its own: ``manage.py up`` in an empty folder."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest

from helpdesk.children import die_with_parent
from helpdesk.embedded import DATABASE, socket_folder
from helpdesk.env import BASE_DIR
from helpdesk.servers import Postgres

SETTINGS = {
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "DJANGO_SETTINGS_MODULE",
    "SECRET_KEY",
    "CHANNEL_SECRETS_KEY",
    "BASE_URL",
}


class Site:
    """What ``make run`` starts, with all its words in ``log``."""

    def __init__(self, data_dir: Path, **environment: str) -> None:
        self.data_dir, self.log = data_dir, data_dir.with_suffix(".log")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        inherited = {name: text for name, text in os.environ.items() if name not in SETTINGS}
        address = {
            "DATA_DIR": str(data_dir),
            "PORT": str(self.port),
            "DEMO_FILL": "0",
            "ALLOW_PRIVATE_SERVERS": "1",
        }
        self.environment = inherited | address | environment
        self.process: subprocess.Popen[bytes] | None = None
        self.sessions: dict[str, Any] = {}  # the cookies of people who signed in, by name

    @property
    def database_url(self) -> str:
        return Postgres(self.data_dir / "postgres", socket_folder(self.data_dir)).url(
            "helpdesk_app", DATABASE
        )

    def start(self, *, patience: float = 180) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=BASE_DIR,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509
            )
        deadline = time.monotonic() + patience
        while not self.answers() or f"{self.url}/" not in self.words():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                pytest.fail(f"The site did not start:\n{self.words()}")
            time.sleep(0.05)

    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def answers(self, path: str = "/healthz") -> bool:
        try:
            with urlopen(self.url + path, timeout=2) as answer:
                return answer.status == 200
        except (URLError, OSError):
            return False

    def words(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)

    def kill(self) -> None:
        if self.process and self.runs():
            self.process.kill()
            self.process.wait()

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def part(self, word: str) -> psutil.Process:
        """Return the child whose command line has the word, such as ``celery`` or ``clock``."""
        for child in psutil.Process(self.process.pid).children():
            if any(word in argument for argument in child.cmdline()):
                return child
        raise LookupError(word)

    def has_part(self, word: str) -> bool:
        try:
            return self.part(word).is_running()
        except (LookupError, psutil.Error):
            return False

    def kill_group(self, word: str) -> list[psutil.Process]:
        """Kill a child and its own at once, as the kernel does when memory runs out; return them."""
        leader = self.part(word)
        group = [leader, *leader.children(recursive=True)]
        os.killpg(leader.pid, signal.SIGKILL)
        return group


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
