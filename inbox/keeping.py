"""
Keep mails as they came: the file, and a delivery that names it.

Once that is done, they may be forgotten where they came from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import file_digest
from io import SEEK_END, BytesIO
from typing import IO

from django.utils import timezone

from accounts.models import Workspace
from accounts.tenancy import scope
from inbox import storage
from inbox.actions.delivery import LEASE
from inbox.actions.uploads import expect_raw, settle_raw
from inbox.models import Attachment, Channel, Delivery

_savers = ThreadPoolExecutor(4, "mail-files")  # begins no thread before it is needed


@dataclass(frozen=True, slots=True)
class Stored:
    """A mail's bytes: in storage, with a row that has them swept away unless they are entered; or known."""

    digest: str
    size: int
    received_at: datetime
    upload: Attachment | None  # None: these very bytes came before


@dataclass(frozen=True, slots=True)
class Kept:
    """A mail that will not be lost; ``is_new`` unless these very bytes came before."""

    delivery: Delivery
    is_new: bool

    @property
    def delivery_id(self) -> int:
        return self.delivery.pk


def keep(
    workspace: Workspace,
    channel: Channel,
    raw: bytes,
    *,
    received_at: datetime,
    is_archived: bool = False,
    envelope: Mapping[str, str] | None = None,
    reads: bool = True,
) -> Kept:
    """
    Keep a mail as it came; once this returns it may be forgotten where it came from.

    :param reads: whether the caller goes on to read it; otherwise a worker may at once.
    """
    stored = store(workspace, channel, [(BytesIO(raw), received_at)])
    with scope(workspace):
        kept = enter(channel, stored, is_archived=is_archived, envelope=envelope, reads=reads)
    return kept[0]


def store(
    workspace: Workspace, channel: Channel, mails: Sequence[tuple[IO[bytes], datetime]]
) -> list[Stored]:
    """Put mails' bytes into storage, outside any scope: the first half of keeping them."""
    digests = [_digest(file) for file, _ in mails]
    with scope(workspace):
        rows = Delivery.objects.filter(channel=channel, external_id__in=digests)
        known = set(rows.values_list("external_id", flat=True))
        unknown = [place for place, digest in enumerate(digests) if digest not in known]
        uploads = dict(zip(unknown, expect_raw(len(unknown)), strict=True))
    save_files([(upload.key, mails[place][0]) for place, upload in uploads.items()])
    return [
        Stored(digest, file.seek(0, SEEK_END), received_at, uploads.get(place))
        for place, (digest, (file, received_at)) in enumerate(zip(digests, mails, strict=True))
    ]


def save_files(files: Sequence[tuple[str, IO[bytes]]]) -> None:
    """Put files into storage side by side, since each waits for the disk or for S3."""
    saving = [_savers.submit(storage.save, *file) for file in files[1:]]
    try:
        for file in files[:1]:
            storage.save(*file)
    finally:
        wait(saving)
    for one in saving:
        one.result()


def enter(
    channel: Channel,
    stored: Sequence[Stored],
    *,
    is_archived: bool = False,
    envelope: Mapping[str, str] | None = None,
    reads: bool = True,
) -> list[Kept]:
    """Note what is stored, in the caller's unit of work: the second half of keeping mails."""
    # Whoever kept it and reads it now needs no clock to come between.
    due_at = timezone.now() + (LEASE if reads else timedelta(0))
    rows = [
        Delivery(
            channel=channel,
            external_id=mail.digest,
            raw=b"",
            raw_key=mail.upload.key,
            raw_size=mail.size,
            is_archived=is_archived,
            envelope=dict(envelope or {}),
            received_at=mail.received_at,
            due_at=due_at,
        )
        for mail in stored
        if mail.upload
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    known = Delivery.objects.filter(channel=channel, external_id__in=[one.digest for one in stored])
    found = {row.external_id: row for row in known.select_related("channel")}
    kept = []
    for mail in stored:
        row = found[mail.digest]
        # Another may have brought it at the same moment; then our file is swept away.
        kept.append(Kept(row, is_new=mail.upload is not None and mail.upload.key == row.raw_key))
    mine = zip(stored, kept, strict=True)
    settle_raw([mail.upload for mail, one in mine if one.is_new and mail.upload])
    return kept


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    return file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
