"""The disk of files is full: what is new is refused in words, what is there is shown."""

from uuid import uuid4

import pytest
from django.core.files.storage import storages

from accounts.tenancy import scope
from inbox import storage
from inbox.models import Attachment
from inbox.storage.local import LocalFiles
from tests.support.disks import small_disk
from tests.support.servers import SERVERS

pytestmark = pytest.mark.fault

MEGABYTE = 1 << 20


def test_files_on_a_full_disk(workspace, operator_client, conversation, monkeypatch):
    address = f"/{workspace.slug}/inbox/{conversation.number}/"

    def upload(megabytes, public_id):
        return operator_client.put(
            f"{address}attachments/{public_id}/",
            b"%PDF" + b"x" * (megabytes * MEGABYTE),
            content_type="application/octet-stream",
            headers={"HX-Request": "true"},
            query_params={"what": "reply", "name": "a.pdf"},
        )

    with small_disk(SERVERS.folder() / "files", 50) as disk:
        kept = LocalFiles(location=disk.folder, base_url=None, allow_overwrite=True)
        monkeypatch.setitem(storages._storages, "files", kept)
        names = [str(uuid4()) for _ in range(8)]
        given = {name: upload(10, name) for name in names}
        codes = [answer.status_code for answer in given.values()]
        assert codes == [201] * 4 + [507] * 4
        disk.fill(but=10 * MEGABYTE - 100_000)  # it ends at ninety-nine of a hundred
        answer = upload(10, names[4])
        assert (answer.status_code, answer["X-Refusal"]) == (507, "storage_full")

        # Nothing of those that were refused, and all of the others.
        with scope(workspace):
            stored = Attachment.objects.stored()
            assert {str(one.public_id) for one in stored} == set(names[:4])
            keys = {one.key for one in stored}
        assert set(storage.names()) - {"ballast"} == keys
        assert not list(disk.folder.rglob("*.unfinished"))
        for key in keys:
            with storage.whole(key) as file:
                assert len(file.read()) == 10 * MEGABYTE + 4
        assert operator_client.get(address).status_code == 200
        said = operator_client.post(f"{address}messages/", {"text": "No file"})
        assert said.status_code in {200, 302}

        disk.free()
        assert upload(1, names[4]).status_code == 201
