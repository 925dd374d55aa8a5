"""``manage.py up``: everything in its place, then web, worker and clock, which fetches mail, for as long as it runs."""

import asyncio
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from typing import Any

from helpdesk import embedded
from helpdesk.address import Address
from helpdesk.children import INSTANCE, die_with_parent
from helpdesk.env import QUEUES, data_dir
from helpdesk.processes import Program, Supervisor

ANSWERS = (b"HTTP/1.1 200", b"HTTP/1.1 301")  # 301 where BASE_URL asks for https
PATIENCE = 60
METRICS = "METRICS_DIR"
ENOUGH_FILES = 16_384
# The worker reads JSON only, so what this warns of (code in a message) cannot happen.
QUIET = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser"}


def launch() -> None:
    """
    Prepare, start every program and watch over them until someone presses Ctrl-C.

    Without Django: this process does next to nothing all day, and should weigh as much.
    """
    _make_room()
    beginning = _prepared()
    shutil.rmtree(data_dir() / "metrics", ignore_errors=True)
    address = Address.from_environment()
    supervisor = Supervisor(programs(address), embedded.STARTED)

    async def greet() -> None:
        answer = await ask(address)
        if not answer.startswith(ANSWERS):
            supervisor.give_up(f"{address.url} answers {answer.decode()!r}.")
            return
        lines = "".join(f"\n  {line}" for line in (address.url, *beginning["lines"]))
        sys.stdout.write(f"{lines}\n")
        sys.stdout.flush()
        if beginning["is_to_fill"]:  # people look around meanwhile
            supervisor.run_once(demo())

    supervisor.run(greet)


def _make_room() -> None:
    """Let a web process have thousands of sockets, where the machine allows it and begins with a thousand."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if now < ENOUGH_FILES and most >= ENOUGH_FILES:
        resource.setrlimit(resource.RLIMIT_NOFILE, (ENOUGH_FILES, most))


def _prepared() -> dict[str, Any]:
    """Have tables, files and a first workspace made; return what there is to say of it."""
    done = subprocess.run(
        [sys.executable, "-m", "django", "up"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=die_with_parent(signal.SIGKILL),
    )
    if done.returncode and embedded.NO_ROOM in done.stderr:
        raise OSError(embedded.NO_ROOM)
    sys.stderr.write(done.stderr)
    if done.returncode:
        sys.exit(done.returncode)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def programs(address: Address) -> list[Program]:
    python = [sys.executable, "-m"]
    web = [*python, "helpdesk.web", "--patience", "3"]
    web += ["--host", address.host, "--port", str(address.port)]
    worker = [*python, "celery", "--quiet", "-A", "helpdesk", "worker", "--concurrency", "2"]
    worker += ["--queues", ",".join(QUEUES), "--loglevel", "warning"]
    worker += ["--without-gossip", "--without-mingle"]
    environment = environment_of_programs()
    return [
        Program("web", web, environment),
        Program("worker", worker, environment | QUIET, gives_way=True),
        Program("clock", [sys.executable, "manage.py", "clock", "--and-mail"], environment),
    ]


def demo() -> Program:
    command = [sys.executable, "manage.py", "demo", "--fill"]
    return Program("demo", command, environment_of_programs(), gives_way=True)


def environment_of_programs() -> dict[str, str]:
    # Only migrations need the owner of the tables: a flaw in a page must not reach past policies.
    environment = {name: text for name, text in os.environ.items() if name != "DATABASE_OWNER_URL"}
    return {
        METRICS: str(data_dir() / "metrics"),
        "MALLOC_ARENA_MAX": "2",  # threads come and go, and glibc keeps room for each
        **environment,
        INSTANCE: str(data_dir()),
    }


async def ask(address: Address) -> bytes:
    """Return the first line of what the web process answers, trying often: people are watching."""
    for _ in range(PATIENCE * 20):
        with suppress(OSError, TimeoutError):
            reader, writer = await asyncio.open_connection(address.reach, address.port)
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            answer = await asyncio.wait_for(reader.readline(), 5)
            writer.close()
            if answer:
                return answer.strip()
        await asyncio.sleep(0.05)
    return b"nothing"
