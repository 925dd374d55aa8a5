"""What nobody tries again is counted and named where somebody looks, with the age of the oldest."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.enums import LetterState
from accounts.heartbeats import beat
from accounts.models import FollowUp, Letter
from accounts.tenancy import scope
from helpdesk import health
from helpdesk.doctor import servers
from inbox.actions.lifecycle import close_conversation
from inbox.actions.messaging import send_message
from inbox.enums import DeliveryState, MessageState
from inbox.models import Delivery, Message
from tests.support.entrance import client_of
from tests.test_metrics import samples, value

QUEUES = ["follow-ups", "deliveries", "messages", "letters"]
HOUR = timedelta(hours=1)


@pytest.fixture
def aside(workspace, channel, conversation, operator, monkeypatch):
    """Put one into each queue, the first an hour ago, each of the next an hour before."""
    monkeypatch.setattr(health, "PATIENCE", 60)
    for name in health.HEARTS:
        beat(name)
    hours = [timezone.now() - HOUR * n for n in range(1, 5)]
    with scope(workspace):
        owed = FollowUp.objects.order_by("pk")[:1]
        FollowUp.objects.filter(pk__in=owed).update(gave_up_at=hours[0], attempts=3, error="Died.")
        Delivery.objects.create(
            channel=channel, external_id="odd", raw=b"?", state=DeliveryState.UNREADABLE,
            received_at=hours[1],
        )  # fmt: skip
        message = send_message(conversation, text="Hi", actor=operator)
        Message.objects.filter(pk=message.pk).update(state=MessageState.FAILED, send_at=hours[2])
        Letter.objects.create(
            kind="test", subject_id=1, email="a@b.test", state=LetterState.FAILED,
            created_at=hours[3],
        )  # fmt: skip


def test_health_is_degraded_and_names_each_queue(client, aside):
    answer = client.get("/readyz")

    found = answer.json()["work"]
    assert (answer.status_code, found["ok"], found["degraded"]) == (200, True, True)
    assert list(found["put_aside"]) == QUEUES
    for hours, queue in enumerate(QUEUES, 1):
        told = found["put_aside"][queue]
        assert told["count"] == 1
        assert 0 <= told["oldest_s"] - hours * 3600 < 600
    numbers = samples(client)
    for hours, queue in enumerate(QUEUES, 1):
        assert value(numbers, "helpdesk_work_stuck", what=queue) == 1
        age = value(numbers, "helpdesk_work_stuck_age_seconds", what=queue)
        assert 0 <= age - hours * 3600 < 600
    says = [finding.says for finding in servers.check_put_aside() if not finding.ok]
    assert [
        queue for queue, text in zip(QUEUES, says, strict=True) if f"1 {queue}," in text
    ] == QUEUES


def test_an_admin_sees_it_and_lets_given_up_steps_begin_anew(
    workspace, aside, admin, stranger, settle
):
    browser, pages = client_of(admin), f"/{workspace.slug}/settings/channels/"
    page, banner = (
        browser.get(pages).content.decode(),
        browser.get(f"{pages}alarms/").content.decode(),
    )
    for words in ("1 automatic step was given up", "1 mail cannot be read",
                  "1 reply did not arrive", "1 mail of ours was refused"):  # fmt: skip
        assert words in page
    assert "1 automatic step was given up" in banner

    assert browser.post(f"{pages}put-aside/").status_code == 302
    with scope(workspace):
        assert not FollowUp.objects.exclude(gave_up_at=None).exists()
        owed = FollowUp.objects.count()
    assert "given up" not in browser.get(f"{pages}alarms/").content.decode()
    assert settle(workspace) == owed


def test_what_nobody_can_mend_any_more_is_no_alarm(
    client, workspace, conversation, operator, aside
):
    with scope(workspace):
        Delivery.objects.all().delete()
        Letter.objects.update(created_at=timezone.now() - timedelta(days=8))
        close_conversation(conversation, actor=operator)
        FollowUp.objects.all().delete()

    assert "work" not in client.get("/readyz").json()
