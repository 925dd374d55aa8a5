"""PostgreSQL and Redis from wheels: two child processes on private sockets."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import BinaryIO

import psycopg
from psycopg import sql
from redis import Redis
from redis.exceptions import RedisError

from helpdesk.children import (
    CannotStart,
    die_with_parent,
    end_leftover,
    process_in,
    works_in,
)
from helpdesk.wheels import (
    POSTGRES_VERSION,
    open_path_to,
    postgres_programs,
    redis_program,
    server_account,
)

ROLES = Path(__file__).with_name("roles.sql")
PATIENCE = 20  # seconds to come up; recovery after a power cut takes the longest
FAREWELL = 4


class Postgres:
    """One server on one data directory, reached through a socket that only we may open."""

    name = "PostgreSQL"

    def __init__(self, data: Path, sockets: Path, *, durable: bool = True) -> None:
        self.data, self.sockets, self.durable = data, sockets, durable
        self.log = data.with_suffix(".log")
        self.account = server_account(data)
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, user: str, database: str) -> str:
        return f"postgresql://{user}@/{database}?host={self.sockets}"

    @property
    def code(self) -> int | None:
        return self.process.poll() if self.process else None

    def start(self) -> None:
        self.spawn()
        wait_for(self)

    def spawn(self) -> None:
        self._prepare()
        end_leftover(self._running(), signal.SIGINT)
        # After a power cut its number may be another process's, which PostgreSQL cannot tell.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        options = {"listen_addresses": "", "unix_socket_directories": str(self.sockets)}
        if not self.durable:
            options |= {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}
        settings = [f"--{name}={value}" for name, value in options.items()]
        with private_log(self.log) as log:
            # SIGINT is PostgreSQL's fast shutdown: clients are disconnected, data is flushed.
            self.process = self._run(["postgres", "-D", str(self.data), *settings], log)

    def stop(self) -> None:
        if self.process:
            end(self.process, signal.SIGINT)
            self.process = None

    def is_ready(self) -> bool:
        return self._pid_file()[7:8] == ["ready"] and self._running() is not None

    def create(self, database: str, *, template: str = "template1") -> None:
        """Make the database unless it exists; see to the two roles and their privileges."""
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as admin:
            known = "SELECT 1 FROM pg_database WHERE datname = %s"
            if not admin.execute(known, [database]).fetchone():
                command = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
                admin.execute(command.format(sql.Identifier(database), sql.Identifier(template)))
        with psycopg.connect(self.url("postgres", database), autocommit=True) as inside:
            inside.execute(ROLES.read_bytes())

    def _pid_file(self) -> list[str]:
        """Return the server's number, folder, time, port, sockets, hosts, memory and state."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []
        return [line.strip() for line in lines]

    def _running(self) -> int | None:
        lines = self._pid_file()
        if lines and lines[0].isdigit() and works_in(int(lines[0]), self.data):
            return int(lines[0])
        return None

    def _prepare(self) -> None:
        """Make the cluster at first; afterwards see that this PostgreSQL can read it."""
        self.sockets.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.account:
            open_path_to(self.data, postgres_programs(), self.sockets)
            os.chown(self.sockets, self.account.pw_uid, self.account.pw_gid)
        try:
            version = (self.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            self._initialise()
        except PermissionError:
            raise CannotStart(f"{self.data} belongs to another user: run as that user.") from None
        else:
            if version != str(POSTGRES_VERSION):
                raise CannotStart(
                    f"{self.data} was written by PostgreSQL {version}; this one is "
                    f"{POSTGRES_VERSION} and cannot read it: dump it there and load it here."
                )

    def _initialise(self) -> None:
        # Made elsewhere and moved when complete: a start that is cut short can be repeated.
        draft = self.data.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True, mode=0o700)
        if self.account:
            os.chown(draft, self.account.pw_uid, self.account.pw_gid)
        # The built-in locale sorts alike on every machine; libc's changes with its version.
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-collate=C"]
        locale += ["--lc-ctype=C.UTF-8", "--lc-messages=C", "--encoding=UTF8"]
        sync = [] if self.durable else ["--no-sync"]
        command = ["initdb", "--auth=trust", "--username=postgres", "-D", str(draft)]
        with private_log(self.log) as log:
            code = self._run([*command, *locale, *sync], log).wait()
        if code:
            raise CannotStart(f"PostgreSQL could not make its files. {last_words(self.log)}")
        draft.rename(self.data)

    def _run(self, command: list[str], log: BinaryIO) -> "subprocess.Popen[bytes]":
        account = self.account
        return subprocess.Popen(  # noqa: S603
            [str(postgres_programs() / command[0]), *command[1:]],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd="/",
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        )


class RedisServer:
    """A redis-server on a socket; durable means that it survives a restart, at most a second old."""

    name = "Redis"

    def __init__(self, data: Path, sockets: Path, *, durable: bool = True) -> None:
        self.data, self.sockets, self.durable = data, sockets, durable
        self.socket = sockets / "redis.sock"
        self.url = f"unix://{self.socket}"
        self.log = data.with_suffix(".log")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def code(self) -> int | None:
        return self.process.poll() if self.process else None

    def start(self) -> None:
        if not self.process or self.code is not None:
            self.spawn()
            wait_for(self)

    def spawn(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        end_leftover(process_in(self.data), signal.SIGTERM)
        options = ["--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        options += ["--dir", str(self.data), "--save", "", "--loglevel", "warning"]
        options += ["--appendonly", "yes" if self.durable else "no"]
        with private_log(self.log) as log:
            self.process = subprocess.Popen(  # noqa: S603
                [redis_program(), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509
            )

    def stop(self) -> None:
        if self.process:
            end(self.process, signal.SIGTERM)
            self.process = None
            self.socket.unlink(missing_ok=True)

    def is_ready(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except RedisError:
            return False

    def client(self) -> Redis:
        return Redis(unix_socket_path=str(self.socket), socket_timeout=5)


def wait_for(server: Postgres | RedisServer) -> None:
    deadline = time.monotonic() + PATIENCE
    while not server.is_ready():
        if server.code is not None or time.monotonic() > deadline:
            server.stop()
            raise CannotStart(f"{server.name} could not start. {last_words(server.log)}")
        time.sleep(0.01)


def end(process: "subprocess.Popen[bytes]", farewell: int) -> None:
    """Ask once, then insist."""
    process.send_signal(farewell)
    # A stopped process hears nothing until it continues.
    process.send_signal(signal.SIGCONT)
    try:
        process.wait(FAREWELL)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def private_log(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def last_words(log: Path) -> str:
    """Return what the server itself said last, for the one sentence that explains a failed start."""
    lines = log.read_text(errors="replace").strip().splitlines()
    told = [line for line in lines if "FATAL" in line or "No space left" in line or "rror" in line]
    if any("No space left" in line for line in lines):
        return "The disk is full."
    words = (told or lines or ["It said nothing."])[-1].strip()
    return f"It said: {words} (more in {log})"
