"""The inbound ledger: raw first, once, and never dropped."""

import json
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from time import sleep
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Event
from accounts.tenancy import scope
from inbox import doors
from inbox.actions import delivery as deliveries
from inbox.actions.delivery import accept_delivery, ingest_waiting
from inbox.connectors.base import Sender
from inbox.connectors.webchat import new_envelope
from inbox.enums import DeliveryState
from inbox.models import Conversation, Delivery, Message


def envelope(text="Hello", client_id=None):
    return new_envelope(
        sender=Sender("a" * 64, "Ada"),
        client_id=client_id or uuid4(),
        text=text,
        at=timezone.now(),
        page={"url": "https://acme.test/", "title": "Acme"},
    )


def test_a_delivery_becomes_a_message(workspace, channel):
    with scope(workspace):
        delivery = accept_delivery(channel, external_id="1", raw=envelope())

        assert delivery.state == DeliveryState.DONE
        assert delivery.message.text == "Hello"
        assert Delivery.objects.get().raw


def test_the_same_delivery_again_is_the_same_message(workspace, channel):
    raw = envelope()
    with scope(workspace):
        first = accept_delivery(channel, external_id="1", raw=raw)
    with scope(workspace):
        again = accept_delivery(channel, external_id="1", raw=raw)

        assert (again.pk, again.message) == (first.pk, first.message)
        assert Message.objects.count() == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b"null",
        b'{"client_id": "x"}',
        json.dumps({"client_id": str(UUID(int=1)), "handle": "a", "text": "Hi", "at": 5}).encode(),
    ],
)
def test_what_cannot_be_read_is_kept_with_the_reason(workspace, channel, raw):
    with scope(workspace):
        accept_delivery(channel, external_id="1", raw=raw)

    with scope(workspace):
        delivery = Delivery.objects.get()
        assert (delivery.state, bytes(delivery.raw)) == (DeliveryState.UNREADABLE, raw)
        assert delivery.error.startswith("Not a chat message")
        assert not Conversation.objects.exists()


def test_what_fails_is_kept_undone_and_tried_again(workspace, channel, monkeypatch):
    real = deliveries.receive_message

    def half(channel, incoming):
        real(channel, incoming)
        raise RuntimeError("the ceiling fell")

    with monkeypatch.context() as patched:
        patched.setattr(deliveries, "receive_message", half)
        with scope(workspace):
            delivery = accept_delivery(channel, external_id="1", raw=envelope())
    with scope(workspace):
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == (DeliveryState.WAITING, 1)
        assert not Message.objects.exists()
        assert not Event.objects.filter(seq__gt=0).exists()
    due = timezone.now() + timedelta(minutes=1)
    assert doors.deliveries_to_ingest(due, 10) == [(workspace.pk, delivery.pk)]

    with scope(workspace):
        ingest_waiting(delivery.pk)
        ingest_waiting(delivery.pk)

        delivery.refresh_from_db()
        assert (delivery.state, Message.objects.count()) == (DeliveryState.DONE, 1)


def test_repeating_what_the_clock_tries_again_is_no_deadlock(workspace, channel, monkeypatch):
    raw = envelope()

    def stumble(*_):
        raise RuntimeError

    with monkeypatch.context() as patched, scope(workspace):
        patched.setattr(deliveries, "receive_message", stumble)
        kept = accept_delivery(channel, external_id="1", raw=raw)

    def retry():
        try:
            with scope(workspace):
                ingest_waiting(kept.pk)
        finally:
            connection.close()

    def ingest_and_linger(delivery):
        ingest(delivery)  # holds the sender's rows from here on
        if not retries:
            retries.append(pool.submit(retry))
            sleep(1.2)  # PostgreSQL looks for deadlocks after a second

    ingest = deliveries.ingest_delivery
    retries: list[Future[None]] = []
    monkeypatch.setattr(deliveries, "ingest_delivery", ingest_and_linger)
    with ThreadPoolExecutor(1) as pool, scope(workspace):
        again = accept_delivery(channel, external_id="1", raw=raw)
    retries[0].result()

    with scope(workspace):
        kept.refresh_from_db()
        assert (kept.state, kept.message) == (DeliveryState.DONE, again.message)
        assert Message.objects.count() == 1
