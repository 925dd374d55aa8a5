"""Coming in and going out: every page that allauth serves, with our answers."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.account.urls import urlpatterns
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User, Workspace
from tests.factories import PASSWORD, make_user

LOGIN = "/accounts/login/"
NEW_PASSWORD = "staple battery horse"
HOSTILE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "https:evil.example",
    "https://evil.example/acme/",
    "http://localhost/",
    "http://testserver/",
    "javascript:alert(1)",
    "evil.example",
    " //evil.example",
]
# What each page answers to nobody in particular, and to somebody who is signed in.
ANSWERS = {
    "account_change_password": (302, 200),
    "account_confirm_email": (200, 200),
    "account_confirm_login_code": (302, 302),
    "account_email": (302, 200),
    "account_email_verification_sent": (200, 200),
    "account_inactive": (200, 200),
    "account_login": (200, 302),
    "account_logout": (302, 200),
    "account_reauthenticate": (302, 200),
    "account_reset_password": (200, 200),
    "account_reset_password_done": (200, 200),
    "account_reset_password_from_key": (200, 200),
    "account_reset_password_from_key_done": (200, 200),
    "account_set_password": (302, 302),
    "account_signup": (200, 302),
}
ARGUMENTS = {
    "account_confirm_email": ["nokey"],
    "account_reset_password_from_key": ["1", "nokey"],
}


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def ada(db):
    return make_user("Ada Lovelace")


@pytest.fixture
def anyone(db):
    return Client()


@pytest.fixture
def signed_in(client, ada):
    client.force_login(ada)
    return client


def sign_in(client, user, password=PASSWORD, **data):
    host = data.pop("host", "testserver")
    typed = {"login": user.email, "password": password} | data
    return client.post(LOGIN, typed, headers={"Host": host})


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def link_in(message) -> str:
    """Return the path of the first link of a mail's text."""
    return re.search(r"https?://[^/\s]+(/\S+)", message.body)[1]


def words(response) -> str:
    """Return a page without what differs from one request to the next."""
    text = response.content.decode()
    return re.sub(r'(csrfmiddlewaretoken" value=|type="email"[^>]* value=)"[^"]*"', r"\1", text)


@pytest.mark.parametrize("name", sorted({pattern.name for pattern in urlpatterns} | set(ANSWERS)))
def test_every_page_of_allauth_is_one_of_ours(name, anyone, signed_in):
    path = reverse(name, args=ARGUMENTS.get(name, []))

    answers = [client.get(path) for client in (anyone, signed_in)]

    assert tuple(answer.status_code for answer in answers) == ANSWERS[name]
    for answer in answers:
        if answer.status_code == 200:
            assert answer.content.count(b'class="login__brand"') == 1
            assert answer.content.count(b"<h1>") == 1
            assert b"<h1></h1>" not in answer.content


def test_signing_in_leads_to_ones_work(client, ada):
    response = sign_in(client, ada)

    assert (response.status_code, response["Location"]) == (302, "/")
    assert is_signed_in(client)
    assert not response.cookies["session"]["max-age"]


def test_staying_signed_in_lasts_thirty_days(client, ada):
    response = sign_in(client, ada, remember="on")

    assert response.cookies["session"]["max-age"] == 30 * 24 * 3600


def test_a_wrong_password_is_said_beside_the_field(client, ada):
    response = sign_in(client, ada, "wrong horse battery")

    text = response.content.decode()
    field = re.search(r'<input [^>]*name="password"[^>]*>', text)[0]
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="id_password-error"' in field
    assert text.count("That email and password do not match.") == 1
    assert not is_signed_in(client)


def test_an_unknown_email_is_answered_like_a_wrong_password(client, ada):
    known = sign_in(client, ada, "wrong horse battery")
    unknown = sign_in(client, User(email="nobody@acme.test"), "wrong horse battery")

    assert words(unknown) == words(known)


def test_a_closed_account_stays_out(client, ada):
    User.objects.filter(pk=ada.pk).update(is_active=False)

    response = sign_in(client, ada)

    assert response["Location"] == "/accounts/inactive/"
    assert not is_signed_in(client)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_next_never_leaves_the_site(client, ada, hostile):
    arrived = sign_in(client, ada, next=hostile)
    left = client.post("/accounts/logout/", {"next": hostile})

    assert arrived["Location"] == "/"
    assert left["Location"] == LOGIN


def test_next_leads_on_within_the_site(client, ada):
    page = client.get(LOGIN, {"next": "/acme/inbox/7/?view=mine"})
    arrived = sign_in(client, ada, next="/acme/inbox/7/?view=mine")

    assert b'name="next" value="/acme/inbox/7/?view=mine"' in page.content
    assert arrived["Location"] == "/acme/inbox/7/?view=mine"


def test_a_link_signs_nobody_out(signed_in):
    signed_in.get("/accounts/logout/")
    assert is_signed_in(signed_in)

    response = signed_in.post("/accounts/logout/", follow=True)

    assert not is_signed_in(signed_in)
    assert b"You are signed out." in response.content


def test_five_wrong_tries_close_an_account_for_a_while_whatever_the_host(client, ada):
    for port in range(5):
        sign_in(client, ada, "wrong horse battery", host=f"localhost:{port + 1}")

    response = sign_in(client, ada, host="localhost:6")

    assert b"Too many tries." in response.content
    assert not is_signed_in(client)


def test_too_many_sign_ins_from_one_place_get_a_page_of_ours(client, ada, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    sign_in(client, ada, "wrong horse battery")

    response = sign_in(client, ada)

    assert response.status_code == 429
    assert b"<h1>Too many tries</h1>" in response.content
    assert not is_signed_in(client)


def test_a_place_that_claims_to_be_another_is_counted_as_itself(client, ada, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    typed = {"login": ada.email, "password": PASSWORD}

    codes = [
        client.post(LOGIN, typed, headers={"X-Forwarded-For": f"203.0.113.{n}"}).status_code
        for n in (1, 2)
    ]

    assert codes == [302, 429]


def sign_up(client, email="ada@acme.test", **data):
    typed = {"name": "Ada Lovelace", "email": email, "password1": NEW_PASSWORD} | data
    return client.post("/accounts/signup/", typed)


def test_signing_up_asks_for_name_email_and_password(client, db):
    text = client.get("/accounts/signup/").content.decode()

    inputs = re.findall(r'<input class="input[^>]*name="(\w+)"[^>]*autocomplete="([\w-]+)"', text)
    assert inputs == [("name", "name"), ("email", "username"), ("password1", "new-password")]


def test_signing_up_leads_to_a_workspace_of_ones_own(client, db):
    signed_up = sign_up(client)
    asked = client.get("/", follow=True)
    made = client.post("/accounts/workspaces/new/", {"name": "Halden Cycles", "slug": ""})

    assert signed_up["Location"] == "/"
    assert User.objects.get().name == "Ada Lovelace"
    assert b"<h1>Make your workspace</h1>" in asked.content
    assert made["Location"] == "/halden-cycles/inbox/"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Type your name."),
        ({"email": ""}, "Type your email."),
        ({"email": "ada"}, "That is not an email address. It looks like ada@example.com."),
        ({"password1": ""}, "Choose a password."),
        ({"password1": "short"}, "This password is too short."),
        ({"password1": "ada@acme.test"}, "The password is too similar to the email."),
    ],
)
def test_a_sign_up_that_misses_something_makes_nobody(client, db, typed, sentence):
    response = sign_up(client, **typed)

    assert sentence in response.content.decode()
    assert not User.objects.exists()
    assert not is_signed_in(client)


def test_a_known_email_is_not_told_from_a_new_one_where_mails_prove_them(client, ada, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"

    known, new = (
        sign_up(Client(), email, name="Somebody") for email in (ada.email, "new@acme.test")
    )

    assert (known.status_code, known["Location"]) == (new.status_code, new["Location"])
    assert known["Location"] == "/accounts/confirm-email/"
    assert User.objects.filter(email=ada.email).get().name == "Ada Lovelace"
    assert [message.subject for message in mail.outbox] == [
        "You have an account at Helpdesk already",
        "Welcome to Helpdesk: is this your address?",
    ]


def test_a_known_email_makes_no_second_account_where_no_mail_proves_it(client, ada, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"

    response = sign_up(client, ada.email)

    assert b"There is an account with that email." in response.content
    assert User.objects.get() == ada
    assert not is_signed_in(client)


def test_confirming_in_the_browser_that_signed_up_goes_straight_on(client, db, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    sign_up(client)
    link = link_in(mail.outbox[0])
    assert not is_signed_in(client)

    looked = client.get(link)
    unproved = EmailAddress.objects.get().verified
    confirmed = client.post(link)

    assert b"<b>ada@acme.test</b>" in looked.content
    assert not unproved
    assert EmailAddress.objects.get().verified
    assert confirmed["Location"] == "/"
    assert is_signed_in(client)


def test_confirming_in_another_browser_asks_to_sign_in(client, db, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    sign_up(client)
    other = Client()

    response = other.post(link_in(mail.outbox[0]), follow=True)

    assert response.redirect_chain == [(LOGIN, 302)]
    assert b"ada@acme.test is confirmed." in response.content
    assert not is_signed_in(other)


def ask_for_reset(client, email, **headers):
    return client.post("/accounts/password/reset/", {"email": email}, headers=headers)


def test_a_forgotten_password_is_replaced_and_everyone_else_signed_out(client, ada):
    elsewhere = Client()
    sign_in(elsewhere, ada)
    ask_for_reset(client, ada.email)
    link = link_in(mail.outbox[0])

    form = client.get(link, follow=True)
    typed = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    changed = client.post(form.request["PATH_INFO"], typed)

    ada.refresh_from_db()
    assert ada.check_password(NEW_PASSWORD)
    assert changed["Location"] == "/"
    assert is_signed_in(client)
    assert elsewhere.get("/accounts/email/").status_code == 302
    assert mail.outbox[1].subject == "Your password was changed"
    assert b"This link no longer works" in Client().get(link, follow=True).content
    assert b"banner" not in client.get("/accounts/email/").content


def test_new_passwords_that_differ_change_nothing(client, ada):
    ask_for_reset(client, ada.email)
    form = client.get(link_in(mail.outbox[0]), follow=True)

    typed = {"password1": NEW_PASSWORD, "password2": PASSWORD}
    response = client.post(form.request["PATH_INFO"], typed)

    ada.refresh_from_db()
    assert response.status_code == 200
    assert b'id="id_password2-error"' in response.content
    assert ada.check_password(PASSWORD)


def test_a_forgotten_password_is_answered_alike_for_everyone(client, ada):
    answers = {
        email: [ask_for_reset(Client(), email).status_code for _ in range(4)]
        for email in (ada.email, "nobody@acme.test")
    }

    assert answers[ada.email] == answers["nobody@acme.test"] == [302, 302, 302, 429]
    assert [message.to for message in mail.outbox] == [[ada.email]] * 3 + [["nobody@acme.test"]] * 3


def test_a_mail_server_that_is_away_is_said_alike_for_everyone(client, ada, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", 9, False

    known, unknown = (ask_for_reset(Client(), email) for email in (ada.email, "nobody@acme.test"))

    assert (known.status_code, unknown.status_code) == (503, 503)
    assert b"The mail could not be sent. Try again in a few minutes." in known.content
    assert words(known) == words(unknown)


def test_changing_the_password_needs_the_old_one(signed_in, ada):
    typed = {"oldpassword": "guess", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}

    response = signed_in.post("/accounts/password/change/", typed)

    ada.refresh_from_db()
    assert b"That is not the password you have now." in response.content
    assert ada.check_password(PASSWORD)
    assert mail.outbox == []


def test_changing_the_password_keeps_one_signed_in_and_says_so(signed_in, ada):
    typed = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}

    response = signed_in.post("/accounts/password/change/", typed, follow=True)

    ada.refresh_from_db()
    assert ada.check_password(NEW_PASSWORD)
    assert b"Your password is changed. Other browsers are signed out." in response.content
    assert is_signed_in(signed_in)
    assert [message.subject for message in mail.outbox] == ["Your password was changed"]


def test_a_person_without_a_password_chooses_one(client, ada):
    ada.set_unusable_password()
    ada.save(update_fields=["password"])
    client.force_login(ada)

    page = client.get("/accounts/password/change/", follow=True)
    typed = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post("/accounts/password/set/", typed)

    ada.refresh_from_db()
    assert b"<h1>Choose a password</h1>" in page.content
    assert ada.check_password(NEW_PASSWORD)


def test_another_address_signs_in_once_it_is_confirmed(signed_in, ada):
    typed = {"email": "Countess@acme.test", "action_add": "1"}
    added = signed_in.post("/accounts/email/", typed, follow=True)
    signed_in.post(link_in(mail.outbox[0]))
    typed = {"email": "countess@acme.test", "action_primary": "1"}
    signed_in.post("/accounts/email/", typed)

    ada.refresh_from_db()
    assert b"We sent a link to countess@acme.test." in added.content
    assert ada.email == "countess@acme.test"


def test_nobody_claims_the_address_of_another(signed_in, ada):
    other = make_user()

    response = signed_in.post("/accounts/email/", {"email": other.email, "action_add": "1"})
    signed_in.post("/accounts/email/", {"email": other.email, "action_primary": "1"})

    ada.refresh_from_db()
    assert b"There is an account with that email." in response.content
    assert not EmailAddress.objects.filter(email=other.email).exists()
    assert ada.email != other.email


@pytest.mark.parametrize(
    ("name", "slug", "made"),
    [
        ("Halden Cycles", "", "halden-cycles"),
        ("Halden Cycles", "Halden", "halden"),
        ("Café Ørsted", "", "cafe-rsted"),
        ("Accounts", "", "accounts-2"),
        ("Привет", "", "workspace"),
    ],
)
def test_a_workspace_gets_an_address(signed_in, name, slug, made):
    response = signed_in.post("/accounts/workspaces/new/", {"name": name, "slug": slug})

    assert response["Location"] == f"/{made}/inbox/"
    assert Workspace.objects.get().slug == made


@pytest.mark.parametrize(
    ("slug", "sentence"),
    [
        ("accounts", "The address “accounts” is taken. Choose another."),
        ("Accounts", "The address “accounts” is taken. Choose another."),
        ("halden", "That address is taken. Choose another."),
        ("HALDEN", "That address is taken. Choose another."),
        ("a b", "An address has letters, digits and hyphens only."),
        ("../x", "An address has letters, digits and hyphens only."),
    ],
)
def test_a_workspace_takes_no_address_of_ours_or_others(signed_in, slug, sentence):
    Workspace.objects.create(name="Halden", slug="halden")

    response = signed_in.post("/accounts/workspaces/new/", {"name": "Mine", "slug": slug})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert [workspace.slug for workspace in Workspace.objects.all()] == ["halden"]
