"""Take a backup while the product runs."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from accounts.progress import Bar, watched
from helpdesk.backups import Refused, files, fingerprints
from helpdesk.backups.manifest import DUMP, MANIFEST, PIECE, Manifest, digest_of, write_sums
from helpdesk.backups.programs import last_words, programs_for, server_version

UNFINISHED = ".unfinished"
# What an administrator puts elsewhere is not ours, and the owner of our tables may not read it.
OURS = "--schema=public"


def take(home: Path, *, with_files: bool) -> Manifest:
    """
    Write a backup into a folder that appears when it is whole.

    Files are never changed, and each is stored before its row says so: what the dump speaks of
    is there when it ends. So files are copied after it, and those deleted meanwhile are left out.

    :raises Refused: with a sentence.
    """
    with _draft(home) as folder:
        server = server_version()
        migrations = sorted(
            f"{app}.{name}"
            for app, name in MigrationRecorder(connections["owner"]).applied_migrations()
        )
        sums = {DUMP: _dump(server, folder / DUMP)}
        size, count = (folder / DUMP).stat().st_size, None
        if with_files:
            copied = _copy_files(folder, sums)
            size, count = size + sum(copied), len(copied)
        manifest = Manifest(
            made_at=timezone.now().isoformat(timespec="seconds"),
            postgres=server,
            owner_role=settings.DATABASES["owner"]["USER"],
            app_role=settings.DATABASES["default"]["USER"],
            migrations=migrations,
            signing_key=fingerprints.of_signing_key(),
            channel_keys=fingerprints.of_channel_keys(),
            files=count,
            bytes=size,
        )
        manifest.write(folder)
        write_sums(folder, {MANIFEST: digest_of(folder / MANIFEST, lambda _: None)} | sums)
    return manifest


def _dump(server: int, path: Path) -> str:
    """Stream PostgreSQL's own snapshot to the disk; return its digest."""
    digest, bar = hashlib.sha256(), Bar("Database", None, "bytes")
    with tempfile.TemporaryFile() as told, path.open("wb") as file:
        programs = programs_for(server)
        options = ("--format=custom", "--no-password", OURS, programs.database())
        with programs.reading("pg_dump", *options, told=told) as dumping:
            while piece := dumping.stdout.read(PIECE):  # type: ignore[union-attr]
                digest.update(piece)
                file.write(piece)
                bar.advance(len(piece))
        if dumping.returncode:
            raise Refused(f"The database could not be dumped: {last_words(told)}")
    bar.end()
    return digest.hexdigest()


def _copy_files(folder: Path, sums: dict[str, str]) -> list[int]:
    sizes = []
    for part, name in watched("Files", files.names(), None, "files"):
        try:
            sums[f"{part}/{name}"], size = files.take(part, name, folder)
        except FileNotFoundError:
            continue
        sizes.append(size)
    return sizes


@contextmanager
def _draft(home: Path) -> Iterator[Path]:
    """Give a folder beside the wanted one, and its name when all went well."""
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise Refused(f"{home} is there already: name a folder that is to be made.")
    draft = home.with_name(home.name + UNFINISHED)
    draft.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(draft, os.O_RDONLY)
    try:
        _take_over(handle, draft)
        yield draft
        os.sync()  # or a power cut could leave the name and not the bytes
        draft.rename(home)
    except BlockingIOError:
        raise Refused(f"Another backup is being written to {draft}.") from None
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    finally:
        os.close(handle)


def _take_over(handle: int, draft: Path) -> None:
    """Become the one who writes here; what one that was killed has left goes."""
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    for entry in draft.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()
