"""What the clock clears away, and when it does not ring."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from accounts import courier, follow_ups
from accounts.tenancy import scope
from inbox.actions.delivery import accept_delivery
from inbox.actions.messaging import send_message
from inbox.actions.visitors import identify_visitor
from inbox.models import Delivery, VisitorSession
from inbox.tasks import forget_old_deliveries, forget_visitor_sessions, send_due_messages
from tests import factories
from tests.support.identity import sign_identity


def length(redis, queue):
    courier.flush()
    with redis.client() as client:
        return client.llen(queue)


def test_old_deliveries_are_forgotten_but_unreadable_ones_stay(workspace, channel):
    with scope(workspace):
        for n, state in enumerate(["done", "done", "unreadable"]):
            accept_delivery(channel, external_id=str(n), raw=b"nonsense")
            Delivery.objects.filter(external_id=str(n)).update(state=state)
        old = timezone.now() - timedelta(days=31)
        Delivery.objects.exclude(external_id="0").update(received_at=old)

    forget_old_deliveries()

    with scope(workspace):
        kept = Delivery.objects.order_by("external_id").values_list("external_id", flat=True)
        assert list(kept) == ["0", "2"]


def test_identities_that_have_run_out_are_forgotten(workspace, channel, time_machine):
    with scope(workspace):
        identity = sign_identity(channel)
        identify_visitor(channel, token=factories.new_token(), identity=identity)
    forget_visitor_sessions()
    with scope(workspace):
        assert VisitorSession.objects.count() == 1

    time_machine.move_to(timezone.now() + timedelta(hours=13))
    forget_visitor_sessions()

    with scope(workspace):
        assert not VisitorSession.objects.exists()


def test_nobody_rings_into_a_queue_that_nobody_empties(workspace, conversation, operator, redis):
    with scope(workspace):
        send_message(conversation, text="Hi", actor=operator)
    courier.flush()
    with redis.client() as client:
        client.delete("outbound")
        client.rpush("outbound", *["{}"] * 500)

    send_due_messages()
    assert length(redis, "outbound") == 500

    with redis.client() as client:
        client.delete("outbound")
    send_due_messages()
    assert length(redis, "outbound") == 1


@pytest.mark.parametrize("queue", settings.CELERY_WORKER_QUEUES)
def test_without_redis_every_queue_is_backed_up(redis, queue):
    assert not follow_ups.is_backed_up(queue)

    redis.stop()

    assert follow_ups.is_backed_up(queue)
