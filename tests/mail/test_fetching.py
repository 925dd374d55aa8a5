"""Mail is fetched from a real mail server: all of it, once, and nobody there sees a trace."""

import pytest
from django.utils import timezone

from accounts.tenancy import scope
from inbox import intake
from inbox.actions import mailboxes
from inbox.enums import DeliveryState, Status
from inbox.fetching import bodies, reader
from inbox.models import MailFolder
from tests.mail.fetching import (
    conversations,
    fetch,
    make_mailbox,
    numbered,
    reread,
    texts,
    user_of,
)
from tests.mail.posting import deliveries


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.ALLOW_PRIVATE_SERVERS = True


@pytest.fixture
def mailbox(workspace, dovecot):
    return make_mailbox(workspace, dovecot)


def folder_of(mailbox, name="INBOX"):
    with scope(mailbox.workspace):
        return MailFolder.objects.get(mailbox=mailbox, name=name)


def test_what_came_before_stays_where_it_is_and_what_comes_is_fetched(workspace, dovecot):
    mailbox = make_mailbox(workspace, dovecot, begins=False)
    dovecot.deliver(user_of(mailbox), numbered(0))
    fetch(mailbox)
    assert texts(mailbox) == []

    for number in range(1, 4):
        dovecot.deliver(user_of(mailbox), numbered(number))
    fetch(mailbox)
    fetch(mailbox)

    assert texts(mailbox) == ["Hello 1", "Hello 2", "Hello 3"]
    assert dovecot.flags(user_of(mailbox)) == [set()] * 4
    now = reread(mailbox)
    assert (now.waiting, now.failures) == (0, 0)
    assert now.last_mail_at <= now.last_success_at
    assert folder_of(mailbox).last_uid == 4


def test_what_people_read_and_remove_on_the_server_changes_nothing(mailbox, dovecot):
    user = user_of(mailbox)
    for number in range(4):
        dovecot.deliver(user, numbered(number))
    with dovecot.client(user) as people:
        people.select_folder("INBOX")
        people.add_flags([1, 2], [b"\\Seen"])
        people.delete_messages([3])
        people.expunge([3])

    fetch(mailbox)
    dovecot.deliver(user, numbered(9))
    fetch(mailbox)

    assert texts(mailbox) == ["Hello 0", "Hello 1", "Hello 3", "Hello 9"]


def test_answers_that_wait_together_with_their_question_stay_together(mailbox, dovecot):
    user = user_of(mailbox)
    dovecot.deliver(user, numbered(1, sender="ada@example.test"))
    for number in range(2, 60):
        dovecot.deliver(
            user,
            numbered(number, sender="ada@example.test", in_reply_to=f"<{number - 1}@example.test>"),
        )

    fetch(mailbox)

    assert len(conversations(mailbox)) == 1
    assert texts(mailbox) == [f"Hello {number}" for number in range(1, 60)]


def test_a_server_that_counts_anew_is_read_again_without_doubling(mailbox, dovecot):
    user = user_of(mailbox)
    same = numbered(2, message_id="<same@example.test>")
    other = numbered(3, message_id="<same@example.test>")
    for raw in (numbered(1), same, other, numbered(4, message_id=None)):
        dovecot.deliver(user, raw)
    fetch(mailbox)
    before = folder_of(mailbox).uidvalidity
    for raw in (numbered(5), numbered(6, message_id="<same@example.test>")):
        dovecot.deliver(user, raw)
    dovecot.count_anew(user)

    fetch(mailbox)
    dovecot.deliver(user, numbered(7))
    fetch(mailbox)

    assert folder_of(mailbox).uidvalidity != before
    assert sorted(texts(mailbox)) == [f"Hello {number}" for number in range(1, 8)]
    assert folder_of(mailbox).rescan_since is None


def test_a_mail_that_came_by_another_way_before_is_one(mailbox, dovecot):
    raw = numbered(1, date="Sat, 21 Nov 2026 11:59:00 +0000")
    intake.take_in(mailbox.workspace, mailbox.channel, raw, received_at=timezone.now())
    passed_on = b"Received: from mx.example.test; Sat, 21 Nov 2026 12:00:00 +0000\r\n" + raw

    dovecot.deliver(user_of(mailbox), raw)
    dovecot.deliver(user_of(mailbox), passed_on)
    fetch(mailbox)

    assert texts(mailbox) == ["Hello 1"]


def test_a_mail_that_the_listing_had_left_out_is_found_when_looking_back(
    mailbox, dovecot, monkeypatch
):
    for number in range(1, 4):
        dovecot.deliver(user_of(mailbox), numbered(number))
    whole = reader.Session.after
    monkeypatch.setattr(
        reader.Session,
        "after",
        lambda session, uid: [one for one in whole(session, uid) if one.uid != 2],
    )
    fetch(mailbox)
    assert texts(mailbox) == ["Hello 1", "Hello 3"]

    with scope(mailbox.workspace):
        MailFolder.objects.update(looked_back_at=timezone.now() - reader.LOOK_BACK_EVERY * 2)
    fetch(mailbox)
    assert sorted(texts(mailbox)) == ["Hello 1", "Hello 2", "Hello 3"]


def test_the_last_days_are_brought_in_when_somebody_asks(workspace, dovecot):
    mailbox = make_mailbox(workspace, dovecot, begins=False)
    dovecot.deliver(user_of(mailbox), numbered(1))
    dovecot.deliver(user_of(mailbox), numbered(2))
    fetch(mailbox)
    dovecot.deliver(user_of(mailbox), numbered(3))
    fetch(mailbox)

    with scope(workspace):
        mailboxes.request_backfill(mailbox, days=3)
    fetch(mailbox)

    assert sorted(texts(mailbox)) == ["Hello 1", "Hello 2", "Hello 3"]
    assert [one.status for one in conversations(mailbox)] == [
        Status.OPEN,
        Status.CLOSED,
        Status.CLOSED,
    ]
    assert folder_of(mailbox).backfill_since is None


def test_a_mail_that_nobody_can_read_stops_no_other(mailbox, dovecot):
    bad = b"\r\n\r\n"
    for raw in (numbered(1), bad, numbered(2)):
        dovecot.deliver(user_of(mailbox), raw)

    fetch(mailbox)

    assert texts(mailbox) == ["Hello 1", "Hello 2"]
    states = [(one.state, one.error) for one in deliveries(mailbox.channel)]
    assert states[1] == (DeliveryState.UNREADABLE, "empty")
    assert deliveries(mailbox.channel)[1].raw_size == len(bad)
    assert reread(mailbox).failures == 0


def test_a_mail_that_stumbles_over_a_fault_of_ours_stops_no_other(mailbox, dovecot, monkeypatch):
    read = intake.read_mail

    def stumble(raw, *, now):
        if b"Hello 2" in raw:
            raise ValueError("A fault of ours")
        return read(raw, now=now)

    monkeypatch.setattr(intake, "read_mail", stumble)
    for number in (1, 2, 3):
        dovecot.deliver(user_of(mailbox), numbered(number))
    fetch(mailbox)

    assert texts(mailbox) == ["Hello 1", "Hello 3"]
    waiting = deliveries(mailbox.channel)[1]
    assert (waiting.state, waiting.error) == (
        DeliveryState.WAITING,
        "ValueError('A fault of ours')",
    )


def test_a_mail_that_is_too_large_is_shown_by_its_head_and_stops_no_other(
    mailbox, dovecot, monkeypatch
):
    monkeypatch.setattr(bodies, "LARGEST", 5_000)
    monkeypatch.setattr(bodies, "MOST_BYTES", 4_000)
    for raw in (numbered(1), numbered(2, "x" * 6_000), numbered(3)):
        dovecot.deliver(user_of(mailbox), raw)

    fetch(mailbox)

    assert texts(mailbox) == ["Hello 1", "Hello 3"]
    large = deliveries(mailbox.channel)[1]
    assert (large.state, large.error) == (DeliveryState.UNREADABLE, bodies.TOO_LARGE)
    assert large.raw_size < 1_000


def test_a_large_mail_comes_piece_by_piece_and_whole(mailbox, dovecot, monkeypatch):
    monkeypatch.setattr(bodies, "MOST_BYTES", 10_000)
    monkeypatch.setattr("inbox.connectors.mail.imap.PIECE", 4_096)
    raw = numbered(1, "word " * 4_000)
    dovecot.deliver(user_of(mailbox), raw)
    dovecot.deliver(user_of(mailbox), numbered(2))

    fetch(mailbox)

    assert [one.raw_size for one in deliveries(mailbox.channel)] == [len(raw), len(numbered(2))]
    assert texts(mailbox)[0].endswith("word  1")
