"""The files of messages and the pictures of people, wherever each of them is kept."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from django.core.files import File
from django.core.files.storage import default_storage

from accounts.actions.profile import PHOTOS
from helpdesk.backups.manifest import PIECE, check_name
from inbox import storage

# Kept apart, so that a backup of a folder can be taken back into a bucket.
FILES, PICTURES = "files", "pictures"


def names() -> Iterator[tuple[str, str]]:
    """Say what there is: which part, and its name in there."""
    for name in storage.names():
        if not name.startswith(f"{PHOTOS}/"):
            yield FILES, name
    for name in _pictures():
        yield PICTURES, name


def is_empty() -> bool:
    return next(names(), None) is None


def take(part: str, name: str, folder: Path) -> tuple[str, int]:
    """
    Copy one file into the folder; return its digest and size.

    :raises FileNotFoundError: if it was deleted meanwhile.
    """
    digest, size = hashlib.sha256(), 0
    with _opened(part, name) as source:
        path = folder / part / check_name(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as copy:
            while piece := source.read(PIECE):
                digest.update(piece)
                copy.write(piece)
                size += len(piece)
    return digest.hexdigest(), size


def put_back(folder: Path, advance: Callable[[], None]) -> None:
    for part in (FILES, PICTURES):
        for path in (folder / part).rglob("*"):
            if path.is_file():
                _keep(part, path.relative_to(folder / part).as_posix(), path)
                advance()


def _keep(part: str, name: str, path: Path) -> None:
    with path.open("rb") as file:
        if part == FILES:
            storage.save(name, file)
            return
        picture = f"{PHOTOS}/{name}"
        default_storage.delete(picture)
        default_storage.save(picture, File(file))


def _pictures() -> list[str]:
    try:
        return sorted(default_storage.listdir(PHOTOS)[1])
    except FileNotFoundError:
        return []


def _opened(part: str, name: str) -> IO[bytes]:
    if part == FILES:
        return storage.whole(name)
    return default_storage.open(f"{PHOTOS}/{name}")
