"""
Mails come in, by whichever way, through here.

First the bytes are kept. What they say is read from the file afterwards, with no scope open, since
files and odd mails take their time. Mails that have nothing to do with one another are stored in one
transaction; when that fails, each in its own, so that a mail that cannot be stored stops no other.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from celery.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, connection
from django.db.models import OuterRef, Subquery

from accounts.follow_ups import none_owed
from accounts.models import Workspace
from accounts.tenancy import scope
from inbox import storage
from inbox.actions.arrivals import Arrival
from inbox.actions.delivery import (
    claim_waiting,
    ingest_waiting,
    note_unreadable,
    postpone_delivery,
)
from inbox.actions.mail import receive_mails
from inbox.actions.mail_tests import BEFORE, is_test
from inbox.actions.uploads import describe_upload, expect_files
from inbox.connectors.mail import reading
from inbox.connectors.mail.reading import read_mail
from inbox.connectors.mail.salvaging import salvage
from inbox.connectors.mail.threads import shared_names
from inbox.enums import DeliveryState
from inbox.files import UNKNOWN, Facts, look_at
from inbox.keeping import keep, save_files
from inbox.models import Attachment, Channel, Delivery, Message
from inbox.models.conversation_queries import MovedMeanwhile

logger = logging.getLogger(__name__)

LEAST, MOST = 4, 16  # mails that are stored in one transaction, if so many wait
MOST_BYTES = 2 << 20  # of mails that are read and wait for others
HELD = 0.2  # seconds for which such a transaction holds rows that operators may want
GIVES_WAY = "200ms"  # after waiting so long for a row it holds none any more


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


@dataclass(slots=True)
class _Read:
    """A mail that was read; what it has in common with others; and the files that it brings, once stored."""

    delivery: Delivery
    mail: reading.Mail
    names: set[str]
    files: Sequence[tuple[Attachment, Facts]] | None = None

    def arrival(self) -> Arrival:
        at = self.delivery.received_at
        if self.delivery.is_archived and self.mail.date:
            at = self.mail.date
        # Of a mail that came before, by another way, they are never said to be stored, and swept away.
        uploads = [describe_upload(upload, facts) for upload, facts in self.files or ()]
        return Arrival(self.delivery, self.mail, files=uploads, at=at)


class _Pace:
    """How many mails go together, so that rows are held as long as may be and no longer."""

    most = MOST

    def note(self, count: int, seconds: float) -> None:
        self.most = max(LEAST, min(MOST, int(count * HELD / seconds)))


_pace = _Pace()


def ingest_mail(workspace: Workspace, delivery: Delivery) -> None:
    """Read a kept mail and store what it says; what cannot be read is put aside with the reason."""
    ingest_mails(workspace, [delivery])


def ingest_mails(
    workspace: Workspace, deliveries: Iterable[Delivery], breathe: Callable[[], None] = lambda: None
) -> None:
    """
    Read kept mails of one channel, and store what they say in the order in which they came.

    :param breathe: called now and then, while nothing is held.
    """
    waiting: list[_Read] = []
    for delivery in deliveries:
        read = _understand(workspace, delivery)
        if read is None:
            continue
        size = sum(one.delivery.raw_size for one in (*waiting, read))
        shares = any(read.names & one.names for one in waiting)
        if waiting and (shares or len(waiting) >= _pace.most or size > MOST_BYTES):
            _store(workspace, waiting)
            breathe()
            waiting = []
        waiting.append(read)
    if waiting:
        _store(workspace, waiting)
        breathe()


def take_as_it_is(workspace: Workspace, delivery: Delivery) -> int:
    """
    Make a message of what can be read of a mail that nobody can read, with the original attached.

    :return: the number of its conversation; of one that was made before, too.
    """
    with storage.piece(delivery.raw_key, 0, delivery.raw_size) as file:
        raw = file.read(delivery.raw_size)
    _store_one(workspace, _Read(delivery, salvage(raw, now=delivery.received_at), set()))
    message = found(workspace, delivery.pk).message
    return message.conversation.number if message else 0


def _understand(workspace: Workspace, delivery: Delivery) -> _Read | None:
    try:
        with storage.piece(delivery.raw_key, 0, delivery.raw_size) as file:
            raw = file.read(delivery.raw_size)
        mail = read_mail(raw, now=delivery.received_at)
        if not mail.is_readable:
            found = salvage(raw, now=delivery.received_at)
            about = {"sender": found.sender.address, "subject": found.subject}
            with scope(workspace):
                note_unreadable(delivery.pk, "; ".join(mail.problems), **about)
            return None
        del raw
        if mail.message_id.startswith(BEFORE) and _is_test(workspace, delivery, mail):
            return None
    except SoftTimeLimitExceeded:
        raise  # a death: noted as an error, it would be read anew for ever
    except Exception as error:  # noqa: BLE001 (whatever it is, the next mail may be well)
        _postpone(workspace, delivery, error)
        return None
    names = shared_names(mail, delivery.envelope.get("to", ""))
    if delivery.is_archived:  # it may be ours, and the conversation somebody's to whom it went
        names |= {one.address.lower() for one in mail.to} - {delivery.channel.address}
    return _Read(delivery, mail, names)


def _is_test(workspace: Workspace, delivery: Delivery, mail: reading.Mail) -> bool:
    """Tell whether an admin's test sent it; then it is done with."""
    with scope(workspace):
        if is_ours := is_test(mail.message_id):
            Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.DONE, error="")
    return is_ours


def _postpone(workspace: Workspace, delivery: Delivery, error: Exception) -> None:
    logger.error("Mail %s could not be ingested.", delivery, exc_info=error)
    with scope(workspace):
        postpone_delivery(delivery, error)


def _store(workspace: Workspace, mails: Sequence[_Read]) -> None:
    """Store mails together while that goes well, and otherwise one by one."""
    while len(mails) > 1:
        try:
            began = time.monotonic()
            count = _receive(workspace, mails)
            _pace.note(count, time.monotonic() - began)
            mails = mails[count:]
        except Exception as error:  # noqa: BLE001 (each is tried by itself, and says what is wrong)
            logger.info("%d mails are stored one by one: %r", len(mails), error)
            break
    for one in mails:
        try:
            _store_one(workspace, one)
        except Exception as error:  # noqa: BLE001 (it is noted, and the next may be well)
            _postpone(workspace, one.delivery, error)


def _store_one(workspace: Workspace, one: _Read) -> None:
    """Store what a mail says, unless the database knows it to be here already."""
    try:
        _receive(workspace, [one])
    except (IntegrityError, MovedMeanwhile):
        # Another way has brought it at this moment, or it was read otherwise long ago.
        with scope(workspace):
            same = Message.objects.filter(
                channel=one.delivery.channel, external_id=one.mail.sha256
            ).first()
            if same:
                _note_done([(one.delivery, same)])
        if same is None:
            _receive(workspace, [one])


def _receive(workspace: Workspace, mails: Sequence[_Read]) -> int:
    """Store what the first of these mails say, in one transaction; return how many."""
    _store_files(workspace, [one for one in mails if one.files is None])
    deliveries = [one.delivery for one in mails]
    with _quiet(deliveries[0]), scope(workspace):
        if len(mails) > 1:
            _give_way()
        messages = receive_mails(deliveries[0].channel, [one.arrival() for one in mails])
        _note_done(list(zip(deliveries, messages, strict=False)))
    return len(messages)


def _give_way() -> None:
    """Whoever waits for one of our rows must not be the one whom PostgreSQL ends, should we wait for theirs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [GIVES_WAY])


@contextmanager
def _quiet(delivery: Delivery) -> Iterator[None]:
    """From what an archive brings nothing follows."""
    if not delivery.is_archived:
        yield
        return
    with none_owed():
        yield


def _note_done(done: Sequence[tuple[Delivery, Message]]) -> None:
    noted = {"state": DeliveryState.DONE, "error": ""}
    own = [(mail, message) for mail, message in done if mail.external_id == message.external_id]
    made = Message.objects.filter(pk__in=[message.pk for _, message in own])
    rows = Delivery.objects.filter(pk__in=[mail.pk for mail, _ in own])
    if own:
        same = made.filter(external_id=OuterRef("external_id"))
        rows.update(message=Subquery(same.values("pk")), **noted)
    for mail, message in done:
        if (mail, message) not in own:  # it came before, by another way
            Delivery.objects.filter(pk=mail.pk).update(message=message, **noted)


def _store_files(workspace: Workspace, mails: Sequence[_Read]) -> None:
    """Store what mails bring; rows come first, so that what is left over is swept away."""
    brought = [(one, file) for one in mails for file in one.mail.files if file.size]
    rows: Sequence[Attachment] = []
    if brought:
        with scope(workspace):
            rows = expect_files([file for _, file in brought])
        keys = [row.key for row in rows]
        save_files(
            [(key, BytesIO(file.content)) for key, (_, file) in zip(keys, brought, strict=True)]
        )
    for one in mails:
        one.files = []
    for row, (one, file) in zip(rows, brought, strict=True):
        kind, width, height = look_at(BytesIO(file.content))
        if kind == UNKNOWN:
            kind = file.content_type[:100]
        one.files = [*(one.files or ()), (row, Facts(file.size, file.sha256, kind, width, height))]
