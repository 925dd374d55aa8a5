"""Start everything and keep it running: tables, files, first workspace, web, worker, clock, mail."""

import asyncio
import os
import shutil
import sys
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections

from helpdesk import embedded, first_run
from helpdesk.address import Address
from helpdesk.children import INSTANCE
from helpdesk.processes import Program, Supervisor

ANSWERS = (b"HTTP/1.1 200", b"HTTP/1.1 301")  # 301 where BASE_URL asks for https
PATIENCE = 60
METRICS = "METRICS_DIR"
# The worker reads JSON only, so what this warns of (code in a message) cannot happen.
QUIET = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser"}


class Command(BaseCommand):
    help = "Start everything, with PostgreSQL and Redis under DATA_DIR unless their URLs are set."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("prepare")
        shutil.rmtree(settings.DATA_DIR / "metrics", ignore_errors=True)
        address = Address.from_environment()
        beginning = first_run.ensure(address)
        connections.close_all()
        connections["default"].close_pool()  # type: ignore[attr-defined]

        supervisor = Supervisor(programs(address), embedded.STARTED)

        async def greet() -> None:
            answer = await ask(address)
            if not answer.startswith(ANSWERS):
                supervisor.give_up(f"{address.url} answers {answer.decode()!r}.")
                return
            lines = "".join(f"\n  {line}" for line in (address.url, *beginning.lines))
            self.stdout.write(f"{lines}\n")
            self.stdout.flush()
            if beginning.is_to_fill:  # people look around meanwhile
                supervisor.run_once(demo())

        supervisor.run(greet)


def programs(address: Address) -> list[Program]:
    python = [sys.executable, "-m"]
    web = [*python, "uvicorn", "helpdesk.asgi:application", "--ws", "websockets-sansio"]
    web += ["--host", address.host, "--port", str(address.port), "--no-access-log"]
    web += ["--lifespan", "off", "--log-level", "warning", "--timeout-graceful-shutdown", "3"]
    worker = [*python, "celery", "--quiet", "-A", "helpdesk", "worker", "--concurrency", "2"]
    worker += ["--queues", ",".join(settings.CELERY_WORKER_QUEUES), "--loglevel", "warning"]
    worker += ["--without-gossip", "--without-mingle"]
    environment = environment_of_programs()
    return [
        Program("web", web, environment),
        Program("worker", worker, environment | QUIET),
        Program("clock", [sys.executable, "manage.py", "clock"], environment),
        Program("mail", [sys.executable, "manage.py", "fetch_mail"], environment),
    ]


def demo() -> Program:
    command = [sys.executable, "manage.py", "demo", "--fill"]
    return Program("demo", command, environment_of_programs())


def environment_of_programs() -> dict[str, str]:
    # Only migrations need the owner of the tables: a flaw in a page must not reach past policies.
    environment = {name: text for name, text in os.environ.items() if name != "DATABASE_OWNER_URL"}
    return {
        METRICS: str(settings.DATA_DIR / "metrics"),
        **environment,
        INSTANCE: str(settings.DATA_DIR),
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
