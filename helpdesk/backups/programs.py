"""PostgreSQL's own programs, which must not be older than the server."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from django.db import connections
from psycopg.conninfo import make_conninfo

from helpdesk.backups import Refused
from helpdesk.children import CannotStart
from helpdesk.wheels import postgres_programs

NEEDED = ("pg_dump", "pg_restore", "psql")
PIECE = 1 << 20


def server_version() -> int:
    """Return the owner's server's, such as 180004; connecting is the first thing that may fail."""
    owner = connections["owner"]
    owner.ensure_connection()
    return int(owner.connection.info.server_version)


class Programs:
    """The programs of one version, and the database they work on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        known = connections["owner"].settings_dict
        told = {"dbname": known["NAME"], "user": known["USER"], "host": known["HOST"]}
        told |= {"port": known["PORT"]} | known["OPTIONS"]
        self._address = make_conninfo(**{name: text for name, text in told.items() if text})
        # Not on the command line, which everybody on the machine can read.
        self._environment = os.environ | (
            {"PGPASSWORD": known["PASSWORD"]} if known["PASSWORD"] else {}
        )

    def reading(self, name: str, *options: str, told: IO[bytes]) -> "subprocess.Popen[bytes]":
        """Begin a program whose answer is read."""
        return self._begin([name, *options], subprocess.DEVNULL, subprocess.PIPE, told)

    def writing(self, name: str, *options: str, told: IO[bytes]) -> "subprocess.Popen[bytes]":
        """Begin a program that is written to."""
        return self._begin([name, *options], subprocess.PIPE, subprocess.DEVNULL, told)

    def database(self) -> str:
        return f"--dbname={self._address}"

    def _begin(
        self, command: list[str], stdin: int, stdout: int, stderr: IO[bytes]
    ) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603
            [str(self.folder / command[0]), *command[1:]],
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            env=self._environment,
        )


def programs_for(server: int) -> Programs:
    """
    Find programs that know this server: the machine's own, or those of the wheel.

    :raises Refused: if all of them are older.
    """
    wanted, found = server // 10000, []
    for folder in _folders():
        version = _version_of(folder)
        if version >= wanted:
            return Programs(folder)
        found.append(str(version))
    have = f"and here is only {', '.join(found)}" if found else "and there is none here"
    raise Refused(
        f"PostgreSQL {wanted} needs a pg_dump of at least its version, {have}: install "
        f"postgresql-client-{wanted}, and see that PATH leads to it."
    )


def _folders() -> Iterator[Path]:
    """The machine's own come first: they can speak TLS, the wheel's cannot."""
    candidates = [Path(found).parent] if (found := shutil.which("pg_dump")) else []
    with suppress(CannotStart):
        candidates.append(postgres_programs())
    for folder in candidates:
        if all((folder / name).exists() for name in NEEDED):
            yield folder


def _version_of(folder: Path) -> int:
    command = [str(folder / "pg_dump"), "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603
    number = re.search(r"\) (\d+)", said)
    return int(number[1]) if number else 0


def last_words(told: IO[bytes]) -> str:
    """Return what a program said of its end."""
    told.seek(0)
    lines = told.read().decode(errors="replace").strip().splitlines()
    errors = [line for line in lines if "error" in line.lower() or "FATAL" in line]
    return (errors or lines or ["it said nothing"])[0]
