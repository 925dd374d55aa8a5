"""Workers die at random while messages, mails and replies flow: everything is done, and once."""

import random
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import courier, follow_ups
from accounts.models import Event, FollowUp
from accounts.tenancy import scope
from inbox import keeping, tasks
from inbox.actions.messaging import send_message
from inbox.actions.receiving import receive_message
from inbox.connectors.mail.reading import read_mail
from inbox.enums import DeliveryState, EventKind, MessageKind, MessageState
from inbox.models import Conversation, Delivery, Message
from routing.actions.rules import keep_rule
from tests import factories
from tests.mail.posting import make_mail_channel, written
from tests.routing.test_conditions import every
from tests.support.nursery import Nursery
from tests.support.rows import until
from tests.support.smtp import MailServer
from tests.support.workers import children_of

KILLS = 20  # of a child, and of the whole worker
EVERYONE = 4 * KILLS  # who writes: before each kill one by chat and one by mail
PATIENCE = 5  # seconds
BY_WORKERS = (EventKind.RULE_APPLIED, EventKind.NOTE_ADDED, EventKind.MESSAGE_SENT)
ONCE = (
    *[EventKind.CONVERSATION_OPENED, EventKind.MESSAGE_RECEIVED, EventKind.MESSAGE_QUEUED],
    *BY_WORKERS,
)

pytestmark = pytest.mark.fault


@pytest.fixture
def server():
    made = MailServer()
    yield made
    made.close()


@pytest.fixture
def nursery(server):
    smtp = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(server.port), "EMAIL_USE_TLS": "0"}
    made = Nursery("tests.faults.working_app", FOLLOW_UP_PATIENCE=str(PATIENCE), **smtp)
    yield made
    made.close()


class Flow:
    """Visitors and mails that come, and somebody who answers each; and the clock, which rings for all."""

    def __init__(self, workspace, operator) -> None:
        self.workspace, self.operator = workspace, operator
        self.chat, self.mail = factories.make_channel(workspace), make_mail_channel(workspace)
        self.answered: set[int] = set()
        self.lost = 0  # what was begun by those who were killed
        self._looked_at = 0.0
        with scope(workspace):
            note = {"do": "note", "with": "Seen", "named": "Seen"}
            keep_rule(
                None, name="Seen", is_on=True, stops=False, triggers=["opened"],
                conditions=every(), actions=[note], actor=None,
            )  # fmt: skip

    def go_on(self, n) -> None:
        raw = written(
            f"mail {n}", sender=f"W{n} <w{n}@example.test>", subject=f"About {n}",
            message_id=f"<{n}@example.test>",
        )  # fmt: skip
        keeping.keep(self.workspace, self.mail, raw, received_at=timezone.now(), reads=False)
        with scope(self.workspace):
            receive_message(self.chat, factories.incoming(f"visitor-{n}", f"chat {n}"))
        self.answer()

    def answer(self) -> None:
        """Answer, once, in every conversation that there is."""
        with scope(self.workspace):
            for conversation in Conversation.objects.with_people().exclude(pk__in=self.answered):
                words = f"answer {conversation.number}"
                send_message(conversation, text=words, actor=self.operator)
                self.answered.add(conversation.pk)

    def look_round(self) -> None:
        """Sweep as the clock does, which is once in a while."""
        if time.monotonic() - self._looked_at < 1:
            return
        tasks.ingest_waiting_deliveries()
        tasks.send_due_messages()
        follow_ups.sweep()
        courier.flush()
        self._looked_at = time.monotonic()

    def done(self) -> int:
        self.look_round()
        with scope(self.workspace):
            return Event.objects.filter(kind__in=BY_WORKERS).count()

    def bury(self) -> None:
        """Let the leases of the dead run out."""
        now, self._looked_at = timezone.now(), 0
        with scope(self.workspace):
            begun = FollowUp.objects.exclude(leased_until=None)
            self.lost += begun.update(leased_until=now, due_at=now)
            self.lost += Message.objects.exclude(leased_until=None).update(leased_until=now)
            waiting = Delivery.objects.filter(state=DeliveryState.WAITING)
            self.lost += waiting.filter(due_at__gt=now).update(due_at=now)

    def is_done(self) -> bool:
        self.answer()
        self.look_round()
        with scope(self.workspace):
            return len(self.answered) == EVERYONE and not (
                FollowUp.objects.exists()
                or Delivery.objects.exclude(state=DeliveryState.DONE).exists()
                or Message.objects.filter(state=MessageState.QUEUED).exists()
            )


def test_workers_that_are_killed_forty_times_do_everything_once(
    workspace, operator, server, nursery, settings
):
    settings.FOLLOW_UP_PATIENCE = timedelta(seconds=PATIENCE)
    flow, chance = Flow(workspace, operator), random.Random(20261122)

    def work_on(n):
        """Let them do a little more, up to a moment that chance chooses."""
        goal = flow.done() + chance.randint(1, 4)  # two who write bring two things each
        flow.go_on(n)
        until(lambda: flow.done() >= goal, 120, chance.random() / 20)
        time.sleep(chance.random() / 10)

    for n in range(KILLS):
        with nursery.child() as pid:
            until(lambda pid=pid: children_of(pid), 60, 0.02)
            work_on(2 * n)
            victim = chance.choice(children_of(pid))
            victim.kill()
            until(lambda v=victim, p=pid: v not in children_of(p), 60, 0.02)
            work_on(2 * n + 1)
        flow.bury()
    assert flow.lost >= KILLS / 4  # they were in the middle of it
    with nursery.child():
        until(flow.is_done, 240, 0.5)

    check(flow, server)


def check(flow, server):
    with scope(flow.workspace):
        said = Counter(Message.objects.values_list("kind", flat=True))
        told = Counter(Event.objects.values_list("kind", flat=True))
        assert Conversation.objects.count() == EVERYONE
        assert not Conversation.objects.filter(contact__last_heard_at=None).exists()
        assert set(Message.objects.values_list("state", flat=True)) == {MessageState.SENT}
    kinds = (MessageKind.INCOMING, MessageKind.OUTGOING, MessageKind.NOTE)
    assert {kind: said[kind] for kind in kinds} == dict.fromkeys(kinds, EVERYONE)
    assert {kind: told[kind] for kind in ONCE} == dict.fromkeys(ONCE, EVERYONE)
    # Towards mail servers it is at least once, under the same id.
    mails = [read_mail(raw, now=timezone.now()) for raw in server.mails]
    assert len({mail.message_id for mail in mails}) == EVERYONE / 2
    assert len({mail.to[0].address for mail in mails}) == EVERYONE / 2
