"""Bad input in addresses, methods and the headers that name a host or a place."""

import pytest
from django.test import Client

from accounts.models import Event
from accounts.tenancy import scope
from tests import factories
from tests.support.entrance import client_of

NOT_FOUND, NO_SUCH_METHOD, BAD_HOST, MOVED, ENTRANCE = 404, 405, 400, 301, 302


@pytest.fixture
def ours(workspace):
    return f"/{workspace.slug}"


def test_no_way_of_writing_an_address_leads_round_a_rule(operator, elsewhere, ours):
    theirs = f"/{elsewhere.slug}"
    rows = [
        # the address, and the answer to an operator of one workspace
        ("/api/..;/inbox/", NOT_FOUND),
        (f"{ours}/inbox/..;{theirs}/inbox/", NOT_FOUND),
        (f"{ours}/inbox/%2e%2e%2f%2e%2e{theirs}/inbox/", NOT_FOUND),
        (f"{ours}%2finbox/", 200),  # a slash, and so what the address says
        (f"/{ours}/inbox/", NOT_FOUND),
        (f"{ours}//inbox/", NOT_FOUND),
        (f"{ours}/inbox/.css", NOT_FOUND),
        (f"{ours}/settings/audit/;.css", NOT_FOUND),
        (f"{ours}/inbox/%00", NOT_FOUND),
        (f"{ours}/inbox/%ED%A0%80/", NOT_FOUND),
        (f"{ours.upper()}/inbox/", NOT_FOUND),
        (f"{theirs}/inbox/", NOT_FOUND),
        (f"{theirs}/inbox/.json", NOT_FOUND),
        (f"{ours}/inbox/{'9' * 400}/", NOT_FOUND),
        (f"{ours}/inbox/-1/", NOT_FOUND),
        (f"{ours}/inbox/1.0/", NOT_FOUND),
        (f"{ours}/inbox/\u0661/", NOT_FOUND),
        ("/static/../helpdesk/settings.py", NOT_FOUND),
        ("/static/%2e%2e/%2e%2e/manage.py", NOT_FOUND),
        ("/.env", NOT_FOUND),
        ("/.git/config", NOT_FOUND),
        ("/admin/", NOT_FOUND),
        ("/__debug__/", NOT_FOUND),
    ]
    client = client_of(operator)
    for address, status in rows:
        answer = client.get(address)
        assert answer.status_code == status, address
        assert "no-store" in answer["Cache-Control"], address
        assert elsewhere.name not in answer.content.decode(), address


def test_no_word_makes_one_method_another(workspace, operator, ours, conversation):
    client = client_of(operator)
    path = f"{ours}/inbox/{conversation.number}/closure/"
    with scope(workspace):
        before = Event.objects.count()
    rows = [
        # the method, the address, headers, the answer
        ("GET", path, {}, NO_SUCH_METHOD),
        ("HEAD", path, {}, NO_SUCH_METHOD),
        ("GET", path, {"X-HTTP-Method-Override": "POST"}, NO_SUCH_METHOD),
        ("GET", path, {"X-HTTP-Method": "POST"}, NO_SUCH_METHOD),
        ("GET", f"{path}?_method=POST", {}, NO_SUCH_METHOD),
        ("PUT", path, {}, NO_SUCH_METHOD),
        ("PATCH", path, {}, NO_SUCH_METHOD),
        ("OPTIONS", path, {}, NO_SUCH_METHOD),
        ("TRACE", path, {}, NO_SUCH_METHOD),
        ("CONNECT", path, {}, NO_SUCH_METHOD),
        ("POST ", path, {}, NO_SUCH_METHOD),
        ("POST", path.removesuffix("/"), {}, MOVED),
    ]
    for method, address, headers, status in rows:
        answer = client.generic(method, address, headers=headers)
        assert answer.status_code == status, (method, address)
    with scope(workspace):
        assert Event.objects.count() == before


def test_a_host_that_is_not_ours_gets_no_page(operator, ours):
    rows = [
        # headers, the answer, and where it leads
        ({"Host": "evil.test"}, BAD_HOST, None),
        ({"Host": "testserver.evil.test"}, BAD_HOST, None),
        ({"Host": "testserver,evil.test"}, BAD_HOST, None),
        ({"Host": "testserver@evil.test"}, BAD_HOST, None),
        ({"Host": "evil.test#testserver"}, BAD_HOST, None),
        ({"Host": ""}, BAD_HOST, None),
        ({"X-Forwarded-Host": "evil.test"}, ENTRANCE, "/accounts/login/"),
        ({"X-Forwarded-Server": "evil.test"}, ENTRANCE, "/accounts/login/"),
        ({"Forwarded": "host=evil.test;proto=https"}, ENTRANCE, "/accounts/login/"),
        ({"X-Original-URL": f"{ours}/inbox/"}, ENTRANCE, "/accounts/login/"),
        ({"X-Rewrite-URL": "/accounts/login/"}, ENTRANCE, "/accounts/login/"),
        ({"X-Forwarded-Proto": "https"}, ENTRANCE, "/accounts/login/"),
        ({"X-Forwarded-For": "127.0.0.1", "Client-IP": "127.0.0.1"}, ENTRANCE, "/accounts/login/"),
    ]
    for headers, status, leads in rows:
        answer = Client().get(f"{ours}/settings/audit/", headers=headers)
        assert answer.status_code == status, headers
        assert "evil.test" not in answer.content.decode(), headers
        assert answer.get("Location", "").startswith(leads or ""), headers


def test_an_operators_place_is_never_a_header(client, workspace, operator):
    """What a proxy has not said is not written down either."""
    secret = factories.make_api_token(operator, last_used_at=None)[1]
    forged = dict.fromkeys(("X-Forwarded-For", "CF-Connecting-IP", "X-Real-IP"), "198.51.100.9")

    client.get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"} | forged)

    with scope(workspace):
        used = operator.api_tokens.get().last_used_from
    assert used == "127.0.0.1"
