"""What is done on the mail server, how we come to it, and who does: over real lines, in real folders."""

import time

import psutil
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.tenancy import scope
from inbox.actions import mailboxes
from inbox.connectors.base import TemporaryConnectorError
from inbox.connectors.mail.imap import opened
from inbox.connectors.mail.imap_line import ImapServer
from inbox.connectors.mail.imap_words import Refused
from inbox.enums import AfterFetch
from inbox.models import MailFolder, Message
from tests.mail.fetching import fetch, fetcher, make_mailbox, numbered, reread, texts, user_of
from tests.support.dovecot import PASSWORD
from tests.support.rows import until


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.ALLOW_PRIVATE_SERVERS = True


@pytest.fixture
def mailbox(workspace, dovecot):
    return make_mailbox(workspace, dovecot)


@pytest.mark.parametrize("after", [AfterFetch.SEEN, AfterFetch.MOVE, AfterFetch.DELETE])
def test_what_is_done_on_the_server_afterwards(workspace, dovecot, after):
    mailbox = make_mailbox(workspace, dovecot, begins=False, after=after, after_folder="Done")
    user = user_of(mailbox)
    dovecot.folder(user, "Done")
    dovecot.deliver(user, numbered(0))
    fetch(mailbox)
    for raw in (numbered(1), b"\r\n\r\n", numbered(2)):
        dovecot.deliver(user, raw)
    fetch(mailbox)
    dovecot.deliver(user, numbered(3))
    fetch(mailbox)

    assert texts(mailbox) == ["Hello 1", "Hello 2", "Hello 3"]
    seen, left, moved = {b"\\Seen"}, dovecot.flags(user), dovecot.flags(user, "Done")
    assert (left, moved) == {
        AfterFetch.SEEN: ([set(), seen, seen, seen, seen], []),
        AfterFetch.MOVE: ([set()], [set()] * 4),
        AfterFetch.DELETE: ([set()], []),
    }[after]


def test_what_cannot_be_done_afterwards_is_told_and_stops_nothing(workspace, dovecot):
    mailbox = make_mailbox(workspace, dovecot, after=AfterFetch.MOVE, after_folder="Not there")
    dovecot.deliver(user_of(mailbox), numbered(1))
    fetch(mailbox)
    dovecot.deliver(user_of(mailbox), numbered(2))
    fetch(mailbox)

    now = reread(mailbox)
    assert texts(mailbox) == ["Hello 1", "Hello 2"]
    assert now.last_error.startswith("The mail server refused: ")
    assert not now.is_failing


def test_several_folders_are_read_and_one_comes_back_where_it_was(workspace, dovecot):
    mailbox = make_mailbox(workspace, dovecot, begins=False, folders=["INBOX", "Käufe"])
    user = user_of(mailbox)
    with dovecot.client(user) as people:
        people.create_folder("Käufe")
        fetch(mailbox)
        people.append("Käufe", numbered(1))
        dovecot.deliver(user, numbered(2))
        fetch(mailbox)
        assert sorted(texts(mailbox)) == ["Hello 1", "Hello 2"]

        with scope(workspace):
            mailboxes.set_up_mailbox(mailbox.channel, folders=["INBOX"])
        people.append("Käufe", numbered(3))
        fetch(mailbox)
        assert len(texts(mailbox)) == 2

    with scope(workspace):
        mailboxes.set_up_mailbox(mailbox.channel, folders=["INBOX", "Käufe"])
    fetch(mailbox)
    assert sorted(texts(mailbox)) == ["Hello 1", "Hello 2", "Hello 3"]


def test_folders_are_listed_with_what_they_are_for(mailbox, dovecot):
    with dovecot.client(user_of(mailbox)) as people:
        people.create_folder("Käufe")
    server = ImapServer(**dovecot.settings(user_of(mailbox)), password=PASSWORD, is_trusted=True)
    with opened(server) as session:
        assert {one.name for one in session.folders()} == {"INBOX", "Käufe"}


def test_the_way_to_the_server_must_be_safe(dovecot, monkeypatch):
    said = {"host": "localhost", "user": "ada", "password": PASSWORD, "is_trusted": True}
    safe = [{"port": dovecot.tls_port}, {"port": dovecot.port, "tls": "starttls"}]
    for way in safe:
        with (
            pytest.raises(TemporaryConnectorError, match="certificate is not trusted"),
            opened(ImapServer(**said | way)),
        ):
            pass

    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    for way in safe:
        with opened(ImapServer(**said | way)) as session:
            assert session.open("INBOX").count == 0
    wrong_name = said | safe[0] | {"host": "127.0.0.1"}
    with (
        pytest.raises(TemporaryConnectorError, match="certificate"),
        opened(ImapServer(**wrong_name)),
    ):
        pass
    with (
        pytest.raises(Refused, match="password"),
        opened(ImapServer(**said | safe[0] | {"password": "no"})),
    ):
        pass


def test_news_are_heard_and_shown_at_once(mailbox, dovecot):
    user = user_of(mailbox)
    with fetcher():
        until(lambda: is_waiting_for_news(dovecot, user))
        began = time.monotonic()
        dovecot.deliver(user, numbered(1))
        until(lambda: texts(mailbox) == ["Hello 1"], pause=0.02)
        taken = time.monotonic() - began
        dovecot.deliver(user, numbered(2))
        until(lambda: texts(mailbox) == ["Hello 1", "Hello 2"], pause=0.02)
    now = reread(mailbox)
    assert taken < 100  # by the telling, not by the next look in five minutes
    assert (now.lease, now.is_failing) == (None, False)
    assert now.next_try_at <= timezone.now()


def is_waiting_for_news(dovecot, user):
    """Ask Dovecot what its processes do; their names tell."""
    names = [" ".join(one.info["cmdline"] or ()) for one in psutil.process_iter(["cmdline"])]
    return any(f"[{user} " in name and "IDLE" in name for name in names)


def test_two_fetchers_share_the_mailboxes_and_double_nothing(workspace, dovecot):
    boxes = [make_mailbox(workspace, dovecot) for _ in range(3)]
    with fetcher(), fetcher():
        for number in range(20):
            for box in boxes:
                dovecot.deliver(user_of(box), numbered(number))
        expected = sorted(f"Hello {number}" for number in range(20))
        for box in boxes:
            until(lambda box=box: sorted(texts(box)) == expected, 240)


def test_one_whose_lease_ran_out_keeps_nothing(mailbox, dovecot):
    dovecot.deliver(user_of(mailbox), numbered(1))

    def oversleep(reader):
        with time_machine.travel(timezone.now() + mailboxes.LEASE * 2), scope(mailbox.workspace):
            assert mailboxes.claim_mailbox(mailbox.pk) is not None

    with pytest.raises(mailboxes.LeaseLost):
        fetch(mailbox, during=oversleep)
    assert texts(mailbox) == []
    assert cursor_of(mailbox) == 0

    fetch(mailbox)
    assert texts(mailbox) == ["Hello 1"]


def test_a_mailbox_of_another_workspace_is_its_own(workspace, elsewhere, dovecot):
    here, there = make_mailbox(workspace, dovecot), make_mailbox(elsewhere, dovecot)
    dovecot.deliver(user_of(here), numbered(1))
    dovecot.deliver(user_of(there), numbered(1))

    fetch(here)
    fetch(there)

    assert texts(here) == texts(there) == ["Hello 1"]
    with scope(workspace):
        assert Message.objects.count() == 1


def test_a_look_costs_the_same_however_many_mails_are_here(
    mailbox, dovecot, django_assert_num_queries
):
    dovecot.deliver(user_of(mailbox), numbered(0))
    fetch(mailbox)
    with CaptureQueriesContext(connection) as few:
        fetch(mailbox)
    for number in range(1, 4):
        dovecot.deliver(user_of(mailbox), numbered(number))
    fetch(mailbox)
    with django_assert_num_queries(len(few)):
        fetch(mailbox)


def cursor_of(mailbox):
    with scope(mailbox.workspace):
        return MailFolder.objects.get(mailbox=mailbox).last_uid
