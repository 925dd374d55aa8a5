"""
A file comes in. The row is written in one unit of work, the bytes are stored outside of any,
and a second unit notes that they are there; whatever breaks off between is swept away.
"""

from accounts.follow_ups import ring
from accounts.limits import spend
from accounts.models import Workspace
from accounts.tenancy import after_commit, scope
from inbox import files, storage
from inbox.actions.uploads import drop_upload, finish_upload
from inbox.files import Facts, Stream
from inbox.models import Attachment
from inbox.tasks import shrink_picture

FILES_PER_MINUTE = 60


def count_upload(who: str) -> None:
    """
    Count a file of somebody's.

    :raises TooMany: beyond ``FILES_PER_MINUTE``.
    """
    spend("upload", who, most=FILES_PER_MINUTE, seconds=60)


def complete(workspace: Workspace, upload: Attachment, stream: Stream) -> Attachment:
    """Store the bytes of an upload that was begun, with no scope open."""
    if upload.is_stored:
        return upload
    try:
        with files.received(stream) as (file, facts):
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
