"""Mail that is fetched and sent by token: from real servers, which take nothing else."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.core import mail as outbox
from django.utils import timezone

from accounts.tenancy import scope
from inbox.actions import mail_grants
from inbox.actions.mail_channels import change_servers
from inbox.actions.mailboxes import set_up_mailbox
from inbox.fetching.fetcher import attend
from inbox.mail_access import access_to
from inbox.mail_server import mailbox_of, smtp_of
from inbox.mail_watch import watch_mail
from inbox.models import Channel, Conversation, Mailbox, MailGrant, Message
from tests.mail.answering import answer, carry
from tests.mail.fetching import fetch, fetcher, numbered, reread, texts
from tests.mail.granting import change, grant_of, make_granted_channel, renewals, signed_in
from tests.support.rows import until


@pytest.fixture
def service(services):
    return services("google")


@pytest.fixture
def channel(workspace, mail_service, service):
    """A mailbox that somebody has signed in to."""
    return make_granted_channel(workspace, service, mail_service)


def test_mail_is_fetched_and_answered_without_a_password(
    workspace, operator, channel, dovecot, mail_service
):
    mail_service.imap.target = dovecot.port
    user = channel.address
    dovecot.folder(user)
    with scope(workspace):
        mailbox = set_up_mailbox(channel)
    fetch(mailbox)
    dovecot.deliver(user, numbered(1))
    fetch(mailbox)
    with scope(workspace):
        reply = answer(Conversation.objects.get(), operator)
    carry(reply)

    assert texts(mailbox) == ["Hello 1", "It is red."]
    assert mail_service.smtp.signed_in[-1:] == [user]
    assert b"It is red." in mail_service.smtp.mails[-1]
    with scope(workspace):
        assert Message.objects.get(pk=reply.pk).state == "sent"
        assert Channel.objects.get(pk=channel.pk).secrets == {}
    assert renewals(mail_service) == 0


def test_what_was_taken_back_stops_the_mailbox_and_alarms_admins(
    workspace, admin, channel, mail_service, settle, dovecot
):
    mail_service.imap.target = dovecot.port
    mail_service.take_back(channel.address)
    change(channel, renew_at=timezone.now(), expires_at=timezone.now())
    with scope(workspace):
        mailbox = set_up_mailbox(channel)
    visits = mail_service.imap.visits
    attend(workspace.pk, mailbox.pk, threading.Event(), threading.BoundedSemaphore(1))

    with scope(workspace):
        mailbox = Mailbox.objects.get()
    words = "Google refuses our sign-in: Token has been expired or revoked."
    assert (mailbox.is_stopped, mailbox.last_error) == (True, words)
    assert grant_of(channel).tokens == {}
    assert (renewals(mail_service), mail_service.imap.visits) == (1, visits)

    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        watch_mail()
        settle(workspace)
    told = [one for one in outbox.outbox if one.to == [admin.user.email]]
    assert [words in one.body for one in told] == [True]
    assert "Sign in again" in told[0].body


def test_replies_wait_until_somebody_signs_in_again(
    workspace, operator, channel, service, mail_service, dovecot
):
    mail_service.imap.target = dovecot.port
    dovecot.folder(channel.address)
    with scope(workspace):
        mailbox = set_up_mailbox(channel)
    fetch(mailbox)
    dovecot.deliver(channel.address, numbered(1))
    fetch(mailbox)
    mail_service.take_back(channel.address)
    with scope(workspace):
        mail_grants.distrust(channel)
        reply = answer(Conversation.objects.get(), operator)
    carry(reply)
    with scope(workspace):
        waiting = Message.objects.get(pk=reply.pk)
        assert not Message.objects.due(timezone.now()).exists()
    assert (waiting.state, waiting.error[:26]) == ("queued", "Google refuses our sign-in")

    signed_in(channel, service, mail_service)
    with scope(workspace):
        assert Message.objects.due(timezone.now()).get() == waiting
    carry(reply)

    with scope(workspace):
        assert Message.objects.get(pk=reply.pk).state == "sent"


@pytest.mark.parametrize("side", ["imap", "smtp"])
def test_a_token_that_a_mail_server_refuses_is_replaced(
    workspace, operator, channel, mail_service, dovecot, side
):
    mail_service.imap.target = dovecot.port
    dovecot.folder(channel.address)
    with scope(workspace):
        mailbox = set_up_mailbox(channel)
    fetch(mailbox)
    dovecot.deliver(channel.address, numbered(1))
    fetch(mailbox)
    old = access_to(channel).token
    mail_service.run_out()

    if side == "imap":
        with scope(workspace):
            Mailbox.objects.update(next_try_at=timezone.now())
        attend(workspace.pk, mailbox.pk, threading.Event(), threading.BoundedSemaphore(1))
    else:
        with scope(workspace):
            reply = answer(Conversation.objects.get(), operator)
        carry(reply)

    assert access_to(channel).token != old
    assert renewals(mail_service) == 1


def test_no_other_server_is_told_the_token(channel, server):
    said = {"host": "localhost", "port": server.port, "tls": "none", "user": "help"}
    with scope(channel.workspace):
        channel = change_servers(
            channel, servers={"smtp": said}, secrets={"smtp": "typed"}, actor=None
        )
    assert mailbox_of(channel).token == grant_of(channel).tokens["access"]
    assert (smtp_of(channel).token, smtp_of(channel).password) == ("", "typed")

    with scope(channel.workspace):
        channel = change_servers(
            channel, servers={"imap": said}, secrets={"imap": "typed"}, actor=None
        )
        assert (MailGrant.objects.count(), channel.setting("oauth")) == (0, "")
    assert (mailbox_of(channel).token, mailbox_of(channel).password) == ("", "typed")


def test_a_fetcher_signs_in_anew_when_there_is_a_newer_token(
    workspace, service, mail_service, dovecot
):
    mail_service.lives = 4  # seconds; in their middle there is another
    mail_service.imap.target = dovecot.port
    channel = make_granted_channel(workspace, service, mail_service)
    dovecot.folder(channel.address)
    with scope(workspace):
        mailbox = set_up_mailbox(channel)
    with fetcher():
        until(lambda: reread(mailbox).last_success_at)
        mail_service.lives, before = 3600, renewals(mail_service)
        until(lambda: grant_of(channel).renew_at < timezone.now())
        dovecot.deliver(channel.address, numbered(1))
        until(lambda: grant_of(channel).renew_at > timezone.now())
        dovecot.deliver(channel.address, numbered(2))
        until(lambda: texts(mailbox) == ["Hello 1", "Hello 2"])

    assert renewals(mail_service) == before + 1
    assert reread(mailbox).last_error == ""
