"""Mails against a mail server that hangs, refuses and dies: none is lost, none goes twice."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone, translation
from django.utils.formats import date_format

from accounts import doors
from accounts.actions import letters as outbox
from accounts.actions.invitations import invite_people, resend_invitation, revoke_invitation
from accounts.enums import LetterState
from accounts.letters import forget_old_letters, send_letter
from accounts.models import Invitation, Letter, User
from accounts.tenancy import scope
from tests import factories
from tests.support.entrance import client_of
from tests.support.invitations import INVITED
from tests.support.rows import until
from tests.support.smtp import MailServer


@pytest.fixture
def server(settings):
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = False, 1
    yield server
    server.close()


@pytest.fixture
def invitation(workspace, admin, server):
    with scope(workspace):
        [made] = invite_people([INVITED], role="operator", limited=False, teams=[], actor=admin)
    return made


def letter_of(workspace):
    with scope(workspace):
        return Letter.objects.latest("pk")


def send(workspace):
    send_letter(workspace_id=workspace.pk, letter_id=letter_of(workspace).pk)
    return letter_of(workspace)


def links(server):
    read = (message_from_bytes(mail, policy=policy.default) for mail in server.mails)
    texts = [mail.get_body(["plain"]).get_content() for mail in read]
    return [re.search(r"/accounts/invitations/\S+/", text)[0] for text in texts]


def team_page(workspace, admin):
    return client_of(admin).get(f"/{workspace.slug}/settings/team/").content.decode()


def test_a_mail_goes_once_and_its_link_works(workspace, admin, server, invitation, settle):
    before = team_page(workspace, admin)
    settle(workspace)
    again = send(workspace)

    assert (again.state, again.attempts, len(server.mails)) == (LetterState.SENT, 1, 1)
    assert Client().get(links(server)[0]).status_code == 200
    assert "the mail is on its way" in before
    assert "expires in 7 days" in team_page(workspace, admin)
    mail = message_from_bytes(server.mails[0], policy=policy.default)
    assert mail["Message-ID"].startswith(f"<letter-{workspace.pk}-{again.pk}-")


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"EHLO": "hang"}, "The mail server did not answer in time."),
        ({"MAIL": "die"}, "The mail server broke the connection off."),
        ({"MAIL": "550 who are you"}, "The mail server refused: 550 who are you"),
        ({"RCPT": "451 try later"}, "The mail server refused: 451 try later"),
        ({"DATA": "421 too busy"}, "The mail server refused: 421 too busy"),
        ({"BODY": "die"}, "The mail server broke the connection off."),
        ({"END": "452 disk full"}, "The mail server refused: 452 disk full"),
    ],
)
def test_trouble_that_may_pass_is_shown_and_tried_again(
    workspace, admin, server, invitation, settle, time_machine, answers, words
):
    server.answers = answers
    settle(workspace)

    letter, page = letter_of(workspace), team_page(workspace, admin)
    assert (letter.state, letter.attempts, letter.error) == (LetterState.QUEUED, 1, words)
    assert (letter.leased_until, server.mails) == (None, [])
    assert timedelta(seconds=20) < letter.send_at - timezone.now() <= timedelta(seconds=30)
    assert "not sent yet." in page
    assert words in page
    assert doors.letters_to_send(timezone.now(), 9) == []

    server.answers = {}
    time_machine.move_to(timezone.now() + timedelta(minutes=1))
    assert doors.letters_to_send(timezone.now(), 9) == [(workspace.pk, letter.pk)]
    assert send(workspace).state == LetterState.SENT
    assert "not sent" not in team_page(workspace, admin)
    assert Client().get(links(server)[-1]).status_code == 200


def test_a_mail_server_that_is_away(workspace, server, invitation, settle):
    server.close()
    settle(workspace)

    letter = letter_of(workspace)
    assert (letter.state, letter.error) == (
        LetterState.QUEUED,
        "The mail server cannot be reached.",
    )


@pytest.mark.parametrize("answers", [{"RCPT": "550 no such user"}, {"END": "550 no such user"}])
def test_a_refusal_for_good_is_shown_and_sent_again_on_request(
    workspace, admin, server, invitation, settle, answers
):
    server.answers = answers
    settle(workspace)

    assert letter_of(workspace).state == LetterState.FAILED
    page = team_page(workspace, admin)
    assert "not sent. The mail server refused: 550 no such user" in page
    assert doors.letters_to_send(timezone.now() + timedelta(days=9), 9) == []

    server.answers = {}
    url = f"/{workspace.slug}/settings/team/invitations/{invitation.pk}/resending/"
    client_of(admin).post(url)
    settle(workspace)
    with scope(workspace):
        assert [letter.state for letter in Letter.objects.all()] == [LetterState.SENT]
    assert Client().get(links(server)[0]).status_code == 200


def test_no_transaction_is_open_while_the_mail_server_dawdles(
    workspace, server, invitation, settle
):
    server.answers = {"EHLO": "hang"}
    idle = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%%' AND datname = current_database()"

    def work():
        try:
            settle(workspace)
        finally:
            connection.close()

    sender = threading.Thread(target=work)
    sender.start()
    until(lambda: server.visits, 10, 0.01)
    with connection.cursor() as cursor:
        cursor.execute(idle)
        assert cursor.fetchone() == (0,)
    with scope(workspace):  # nor is any row held
        assert Invitation.objects.select_for_update(nowait=True).get().token_hash
    sender.join()


def test_many_workers_send_a_letter_once(workspace, server, invitation, settle, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("tests.conftest.send_letter", lambda **_: None)
        settle(workspace)

    def work(_):
        try:
            send(workspace)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(8)))

    assert (letter_of(workspace).attempts, len(server.mails)) == (1, 1)


def test_a_slow_senders_trouble_is_not_held_against_the_next(
    workspace, server, invitation, settle, time_machine, monkeypatch
):
    monkeypatch.setattr("tests.conftest.send_letter", lambda **_: None)
    settle(workspace)
    with scope(workspace):
        slow = outbox.claim_letter(letter_of(workspace).pk)
        assert outbox.claim_letter(slow.pk) is None
    time_machine.move_to(timezone.now() + timedelta(minutes=12))
    with scope(workspace):
        fast = outbox.claim_letter(slow.pk)
        outbox.record_failure(slow, reason="Refused")
        outbox.postpone_letter(slow, reason="Busy")

    letter = letter_of(workspace)
    assert (letter.state, letter.error) == (LetterState.QUEUED, "")
    assert letter.leased_until == fast.leased_until


def test_a_letter_whose_writing_kills_its_worker_is_given_up(
    workspace, server, invitation, settle, monkeypatch
):
    """Written in the transaction that counts the attempt, it would be tried for ever."""
    monkeypatch.setattr("tests.conftest.send_letter", lambda **_: None)
    settle(workspace)

    def die(letter):
        raise SystemExit

    monkeypatch.setattr("accounts.letters._write", die)
    for _ in range(outbox.MOST_DEATHS):
        with scope(workspace):
            past = timezone.now() - timedelta(seconds=1)
            Letter.objects.exclude(leased_until=None).update(leased_until=past)
        with pytest.raises(SystemExit):
            send(workspace)
    with scope(workspace):
        Letter.objects.update(leased_until=past)

    letter = send(workspace)
    assert (letter.state, letter.error) == (LetterState.FAILED, "Sending broke off 3 times.")


def test_what_never_goes_is_given_up(workspace, server, invitation, settle):
    server.answers = {"MAIL": "451 later"}
    settle(workspace)
    with scope(workspace):
        past = timezone.now() - timedelta(seconds=1)
        Letter.objects.update(attempts=outbox.MOST_ATTEMPTS - 1, send_at=past)

    assert send(workspace).state == LetterState.FAILED


@pytest.mark.parametrize("change", [revoke_invitation, resend_invitation])
def test_a_letter_that_nobody_needs_any_more_does_not_go(
    workspace, admin, server, invitation, settle, change, time_machine
):
    server.answers = {"MAIL": "451 later"}
    settle(workspace)
    stale = letter_of(workspace)
    with scope(workspace):
        change(invitation, actor=admin)
    server.answers = {}
    settle(workspace)
    time_machine.move_to(timezone.now() + timedelta(minutes=1))
    send_letter(workspace_id=workspace.pk, letter_id=stale.pk)

    assert len(server.mails) == (1 if change is resend_invitation else 0)
    with scope(workspace):
        assert not Letter.objects.filter(pk=stale.pk).exists()


def test_a_letter_is_written_in_its_readers_language(workspace, server, invitation, settle):
    User.objects.create_user(INVITED, factories.PASSWORD, language="ru")
    settle(workspace)

    mail = message_from_bytes(server.mails[0], policy=policy.default)
    with translation.override("ru"):
        until = date_format(invitation.expires_at, "j F, H:i")
    assert not until.isascii()
    assert until in mail.get_body(["plain"]).get_content()


def test_a_letter_that_cannot_be_written_waits(workspace, server, invitation, settle, monkeypatch):
    monkeypatch.setattr("accounts.invitation_mail.renew_token", lambda _: 1 / 0)
    settle(workspace)

    letter = letter_of(workspace)
    assert (letter.state, letter.attempts) == (LetterState.QUEUED, 1)
    assert "ZeroDivisionError" in letter.error
    assert letter.send_at > timezone.now()


def test_old_letters_are_forgotten(workspace, server, invitation, settle, time_machine):
    settle(workspace)
    forget_old_letters()
    before = letter_of(workspace)
    time_machine.move_to(timezone.now() + timedelta(days=31))
    forget_old_letters()

    assert before.state == LetterState.SENT
    with scope(workspace):
        assert not Letter.objects.exists()
