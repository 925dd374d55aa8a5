"""Servers and secrets under DATA_DIR, for anyone who has not brought their own."""

import atexit
import errno
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
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from helpdesk.children import CannotStart
from helpdesk.env import data_dir
from helpdesk.servers import Postgres, RedisServer

DATABASE = "helpdesk"
ROOM = 200 * 1024 * 1024
LONGEST_SOCKET_PATH = 100  # the kernel allows 107 bytes
WAIT_FOR_COMMAND = 5
WAIT_FOR_SERVERS = 30


@dataclass
class Embedded:
    """What this process started, and must stop; empty when it uses another's."""

    servers: list[Postgres | RedisServer] = field(default_factory=list)
    _locks: list[TextIO] = field(default_factory=list)

    def stop(self) -> None:
        while self.servers:
            self.servers.pop().stop()
        while self._locks:
            self._locks.pop().close()


CURRENT = Embedded()


def ensure(command: str = "") -> None:
    """Fill in the addresses and secrets that the environment lacks; start what they stand for."""
    wanted = {name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)}
    if not wanted and command != "up":
        return
    directory = data_dir()
    try:
        _prepare(directory)
        owner = _take(directory, command)
        if wanted:
            _serve(directory, wanted, owner=owner)
    except OSError as error:
        CURRENT.stop()
        raise CannotStart(_explain(error, directory)) from None
    except BaseException:
        CURRENT.stop()
        raise


def _prepare(directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True, mode=0o711)
    if shutil.disk_usage(directory).free < ROOM:
        raise CannotStart(
            f"The disk of {directory} has less than 200 MB free: make room, or name another "
            "folder with DATA_DIR."
        )


def _explain(error: OSError, directory: Path) -> str:
    if error.errno == errno.ENOSPC:
        return f"The disk of {directory} is full: make room, or name another folder with DATA_DIR."
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return (
            f"{error.filename or directory} cannot be written by this user: run as its owner, "
            "or name another folder with DATA_DIR."
        )
    return f"Nothing could be started in {directory}: {error}."


def _take(directory: Path, command: str) -> bool:
    """Become the one process that runs the servers of this folder, or learn that another does."""
    deadline = time.monotonic() + WAIT_FOR_COMMAND
    while not (lock := _lock(directory / "lock", fcntl.LOCK_EX | fcntl.LOCK_NB)):
        holder = (directory / "lock").read_text().strip()
        if command != "up":
            return False
        if holder.endswith("manage.py up") or time.monotonic() > deadline:
            raise CannotStart(f"{directory} is in use by {holder or 'another process'}.")
        time.sleep(0.1)
    lock.truncate(0)
    lock.write(f"process {os.getpid()}, manage.py {command}\n")
    lock.flush()
    CURRENT._locks.append(lock)  # noqa: SLF001
    return True


def _lock(path: Path, how: int) -> TextIO | None:
    file = path.open("a+")
    try:
        fcntl.flock(file, how)
    except BlockingIOError:
        file.close()
        return None
    return file


def _serve(directory: Path, wanted: set[str], *, owner: bool) -> None:
    sockets = socket_folder(directory)
    postgres = Postgres(directory / "postgres", sockets)
    redis = RedisServer(directory / "redis", sockets)
    chosen = [
        server
        for name, server in (("DATABASE_URL", postgres), ("REDIS_URL", redis))
        if name in wanted
    ]
    if owner:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        atexit.register(_leave, directory)
        for server in chosen:
            CURRENT.servers.append(server)
            server.start()
    else:
        _wait_for(chosen, directory)
        CURRENT._locks += filter(None, [_lock(directory / "users", fcntl.LOCK_SH)])  # noqa: SLF001

    if "DATABASE_URL" in wanted:
        _read_secrets(directory / "secrets.env")
        if owner:
            postgres.create(DATABASE)
        os.environ["DATABASE_URL"] = postgres.url("helpdesk_app", DATABASE)
        os.environ["DATABASE_OWNER_URL"] = postgres.url("helpdesk_owner", DATABASE)
    if "REDIS_URL" in wanted:
        os.environ["REDIS_URL"] = redis.url


def _leave(directory: Path) -> None:
    """Stop what we started, once the commands that came to share it have ended."""
    if CURRENT.servers and not _lock(directory / "users", fcntl.LOCK_EX | fcntl.LOCK_NB):
        holder = (directory / "lock").read_text()
        if not holder.strip().endswith("manage.py up"):
            sys.stderr.write("Waiting for the other commands that use these servers.\n")
            _lock(directory / "users", fcntl.LOCK_EX)
    CURRENT.stop()


def _wait_for(servers: list[Postgres | RedisServer], directory: Path) -> None:
    deadline = time.monotonic() + WAIT_FOR_SERVERS
    while not all(server.is_ready() for server in servers):
        if time.monotonic() > deadline:
            holder = (directory / "lock").read_text().strip()
            raise CannotStart(f"The servers in {directory} do not answer; they belong to {holder}.")
        time.sleep(0.05)


def _read_secrets(path: Path) -> None:
    """Take the two secrets from the file, made at the first start; the environment goes first."""
    if not path.exists():
        draft = path.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(f"SECRET_KEY={secrets.token_urlsafe(50)}\n")
            key = urlsafe_b64encode(secrets.token_bytes(32)).decode()  # what Fernet calls a key
            file.write(f"CHANNEL_SECRETS_KEY={key}\n")
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    for line in path.read_text().splitlines():
        name, _, value = line.partition("=")
        if name and not os.environ.get(name):
            os.environ[name] = value


def socket_folder(directory: Path) -> Path:
    """Return a private folder whose paths fit into a socket's address."""
    near = directory / "run"
    if len(os.fsencode(near / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH:
        return near
    digest = hashlib.sha256(os.fsencode(directory)).hexdigest()[:12]
    far = Path(tempfile.gettempdir()) / f"helpdesk-{os.geteuid()}-{digest}"
    far.mkdir(mode=0o700, exist_ok=True)
    found = far.lstat()
    if far.is_symlink() or (os.geteuid() and found.st_uid != os.geteuid()):
        raise CannotStart(f"{far} belongs to someone else: choose a shorter DATA_DIR.")
    return far
