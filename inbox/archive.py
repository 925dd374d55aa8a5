"""Bring in the mails of an archive: in the order in which they were written, and only once."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from accounts import courier
from accounts.models import Workspace
from inbox import intake, keeping
from inbox.connectors.mail.addresses import Address
from inbox.connectors.mail.archives import Item
from inbox.connectors.mail.reading import Mail, Verdict, read_mail
from inbox.connectors.mail.sanitising import sanitise
from inbox.connectors.mail.threads import (
    Known,
    author_of,
    content_digest,
    place_of,
    referred,
)
from inbox.enums import DeliveryState
from inbox.models import Channel

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Slip:
    """What of a mail decides on its place among the others."""

    item: Item
    mail: Mail
    digest: str
    at: datetime

    @property
    def names(self) -> list[str]:
        return referred(self.mail)


def read(item: Item) -> Mail:
    """Read a mail; whatever it is, it is nothing that stops the others."""
    try:
        if item.is_too_large:
            return Mail("", Verdict.UNREADABLE, ("too_large",))
        return read_mail(item.read(), now=timezone.now())
    except OSError:
        return Mail("", Verdict.UNREADABLE, ("file_unreadable",))
    except Exception:
        logger.exception("%s, mail %d cannot be read.", item.path, item.index)
        return Mail("", Verdict.UNREADABLE, ("error",))


def slip_of(item: Item, mail: Mail) -> Slip:
    """Keep of a mail only what is short: an archive may be larger than memory."""
    digest = content_digest(mail)
    short = Mail(
        mail.sha256,
        mail.verdict,
        mail.problems,
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        sender=mail.sender,
        to=mail.to,
        cc=mail.cc,
        bounce=mail.bounce,
    )
    return Slip(item, short, digest, mail.date or _written(item))


def _written(item: Item) -> datetime:
    try:
        return datetime.fromtimestamp(item.path.stat().st_mtime, UTC)
    except OSError:
        return timezone.now()


def in_order(slips: Sequence[Slip]) -> list[Slip]:
    """Put the oldest first, and every mail after those that it answers, whatever their clocks said."""
    by_id: dict[str, list[int]] = {}
    for number, slip in enumerate(slips):
        by_id.setdefault(slip.mail.message_id, []).append(number)
    done: set[int] = set()
    ordered: list[Slip] = []
    for first in sorted(range(len(slips)), key=lambda number: (slips[number].at, number)):
        waiting = [first]
        begun: set[int] = set()
        while waiting:
            number = waiting[-1]
            parents = () if number in begun else slips[number].names
            begun.add(number)
            earlier = [
                one
                for name in parents
                for one in by_id.get(name, ())
                if one not in done and one not in begun
            ]
            if earlier:
                waiting += earlier
                continue
            waiting.pop()
            if number not in done:
                done.add(number)
                ordered.append(slips[number])
    return ordered


def bring_in(
    workspace: Workspace, channel: Channel, slips: Iterable[Slip]
) -> Iterator[tuple[Slip, int | None]]:
    """Import mails; yield the number of the conversation in which each now is."""
    for slip in slips:
        with courier.silenced():
            yield slip, _bring_in(workspace, channel, slip)


def _bring_in(workspace: Workspace, channel: Channel, slip: Slip) -> int | None:
    if slip.item.is_too_large:
        return None
    try:
        raw = slip.item.read()
    except OSError:
        return None
    kept = keeping.keep(workspace, channel, raw, received_at=_written(slip.item), is_archived=True)
    del raw
    delivery = intake.found(workspace, kept.delivery_id)
    if delivery.state == DeliveryState.WAITING:  # new, or an earlier import broke off here
        intake.ingest_mail(workspace, delivery)
        delivery = intake.found(workspace, kept.delivery_id)
    return delivery.message.conversation.number if delivery.message else None


class Rehearsal:
    """Finds the conversations of an archive's mails without writing anything."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.threads = 0
        self.participants: dict[int, set[str]] = {}
        self.by_id: dict[str, list[tuple[int, str, bool]]] = {}  # thread, digest, is it ours
        self.by_bytes: dict[str, int] = {}

    def place(self, slip: Slip) -> int | None:
        mail = slip.mail
        if not mail.is_readable:
            return None
        known = self.by_id.setdefault(mail.message_id, [])
        same = [thread for thread, digest, _ in known if digest == slip.digest]
        if mail.sha256 in self.by_bytes or same:
            return self.by_bytes.get(mail.sha256) or same[0]
        is_ours = author_of(mail) == self.address
        thread = self._thread_of(mail)
        if thread is None:
            thread = self.threads = self.threads + 1
            person = next(iter(mail.to), Address()).address.lower() if is_ours else author_of(mail)
            self.participants[thread] = {self.address, person} - {""}
        if is_ours:
            self.participants[thread] |= {one.address.lower() for one in (*mail.to, *mail.cc)}
        known.append((thread, slip.digest, is_ours))
        self.by_bytes[mail.sha256] = thread
        return thread

    def _thread_of(self, mail: Mail) -> int | None:
        bounced = self.by_id.get(mail.bounce.message_id, ()) if mail.bounce else ()
        for thread, _, is_ours in bounced:
            if is_ours:
                return thread
        return place_of(mail, self._look_up).conversation

    def _look_up(self, ids: Sequence[str]) -> Mapping[str, list[Known]]:
        return {
            one: [
                Known(thread, frozenset(self.participants[thread]))
                for thread, *_ in reversed(self.by_id.get(one, []))
            ]
            for one in ids
        }


def in_words(item: Item, mail: Mail) -> dict[str, Any]:
    """Say all that a mail was read to say; its conversation is not known yet."""
    return {
        "source": str(item.path).encode("utf-8", "replace").decode(),
        "index": item.index,
        "sha256": mail.sha256,
        "message_id": mail.message_id,
        "conversation": None,
        "from": _person(mail.sender),
        "to": [_person(one) for one in mail.to],
        "cc": [_person(one) for one in mail.cc],
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "text": mail.text,
        "new_text": mail.new_text,
        "html": sanitise(mail.html) if mail.html else "",
        "attachments": [
            {
                "name": file.name,
                "content_type": file.content_type,
                "size": file.size,
                "sha256": file.sha256,
                "inline": file.inline,
            }
            for file in mail.files
        ],
        "automatic": mail.automatic,
        "bounce_of": (mail.bounce.message_id or None) if mail.bounce else None,
        "verdict": mail.verdict.value,
        "problems": list(mail.problems),
    }


def _person(one: Address) -> dict[str, str]:
    return {"name": one.name, "address": one.address}
