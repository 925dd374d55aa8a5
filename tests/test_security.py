"""Headers on every page, and whose pages may open our sockets."""

import pytest
from django.http import HttpResponse

from helpdesk.security import ContentSecurityMiddleware, SameOrigin, is_same_origin


@pytest.fixture
def respond(rf):
    """Pass a response of this kind through the middleware."""

    def respond(*, secure=False, cookie=None, **headers):
        request = rf.get("/", secure=secure, headers={"Host": "localhost:8000"})
        if cookie:
            request.COOKIES[cookie] = "known"
        return ContentSecurityMiddleware(lambda _: HttpResponse(headers=headers))(request)

    return respond


def test_a_page_gets_the_strict_policy_with_its_own_socket(respond):
    response = respond()

    assert "connect-src 'self' ws://localhost:8000;" in response["Content-Security-Policy"]
    assert "script-src 'self';" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert "Cache-Control" not in response


def test_a_secure_page_gets_a_secure_socket(respond):
    assert " wss://localhost:8000;" in respond(secure=True)["Content-Security-Policy"]


def test_a_view_that_chose_its_policy_keeps_it(respond):
    chosen = "default-src 'self'; frame-ancestors https://shop.example"

    response = respond(**{"Content-Security-Policy": chosen})

    assert response["Content-Security-Policy"] == chosen
    assert "X-Frame-Options" not in response


def test_personal_pages_are_kept_by_nobody(respond, settings):
    name = settings.SESSION_COOKIE_NAME

    assert respond(cookie=name)["Cache-Control"] == "no-store, private"
    chosen = respond(cookie=name, **{"Cache-Control": "private, max-age=60"})
    assert chosen["Cache-Control"] == "private, max-age=60"


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        ("http://localhost:8000", "localhost:8000", True),
        (None, "localhost:8000", True),
        ("http://localhost:8001", "localhost:8000", False),
        ("https://evil.example", "localhost:8000", False),
        ("null", "localhost:8000", False),
        ("http://evil.example", "evil.example", False),
    ],
)
def test_only_our_own_pages_open_sockets(origin, host, allowed):
    assert is_same_origin(origin, host) is allowed


async def test_a_foreign_page_is_closed_before_the_application_hears_of_it():
    sent = []

    async def send(message):
        sent.append(message["type"])

    headers = [(b"host", b"localhost"), (b"origin", b"https://evil.example")]
    await SameOrigin(pytest.fail)({"type": "websocket", "headers": headers}, None, send)

    assert sent == ["websocket.close"]
