"""Servers and secrets under DATA_DIR, for anyone who has not brought their own."""

import fcntl
import hashlib
import os
import secrets
import shutil
import signal
import sys
import tempfile
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from helpdesk.address import Address
from helpdesk.children import INSTANCE, CannotStart, end_leftover, processes_with
from helpdesk.env import data_dir
from helpdesk.servers import Postgres, RedisServer

DATABASE = "helpdesk"
ROOM = 200 * 1024 * 1024
NO_ROOM = "No space left on device"  # the system's words, which PostgreSQL and Django repeat
LONGEST_SOCKET_PATH = 100  # the kernel allows 107 bytes
WAIT_FOR_COMMAND = 5
WAIT_FOR_SERVERS = 30

SECRETS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "CHANNEL_SECRETS_KEY": lambda: urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "DEMO_PASSWORD": lambda: secrets.token_urlsafe(9),
}
STARTED: list[Postgres | RedisServer] = []  # by this process, for ``up`` to watch


@dataclass
class Embedded:
    """What this process started, and must stop; without servers when it uses another's."""

    directory: Path
    servers: list[Postgres | RedisServer] = field(default_factory=lambda: STARTED)
    locks: list[TextIO] = field(default_factory=list)

    def stop(self) -> None:
        while self.servers:
            server = self.servers.pop()
            server.stop()
            with suppress(OSError):  # not empty while another server is in it
                server.sockets.rmdir()
        while self.locks:
            self.locks.pop().close()


@contextmanager
def servers(command: str) -> Iterator[Embedded]:
    """
    Fill in the addresses and secrets that the environment lacks; start what they stand for.

    The servers belong to the process that started them: they end with it, however it ends.

    :raises CannotStart: with one sentence about what is in the way.
    """
    embedded = Embedded(data_dir())
    try:
        wanted = {name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)}
        if wanted or command == "up":
            _start(embedded, wanted, command)
        yield embedded
        _let_others_finish(embedded, command)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    except Exception as error:
        if NO_ROOM not in str(error):
            raise
        folder = f"The disk of {embedded.directory} is full: make room"
        raise CannotStart(f"{folder}, or name another folder with DATA_DIR.") from None
    finally:
        embedded.stop()


def _start(embedded: Embedded, wanted: set[str], command: str) -> None:
    directory = embedded.directory
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o711)
        _check_room(directory)
        if not _take(embedded, command):
            _share(embedded, wanted)
            return
        if command == "up":
            Address.from_environment().check()
            for process in processes_with(INSTANCE, str(directory)):
                end_leftover(process, signal.SIGKILL)
            _read_secrets(directory / "secrets.env", "DEMO_PASSWORD")
        _serve(embedded, wanted)
    except PermissionError as error:
        where = f"{error.filename or directory} cannot be written by this user"
        raise CannotStart(f"{where}: run as its owner, or set DATA_DIR to a folder.") from None
    except (FileExistsError, NotADirectoryError):
        raise CannotStart(f"{directory} is no folder: set DATA_DIR to one.") from None


def _check_room(directory: Path) -> None:
    if shutil.disk_usage(directory).free < ROOM:
        raise CannotStart(
            f"The disk of {directory} has less than 200 MB free: make room, or name another "
            "folder with DATA_DIR."
        )


def _take(embedded: Embedded, command: str) -> bool:
    """Become the one process that runs the servers of this folder, or learn that another does."""
    deadline = time.monotonic() + WAIT_FOR_COMMAND
    path = embedded.directory / "lock"
    while not (lock := _lock(path, fcntl.LOCK_EX | fcntl.LOCK_NB)):
        if command != "up":
            return False
        holder = path.read_text().strip()
        if holder.endswith("manage.py up") or time.monotonic() > deadline:
            raise CannotStart(f"{embedded.directory} is in use by {holder or 'another process'}.")
        time.sleep(0.1)
    lock.truncate(0)
    lock.write(f"process {os.getpid()}, manage.py {command}\n")
    lock.flush()
    embedded.locks.append(lock)
    return True


def _lock(path: Path, how: int) -> TextIO | None:
    file = path.open("a+")
    try:
        fcntl.flock(file, how)
    except BlockingIOError:
        file.close()
        return None
    return file


def _serve(embedded: Embedded, wanted: set[str]) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    postgres, redis = _servers(embedded.directory)
    chosen: dict[str, Postgres | RedisServer] = {"DATABASE_URL": postgres, "REDIS_URL": redis}
    for name, server in chosen.items():
        if name in wanted:
            embedded.servers.append(server)
            server.start()
    if "DATABASE_URL" in wanted:
        postgres.create(DATABASE)
    _tell(embedded.directory, wanted)


def _share(embedded: Embedded, wanted: set[str]) -> None:
    """Use the servers of another process, which waits for us before it stops them."""
    deadline = time.monotonic() + WAIT_FOR_SERVERS
    postgres, redis = _servers(embedded.directory)
    while ("DATABASE_URL" in wanted and not postgres.is_ready()) or (
        "REDIS_URL" in wanted and not redis.is_ready()
    ):
        if time.monotonic() > deadline:
            holder = (embedded.directory / "lock").read_text().strip()
            raise CannotStart(f"The servers in {embedded.directory} do not answer ({holder}).")
        time.sleep(0.05)
    if users := _lock(embedded.directory / "users", fcntl.LOCK_SH):
        embedded.locks.append(users)
    _tell(embedded.directory, wanted)


def _let_others_finish(embedded: Embedded, command: str) -> None:
    path = embedded.directory / "users"
    if not embedded.servers or command == "up" or _lock(path, fcntl.LOCK_EX | fcntl.LOCK_NB):
        return
    sys.stderr.write("Waiting for the other commands that use these servers.\n")
    _lock(path, fcntl.LOCK_EX)


def _servers(directory: Path) -> tuple[Postgres, RedisServer]:
    sockets = socket_folder(directory)
    return Postgres(directory / "postgres", sockets), RedisServer(directory / "redis", sockets)


def _tell(directory: Path, wanted: set[str]) -> None:
    """Put the addresses where the settings and every child read them."""
    postgres, redis = _servers(directory)
    if "DATABASE_URL" in wanted:
        os.environ["DATABASE_URL"] = postgres.url("helpdesk_app", DATABASE)
        os.environ["DATABASE_OWNER_URL"] = postgres.url("helpdesk_owner", DATABASE)
        _read_secrets(directory / "secrets.env", *SECRETS)
    if "REDIS_URL" in wanted:
        os.environ["REDIS_URL"] = redis.url


def _read_secrets(path: Path, *names: str) -> None:
    """Take the secrets from the file, each made when it is first missed; the environment wins."""
    known = dict(line.split("=", 1) for line in path.read_text().split()) if path.exists() else {}
    missing = {name: SECRETS[name]() for name in names if name not in known}
    if missing:
        known |= missing
        draft = path.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.writelines(f"{name}={secret}\n" for name, secret in known.items())
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    for name in names:
        os.environ[name] = os.environ.get(name) or known[name]


def socket_folder(directory: Path) -> Path:
    """Return a private folder whose paths fit into a socket's address."""
    near = directory / "run"
    if len(os.fsencode(near / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH:
        return near
    digest = hashlib.sha256(os.fsencode(directory)).hexdigest()[:12]
    far = Path(tempfile.gettempdir()) / f"helpdesk-{os.geteuid()}-{digest}"
    far.mkdir(mode=0o700, exist_ok=True)
    if far.is_symlink() or (os.geteuid() and far.lstat().st_uid != os.geteuid()):
        raise CannotStart(f"{far} belongs to someone else: choose a shorter DATA_DIR.")
    return far
