"""
Mails come in, by whichever way, through here.

First the bytes are kept: the file, and a delivery that names it. What they say is read from the
file afterwards, with no scope open, since files and odd mails take their time.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import file_digest
from io import SEEK_END, BytesIO
from typing import IO

from django.db import IntegrityError
from django.utils import timezone

from accounts.follow_ups import none_owed
from accounts.models import Workspace
from accounts.tenancy import scope
from inbox import storage
from inbox.actions.delivery import (
    LEASE,
    claim_waiting,
    ingest_waiting,
    note_unreadable,
    postpone_delivery,
)
from inbox.actions.mail import receive_mail
from inbox.actions.mail_tests import BEFORE, is_test
from inbox.actions.uploads import (
    describe_upload,
    expect_files,
    expect_raw,
    settle_raw,
)
from inbox.connectors.mail import reading
from inbox.connectors.mail.reading import read_mail
from inbox.enums import DeliveryState
from inbox.files import UNKNOWN, Facts, look_at
from inbox.models import Attachment, Channel, Delivery, Message

logger = logging.getLogger(__name__)

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
    _save([(upload.key, mails[place][0]) for place, upload in uploads.items()])
    return [
        Stored(digest, file.seek(0, SEEK_END), received_at, uploads.get(place))
        for place, (digest, (file, received_at)) in enumerate(zip(digests, mails, strict=True))
    ]


def _save(files: Sequence[tuple[str, IO[bytes]]]) -> None:
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


def ingest(workspace: Workspace, delivery_id: int) -> None:
    """Understand a delivery that waits, of whatever kind of channel."""
    with scope(workspace):
        delivery = claim_waiting(delivery_id)
        if delivery is not None and not delivery.raw_key:
            ingest_waiting(delivery_id)
            return
    if delivery is not None:
        ingest_mail(workspace, delivery)


def take_in(
    workspace: Workspace,
    channel: Channel,
    raw: bytes,
    *,
    received_at: datetime,
    envelope: Mapping[str, str] | None = None,
) -> Delivery:
    """Keep a mail and read it at once; one that came before is as it was."""
    kept = keep(workspace, channel, raw, received_at=received_at, envelope=envelope)
    if kept.is_new:
        ingest_mail(workspace, kept.delivery)
    return found(workspace, kept.delivery_id)


def found(workspace: Workspace, delivery_id: int) -> Delivery:
    """Read a delivery with all that is asked of it outside a scope."""
    with scope(workspace):
        rows = Delivery.objects.select_related("channel", "message__conversation")
        return rows.get(pk=delivery_id)


def ingest_mail(workspace: Workspace, delivery: Delivery) -> reading.Mail | None:
    """Read a kept mail and store what it says; what cannot be read is put aside with the reason."""
    try:
        with storage.piece(delivery.raw_key, 0, delivery.raw_size) as file:
            raw = file.read(delivery.raw_size)
        mail = read_mail(raw, now=delivery.received_at)
        del raw
        if not mail.is_readable:
            with scope(workspace):
                note_unreadable(delivery.pk, "; ".join(mail.problems))
            return mail
        if mail.message_id.startswith(BEFORE) and _is_test(workspace, delivery, mail):
            return mail
        with _stored(workspace, mail) as files, _quiet(delivery):
            _receive_once(workspace, delivery, mail, files)
    except Exception as error:
        logger.exception("Mail %s could not be ingested.", delivery)
        with scope(workspace):
            postpone_delivery(delivery, error)
        return None
    return mail


def _is_test(workspace: Workspace, delivery: Delivery, mail: reading.Mail) -> bool:
    """Tell whether an admin's test sent it; then it is done with."""
    with scope(workspace):
        if is_ours := is_test(mail.message_id):
            Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.DONE, error="")
    return is_ours


@contextmanager
def _quiet(delivery: Delivery) -> Iterator[None]:
    """From what an archive brings nothing follows."""
    if not delivery.is_archived:
        yield
        return
    with none_owed():
        yield


def _receive_once(
    workspace: Workspace,
    delivery: Delivery,
    mail: reading.Mail,
    files: Sequence[tuple[Attachment, Facts]],
) -> None:
    """Store what a mail says, unless the database knows it to be here already."""
    try:
        with scope(workspace):
            _receive(delivery, mail, files)
    except IntegrityError:
        # Another way has brought it at this moment, or it was read otherwise long ago.
        with scope(workspace):
            same = Message.objects.filter(channel=delivery.channel, external_id=mail.sha256)
            if message := same.first():
                _note_done(delivery, message)
            else:
                _receive(delivery, mail, files)


def _receive(
    delivery: Delivery, mail: reading.Mail, files: Sequence[tuple[Attachment, Facts]]
) -> None:
    at = delivery.received_at
    if delivery.is_archived and mail.date:
        at = mail.date
    # Of a mail that came before, by another way, they are never said to be stored, and swept away.
    uploads = [describe_upload(upload, facts) for upload, facts in files]
    _note_done(delivery, receive_mail(delivery, mail, files=uploads, at=at))


def _note_done(delivery: Delivery, message: Message) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(state="done", error="", message=message)


@contextmanager
def _stored(
    workspace: Workspace, mail: reading.Mail
) -> Iterator[Sequence[tuple[Attachment, Facts]]]:
    """Store what a mail brings; rows come first, so that what is left over is swept away."""
    brought = [file for file in mail.files if file.size]
    if not brought:
        yield []
        return
    with scope(workspace):
        rows = expect_files(brought)
    stored: list[tuple[Attachment, Facts]] = []
    for row, file in zip(rows, brought, strict=True):
        kind, width, height = look_at(BytesIO(file.content))
        if kind == UNKNOWN:
            kind = file.content_type[:100]
        storage.save(row.key, BytesIO(file.content))
        stored.append((row, Facts(file.size, file.sha256, kind, width, height)))
    yield stored
