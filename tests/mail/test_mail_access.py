"""The token of a mailbox whose people signed in: renewed early, by one process, and never shown."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, connections
from django.utils import timezone

from accounts.models import Event
from accounts.tenancy import scope
from inbox.actions import mail_grants
from inbox.connectors.base import TemporaryConnectorError
from inbox.connectors.mail import oauth
from inbox.mail_access import access_to
from inbox.mail_server import mailbox_of, smtp_of
from tests.mail.granting import change, grant_of, make_granted_channel, renewals, signed_in
from tests.mail.posting import make_mail_channel
from tests.support.rows import until

HOUR = timedelta(hours=1)


@pytest.fixture
def service(services):
    return services("google")


@pytest.fixture
def channel(workspace, mail_service, service):
    """A mailbox that somebody has signed in to."""
    return make_granted_channel(workspace, service, mail_service)


def test_tokens_are_kept_encrypted_and_told_to_nobody(workspace, channel):
    grant = grant_of(channel)
    with scope(workspace), connection.cursor() as cursor:
        cursor.execute("SELECT tokens, inbox_mailgrant::text FROM inbox_mailgrant")
        kept, row = cursor.fetchone()
        told = "".join(str(event.data) for event in Event.objects.all())

    for token in grant.tokens.values():
        assert token
        assert token not in kept + row + told + repr(grant) + repr(access_to_servers(channel))


def access_to_servers(channel):
    return mailbox_of(channel), smtp_of(channel)


def test_a_token_is_renewed_before_it_runs_out(channel, mail_service):
    first = access_to(channel).token
    with time_machine.travel(timezone.now() + HOUR - timedelta(minutes=11)):
        assert access_to(channel).token == first
    with time_machine.travel(timezone.now() + HOUR - timedelta(minutes=9)):
        second = access_to(channel).token
        assert second not in {"", first}
        assert access_to(channel).token == second
    assert renewals(mail_service) == 1


def test_a_short_life_is_renewed_in_its_middle(workspace, mail_service, service):
    mail_service.lives = 60
    channel = signed_in(make_mail_channel(workspace), service, mail_service)
    with time_machine.travel(timezone.now() + timedelta(seconds=29), tick=False):
        access_to(channel)
        assert renewals(mail_service) == 0
    with time_machine.travel(timezone.now() + timedelta(seconds=31), tick=False):
        access_to(channel)
        assert renewals(mail_service) == 1


def test_of_two_at_once_one_renews_and_both_have_it(channel, mail_service):
    now = timezone.now()
    change(channel, renew_at=now, expires_at=now)
    mail_service.gate.clear()

    def ask():
        try:
            return access_to(channel).token
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        until(lambda: grant_of(channel).lease)
        mail_service.gate.set()
        tokens = {one.result(60) for one in asking}

    assert len(tokens) == 1
    assert renewals(mail_service) == 1


def test_while_one_renews_the_others_take_what_is_still_good(channel, mail_service):
    old = access_to(channel).token
    change(channel, renew_at=timezone.now())
    with scope(channel.workspace):
        assert mail_grants.claim_renewal(channel)[1]

    assert access_to(channel).token == old
    assert renewals(mail_service) == 0


def test_whoever_dies_while_renewing_holds_up_nobody_for_long(channel, mail_service):
    now = timezone.now()
    change(channel, renew_at=now, expires_at=now)
    with scope(channel.workspace):
        mail_grants.claim_renewal(channel)

    with time_machine.travel(now + mail_grants.LEASE):
        assert access_to(channel).token
    assert renewals(mail_service) == 1


def test_one_who_was_slow_does_not_undo_a_new_sign_in(channel, service, mail_service):
    change(channel, renew_at=timezone.now())
    with scope(channel.workspace):
        slow, _ = mail_grants.claim_renewal(channel)
    signed_in(channel, service, mail_service)
    newer = grant_of(channel).tokens

    with scope(channel.workspace):
        mail_grants.record_end(slow, reason="Token has been revoked.")
        mail_grants.record_renewal(slow, oauth.Tokens("old", "old", 60))

    assert grant_of(channel).tokens == newer
    assert not grant_of(channel).has_ended


def test_a_refresh_token_that_is_exchanged_is_kept(workspace, services, mail_service):
    microsoft = services("microsoft")
    channel = signed_in(make_mail_channel(workspace), microsoft, mail_service)
    seen = {grant_of(channel).tokens["refresh"]}
    for _ in range(3):
        change(channel, renew_at=timezone.now())
        access_to(channel)
        seen.add(grant_of(channel).tokens["refresh"])

    assert len(seen) == 4
    assert {one["refresh_token"] for one in mail_service.grants("refresh_token")} < seen


def test_a_service_in_trouble_is_asked_ever_later_and_the_old_token_used(channel, mail_service):
    now, old = timezone.now(), access_to(channel).token
    mail_service.troubles = [(503, "")] * 3
    change(channel, renew_at=now)
    assert [access_to(channel).token for _ in range(5)] == [old] * 5
    assert renewals(mail_service) == 1

    change(channel, expires_at=now)
    with time_machine.travel(now + timedelta(seconds=20)):
        for _ in range(5):
            with pytest.raises(TemporaryConnectorError, match="Google gives no access now: 503"):
                access_to(channel)
    assert renewals(mail_service) == 2
    with time_machine.travel(now + timedelta(seconds=40)), pytest.raises(TemporaryConnectorError):
        access_to(channel)
    assert renewals(mail_service) == 2
    with time_machine.travel(now + timedelta(minutes=1)), pytest.raises(TemporaryConnectorError):
        access_to(channel)
    with time_machine.travel(now + timedelta(minutes=3)):
        assert access_to(channel).token != old
    assert (renewals(mail_service), grant_of(channel).failures) == (4, 0)


def test_a_service_is_asked_with_no_transaction_open(channel):
    with scope(channel.workspace), pytest.raises(RuntimeError):
        access_to(channel)
