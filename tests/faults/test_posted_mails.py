"""Mails that services post are kept before we answer, whoever is there to read them, and read once."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from accounts.tenancy import scope
from inbox.enums import DeliveryState
from inbox.models import Message
from inbox.tasks import ingest_delivery
from tests.mail.posting import deliveries, make_mail_channel, written
from tests.mail.test_hooks import KEY, hook, mailgun, post

MANY, AT_ONCE = 300, 8

pytestmark = pytest.mark.fault


def number(n):
    words = {"subject": f"About {n}", "message_id": f"<{n}@example.test>"}
    raw = written(f"Hello {n}", sender=f"W{n} <w{n}@example.test>", **words)
    return mailgun(raw, token=f"tok-{n}")


def texts(workspace):
    with scope(workspace):
        return sorted(Message.objects.values_list("text", flat=True))


def test_posts_are_taken_while_no_worker_is_there_and_each_is_read_once(workspace, capsys):
    mailbox = make_mail_channel(workspace)
    url, _ = hook(mailbox, "mailgun", KEY, capsys)

    def bring(n):
        try:
            return post(Client(), url, number(n)).status_code
        finally:
            connection.close()

    # Each twice, as services do that do not hear of us in time, and one a hundred times.
    posts = [*range(MANY), *range(MANY), *[7] * 98]
    random.Random(7).shuffle(posts)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(bring, posts))

    assert set(answers) == {200}
    kept = deliveries(mailbox)
    assert {one.state for one in kept} == {DeliveryState.WAITING}
    assert (len(kept), texts(workspace)) == (MANY, [])

    def read(delivery):
        try:
            ingest_delivery(workspace_id=workspace.pk, delivery_id=delivery.pk)
        finally:
            connection.close()

    # Two bells for each, heard by workers that come only now.
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(read, sorted(kept * 2, key=lambda one: one.pk)))

    assert {one.state for one in deliveries(mailbox)} == {DeliveryState.DONE}
    assert texts(workspace) == sorted(f"Hello {n}" for n in range(MANY))
