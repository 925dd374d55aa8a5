"""Mail is fetched while everything goes wrong: nothing is lost, nothing comes twice."""

import imaplib
import os
import random
import signal
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as site
from django.utils import timezone

from accounts.tenancy import scope
from inbox import tasks
from inbox.actions import mailboxes
from inbox.connectors.mail.imap import Session
from inbox.enums import AfterFetch, DeliveryState
from inbox.fetching import bodies, fetcher
from inbox.models import Attachment, Delivery, Mailbox, MailFolder
from tests.mail.fetching import fetch, make_mailbox, numbered, reread, texts, user_of
from tests.mail.posting import deliveries
from tests.support.nursery import Nursery
from tests.support.proxy import Proxy
from tests.support.rows import until


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.ALLOW_PRIVATE_SERVERS = True


@pytest.fixture
def proxy(dovecot):
    made = Proxy(dovecot.port)
    yield made
    made.close()


@pytest.fixture
def mailbox(workspace, dovecot, proxy):
    return make_mailbox(workspace, dovecot, server=dovecot.settings("", port=proxy.port))


def attend(mailbox):
    """Look into a mailbox as the program does, trouble noted, until there is nothing to do."""
    with scope(mailbox.workspace):
        Mailbox.objects.update(next_try_at=timezone.now(), lease=None, leased_until=None)
    stopping = threading.Event()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fetcher, "_wait_for_news", lambda *_: stopping.set())
        fetcher.attend(mailbox.workspace_id, mailbox.pk, stopping, threading.BoundedSemaphore(1))


def test_a_server_that_dies_anywhere_loses_and_doubles_nothing(mailbox, dovecot, proxy):
    user, chance = user_of(mailbox), random.Random(20261122)
    for number in range(60):
        dovecot.deliver(user, numbered(number, "word " * chance.randrange(400)))
    proxy.cuts = [chance.randrange(400, 60_000) for _ in range(8)]
    while proxy.cuts:
        attend(mailbox)
    attend(mailbox)

    assert len(texts(mailbox)) == len(set(texts(mailbox))) == 60
    now = reread(mailbox)
    assert (now.failures, now.waiting, now.is_failing) == (0, 0, False)
    assert now.last_error == "The mail server broke the connection off."


def test_a_mail_over_which_the_server_dies_each_time_is_passed_by(mailbox, dovecot, proxy):
    proxy.breaks_over = b"poison"
    for number in range(12):
        words = "poison" if number == 5 else "Hello"
        dovecot.deliver(user_of(mailbox), numbered(number, words))
    for _ in range(8):
        attend(mailbox)

    assert texts(mailbox) == [f"Hello {number}" for number in range(12) if number != 5]
    [stuck] = [one for one in deliveries(mailbox.channel) if one.state != DeliveryState.DONE]
    assert (stuck.state, stuck.error) == (DeliveryState.UNREADABLE, bodies.NOT_HANDED_OVER)
    assert not reread(mailbox).is_failing

    proxy.breaks_over = b""  # mended, it is found when looking back
    with scope(mailbox.workspace):
        MailFolder.objects.update(looked_back_at=timezone.now() - timedelta(hours=2))
    attend(mailbox)
    assert len(texts(mailbox)) == 12


@pytest.mark.parametrize("answer", ["refuses", "is silent"])
def test_a_mail_that_the_server_does_not_give_is_passed_by(mailbox, dovecot, monkeypatch, answer):
    whole = Session._fetch

    def ask(session, uids, what):
        if "BODY.PEEK[]" in what and "3" in uids.split(","):
            if answer == "refuses":
                raise imaplib.IMAP4.error("[SERVERBUG] Internal error occurred.")
            found = whole(session, uids, what)
            return {uid: {} if uid == 3 else said for uid, said in found.items()}
        return whole(session, uids, what)

    monkeypatch.setattr(Session, "_fetch", ask)
    for number in range(1, 6):
        dovecot.deliver(user_of(mailbox), numbered(number))
    attend(mailbox)

    assert texts(mailbox) == ["Hello 1", "Hello 2", "Hello 4", "Hello 5"]
    stuck = deliveries(mailbox.channel)[2]
    assert (stuck.state, stuck.error) == (DeliveryState.UNREADABLE, bodies.NOT_HANDED_OVER)
    assert not reread(mailbox).is_failing


def test_a_server_that_is_away_is_asked_less_and_less_often(mailbox, proxy):
    proxy.close()
    waits = []
    for _ in range(3):
        attend(mailbox)
        waits.append(reread(mailbox).next_try_at - timezone.now())

    assert waits[0] < waits[1] < waits[2]
    now = reread(mailbox)
    assert now.last_error == "The mail server cannot be reached."
    assert (now.is_failing, now.is_stopped) == (True, False)


def test_a_password_that_is_refused_waits_for_an_admin(mailbox, proxy):
    with scope(mailbox.workspace):
        channel = mailbox.channel
        channel.secrets = {"imap": "another"}
        channel.save(update_fields=["secrets"])
    for _ in range(mailboxes.MOST_REFUSALS):
        attend(mailbox)
    visits = proxy.visits

    assert reread(mailbox).is_stopped
    assert "user name or password" in reread(mailbox).last_error
    with scope(mailbox.workspace):
        assert mailboxes.claim_mailbox(mailbox.pk) is None
    assert proxy.visits == visits


def test_a_host_in_a_private_network_is_not_gone_to(mailbox, proxy, settings):
    settings.ALLOW_PRIVATE_SERVERS = False
    visits = proxy.visits
    attend(mailbox)

    assert proxy.visits == visits
    assert reread(mailbox).is_failing


def test_a_full_disk_moves_no_cursor(mailbox, dovecot, monkeypatch):
    dovecot.deliver(user_of(mailbox), numbered(1))

    def full(key, file):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("inbox.storage.save", full)
        attend(mailbox)
    assert texts(mailbox) == []
    assert reread(mailbox).is_failing

    attend(mailbox)
    assert texts(mailbox) == ["Hello 1"]


def ingest(mailbox):
    """Have a worker try the one mail again, later."""
    with scope(mailbox.workspace):
        Delivery.objects.update(due_at=timezone.now())
        delivery_id = Delivery.objects.get().pk
    tasks.ingest_delivery(workspace_id=mailbox.workspace_id, delivery_id=delivery_id)


def test_a_mail_that_kills_its_reader_is_put_aside(mailbox, dovecot, monkeypatch):
    class Killed(BaseException):
        pass

    def die(raw, *, now):
        raise Killed

    dovecot.deliver(user_of(mailbox), numbered(1))
    with monkeypatch.context() as patch:
        patch.setattr("inbox.intake.read_mail", die)
        with pytest.raises(Killed):
            fetch(mailbox)
        for _ in range(3):
            with pytest.raises(Killed):
                ingest(mailbox)
        ingest(mailbox)

    [put_aside] = deliveries(mailbox.channel)
    assert put_aside.state == DeliveryState.UNREADABLE
    dovecot.deliver(user_of(mailbox), numbered(2))
    fetch(mailbox)
    assert texts(mailbox) == ["Hello 2"]


@pytest.fixture
def nursery():
    made = Nursery("tests.faults.fetching_app")
    yield made
    made.close()


def test_a_fetcher_that_is_killed_twenty_times_loses_and_doubles_nothing(
    workspace, dovecot, nursery
):
    mailbox = make_mailbox(workspace, dovecot, after=AfterFetch.SEEN)
    user, chance = user_of(mailbox), random.Random(1122)
    before = files()
    ledger = [f"Hello {number}" for number in range(200)]
    for number in range(200):
        dovecot.deliver(user, numbered(number))

    kills = 0
    while kills < 20:
        let_go(mailbox)
        with nursery.child() as pid:
            # Until it has done a little more, at a moment that chance chooses.
            goal = min(len(texts(mailbox)) + chance.randrange(9), 190)
            until(lambda goal=goal: len(texts(mailbox)) >= goal, 240, chance.random() / 20)
            time.sleep(chance.random() / 10)
            os.kill(pid, signal.SIGKILL)
            kills += 1
    let_go(mailbox)
    with nursery.child():
        until(lambda: len(texts(mailbox)) >= 200, 240)

    assert sorted(texts(mailbox)) == sorted(ledger)
    assert {one.state for one in deliveries(mailbox.channel)} == {DeliveryState.DONE}
    with scope(workspace):
        Attachment.objects.update(created_at=datetime(2026, 1, 1, tzinfo=UTC))
    tasks.forget_uploads()
    assert len(files() - before) == 200


def let_go(mailbox):
    """Let the lease of whoever was killed run out."""
    with scope(mailbox.workspace):
        Mailbox.objects.update(next_try_at=timezone.now(), leased_until=None)


def files():
    return {path for path in site.MEDIA_ROOT.rglob("*") if path.is_file()}
