"""Where somebody is signed in, and how it ends: for the browser, its session and its screens."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts import browsers
from accounts.models import Browser
from accounts.tasks import forget_ended_sessions
from tests.factories import PASSWORD, make_user
from tests.support.doing import make
from tests.support.entrance import NEW_PASSWORD, is_signed_in, sign_in
from tests.support.factors import add_app
from tests.support.sockets import Tab

SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0"
HOME = "/accounts/security/"
OTHERS = f"{HOME}browsers/removal/"


@pytest.fixture
def phone(ada):
    client = Client(HTTP_USER_AGENT=SAFARI, REMOTE_ADDR="203.0.113.7")
    sign_in(client, ada)
    return client


@pytest.fixture
def desk(ada):
    client = Client(HTTP_USER_AGENT=EDGE)
    sign_in(client, ada)
    return client


def end_of(client) -> str:
    """Return the address that signs this browser out."""
    row = Browser.objects.get(session_key=client.session.session_key)
    return f"{HOME}browsers/{row.pk}/removal/"


def works(client) -> bool:
    return client.get(HOME).status_code == 200


def test_the_list_tells_browser_address_and_which_is_this(desk, phone):
    text = desk.get(HOME).content.decode()

    assert text.count('<li class="device">') == 2
    assert "Edge on Windows" in text.split("this one")[0]
    assert "Safari on iPhone" in text
    assert "203.0.113.7" in text
    assert text.count(">Sign out</button></form>") == 1


@pytest.mark.parametrize(
    ("agent", "program", "system"),
    [
        (EDGE, "Edge", "Windows"),
        (SAFARI, "Safari", "iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko Firefox/130.0", "Firefox", "Linux"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/130.0 Mobile Safari/537.36", "Chrome", "Android"),
        ("curl/8", "", ""),
        ("", "", ""),
    ],
)
def test_a_browser_is_called_by_its_name(agent, program, system):
    browser = Browser(user_agent=agent)

    assert (browser.program, browser.system) == (program, system)


def test_one_browser_is_signed_out_and_the_other_stays(desk, phone):
    desk.post(end_of(phone))

    assert not works(phone)
    assert works(desk)
    assert Browser.objects.count() == 1


def test_everywhere_else_is_signed_out_at_once(desk, phone, ada):
    others = [Client() for _ in range(2)]
    for other in others:
        sign_in(other, ada)

    response = desk.post(OTHERS, follow=True)

    assert [works(client) for client in (desk, phone, *others)] == [True, False, False, False]
    assert b"Signed out in 3 browsers." in response.content


def test_nobody_signs_somebody_else_out(desk, client, db):
    client.force_login(make_user("Eve"))

    assert client.post(end_of(desk)).status_code == 404
    assert client.post(OTHERS).status_code == 302
    assert works(desk)


@pytest.mark.parametrize("page", ["browsers/1/removal/", "browsers/removal/"])
def test_a_link_signs_nobody_out(desk, phone, page):
    assert desk.get(HOME + page).status_code == 405
    assert works(phone)


def test_a_new_password_ends_the_others_and_this_one_is_known_under_its_new_key(desk, phone):
    before = desk.session.session_key
    typed = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}

    desk.post("/accounts/password/change/", typed)

    assert desk.session.session_key != before
    assert Browser.objects.get().session_key == desk.session.session_key
    assert works(desk)
    assert not works(phone)
    assert not Session.objects.exclude(session_key=desk.session.session_key).exists()


def test_a_second_step_ends_those_who_came_in_without_it(desk, phone, ada):
    desk.post("/accounts/reauthenticate/", {"password": PASSWORD})
    add_app(ada)

    desk.post(f"{HOME}app/removal/")

    assert works(desk)
    assert not works(phone)


def test_signing_out_forgets_the_browser(desk):
    desk.post("/accounts/logout/")

    assert not Browser.objects.exists()


def test_use_is_noted_once_a_minute(desk, monkeypatch):
    past = timezone.now() - timedelta(hours=1)
    Browser.objects.update(last_used_at=past)

    desk.get(HOME)
    assert Browser.objects.get().last_used_at == past
    browsers._noted.clear()
    desk.get(HOME, REMOTE_ADDR="203.0.113.9")

    browser = Browser.objects.get()
    assert browser.last_used_at > past
    assert browser.address == "203.0.113.9"


def test_what_is_over_is_not_listed_and_forgotten(desk, phone):
    past = timezone.now() - timedelta(days=1)
    Session.objects.filter(session_key=phone.session.session_key).update(expire_date=past)

    assert desk.get(HOME).content.count(b'<li class="device">') == 1
    forget_ended_sessions()

    assert Browser.objects.get().session_key == desk.session.session_key


def test_a_session_from_before_is_listed_too(desk):
    session = desk.session
    del session[browsers.MARK]
    session.save()
    Browser.objects.all().delete()

    desk.get(HOME)

    assert Browser.objects.get().session_key == session.session_key


# Screens


@pytest.fixture
def olga(workspace, operator):
    """A browser of the operator's."""
    client = Client()
    client.force_login(operator.user)
    return client


async def test_signing_out_elsewhere_closes_that_browsers_sockets_only(workspace, operator, olga):
    other = Client()
    await make(other.force_login, operator.user)
    async with Tab(workspace, operator, olga) as here, Tab(workspace, operator, other) as there:
        await make(olga.post, OTHERS)

        assert await there.closes() == 4403
        await here.say({"ping": 1})
        assert await here.hears_nothing()
    async with Tab(workspace, operator, other) as there:
        assert not there.accepted


async def test_signing_out_closes_ones_own_sockets(workspace, operator, olga):
    async with Tab(workspace, operator, olga) as tab:
        await make(olga.post, "/accounts/logout/")

        assert await tab.closes() == 4403


@pytest.mark.parametrize("how", ["session", "password", "closed"])
async def test_a_sign_of_life_closes_the_socket_of_a_session_that_ended(
    workspace, operator, olga, how
):
    def end_it():
        if how == "session":
            Session.objects.all().delete()
        elif how == "password":
            operator.user.set_password(NEW_PASSWORD)
            operator.user.save(update_fields=["password"])
        else:
            operator.user.is_active = False
            operator.user.save(update_fields=["is_active"])

    async with Tab(workspace, operator, olga) as tab:
        await make(end_it)
        await tab.say({"ping": 1})

        assert await tab.closes() == 4403


def test_a_socket_asks_who_it_is_as_a_request_does(desk, rf, ada):
    request = rf.get("/")
    request.session = desk.session

    assert browsers.signed_in(desk.session.session_key)[0] == get_user(request) == ada
    assert browsers.signed_in("nonsense") is None
    assert browsers.signed_in(None) is None
    assert is_signed_in(desk)
