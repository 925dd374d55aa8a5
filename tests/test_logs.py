"""Lines of the log say which request, workspace and person, and nothing that tells of anybody."""

import gzip
import io
import json
import logging
import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import brotli
import pytest
from celery import current_app
from django.test import RequestFactory

from accounts import courier, trace
from accounts.follow_ups import ring
from accounts.tasks import prove_worker
from accounts.tenancy import scope
from helpdesk.env import BASE_DIR
from helpdesk.logs import HumanLine, JsonLine, masked
from helpdesk.requests import RequestMiddleware
from tests.support.rows import until

logger = logging.getLogger("tests.logs")


@pytest.fixture
def lines(settings):
    """What is logged from here on, as machines read it."""
    settings.LOG_REQUESTS = True
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(JsonLine())
    root = logging.getLogger()
    root.addHandler(handler)
    level, root.level = root.level, logging.INFO
    logging.getLogger("django.request").setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in heard.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_request_is_one_line_with_numbers_for_names(
    lines, operator_client, operator, workspace, conversation, client
):
    answer = operator_client.get(f"/{workspace.slug}/inbox/{conversation.number}/?q=ada@acme.test")
    said = [line for line in lines() if line["logger"] == "helpdesk.requests"]

    assert answer.status_code == 200
    assert said == [
        {
            "at": said[0]["at"],
            "level": "info",
            "logger": "helpdesk.requests",
            "message": f"GET /{workspace.slug}/inbox/{conversation.number}/",
            "request": answer["X-Request-ID"],
            "workspace": workspace.pk,
            "person": operator.user_id,
            "view": said[0]["view"],
            "status": 200,
            "ms": said[0]["ms"],
        }
    ]
    assert said[0]["view"].startswith("inbox.views.")
    assert said[0]["ms"] > 0
    refused = client.get("/accounts/login/")
    assert "person" not in lines()[-1]
    assert refused["X-Request-ID"] not in {"", answer["X-Request-ID"]}


def test_a_request_keeps_the_number_of_our_own_proxy_and_of_nobody_else(client, settings):
    given = {"HTTP_X_REQUEST_ID": "from-the-proxy-0815"}
    assert client.get("/healthz", **given)["X-Request-ID"] != "from-the-proxy-0815"

    settings.REQUEST_ID_HEADER = "X-Request-ID"
    assert client.get("/healthz", **given)["X-Request-ID"] == "from-the-proxy-0815"
    for bad in (
        "",
        "short",
        "x" * 65,
        "eight\r\nSet-Cookie: a=b",
        "<script>alert()</script>",
        "ÄÖÜäöüßé",
    ):
        answer = client.get("/healthz", HTTP_X_REQUEST_ID=bad)
        assert re.fullmatch(r"[0-9a-f]{16}", answer["X-Request-ID"]), bad


def test_links_that_open_something_are_masked_wherever_they_are_told(lines, client, db):
    token = "dG9rZW4_of-a-Link8aZb3"
    for path in (
        f"/rate/{token}/",
        f"/accounts/invitations/{token}/",
        f"/accounts/password/reset/key/3-{token}/",
        f"/accounts/confirm-email/MQ:1uYkkX:{token}/",
        f"/files/{token}/letter.pdf",
        f"/nowhere/ada@acme.test/{token}",
    ):
        client.get(path, {"email": "ada@acme.test", "token": token})
    logger.error("Mail to %s failed at https://help.test/rate/%s/", "Ada <ada@acme.test>", token)
    words = f"no such person: ada@acme.test\nDETAIL:  Key (name)=(Ada Lovelace)\n{token}"
    try:
        stumble(words)
    except ValueError:
        logger.exception("It failed.")

    told = json.dumps(lines())
    assert len([line for line in lines() if line["logger"] == "helpdesk.requests"]) == 6
    assert "/rate/[secret]/" in told
    assert "ValueError" in told
    for personal in (token, "ada@", "acme.test", "Lovelace"):
        assert personal not in told


def stumble(words):
    raise ValueError(words)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ContentSecurityMiddleware and TransactionManagementError", None),
        ("/srv/helpdesk/.venv/lib/python3.11/site-packages/django/core/handlers/base.py", None),
        ("inbox/migrations/0027_a_long_name_of_a_change.py", None),
        ("test_a_request_is_one_line_with_numbers_for_names", None),
        ("at 2026-11-22T09:53:55 and #42, 3@7", "at 2026-11-22T09:53:55 and #42, [address]"),
        ("postgresql://app:hunter2@db:5432/x", "postgresql://app:[address]:5432/x"),
        ("key 0123456789abcdef0123456789abcdef", "key [secret]"),
        ("hd_Zm9vYmFyYmF6cXV4Zm9vYmFy", "[secret]"),
    ],
)
def test_what_is_drawn_at_random_is_told_from_names(text, left):
    assert masked(text) == (left or text)


def test_nobody_begins_a_line_of_his_own():
    record = logging.makeLogRecord({"name": "x", "levelname": "INFO", "msg": "a\r\nERROR root: b"})

    assert HumanLine().format(record) == "INFO x: a\\r\\nERROR root: b"
    assert "\n" not in JsonLine().format(record)


def test_work_says_whose_it_is(lines, workspace, db, redis, monkeypatch):
    seen = []
    monkeypatch.setattr(current_app, "send_task", lambda *_, **told: seen.append(told["headers"]))

    def answer(request):
        with scope(workspace):
            logger.info("Inside.")
        ring(prove_worker.name)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        RequestMiddleware(answer)(RequestFactory().get("/"))
    courier.flush()
    prove_worker.apply(headers=seen[0])
    logger.info("After.")
    with trace.begun(trace.Work(task="fetch_mail 3", workspace_id=7)):
        logger.info("Fetching.")

    inside, after, fetching = (line for line in lines() if line["logger"] == "tests.logs")
    assert seen == [{"rung_at": seen[0]["rung_at"], "request_id": inside["request"]}]
    assert inside["workspace"] == workspace.pk
    assert {"request", "workspace", "task"} & set(after) == set()
    assert (fetching["task"], fetching["workspace"]) == ("fetch_mail 3", 7)


UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}
BROKEN = """
import asyncio, logging
from helpdesk.asgi import application
import sentry_sdk
from django.urls import path
from accounts import trace
from helpdesk.urls import public
def view(request, token):
    secret = "Ada Lovelace in a variable"
    raise RuntimeError("broken for ada@acme.test")
public.urlpatterns.insert(0, path("demo/broken/<str:token>/", view))
headers = {"host": "localhost", "user-agent": "Lovelace's browser", "cookie": "name=Lovelace",
    "authorization": "Bearer dG9rZW4_of-a-Link8aZb3"}
scope = {"type": "http", "method": "GET", "path": "/demo/broken/dG9rZW4_of-a-Link8aZb3/",
    "query_string": b"q=Lovelace", "client": ("127.0.0.1", 1), "server": ("localhost", 80),
    "scheme": "http", "headers": [(a.encode(), b.encode()) for a, b in headers.items()]}
said = []
coming = [{"type": "http.request", "body": b"Lovelace"}]
async def receive():
    return coming.pop() if coming else await asyncio.Event().wait()
async def send(message):
    said.append(message)
asyncio.run(application(scope, receive, send))
assert said[0]["status"] == 500, said
assert dict(said[0]["headers"])[b"X-Request-ID"] in said[1]["body"], said
with trace.begun(trace.Work(task="t", workspace_id=42)):
    logging.getLogger("x").error("Mail to %s failed", "ada@acme.test")
sentry_sdk.flush(20)
"""


def test_sentry_hears_of_errors_and_of_nobody(redis, db):
    heard = []

    class Sentry(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append(UNPACK[self.headers["Content-Encoding"]](body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Be quiet."""

    server = HTTPServer(("127.0.0.1", 0), Sentry)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = os.environ | {
        "SENTRY_DSN": f"http://key@127.0.0.1:{server.server_port}/1",
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
        "SECRET_KEY": "x" * 50,
    }
    ran = subprocess.run(
        [sys.executable, "-c", BROKEN],
        cwd=BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    until(lambda: len(told(heard)) == 2)
    server.shutdown()
    server.server_close()

    broken, failed = told(heard)
    assert broken["exception"]["values"][-1]["type"] == "RuntimeError"
    assert broken["exception"]["values"][-1]["value"] == "broken for [address]"
    assert re.fullmatch("[0-9a-f]{16}", broken["tags"]["request"])
    assert broken["request"] == {"method": "GET", "url": "http://localhost/demo/broken/[secret]/"}
    assert failed["tags"] == {"task": "t", "workspace": 42}
    everything = json.dumps([broken, failed])
    for personal in ("Lovelace", "ada@", "acme.test", "dG9rZW4"):
        assert personal not in everything


def told(envelopes):
    """The events in what Sentry was sent."""
    lines = [text.split(b"\n") for text in envelopes]
    return [json.loads(parts[2]) for parts in lines if json.loads(parts[1])["type"] == "event"]
