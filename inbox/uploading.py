"""
A file comes in. The row is written in one unit of work, the bytes are stored outside of any,
and a second unit notes that they are there; whatever breaks off between is swept away.
"""

from dataclasses import dataclass

from accounts.follow_ups import ring
from accounts.limits import spend
from accounts.models import Workspace
from accounts.tenancy import after_commit, scope
from inbox import files, storage
from inbox.actions.uploads import drop_upload, finish_upload
from inbox.files import Facts, Stream
from inbox.models import Attachment
from inbox.tasks import shrink_picture


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much somebody may upload, by the names of its limits."""

    who: str
    files: str
    bytes: str

    def spend_file(self) -> None:
        """:raises TooMany: if there were many files lately."""
        spend(self.files, self.who)

    def spend_bytes(self, size: int, workspace: Workspace) -> None:
        """:raises TooMany: if there were large files lately."""
        spend(self.bytes, self.who, amount=size)
        spend("bytes-workspace", str(workspace.pk), amount=size)


def allowance_of_member(holder: str) -> Allowance:
    return Allowance(holder, "file", "bytes")


def allowance_of_visitor(address: str) -> Allowance:
    """Count by address, since a visitor's token costs nothing; an office shares one."""
    return Allowance(address, "visitor-files", "visitor-bytes")


def complete(
    workspace: Workspace, upload: Attachment, stream: Stream, allowance: Allowance
) -> Attachment:
    """Store the bytes of an upload that was begun, with no scope open."""
    if upload.is_stored:
        return upload
    try:
        with files.received(stream) as (file, facts):
            allowance.spend_bytes(facts.size, workspace)
            storage.save(upload.key, file)
    except BaseException:
        with scope(workspace):
            drop_upload(upload)
        raise
    return _finish(workspace, upload, facts)


def _finish(workspace: Workspace, upload: Attachment, facts: Facts) -> Attachment:
    with scope(workspace):
        stored = finish_upload(upload, facts)
        if stored.thumbnail_due_at:
            ids = {"workspace_id": workspace.pk, "attachment_id": stored.pk}
            after_commit(ring, shrink_picture.name, **ids)
    return stored
