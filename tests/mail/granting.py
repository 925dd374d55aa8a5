"""Mailboxes that somebody has signed in to at their service, for tests."""

from itertools import count

from accounts.tenancy import scope
from inbox.actions import mail_grants
from inbox.connectors.mail import oauth
from inbox.models import MailGrant
from tests.mail.posting import make_mail_channel

serial = count(1)


def make_granted_channel(workspace, service, mail_service):
    channel = make_mail_channel(workspace, f"oauth{next(serial)}@gmail.com")
    return signed_in(channel, service, mail_service)


def signed_in(channel, service, mail_service, **facts):
    with scope(channel.workspace):
        facts = {"service": service, "tokens": consented(channel, service, mail_service)} | facts
        return mail_grants.keep_grant(channel, actor=None, **facts)


def consented(channel, service, mail_service):
    verifier, back = oauth.new_secret(), "https://desk.example/"
    said = {"state": "s", "verifier": verifier, "address": channel.address}
    code = mail_service.consent(oauth.consent_url(service, redirect_uri=back, **said))["code"]
    return oauth.redeem(service, code=code, verifier=verifier, redirect_uri=back)


def grant_of(channel):
    with scope(channel.workspace):
        return MailGrant.objects.get(channel=channel)


def change(channel, **facts):
    with scope(channel.workspace):
        MailGrant.objects.filter(channel=channel).update(**facts)


def renewals(mail_service):
    return len(mail_service.grants("refresh_token"))
