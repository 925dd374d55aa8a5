"""The doctor finds what is broken, and says what to do about it."""

import json
import socket
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from accounts.heartbeats import beat
from accounts.models import Heartbeat
from accounts.tenancy import scope
from helpdesk import doctor
from helpdesk.doctor import database, servers, site
from inbox.actions.mailboxes import set_up_mailbox
from tests.mail.posting import make_mail_channel
from tests.support.running import free_port


def findings(check):
    return {finding.name: finding for finding in check()}


def failed(check):
    return {name for name, finding in findings(check).items() if not finding.ok}


@contextmanager
def owner_does(*statements):
    with connections["owner"].cursor() as cursor:
        cursor.execute(statements[0])
        try:
            yield
        finally:
            cursor.execute(statements[1])
    connections["owner"].close()


@pytest.fixture
def wrong_site(settings):
    """Something that answers every request with 502, as a proxy before a dead site does."""

    class Proxy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self.send_error(502)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Proxy)
    Thread(target=server.serve_forever, daemon=True).start()
    settings.BASE_URL = f"http://127.0.0.1:{server.server_port}"
    yield
    server.shutdown()
    server.server_close()


def test_the_database_is_well(db):
    assert failed(database.check) == set()


def test_a_database_that_is_away(db, monkeypatch):
    connections["default"].close()
    connections["default"].close_pool()
    monkeypatch.setitem(connections["default"].settings_dict, "HOST", "/nowhere")
    monkeypatch.setitem(connections["default"].settings_dict["OPTIONS"], "pool", False)

    found = findings(database.check)

    assert list(found) == ["database"]
    assert "check DATABASE_URL" in found["database"].says


def test_a_role_that_owns_tables(db, monkeypatch):
    monkeypatch.setattr(database, "connection", connections["owner"])

    assert failed(database.check) == {"database role"}
    assert "owns" in findings(database.check)["database role"].says
    connections["owner"].close()


@pytest.mark.parametrize(
    "statements",
    [
        (
            "ALTER TABLE inbox_message DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE inbox_message ENABLE ROW LEVEL SECURITY",
        ),
        (
            "CREATE POLICY careless ON inbox_message USING (true)",
            "DROP POLICY careless ON inbox_message",
        ),
    ],
)
def test_a_table_whose_policies_were_changed(db, statements):
    with owner_does(*statements):
        assert failed(database.check) == {"row-level security"}
        assert "inbox_message" in findings(database.check)["row-level security"].says


def test_a_migration_that_is_due(db):
    with owner_does(
        "UPDATE django_migrations SET app = 'was' WHERE app = 'sessions' AND name = '0001_initial'",
        "UPDATE django_migrations SET app = 'sessions' WHERE app = 'was'",
    ):
        assert failed(database.check) == {"migrations"}


def test_redis_is_well(redis):
    assert failed(servers.check_redis) == set()


def test_a_redis_that_is_away(redis):
    redis.stop()

    assert failed(servers.check_redis) == {"redis"}


def test_a_redis_that_throws_work_away(redis):
    with redis.client() as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        found = findings(servers.check_redis)
        client.config_set("maxmemory-policy", "noeviction")

    assert not found["redis memory"].ok
    assert "allkeys-lru" in found["redis memory"].says


def test_hearts(db, redis):
    beat("clock")
    beat("worker")
    assert failed(servers.check_hearts) == set()

    Heartbeat.objects.filter(name="clock").update(at=timezone.now() - timedelta(minutes=5))
    Heartbeat.objects.filter(name="worker").delete()

    found = findings(servers.check_hearts)
    assert found["clock"].says.startswith("is not running, last seen 300 s ago")
    assert found["worker"].says.startswith("has never run")


def test_the_heart_of_mail(db, redis, workspace):
    assert "mail" not in findings(servers.check_hearts)
    channel = make_mail_channel(workspace)
    with scope(workspace):
        set_up_mailbox(channel)
    assert findings(servers.check_hearts)["mail"].says.startswith("has never run")

    beat("mail")
    assert findings(servers.check_hearts)["mail"].ok


def test_storage(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(servers, "ENOUGH_ROOM", 0)
    assert failed(servers.check_storage) == set()

    monkeypatch.setattr(servers, "ENOUGH_ROOM", 1 << 60)
    assert failed(servers.check_storage) == {"storage"}
    settings.DATA_DIR = tmp_path / "gone"
    assert "cannot be written" in findings(servers.check_storage)["storage"].says


def test_secrets(settings):
    settings.SECRET_KEY = "x" * 50
    assert failed(site.check_secrets) == set()

    settings.SECRET_KEY, settings.CHANNEL_SECRETS_KEYS = "x" * 49, ["nonsense"]
    assert failed(site.check_secrets) == {"SECRET_KEY", "CHANNEL_SECRETS_KEY"}


def test_a_site_that_does_not_run(settings):
    settings.BASE_URL = f"http://127.0.0.1:{free_port()}"

    assert failed(site.check_address) == {"web"}
    assert "is not running" in findings(site.check_address)["web"].says
    assert failed(site.check_socket) == {"sockets"}


def test_a_proxy_before_a_dead_site(wrong_site):
    assert "502" in findings(site.check_address)["web"].says
    assert "502" in findings(site.check_socket)["sockets"].says


@pytest.mark.parametrize(
    ("url", "hosts", "advice"),
    [
        ("http://help.test", ["help.test"], "use https"),
        ("https://help.test", ["elsewhere.test"], "add it to ALLOWED_HOSTS"),
    ],
)
def test_a_careless_address(settings, monkeypatch, url, hosts, advice):
    settings.BASE_URL, settings.ALLOWED_HOSTS = url, hosts
    monkeypatch.setattr(site, "PATIENCE", 0.2)

    assert advice in findings(site.check_address)["address"].says


def test_mail(settings):
    settings.EMAIL_HOST = ""
    assert failed(site.check_mail) == set()

    settings.BASE_URL = "https://help.test"
    assert "set EMAIL_HOST" in findings(site.check_mail)["mail"].says

    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    assert "check the EMAIL_ settings" in findings(site.check_mail)["mail"].says


def test_a_mail_server_that_answers(settings):
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        settings.EMAIL_USE_TLS = False
        Thread(target=_greet, args=(server,), daemon=True).start()

        assert failed(site.check_mail) == set()


def _greet(server):
    caller, _ = server.accept()
    with caller:
        for answer in (b"220 mail.test\r\n", b"250 mail.test\r\n", b"221 bye\r\n"):
            caller.sendall(answer)
            caller.recv(100)


def test_a_check_that_breaks_stops_no_other(monkeypatch, capsys):
    def check_luck():
        raise RuntimeError("none")

    monkeypatch.setattr(doctor, "CHECKS", (check_luck, site.check_secrets))
    with pytest.raises(SystemExit) as code:
        call_command("doctor", "--json")

    found = json.loads(capsys.readouterr().out)
    assert code.value.code == 1
    assert [one["name"] for one in found] == ["luck", "SECRET_KEY", "CHANNEL_SECRETS_KEY"]


def test_all_well_is_code_0_and_a_line_each(settings, monkeypatch, capsys):
    settings.SECRET_KEY = "x" * 50
    monkeypatch.setattr(doctor, "CHECKS", (site.check_secrets,))

    call_command("doctor")

    assert capsys.readouterr().out.splitlines() == [
        "ok      SECRET_KEY           50 characters",
        "ok      CHANNEL_SECRETS_KEY  1 valid",
    ]
