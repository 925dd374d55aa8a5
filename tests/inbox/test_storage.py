"""Where files are kept: a folder or S3, and what is said when neither can be had."""

import errno
import io
from pathlib import Path

import pytest
from botocore.config import Config
from django.core.files.storage import FileSystemStorage, storages
from django.test import Client

from accounts.tenancy import scope
from inbox import storage
from inbox.actions.messaging import send_message
from inbox.connectors.webchat import WebchatConnector
from inbox.models import Attachment
from inbox.storage import StorageAway, StorageFull
from inbox.storage.s3 import CONFIG, S3Files
from inbox.tasks import deliver
from tests import factories
from tests.support.s3 import stub_of_s3


@pytest.fixture
def bucket(settings, monkeypatch):
    """Keep files in the stub's bucket."""
    with stub_of_s3() as bucket:
        kept = S3Files(
            bucket_name="files-of-acme",
            endpoint_url=bucket.url,
            region_name="eu-central-1",
            access_key="key",
            secret_key="secret",
        )
        monkeypatch.setitem(storages._storages, "files", kept)
        yield bucket


@pytest.fixture(params=["folder", "s3"])
def anywhere(request):
    if request.param == "s3":
        request.getfixturevalue("bucket")


def test_what_is_kept_comes_back_whole_or_in_pieces(anywhere):
    storage.save("1/aa/one", io.BytesIO(b"0123456789"))

    assert storage.piece("1/aa/one", 0, 10).read(10) == b"0123456789"
    assert storage.piece("1/aa/one", 3, 4).read(4) == b"3456"


def test_the_same_key_again_replaces(anywhere):
    for words in (b"first", b"second"):
        storage.save("1/aa/two", io.BytesIO(words))

    assert storage.piece("1/aa/two", 0, 6).read(6) == b"second"


def test_what_is_deleted_is_gone(anywhere):
    storage.save("1/aa/three", io.BytesIO(b"x"))

    storage.delete("1/aa/three")
    storage.delete("1/aa/three")

    with pytest.raises(FileNotFoundError):
        storage.piece("1/aa/three", 0, 1)


def test_what_was_not_written_to_its_end_has_no_name(monkeypatch):
    """The disk fills up while a file is written; or the writer is killed, and leaves what it had."""

    class Breaking(io.BytesIO):
        def read(self, *_):
            raise OSError(errno.ENOSPC, "full")

    # No key of the product's begins with these letters: nobody else writes into this folder.
    storage.save("1/zz/six", io.BytesIO(b"whole"))
    with pytest.raises(StorageFull):
        storage.save("1/zz/seven", Breaking(b"half"))
    left = Path(storages["files"].path("1/zz"))
    assert [file.name for file in left.iterdir()] == ["six"]

    def die(*_):
        raise SystemExit

    with monkeypatch.context() as killed:
        killed.setattr("os.fsync", die)
        killed.setattr(FileSystemStorage, "delete", die)
        with pytest.raises(SystemExit):
            storage.save("1/zz/eight", io.BytesIO(b"half"))
    with pytest.raises(FileNotFoundError):
        storage.piece("1/zz/eight", 0, 1)
    assert [name for name in storage.names() if name.startswith("1/zz")] == ["1/zz/six"]
    assert len(list(left.iterdir())) == 2
    storage.delete("1/zz/eight")
    assert [file.name for file in left.iterdir()] == ["six"]


@pytest.mark.parametrize("fault", ["broken", "closed", "silent"])
def test_a_bucket_that_fails_is_said(bucket, fault, monkeypatch):
    quick = Config(read_timeout=0.3, retries={"total_max_attempts": 1})
    monkeypatch.setattr(storages["files"], "client_config", CONFIG.merge(quick))
    bucket.is_broken, bucket.is_closed = fault == "broken", fault == "closed"
    if fault == "silent":
        bucket.hangs.clear()

    for work in (
        lambda: storage.save("1/aa/four", io.BytesIO(b"x")),
        lambda: storage.piece("1/aa/four", 0, 1),
        lambda: storage.delete("1/aa/four"),
    ):
        with pytest.raises(StorageAway):
            work()
    bucket.hangs.set()


def test_no_file_is_touched_while_a_transaction_waits(workspace):
    with scope(workspace), pytest.raises(RuntimeError, match="outside"):
        storage.save("1/aa/five", io.BytesIO(b"x"))


def test_a_file_makes_its_way_through_s3(workspace, bucket, upload, operator_client):
    given = upload(b"0123456789" * 1000, "log.bin").json()

    with scope(workspace):
        file = Attachment.objects.get()
        link = file.link()
    assert bucket.objects == {file.key: b"0123456789" * 1000}
    assert b"".join(Client().get(link)) == b"0123456789" * 1000
    part = Client().get(link, headers={"Range": "bytes=5-9"})
    assert (part.status_code, b"".join(part)) == (206, b"56789")
    assert part["Content-Type"] == "application/octet-stream"
    sent = operator_client.post(
        f"/{workspace.slug}/inbox/1/messages/", {"text": "", "attachments": [given["id"]]}
    )
    bucket.objects.clear()
    assert sent.status_code in {204, 302}
    assert "log.bin" in operator_client.get(f"/{workspace.slug}/inbox/1/").content.decode()
    gone = Client().get(link)
    assert (gone.status_code, gone.content) == (404, b"This file is not available any more.")
    bucket.is_broken = True
    assert Client().get(link).status_code == 503
    assert given["size"] == 10_000


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (OSError(errno.ENOSPC, "full"), 507, "storage_full"),
        (OSError(errno.EIO, "broken"), 503, "storage_away"),
    ],
)
def test_a_full_or_broken_disk_is_said_and_keeps_nothing(
    workspace, upload, monkeypatch, error, status, code
):
    def fail(*_):
        raise error

    monkeypatch.setattr("inbox.storage.local.LocalFiles._save", fail)

    answer = upload()

    assert (answer.status_code, answer["X-Refusal"]) == (status, code)
    assert answer.content.decode().endswith(".")
    with scope(workspace):
        assert not Attachment.objects.stored().exists()


def test_what_failed_can_be_given_again_under_its_id(workspace, bucket, upload):
    bucket.is_broken = True
    public_id = "6f0c2b1e-3a52-4d0e-9d29-5a0b8c4f1e77"
    assert upload(public_id=public_id).status_code == 503

    bucket.is_broken = False

    assert upload(public_id=public_id).status_code == 201


def test_a_connector_is_given_files_to_open_outside_the_transaction(
    workspace, conversation, operator, monkeypatch
):
    upload = factories.make_upload(conversation, operator, size=5, content_type="text/plain")
    storage.save(upload.key, io.BytesIO(b"words"))
    with scope(workspace):
        ids = [upload.public_id]
        message = send_message(conversation, text="", actor=operator, attachments=ids)
    taken: list[tuple[str, int, bytes]] = []

    def send(self, said):
        taken.extend((file.name, file.size, file.open().read(5)) for file in said.attachments)
        return "7"

    monkeypatch.setattr(WebchatConnector, "send", send)

    deliver(workspace, message.pk)

    assert taken == [("a.png", 5, b"words")]
