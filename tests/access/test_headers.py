"""Every door and every refusal, knocked at over https and compared with the table in ``headers.py``."""

import asyncio
import io
import json
import os
import subprocess
import sys

import pytest
from django.test import Client

from accounts.limits import TooMany
from helpdesk.bodies import LimitedBody
from helpdesk.env import BASE_DIR
from inbox import storage
from inbox.views import demo
from tests.access.api_doors import API, WIDGET
from tests.access.asking import HTMX, ask, body_of, fill
from tests.access.channel_doors import HOOKS
from tests.access.doors import PAGES, WORKSPACE
from tests.access.headers import (
    BAD,
    FILE,
    OTHERWISE,
    POLICY,
    SECRET,
    SHARED,
    SHOP,
    USUAL,
    Inspection,
)
from tests.access.people import BY_NAME, SUPER_BEARER
from tests.support.servers import SERVERS


@pytest.fixture(scope="module")
def production():
    """The settings of a site at an https address, once ``check --deploy`` has found them in order."""
    code = (
        "import django, json; django.setup()\n"
        "from django.core.management import call_command; from django.conf import settings\n"
        "call_command('check', deploy=True, fail_level='WARNING')\n"
        "names = ('SECURE_', 'SESSION_COOKIE_', 'CSRF_COOKIE_', 'SILENCED_', 'WHITENOISE_', 'DEBUG')\n"
        "print(json.dumps({n: getattr(settings, n) for n in dir(settings) if n.startswith(names)}))"
    )
    environment = os.environ | SERVERS.environment()
    environment |= {
        "BASE_URL": "https://desk.example",
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
        "SECRET_KEY": "A site's own key has fifty letters or more, and no word: gK3vQz.",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def browser(production, settings):
    """Whoever comes by the proxy that takes https off."""
    for name, value in production.items():
        setattr(settings, name, tuple(value) if name == "SECURE_PROXY_SSL_HEADER" else value)
    return Client(
        raise_request_exception=False, headers={"X-Forwarded-Proto": "https", "Host": "testserver"}
    )


def test_every_answer_says_what_browsers_may_do_with_it(world, browser):
    inspection = Inspection()
    chief, nobody = BY_NAME["super_admin"], BY_NAME["anonymous"]

    for where, doors, prefix in (
        ("inside", WORKSPACE, f"/{world.here.slug}/"),
        ("outside", [*PAGES, *HOOKS], "/"),
    ):
        for door in doors:
            for call, person, fragment in [
                (call, person, fragment)
                for call in door.calls
                for person, fragment in ((chief, False), (chief, True), (nobody, False))
                if person is chief or where == "outside" or call.method == "GET"
                if not fragment or call.fragment
            ]:
                address = prefix + fill(door, call, world.here, person=person)
                cookie = world.cookie(person)
                headers = HTMX if fragment else {}
                body = body_of(call, world.here)
                answer = ask(
                    world, call.method, address,
                    cookie=cookie, body=body, headers=headers, client=browser,
                )  # fmt: skip
                said = f"{where} {call.method} {address} for {person.name}"
                is_given = answer.status < BAD and (person is chief or where == "outside")
                otherwise = OTHERWISE.get(f"{call.method} {door.route}", {}) if is_given else {}
                inspection.look(said, door.route, answer, **otherwise)
    secret = f"Bearer {world.secrets[SUPER_BEARER.name]}"
    for door, bearing in [(door, secret) for door in API] + [
        (door, f"Visitor {world.token}") for door in WIDGET
    ]:
        for call in door.calls:
            address = "/" + fill(door, call, world.here, key=world.here.channel.key)
            answer = ask(
                world, call.method, address, body=body_of(call, world.here), is_json=True,
                headers={"Authorization": bearing}, client=browser,
            )  # fmt: skip
            otherwise = OTHERWISE.get(f"{call.method} {door.route}", {})
            inspection.look(f"outside {call.method} {address}", door.route, answer, **otherwise)

    assert not inspection.wrong, "\n".join(inspection.wrong)
    # Enough was answered, and refused, in enough ways.
    assert {200, 201, 204, 302, 303, 400, 401, 404, 409, 503} <= inspection.statuses


def test_every_refusal_says_what_browsers_may_do_with_it(world, browser, monkeypatch):
    inspection = Inspection()

    def say(method, address, status, otherwise=(), **said):
        answer = ask(world, method, address, client=browser, **said)
        assert answer.status == status, address
        told = f"outside {method} {address}"
        inspection.look(told, address.lstrip("/"), answer, **dict(otherwise))

    def raising(error):
        def fail(*_args, **_kwargs):
            raise error

        return fail

    monkeypatch.setattr(demo, "_page", raising(RuntimeError))
    monkeypatch.setattr("accounts.api_views.spend", raising(RuntimeError))
    monkeypatch.setattr("inbox.api.visitors.spend", raising(TooMany(7)))
    monkeypatch.setattr("analytics.views.rating.spend", raising(TooMany(7)))
    operator = world.cookie(BY_NAME["operator"])
    widget = f"/widget/{world.here.channel.key}/home/"
    foreign = {"Authorization": f"Visitor {world.token}", "Origin": SHOP}
    nobodys = {"Content-Security-Policy": POLICY.replace(" wss://testserver", "")}
    say("GET", "/accounts/login/", 400, nobodys, headers={"Host": "evil.example"})
    say("GET", "/nothing/", 302)  # where a workspace could be
    say("GET", "/accounts/nothing/", 404)
    say("GET", f"/{world.here.slug}/settings/channels/", 403, cookie=operator)
    say("GET", f"/{world.here.slug}/settings/channels/", 403, cookie=operator, headers=HTMX)
    say("GET", widget, 403, headers=foreign)
    say("OPTIONS", widget, 403, headers=foreign)
    say("GET", widget, 429, headers={"Authorization": f"Visitor {world.token}"})
    say("GET", "/rate/made-up/", 429)
    say("POST", "/demo/", 405)
    say("POST", "/accounts/login/", 400, headers={"Content-Type": "text/plain; charset=utf-16"})
    say("GET", "/demo/", 500)
    say("GET", "/api/v1/me/", 500)

    assert not inspection.wrong, "\n".join(inspection.wrong)


def test_a_file_can_neither_run_nor_be_framed(world, browser, monkeypatch):
    chief = world.cookie(BY_NAME["super_admin"])
    monkeypatch.setattr(storage, "piece", lambda *_args: io.BytesIO(b"123456789"))
    address = f"/{world.here.slug}/inbox/{world.here.ids['open']}/attachments/"

    way = ask(world, "GET", f"{address}{world.here.ids['file']}/", cookie=chief, client=browser)
    answer = ask(world, "GET", way.location, client=browser)

    expected = USUAL | SECRET | SHARED | {"Content-Security-Policy": FILE}
    assert (answer.status, answer.cookies) == (200, {})
    assert {name: answer.headers.get(name) for name in expected} == expected
    assert answer.headers["Cache-Control"].startswith("private, max-age=")
    assert answer.headers["Content-Disposition"] == 'inline; filename="a.png"'


def test_what_is_too_large_is_refused_with_headers_before_anybody_reads_it():
    sent = []

    async def send(message):
        sent.append(message)

    large = {"path": "/", "headers": [(b"content-length", b"1" + b"0" * 12)]}
    asyncio.run(LimitedBody(None)(large, None, send))

    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    assert sent[0]["status"] == 413
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")


def test_a_way_without_encryption_leads_to_one_with(production, browser):
    plain = Client(raise_request_exception=False)

    answer = plain.get("/accounts/login/")

    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/accounts/login/")
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.cookies == {}


def test_static_files_are_kept_for_ever_and_open_to_nobody_else(browser, settings, tmp_path):
    (tmp_path / "app.0123456789ab.css").write_text("@layer tokens;")
    manifest = {"paths": {"app.css": "app.0123456789ab.css"}, "version": "1.1", "hash": ""}
    (tmp_path / "staticfiles.json").write_text(json.dumps(manifest))
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "helpdesk.static_files.Storage"}
    }

    answer = browser.get("/static/app.0123456789ab.css")

    told = {name: answer.headers.get(name) for name in USUAL}
    assert (answer.status_code, told, answer.cookies) == (200, USUAL, {})
    assert answer["Cache-Control"] == "max-age=315360000, public, immutable"
    assert "Access-Control-Allow-Origin" not in answer
