"""Mails about accounts: our words, links to our own address, and nothing from elsewhere."""

import re
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core import context
from django.conf import settings as site
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.factories import PASSWORD, make_user

HOME = "https://help.example"
FORGED = [
    {"Host": "localhost:6666"},
    {"Host": "127.0.0.1", "X-Forwarded-Host": "evil.example"},
    {"Host": "localhost", "X-Forwarded-Proto": "http", "Forwarded": "host=evil.example"},
]
TEMPLATES = Path(site.BASE_DIR) / "templates"
FOLDERS = ["account/email", "mfa/email"]


def names_in(folder: Path) -> set[str]:
    return {path.name.removesuffix("_subject.txt") for path in folder.glob("*_subject.txt")}


MAILS = sorted(f"{home}/{name}" for home in FOLDERS for name in names_in(TEMPLATES / home))
# Everything that any of the mails may be told by allauth.
TOLD = {
    "activate_url": "http://evil.example/accounts/confirm-email/key/",
    "deleted_email": "old@acme.test",
    "from_email": "old@acme.test",
    "ip": "203.0.113.7",
    "password_reset_url": "http://evil.example/accounts/password/reset/key/1-key/",
    "signup_url": "http://evil.example/accounts/signup/",
    "to_email": "new@acme.test",
    "user_agent": "<b>BUY NOW</b>",
}


@pytest.fixture(autouse=True)
def _at_home(settings):
    cache.clear()
    settings.BASE_URL = HOME


@pytest.fixture
def ada(db):
    return make_user("Ada Lovelace")


@pytest.fixture
def write(rf):
    """Send one of our mails and return it as a mail program reads it."""

    def write(name, email="ada@acme.test"):
        with context.request_context(rf.get("/", headers={"Host": "localhost:6666"})):
            get_adapter().send_mail(name, email, TOLD)
        (sent,) = mail.outbox
        return message_from_bytes(sent.message().as_bytes(), policy=policy.default)

    return write


def texts(message) -> tuple[str, str]:
    plain, html = (message.get_body([kind]).get_content() for kind in ("plain", "html"))
    return plain, html


def links(message) -> list[str]:
    """Return every address in both parts of a mail that Django is about to send."""
    parts = [message.body, *(str(part.content) for part in message.alternatives)]
    return [link for part in parts for link in re.findall(r"https?://[^\s\"<>]+", part)]


@pytest.mark.parametrize("name", MAILS)
def test_every_mail_says_why_it_came_and_what_to_do_if_it_was_not_you(name, write):
    message = write(name)

    plain, html = texts(message)
    for part in (plain, html):
        assert part.count("Sent to ada@acme.test because ") == 1
        assert part.count("Not you?") == 1
        assert "BUY NOW" not in part
    assert message["Subject"].strip() == message["Subject"] != ""
    assert message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("name", MAILS)
def test_every_mail_brings_all_it_shows(name, write):
    message = write(name)

    _, html = texts(message)
    (mark,) = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert message.get_content_type() == "multipart/related"
    assert re.findall(r"(?:src|background)=\"([^\"]*)\"|url\(([^)]*)\)", html) == [("cid:mark", "")]
    assert mark["Content-ID"] == "<mark>"
    assert mark.get_content().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", MAILS)
def test_every_link_leads_home(name, write):
    write(name)

    found = links(mail.outbox[0])
    assert f"{HOME}\n" in mail.outbox[0].body + "\n"
    assert [link for link in found if not re.match(rf"{HOME}(/|$)", link)] == []


@pytest.mark.parametrize("home", FOLDERS)
def test_what_allauth_sends_has_words_of_ours(home):
    theirs = names_in(Path(mail.__file__).parents[3] / "allauth/templates" / home)
    by_code_or_never = {"email_confirm", "login_code", "password_reset_code"}

    assert theirs - by_code_or_never - names_in(TEMPLATES / home) == set()
    for name in names_in(TEMPLATES / home):
        assert (TEMPLATES / home / f"{name}_message.txt").exists()
        assert (TEMPLATES / home / f"{name}_message.html").exists()


def test_an_address_is_text_and_never_markup(write):
    plain, html = texts(write("account/email/unknown_account", '"<b>&x"@acme.test'))

    assert 'Sent to "<b>&x"@acme.test because ' in plain
    assert "Sent to &#34;&lt;b&gt;&amp;x&#34;@acme.test because " in html


@pytest.mark.parametrize("headers", FORGED)
def test_a_forged_host_never_gets_into_the_mail_of_a_forgotten_password(client, ada, headers):
    for email in (ada.email, "nobody@acme.test"):
        client.post("/accounts/password/reset/", {"email": email}, headers=headers)

    reset, unknown = mail.outbox
    assert re.search(rf"^{HOME}/accounts/password/reset/key/\w+-\S+/$", reset.body, re.MULTILINE)
    assert f"{HOME}/accounts/signup/" in unknown.body
    assert {link[: len(HOME)] for link in links(reset) + links(unknown)} == {HOME}


@pytest.mark.parametrize("headers", FORGED)
def test_a_forged_host_never_gets_into_the_mail_of_a_sign_up(ada, headers, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    for email in (ada.email, "new@acme.test"):
        typed = {"name": "Ada", "email": email, "password1": "staple battery horse"}
        Client().post("/accounts/signup/", typed, headers=headers)

    known, new = mail.outbox
    assert f"{HOME}/accounts/login/" in known.body
    assert f"{HOME}/accounts/password/reset/" in known.body
    assert re.search(rf"^{HOME}/accounts/confirm-email/\S+/$", new.body, re.MULTILINE)
    assert {link[: len(HOME)] for link in links(known) + links(new)} == {HOME}


@pytest.mark.parametrize("headers", FORGED)
def test_a_forged_host_never_gets_into_the_mails_of_an_account(client, ada, headers):
    client.force_login(ada)
    new = "staple battery horse"
    typed = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post("/accounts/password/change/", typed, headers=headers)
    typed = {"email": "countess@acme.test", "action_add": "1"}
    client.post("/accounts/email/", typed, headers=headers)

    changed, added = mail.outbox
    assert f"{HOME}/accounts/password/reset/" in changed.body
    assert re.search(rf"^{HOME}/accounts/confirm-email/\S+/$", added.body, re.MULTILINE)
    assert {link[: len(HOME)] for link in links(changed) + links(added)} == {HOME}


def test_a_mail_to_an_unproved_address_carries_nothing_that_its_sender_chose(client, db, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    name = "Buy at spam.example"
    typed = {"name": name, "email": "victim@acme.test", "password1": "staple battery horse"}

    client.post("/accounts/signup/", typed, headers={"User-Agent": name, "Referer": name})

    (sent,) = mail.outbox
    assert User.objects.get().name == name
    assert name not in sent.message().as_string() + sent.body + str(sent.alternatives)


def test_signing_in_again_and_again_sends_few_mails(ada, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"

    for _ in range(4):
        Client().post("/accounts/login/", {"login": ada.email, "password": PASSWORD})

    assert len(mail.outbox) == 1
    assert not EmailAddress.objects.get().verified


def test_reset_links_say_how_long_they_live(write, settings):
    settings.PASSWORD_RESET_TIMEOUT = 45 * 60

    plain, html = texts(write("account/email/password_reset_key"))

    assert "The link works for 45 minutes and once." in plain
    assert "The link works for 45 minutes and once." in html
