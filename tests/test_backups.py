"""A backup comes back whole into an empty place, or is refused before anything was touched."""

import errno
import io
import json
import subprocess
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings as configured
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections

from accounts.rls import is_owned
from helpdesk.backups import files, fingerprints, manifest, programs
from helpdesk.wheels import postgres_programs
from tests import factories
from tests.support.backups import (
    EMPTY,
    another_place,
    digests,
    files_here,
    keep_files,
    move_files,
    shape_of,
)
from tests.support.s3 import stub_of_s3
from tests.support.servers import SERVERS
from tests.test_tenancy import furnish

OWNED = {model._meta.db_table for model in apps.get_models() if is_owned(model)}


@pytest.fixture
def folder(tmp_path, settings):
    """Somewhere for backups, and for files of a site's own."""
    move_files(settings, tmp_path / "site")
    return tmp_path / "backups" / "monday"


@pytest.fixture
def shop(workspace, elsewhere):
    """A row in each table of two workspaces, and files."""
    furnish(workspace)
    furnish(elsewhere)
    keep_files()


def back_up(folder, *words):
    out = io.StringIO()
    call_command("backup", str(folder), *words, stdout=out)
    return out.getvalue()


def take_back(folder, *words):
    out = io.StringIO()
    call_command("restore", str(folder), *words, stdout=out)
    return out.getvalue()


def test_everything_comes_back(folder, shop, settings, monkeypatch, tmp_path):
    said = back_up(folder)

    before, shape, held = digests(SERVERS.database), shape_of(SERVERS.database), files_here()
    assert [name for name, (count, _) in before[0].items() if not count and name in OWNED] == []
    assert set(held) == {
        ("files", "7/ab/abc"),
        ("files", "7/cd/empty"),
        ("pictures", "owner.jpg"),
    }
    assert fingerprints.of_channel_keys()[0] in said
    for key in (settings.SECRET_KEY, *settings.CHANNEL_SECRETS_KEYS):
        assert key not in said
        assert key not in (folder / manifest.MANIFEST).read_text()
    checked = subprocess.run(
        ["sha256sum", "--check", "--quiet", "--strict", manifest.SUMS], cwd=folder, check=False
    )
    assert checked.returncode == 0
    assert [path.name for path in folder.parent.iterdir()] == ["monday"]
    assert folder.stat().st_mode & 0o077 == 0

    with another_place(settings, monkeypatch, tmp_path / "elsewhere"):
        told = take_back(folder)

        assert digests(EMPTY) == before
        assert shape_of(EMPTY) == shape
        assert files_here() == held
        assert "ok      row-level security" in told

        connections["default"].close()
        with pytest.raises(CommandError, match="say --replace"):
            take_back(folder)
        connections["owner"].cursor().execute("CREATE TABLE later (id int)")
        connections["owner"].cursor().execute("DELETE FROM accounts_heartbeat")
        connections["owner"].close()
        take_back(folder, "--replace")

        assert digests(EMPTY) == before
        assert shape_of(EMPTY) == shape


def test_a_place_that_is_not_fit_is_refused(db, folder, settings, monkeypatch, tmp_path):
    factories.make_workspace()
    keep_files()
    back_up(folder)
    told = json.loads((folder / manifest.MANIFEST).read_text())

    with pytest.raises(CommandError, match="is there already"):
        back_up(folder)
    with pytest.raises(CommandError, match="other connections use this database"):
        take_back(folder)

    def changed(**facts):
        (folder / manifest.MANIFEST).write_text(json.dumps(told | facts))
        return take_back(folder)

    with another_place(settings, monkeypatch, tmp_path / "elsewhere"):
        with pytest.raises(CommandError, match="is of PostgreSQL 99"):
            changed(postgres=990001)
        with pytest.raises(CommandError, match="newer release, which knows inbox"):
            changed(migrations=[*told["migrations"], "inbox.9999_magic"])
        with pytest.raises(CommandError, match="let DATABASE_URL sign in"):
            changed(app_role="somebody")
        with pytest.raises(CommandError, match=r"SECRET_KEY \(beef\)"):
            changed(signing_key="beef")
        with pytest.raises(CommandError, match=r"CHANNEL_SECRETS_KEY \(cafe\)"):
            changed(channel_keys=["cafe"])
        with pytest.raises(CommandError, match="in format 2"):
            changed(format=2)
        assert digests(EMPTY)[0] == {}
        assert list(files.names()) == []

        with pytest.raises(CommandError, match=r"manifest\.json is damaged"):
            take_back_after(folder, manifest.MANIFEST, json.dumps(told | {"files": 9}).encode())
        (folder / manifest.MANIFEST).write_text(json.dumps(told, indent=2) + "\n")
        with pytest.raises(CommandError, match="files/7/ab/abc is damaged"):
            take_back_after(folder, "files/7/ab/abc", b"b photograph")
        (folder / "files/7/ab/abc").unlink()
        with pytest.raises(CommandError, match="files/7/ab/abc is missing"):
            take_back(folder)
        (folder / "files/7/ab/abc").write_bytes(b"a photograph")
        with pytest.raises(CommandError, match="files/more has no checksum"):
            take_back_after(folder, "files/more", b"")
        (folder / "files/more").unlink()
        sums = (folder / manifest.SUMS).read_text()
        with pytest.raises(CommandError, match="which no backup takes"):
            take_back_after(folder, manifest.SUMS, f"{'0' * 64}  ../../etc/x\n".encode())
        with pytest.raises(CommandError, match=r"database\.dump has no checksum"):
            take_back_after(folder, manifest.SUMS, "".join(sums.splitlines(True)[:1]).encode())
        (folder / manifest.SUMS).write_text(sums)
        assert digests(EMPTY)[0] == {}
        assert list(files.names()) == []

        (folder / manifest.MANIFEST).unlink()
        with pytest.raises(CommandError, match="is no backup, or was never finished"):
            take_back(folder)


def take_back_after(folder, name, content):
    (folder / name).write_bytes(content)
    return take_back(folder)


def test_tables_come_back_all_or_none(db, folder, settings, monkeypatch, tmp_path):
    """A dump that ends too early, behind a checksum that says it is right."""
    workspace = factories.make_workspace()
    furnish(workspace)
    back_up(folder)
    whole = (folder / manifest.DUMP).read_bytes()
    (folder / manifest.DUMP).write_bytes(whole[:-1000])
    sums = manifest.read_sums(folder)
    sums[manifest.DUMP] = manifest.digest_of(folder / manifest.DUMP, lambda _: None)
    manifest.write_sums(folder, sums)

    with another_place(settings, monkeypatch, tmp_path / "elsewhere"):
        connections["owner"].cursor().execute("CREATE TABLE before (id int)")
        connections["owner"].close()
        with pytest.raises(CommandError, match="could not be put back, and is as before"):
            take_back(folder)

        assert set(digests(EMPTY)[0]) == {"before"}


def test_a_backup_that_breaks_off_leaves_nothing_that_looks_like_one(db, folder, monkeypatch):
    factories.make_workspace()
    keep_files()
    draft = folder.with_name("monday.unfinished")
    draft.mkdir(parents=True)
    (draft / "left by a killed one").touch()
    seen = []

    def full(*_):
        seen.append((folder.exists(), sorted(path.name for path in draft.iterdir())))
        with pytest.raises(CommandError, match="never finished"):
            take_back(draft)
        with pytest.raises(CommandError, match="Another backup is being written"):
            back_up(folder)
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(files, "take", full)
        with pytest.raises(CommandError, match="The disk is full"):
            back_up(folder)

    assert seen == [(False, ["database.dump"])]
    assert list(folder.parent.iterdir()) == []


def test_a_file_that_was_deleted_meanwhile_is_left_out(db, folder, monkeypatch):
    factories.make_workspace()
    keep_files()
    names = list(files.names())
    monkeypatch.setattr(files, "names", lambda: iter([("files", "7/zz/gone"), *names]))

    assert "3 files" in back_up(folder)
    assert "without files" in back_up(folder.with_name("tuesday"), "--no-files")


def test_files_go_from_a_folder_into_a_bucket_and_back(settings, tmp_path):
    move_files(settings, tmp_path / "site")
    keep_files()
    copy, again = tmp_path / "copy", tmp_path / "again"
    for name in files.names():
        files.take(*name, copy)
    held = files_here()

    with stub_of_s3() as bucket:
        options = {"bucket_name": "files-of-acme", "endpoint_url": bucket.url, "region_name": "x"}
        options |= {"access_key": "key", "secret_key": "secret"}
        s3 = {"BACKEND": "inbox.storage.s3.S3Files", "OPTIONS": options}
        settings.STORAGES = configured.STORAGES | {"files": s3}
        settings.MEDIA_ROOT = str(tmp_path / "bare")
        files.put_back(copy, lambda: None)

        assert bucket.objects == {"7/ab/abc": b"a photograph", "7/cd/empty": b""}
        assert files_here() == held
        for name in files.names():
            files.take(*name, again)
        with pytest.raises(FileNotFoundError):
            files.take("files", f"7/{uuid4()}", again)
    assert manifest.digest_of(again / "files/7/ab/abc", lambda _: None) == held["files", "7/ab/abc"]


def test_programs_are_never_older_than_the_server(db, monkeypatch, tmp_path):
    for name in programs.NEEDED:
        (tmp_path / name).write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 15.3'\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    assert programs.programs_for(150003).folder == tmp_path
    assert programs.programs_for(180000).folder == postgres_programs()
    with pytest.raises(programs.Refused, match="only 15, 18: install postgresql-client-19"):
        programs.programs_for(190000)


def test_who_may_not_read_everything_cannot_take_a_backup(settings, folder, monkeypatch):
    monkeypatch.delitem(settings.DATABASES, "owner")
    with pytest.raises(CommandError, match="Set DATABASE_OWNER_URL"):
        back_up(folder)
