"""Testing a mail channel: one mail out and in, with the servers' words, outside every transaction."""

import pytest
from django.db import connection

from accounts.tenancy import scope
from inbox.actions.channels import change_channel
from inbox.actions.mail_tests import is_test, new_mark
from inbox.connectors.mail import checking
from inbox.connectors.mail.reading import read_mail
from inbox.models import Conversation, Delivery
from inbox.views import mail_tests
from tests.mail.posting import ADDRESS, NOW, make_mail_channel, post, written
from tests.support.dovecot import PASSWORD
from tests.support.smtp import MailServer

LETS_IN = {"EHLO": "250-here\r\n250 AUTH PLAIN", "AUTH": "235 come in"}


@pytest.fixture
def server(settings, monkeypatch):
    settings.ALLOW_PRIVATE_SERVERS = True
    monkeypatch.setattr(checking, "PATIENCE", 2)
    server = MailServer()
    server.answers = dict(LETS_IN)
    yield server
    server.close()


@pytest.fixture
def channel(workspace, server):
    channel = make_mail_channel(workspace)
    way = {"host": "127.0.0.1", "port": server.port, "tls": "none", "user": "support"}
    with scope(workspace):
        return change_channel(
            channel, config=channel.config | {"smtp": way}, secrets={"smtp": "key"}, actor=None
        )


@pytest.fixture
def walk(client, admin, workspace, channel):
    """Walk a lane, and return what is shown of it."""
    client.force_login(admin.user)

    def walk(side="sending", mark=None, waited="0"):
        if mark is None:
            with scope(workspace):
                mark = new_mark()
        url = f"/{workspace.slug}/settings/channels/{channel.pk}/test/{side}/"
        return client.post(url, {"mark": mark, "waited": waited}, headers={"HX-Request": "true"})

    return walk


def test_a_mail_goes_out_and_every_step_is_told(walk, server):
    server.answers["END"] = "250 2.0.0 queued as 4F"

    text = walk().content.decode()

    assert "Signed in as support" in text
    assert f"Sent a test mail to {ADDRESS}" in text
    assert "250 2.0.0 queued as 4F" in text
    [raw] = server.mails
    mail = read_mail(raw, now=NOW)
    assert mail.automatic
    assert (mail.sender.address, mail.to[0].address) == (ADDRESS, ADDRESS)


@pytest.mark.parametrize(
    ("answers", "words", "advice"),
    [
        ({"AUTH": "535 5.7.8 Error: app password required"},
         "535 5.7.8 Error: app password required", "This server wants an app password"),
        ({"AUTH": "535 5.7.8 authentication failed"}, "535 5.7.8", "Check the user name"),
        ({"MAIL": "553 5.7.1 Sender address rejected: not owned by user"},
         "not owned by user", "may not write as the address"),
        ({"RCPT": "550 5.1.1 no such user"}, "550 5.1.1 no such user", "Try again."),
        ({"EHLO": "hang"}, "did not answer in time", "Check server and port"),
        ({"END": "die"}, "broke the connection off", "Try again."),
    ],
    ids=["app password", "password", "not ours", "nobody", "hang", "die"],
)  # fmt: skip
def test_a_refusal_is_told_in_the_servers_words_with_what_to_do(
    walk, server, answers, words, advice
):
    server.answers |= answers

    text = walk().content.decode()

    assert words in text
    assert advice in text
    assert "Not yet" in text
    assert server.answers.get("END") == "die" or server.mails == []


def test_a_server_inside_is_not_asked_unless_that_is_allowed(walk, server, settings):
    settings.ALLOW_PRIVATE_SERVERS = False

    text = walk().content.decode()

    assert "Port" in text or "private network" in text
    assert "ALLOW_PRIVATE_SERVERS" in text
    assert server.visits == 0


def test_servers_are_asked_with_no_transaction_open(walk, monkeypatch, server):
    seen = []
    real = mail_tests.try_sending

    def look(*arguments):
        seen.append(connection.in_atomic_block)
        return real(*arguments)

    monkeypatch.setattr(mail_tests, "try_sending", look)

    walk()

    assert seen == [False]


def test_without_scripts_one_form_walks_both(client, admin, workspace, channel, server):
    client.force_login(admin.user)

    page = client.post(f"/{workspace.slug}/settings/channels/{channel.pk}/test/")

    assert f"Sent a test mail to {ADDRESS}" in page.content.decode()
    assert len(server.mails) == 1


@pytest.mark.parametrize("mark", ["", "test.", "test." + "0" * 48, "nul\0l"])
def test_only_a_mark_of_ours_starts_a_lane(walk, server, mark):
    assert walk(mark=mark).status_code == 404
    assert walk("sideways").status_code == 404
    assert server.visits == 0


@pytest.fixture
def fetched(workspace, channel, dovecot, monkeypatch):
    """Let the channel be fetched from a real server; return its user there."""
    monkeypatch.setattr(checking, "LOOK", 0)
    monkeypatch.setattr(checking, "PAUSE", 0)
    user = f"tested{workspace.pk}"
    dovecot.folder(user)
    with scope(workspace):
        config = channel.config | {"imap": dovecot.settings(user)}
        change_channel(channel, config=config, secrets={"imap": PASSWORD}, actor=None)
    return user


def test_the_mail_is_waited_for_and_seen_to_come_in(walk, workspace, fetched, dovecot, server):
    with scope(workspace):
        mark = new_mark()

    waiting = walk("receiving", mark).content.decode()
    walk("sending", mark)
    dovecot.deliver(fetched, server.mails[0])
    there = walk("receiving", mark).content.decode()

    assert "Signed in, folder and its mails: INBOX, 0" in waiting
    assert 'hx-trigger="load"' in waiting
    assert "The test mail came in" in there
    assert "hx-trigger" not in there


def test_a_mail_that_never_comes_is_given_up(walk, fetched):
    text = walk("receiving", waited="300").content.decode()

    assert "did not come within five minutes" in text
    assert "a filter may have put it into another folder" in text


def test_a_password_that_the_mailbox_refuses_is_told(walk, workspace, channel, fetched):
    with scope(workspace):
        change_channel(channel, secrets={"imap": "wrong"}, actor=None)

    text = walk("receiving").content.decode()

    assert "The mail server refused the user name or password" in text
    assert "Check the user name and the password" in text


def test_the_mail_of_a_test_becomes_nobodys_conversation(workspace, channel, walk, server):
    walk()

    assert post(channel, server.mails[0]) is None

    with scope(workspace):
        assert not Conversation.objects.exists()
        assert Delivery.objects.get().state == "done"


def test_a_mail_that_only_looks_like_a_test_is_kept(channel):
    message = post(channel, written(message_id="<test.000@acme.test>"))

    assert message.conversation_id


def test_a_mark_is_of_its_workspace(workspace, elsewhere):
    with scope(workspace):
        mark = new_mark()
        assert is_test(f"{mark}@acme.test")
        assert not Conversation.objects.exists()
    with scope(elsewhere):
        assert not is_test(f"{mark}@acme.test")
