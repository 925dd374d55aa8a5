"""Headers on every page, and whose pages may open our sockets."""

import pytest
from django.http import HttpResponse

from helpdesk.security import ContentSecurityMiddleware, FilesHostMiddleware


@pytest.fixture
def respond(rf):
    """Pass a response of this kind through the middleware."""

    def respond(*, secure=False, **headers):
        request = rf.get("/", secure=secure, headers={"Host": "localhost:8000"})
        page = FilesHostMiddleware(lambda _: HttpResponse(headers=headers))
        return ContentSecurityMiddleware(page)(request)

    return respond


def test_a_page_gets_the_strict_policy_with_its_own_socket(respond):
    response = respond()

    assert "connect-src 'self' ws://localhost:8000;" in response["Content-Security-Policy"]
    assert "script-src 'self';" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert response["Cache-Control"] == "no-store, private"


def test_a_secure_page_gets_a_secure_socket(respond):
    assert " wss://localhost:8000;" in respond(secure=True)["Content-Security-Policy"]


def test_a_view_that_chose_its_policy_keeps_it(respond):
    chosen = "default-src 'self'; frame-ancestors https://shop.example"

    response = respond(**{"Content-Security-Policy": chosen})

    assert response["Content-Security-Policy"] == chosen
    assert "X-Frame-Options" not in response


def test_a_view_that_may_be_kept_says_so(respond):
    chosen = respond(**{"Cache-Control": "private, max-age=60"})

    assert chosen["Cache-Control"] == "private, max-age=60"


def test_no_other_site_is_told_an_address_that_opens_something(rf):
    say = ContentSecurityMiddleware(lambda _: HttpResponse())

    for path in ("/accounts/invitations/x/", "/accounts/password/reset/key/1-x/", "/rate/x/"):
        assert say(rf.get(path))["Referrer-Policy"] == "same-origin"
    assert "Referrer-Policy" not in say(rf.get("/accounts/login/"))


@pytest.mark.parametrize("charset", ["unicode_escape", "base64", "utf-16", "nonsense", "latin-1"])
def test_bodies_in_other_charsets_are_refused(client, db, charset):
    form = f"application/x-www-form-urlencoded; charset={charset}"

    response = client.generic("POST", "/accounts/login/", b"login=%5Cud800", content_type=form)

    assert (response.status_code, response.content) == (400, b"Send UTF-8.")


def test_bodies_in_utf8_are_read(client, db):
    form = 'application/x-www-form-urlencoded; charset="UTF-8"'

    assert client.post("/accounts/login/", b"login=x", content_type=form).status_code == 200


def test_the_files_host_has_no_pages(respond, settings):
    settings.FILES_HOST = "localhost:8000"

    response = respond()

    assert response.status_code == 404
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_pages_show_pictures_of_the_files_host(respond, settings):
    settings.FILES_HOST = "files.acme.test"

    response = respond()

    assert response.status_code == 200
    assert (
        "img-src 'self' data: blob: http://files.acme.test;" in response["Content-Security-Policy"]
    )
