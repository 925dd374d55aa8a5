"""Where the bytes of files are: a folder, or S3. It may be slow or away, so no scope may be open."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, ClassVar, Protocol, cast

from django.core.files import File
from django.core.files.storage import storages
from django.utils.translation import gettext as _

from accounts import tenancy
from accounts.errors import DomainError

FULL = {errno.ENOSPC, errno.EDQUOT}


class StorageAway(DomainError):
    code: ClassVar[str] = "storage_away"
    status: ClassVar[int] = 503


class StorageFull(DomainError):
    code: ClassVar[str] = "storage_full"
    status: ClassVar[int] = 507


class Storage(Protocol):
    """What we ask of a Django storage, and a little more. All raise OSError when they cannot."""

    def save(self, name: str, content: File[Any]) -> str: ...
    def delete(self, name: str) -> None: ...
    def piece(self, name: str, start: int, length: int) -> IO[bytes]: ...
    def whole(self, name: str) -> IO[bytes]: ...
    def names(self) -> Iterator[str]: ...


def save(key: str, file: IO[bytes]) -> None:
    """Keep a file; once this returns, it is on the disk."""
    with _reachable() as storage:
        file.seek(0)
        storage.save(key, File(file))


def delete(key: str) -> None:
    """Remove a file, which may be gone already."""
    with _reachable() as storage:
        storage.delete(key)


def piece(key: str, start: int, length: int) -> IO[bytes]:
    """
    Open a part of a file; whoever asks reads it, and closes it.

    :raises FileNotFoundError: if somebody has removed it.
    """
    with _reachable() as storage:
        return storage.piece(key, start, length)


def whole(key: str) -> IO[bytes]:
    """
    Open a file from its beginning; whoever asks closes it.

    :raises FileNotFoundError: if somebody has removed it.
    """
    with _reachable() as storage:
        return storage.whole(key)


def names() -> Iterator[str]:
    """Name every file there is, one after another."""
    with _reachable() as storage:
        yield from storage.names()


@contextmanager
def speaking() -> Iterator[None]:
    """Say what is wrong with a disk in a sentence."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno in FULL:
            raise StorageFull(_("There is no room for files. Tell your administrator.")) from error
        raise StorageAway(_("Files cannot be reached now. Try again in a minute.")) from error


@contextmanager
def _reachable() -> Iterator[Storage]:
    if tenancy.in_scope():
        raise RuntimeError("Files are kept and read outside any workspace's scope.")
    with speaking():
        yield cast(Storage, storages["files"])
