"""An admin signs in to a mailbox at its service: what is asked of whom, and what does not count."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import Event, Membership
from accounts.tenancy import scope
from inbox.actions.mailboxes import set_up_mailbox
from inbox.models import Channel, Mailbox, MailGrant
from tests.mail.posting import make_mail_channel

ADDRESS = "help@gmail.com"
STALE = "This sign-in has run out, was used, or was begun in another browser."


@pytest.fixture
def channel(workspace):
    return make_mail_channel(workspace, ADDRESS)


@pytest.fixture
def browser(client, admin):
    client.force_login(admin.user)
    return client


def place_of(channel, tail="sign-in/"):
    return f"/{channel.workspace.slug}/settings/channels/{channel.pk}/{tail}"


def begin(browser, channel, key="google"):
    """Press the button; return the address that the browser is led to."""
    answer = browser.post(place_of(channel), {"service": key})
    assert answer.status_code == 200
    link = re.search(r'href="(http[^"]+)"', answer.content.decode())[1]
    assert f'content="0; url={link}"' in answer.content.decode()
    return unescape(link)


def come_back(browser, said, key="google"):
    """Follow the service's way back to its end."""
    answer = browser.get(f"/accounts/mail/{key}/", said)
    return browser.get(answer["Location"]) if answer.status_code == 302 else answer


def grants(channel):
    with scope(channel.workspace):
        return list(MailGrant.objects.filter(channel=channel))


def reread(channel):
    with scope(channel.workspace):
        return Channel.objects.get(pk=channel.pk)


@pytest.mark.parametrize("key", ["google", "microsoft"])
def test_a_sign_in_gives_the_channel_its_servers_and_no_password(
    browser, admin, channel, services, mail_service, settings, key
):
    with scope(channel.workspace):
        channel.secrets = {"imap": "old", "smtp": "old", "hook": "kept"}
        channel.save(update_fields=["secrets"])
        set_up_mailbox(channel)
        Mailbox.objects.update(next_try_at=None)

    place = begin(browser, channel, key)
    asked = dict(parse_qsl(urlsplit(place).query))
    answer = come_back(browser, mail_service.consent(place), key)

    assert asked["redirect_uri"] == f"{settings.BASE_URL}/accounts/mail/{key}/"
    assert asked["login_hint"] == ADDRESS
    assert answer["Location"] == place_of(channel, "")
    now, service = reread(channel), services(key)
    for side in ("imap", "smtp"):
        assert now.config[side]["port"] == service.place_of(side).port
        assert now.config[side]["user"] == ADDRESS
    assert (now.config["oauth"], now.secrets) == (key, {"hook": "kept"})
    [grant] = grants(channel)
    assert mail_service.whose(grant.tokens["access"]) == ADDRESS
    with scope(channel.workspace):
        assert Mailbox.objects.filter(next_try_at__lte=timezone.now()).exists()
        event = Event.objects.filter(kind="channel.changed").latest("pk")
    assert (event.actor_id, event.data["after"]["config"]["oauth"]) == (admin.pk, key)
    for tail in ("", "servers/"):
        page = browser.get(place_of(channel, tail)).content.decode()
        assert grant.tokens["access"] not in page
        assert grant.tokens["refresh"] not in page


def test_what_was_begun_is_good_once(browser, channel, services, mail_service):
    said = mail_service.consent(begin(browser, channel))
    come_back(browser, said)
    [before] = grants(channel)

    for answer in (come_back(browser, said), browser.get(place_of(channel))):
        assert answer.status_code == 400
        assert STALE in answer.content.decode()
    assert grants(channel)[0].tokens == before.tokens
    assert len(mail_service.grants("authorization_code")) == 1


def test_what_another_browser_or_service_began_does_not_count(
    browser, channel, admin, services, mail_service
):
    other = Client()
    other.force_login(admin.user)
    said = mail_service.consent(begin(browser, channel))

    for who, key in ((other, "google"), (Client(), "google"), (browser, "microsoft")):
        answer = come_back(who, said, key)
        assert answer.status_code == 400
        assert STALE in answer.content.decode()
    assert come_back(browser, said).status_code == 400  # it was tried at the wrong door
    for state in ("", "made-up", "\x00"):
        assert come_back(browser, {"state": state, "code": "code"}).status_code == 400
    assert grants(channel) == mail_service.asked == []


def test_what_was_begun_in_one_place_ends_there(
    browser, channel, admin, elsewhere, services, mail_service
):
    with scope(elsewhere):
        Membership.objects.create(user=admin.user, role="admin")
    theirs = make_mail_channel(elsewhere, "theirs@gmail.com")
    beside = make_mail_channel(channel.workspace, "beside@gmail.com")
    said = mail_service.consent(begin(browser, channel))
    answer = browser.get("/accounts/mail/google/", said)

    assert answer["Location"] == place_of(channel)
    for other in (theirs, beside):
        assert browser.get(place_of(other)).status_code == 400
    assert grants(theirs) == grants(beside) == []


def test_ten_minutes_are_enough(browser, channel, services, mail_service):
    said = mail_service.consent(begin(browser, channel))
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert STALE in come_back(browser, said).content.decode()
    assert grants(channel) == []


def test_whoever_lost_the_right_meanwhile_keeps_nothing(
    browser, admin, channel, services, mail_service
):
    said = mail_service.consent(begin(browser, channel))
    with scope(channel.workspace):
        admin.role = "operator"
        admin.save(update_fields=["role"])

    assert come_back(browser, said).status_code == 403
    assert grants(channel) == mail_service.asked == []


@pytest.mark.parametrize("said", [{"error": "access_denied"}, {}, {"code": "x" * 5000}])
def test_whoever_refuses_there_is_told_so_here(browser, channel, services, said):
    state = dict(parse_qsl(urlsplit(begin(browser, channel)).query))["state"]

    answer = come_back(browser, said | {"state": state})

    text = answer.content.decode()
    assert answer.status_code == 403
    assert "Google was told not to let us in. Nothing has changed." in text
    assert place_of(channel, "servers/") in text
    assert said.get("error", "") in text


def test_a_service_in_trouble_changes_nothing(browser, channel, services, mail_service):
    said = mail_service.consent(begin(browser, channel))
    mail_service.troubles = [(503, "")]

    answer = come_back(browser, said)

    assert answer.status_code == 409
    assert "Google has not let us in. Nothing has changed." in answer.content.decode()
    assert "Google gives no access now: 503" in answer.content.decode()
    assert grants(channel) == []
    assert reread(channel).config == channel.config


def test_a_password_is_typed_again_after_the_sign_in_is_given_up(
    browser, channel, services, mail_service
):
    come_back(browser, mail_service.consent(begin(browser, channel)))
    page = browser.get(place_of(channel, "servers/")).content.decode()
    assert "Signed in with Google" in page
    assert 'name="password"' not in page

    answer = browser.post(place_of(channel, "sign-in/removal/"))

    page = browser.get(answer["Location"]).content.decode()
    assert (grants(channel), reread(channel).setting("oauth")) == ([], "")
    assert 'name="password"' in page
    assert "Sign in with Google" in page


def test_other_settings_can_be_saved_without_a_password(browser, channel, services, mail_service):
    come_back(browser, mail_service.consent(begin(browser, channel)))
    config = reread(channel).config
    typed = {
        f"{side}_{part}": config[side][part]
        for side in ("imap", "smtp")
        for part in ("host", "port", "tls")
    }

    saved = browser.post(place_of(channel, "servers/"), typed | {"user": "shared@gmail.com"})
    moved = browser.post(
        place_of(channel, "servers/"), typed | {"user": "a", "imap_host": "x.example"}
    )

    assert (saved.status_code, moved.status_code) == (302, 422)
    assert reread(channel).config["imap"]["user"] == "shared@gmail.com"
    assert len(grants(channel)) == 1

    browser.post(place_of(channel, "servers/"), typed | {"user": "shared", "smtp_host": ""})
    changed = reread(channel).config
    come_back(browser, mail_service.consent(begin(browser, channel)))
    assert (changed["imap"]["user"], "smtp" in changed) == ("shared", False)
    assert reread(channel).config == changed


def test_a_channel_that_only_sent_fetches_after_the_sign_in(
    browser, channel, services, mail_service
):
    come_back(browser, mail_service.consent(begin(browser, channel)))
    with scope(channel.workspace):
        assert Mailbox.objects.get().channel == channel


@pytest.mark.parametrize(
    ("address", "offered"),
    [
        ("a@gmail.com", ["Google"]),
        ("a@outlook.com", ["Microsoft"]),
        ("a@company.example", ["Google", "Microsoft"]),
        ("a@yahoo.com", []),
    ],
)
def test_a_sign_in_is_offered_where_it_may_be_of_use(
    browser, workspace, services, settings, address, offered
):
    channel = make_mail_channel(workspace, address)
    page = browser.get(place_of(channel, "servers/")).content.decode()
    assert [one for one in ("Google", "Microsoft") if f"Sign in with {one}" in page] == offered
    assert ("Is this mailbox at one of these?" in page) == (len(offered) > 1)

    nobody = {"CLIENT_ID": "", "CLIENT_SECRET": ""}
    known = settings.OAUTH_SERVICES.items()
    settings.OAUTH_SERVICES = {key: said | nobody for key, said in known}
    page = browser.get(place_of(channel, "servers/")).content.decode()
    missing = [one for one in ("GOOGLE", "MICROSOFT") if f"OAUTH_{one}_CLIENT_ID" in page]
    assert missing == ([offered[0].upper()] if len(offered) == 1 else [])
    answer = browser.post(place_of(channel), {"service": "google"})
    assert (answer.status_code, "not known to it" in answer.content.decode()) == (409, True)


def test_health_asks_to_sign_in_again(browser, channel, services, mail_service):
    come_back(browser, mail_service.consent(begin(browser, channel)))
    with scope(channel.workspace):
        ended = {"ended_at": timezone.now(), "error": "Token has been expired or revoked."}
        MailGrant.objects.update(**ended)

    for tail in ("", "health/", "servers/"):
        page = browser.get(place_of(channel, tail)).content.decode()
        assert "Google does not let us in any more." in page
        assert "Token has been expired or revoked." in page
    come_back(browser, mail_service.consent(begin(browser, channel)))
    assert "any more" not in browser.get(place_of(channel, "")).content.decode()
