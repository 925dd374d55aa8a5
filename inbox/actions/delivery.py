"""The inbound ledger: keep what a platform brought, then understand it."""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts import tenancy
from accounts.errors import DomainError
from inbox.actions.receiving import receive_message
from inbox.connectors import connector_for
from inbox.connectors.base import IncomingMessage, Malformed
from inbox.enums import DeliveryState
from inbox.models import Channel, Delivery, Message

logger = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)
MOST_DEATHS = 3  # of programs that read a mail and were never heard of again
LONGEST_SHOWN = 255
LEASE = timedelta(minutes=10)  # that reading one mail may take


def accept_delivery(channel: Channel, *, external_id: str, raw: bytes) -> Delivery:
    """
    Keep a delivery and ingest it at once, in the caller's unit of work.

    Should ingesting fail, the delivery is kept and tried again by the clock. The same
    external id again changes nothing and names the same message.

    :raises DomainError: if a rule of ours speaks against it, for whoever brought it to hear.
    """
    delivery = Delivery(channel=channel, external_id=external_id, raw=raw)
    ingest_delivery(delivery)
    Delivery.objects.bulk_create(
        [delivery],
        update_conflicts=True,
        unique_fields=["workspace", "channel", "external_id"],
        update_fields=["state", "error", "message"],
    )
    return delivery


@transaction.atomic
def ingest_waiting(delivery_id: int) -> None:
    """
    Ingest a kept delivery by its id, unless somebody else has.

    Its row is locked last, as ``accept_delivery`` does, when the sender repeats it meanwhile;
    two that ingest it at once meet at the sender's handle and store one message.
    """
    waiting = Delivery.objects.filter(pk=delivery_id, state=DeliveryState.WAITING)
    if delivery := waiting.select_related("channel").first():
        try:
            ingest_delivery(delivery)
        except DomainError as error:  # nobody is there any more to hear of it
            delivery.state, delivery.error = DeliveryState.UNREADABLE, str(error)
        changed = ("state", "error", "attempts", "due_at", "message")
        waiting.update(**{name: getattr(delivery, name) for name in changed})


@transaction.atomic
def claim_waiting(delivery_id: int) -> Delivery | None:
    """Take what waits; a mail for a while, since reading it takes a while with no transaction open."""
    now = timezone.now()
    waiting = Delivery.objects.filter(pk=delivery_id, state=DeliveryState.WAITING, due_at__lte=now)
    rows = waiting.select_related("channel").select_for_update(skip_locked=True, of=("self",))
    delivery = rows.first()
    if delivery and delivery.raw_key:
        if delivery.attempts >= MOST_DEATHS and not delivery.error:
            note_unreadable(delivery.pk, "It ended the program that read it.")
            return None
        delivery.attempts += 1
        delivery.due_at = now + LEASE
        delivery.save(update_fields=["attempts", "due_at"])
    return delivery


def note_unreadable(delivery_id: int, reason: str, *, sender: str = "", subject: str = "") -> None:
    """Put aside, with the reason, what nobody can read; who wrote it and about what may be known."""
    Delivery.objects.filter(pk=delivery_id).update(
        state=DeliveryState.UNREADABLE,
        error=reason,
        sender=sender[:LONGEST_SHOWN],
        subject=subject[:LONGEST_SHOWN],
    )


def postpone_delivery(delivery: Delivery, error: Exception) -> None:
    """Try again later, further apart each time."""
    wait = min(FIRST_WAIT * 2 ** min(delivery.attempts, 10), LONGEST_WAIT)
    waiting = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING)
    waiting.update(error=repr(error)[:2_000], due_at=timezone.now() + wait)


def ingest_delivery(delivery: Delivery) -> None:
    """
    Turn a delivery into messages, and note on it how that went; the caller saves it.

    What cannot be read is put aside with the reason; what failed otherwise waits.
    """
    delivery.attempts += 1
    try:
        with tenancy.attempt():
            delivery.message = _ingest(delivery)
        delivery.state, delivery.error = DeliveryState.DONE, ""
    except Malformed as error:
        delivery.state, delivery.error = DeliveryState.UNREADABLE, str(error)
    except DomainError:
        raise
    except Exception as error:
        logger.exception("Delivery %s could not be ingested.", delivery)
        wait = min(FIRST_WAIT * 2 ** min(delivery.attempts, 10), LONGEST_WAIT)
        delivery.error, delivery.due_at = repr(error), timezone.now() + wait


def _ingest(delivery: Delivery) -> Message | None:
    channel, message = delivery.channel, None
    connector = connector_for(channel.kind, channel.config, channel.secrets)
    for item in connector.parse(bytes(delivery.raw)):
        if isinstance(item, IncomingMessage):
            message = receive_message(channel, item)
    return message
