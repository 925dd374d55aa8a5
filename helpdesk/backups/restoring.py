"""Take a backup back into a place that is fit for it."""

import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from accounts.progress import Bar
from helpdesk.backups import Refused, files, fingerprints
from helpdesk.backups.manifest import DUMP, PIECE, Manifest, verify
from helpdesk.backups.programs import Programs, last_words, programs_for, server_version
from helpdesk.servers import ROLES

NEWEST_SETTING = b"SET transaction_timeout = 0;\n"
KNOWS_NEWEST_SETTING = 170000
# Roles and their rights on the schema are an administrator's, and made by roles.sql.
NOT_OURS = (" SCHEMA - public ", " ACL - SCHEMA public ", " COMMENT - SCHEMA public ")
# What the app may do with tables made later would be added to what each table of the backup says,
# and history would no longer be safe from change.
DEFAULTS = re.findall(r"ALTER DEFAULT PRIVILEGES[^;]*GRANT[^;]*;", ROLES.read_text())
LIVES = "SELECT EXISTS (SELECT FROM accounts_workspace) OR EXISTS (SELECT FROM accounts_user)"
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
    AND coalesce(backend_type, 'client backend') = 'client backend'  -- not told of other roles
"""
CLEARING = b"""
DO $$
DECLARE
    what text;
BEGIN
    FOR what IN
        SELECT 'TABLE ' || oid::regclass FROM pg_class WHERE relnamespace = 'public'::regnamespace
            AND relkind IN ('r', 'p') AND relowner = current_user::regrole
        UNION ALL
        SELECT 'ROUTINE ' || oid::regprocedure FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace AND proowner = current_user::regrole
    LOOP
        EXECUTE 'DROP ' || split_part(what, ' ', 1) || ' IF EXISTS ' || substr(what, strpos(what, ' ')) || ' CASCADE';
    END LOOP;
END $$;
"""


def restore(folder: Path, *, replace: bool, other_keys: bool) -> Manifest:
    """
    Check everything, then put back the files, then all tables in one transaction.

    :raises Refused: with a sentence; of the database nothing was changed.
    """
    manifest = Manifest.read(folder)
    server = server_version()
    programs = programs_for(server)
    _check_versions(manifest, server)
    if not other_keys:
        _check_keys(manifest)
    _check_place(manifest, replace=replace)

    bar = Bar("Checking", manifest.bytes, "bytes")
    verify(folder, bar.advance)
    bar.end()
    bar = Bar("Files", manifest.files, "files")
    files.put_back(folder, bar.advance)
    bar.end()
    _load(programs, folder / DUMP, server)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    return manifest


def _check_versions(manifest: Manifest, server: int) -> None:
    if manifest.postgres // 10000 > server // 10000:
        raise Refused(
            f"The backup is of PostgreSQL {manifest.postgres // 10000}, this one is "
            f"{server // 10000}: take it back into one that is not older."
        )
    known = {".".join(node) for node in MigrationLoader(None).disk_migrations}
    if newer := sorted(set(manifest.migrations) - known):
        raise Refused(
            f"The backup was made by a newer release, which knows {newer[-1]}: install that one."
        )
    for setting, wanted in (("DATABASE_OWNER_URL", "owner"), ("DATABASE_URL", "default")):
        role = manifest.owner_role if wanted == "owner" else manifest.app_role
        if settings.DATABASES[wanted]["USER"] != role:
            raise Refused(
                f"The backup's policies name the role {role}: let {setting} sign in as it."
            )


def _check_keys(manifest: Manifest) -> None:
    here = set(fingerprints.of_channel_keys())
    wrong = [f"CHANNEL_SECRETS_KEY ({one})" for one in manifest.channel_keys if one not in here]
    if manifest.signing_key != fingerprints.of_signing_key():
        wrong.append(f"SECRET_KEY ({manifest.signing_key})")
    if wrong:
        raise Refused(
            f"This place lacks keys that the backup was made with, fingerprints in brackets: "
            f"{', '.join(wrong)}. Set them, or say --other-keys: then channels' passwords, sign-in "
            "codes and links in mails sent before are lost."
        )


def _check_place(manifest: Manifest, *, replace: bool) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(OTHERS)
        if others := cursor.fetchone()[0]:
            raise Refused(
                f"{others} other connections use this database: stop web, workers, clock and mail."
            )
        cursor.execute("SELECT to_regclass('accounts_workspace') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute(LIVES)
            if cursor.fetchone()[0] and not replace:
                raise Refused(
                    "People or workspaces live here: say --replace to put the backup in their place."
                )
    if manifest.files and not replace and not files.is_empty():
        raise Refused("Files are here already: say --replace to put the backup's beside them.")


def _load(programs: Programs, dump: Path, server: int) -> None:
    bar = Bar("Database", None, "bytes")
    with tempfile.NamedTemporaryFile() as wanted, tempfile.TemporaryFile() as told:
        wanted.write(b"".join(_wanted(programs, dump)))
        wanted.flush()
        reader = ("pg_restore", f"--use-list={wanted.name}", "--file=-", str(dump))
        writer = ("psql", "--no-psqlrc", "--no-password", "--quiet", "--set=ON_ERROR_STOP=1")
        reading = programs.reading(*reader, told=told)
        loading = programs.writing(*writer, programs.database(), told=told)
        with loading, reading:
            try:
                _pour(reading, loading, server, bar)
            except BrokenPipeError:  # it has said why
                reading.kill()
        if reading.returncode or loading.returncode:
            why = last_words(told)
            raise Refused(f"The database could not be put back, and is as before: {why}")
    bar.end()


def _pour(
    reading: "subprocess.Popen[bytes]", loading: "subprocess.Popen[bytes]", server: int, bar: Bar
) -> None:
    """
    Pass the script on, in one transaction that is ours to end.

    Whatever breaks off on the way, this process included, psql never hears of a COMMIT.
    """
    source, target = cast(IO[bytes], reading.stdout), cast(IO[bytes], loading.stdin)
    withdrawn = [one.replace("GRANT", "REVOKE").replace(" TO ", " FROM ") for one in DEFAULTS]
    target.write(b"BEGIN;\n" + CLEARING + "\n".join(withdrawn).encode())
    is_first = True
    while piece := source.read(PIECE):
        bar.advance(len(piece))
        if is_first and server < KNOWS_NEWEST_SETTING:
            piece = piece.replace(NEWEST_SETTING, b"")
        target.write(piece)
        is_first = False
    if reading.wait() == 0:
        target.write("\n".join(["", *DEFAULTS, "COMMIT;", ""]).encode())
    target.flush()


def _wanted(programs: Programs, dump: Path) -> Iterator[bytes]:
    """List what is to be put back, in the form that pg_restore reads."""
    with (
        tempfile.TemporaryFile() as told,
        programs.reading("pg_restore", "--list", str(dump), told=told) as listing,
    ):
        for line in listing.stdout or ():
            if not any(mark.encode() in line for mark in NOT_OURS):
                yield line
    if listing.returncode:
        raise Refused(f"{dump.name} cannot be read.")
