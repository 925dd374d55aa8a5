"""Embedded servers: one owner, private sockets, and one clear sentence for every refusal."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from helpdesk import embedded
from helpdesk.children import CannotStart
from helpdesk.env import BASE_DIR
from helpdesk.servers import Postgres, RedisServer
from helpdesk.wheels import server_account
from tests.support.running import SETTINGS, free_port
from tests.support.servers import SERVERS

PROBE = """
import os, sys
from helpdesk import embedded
with embedded.servers(sys.argv[1]) as found:
    print(os.environ["DATABASE_URL"], os.environ["REDIS_URL"], len(found.servers), flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def folder():
    return SERVERS.folder()


@pytest.fixture
def var(folder):
    return folder / "var"


@pytest.fixture
def run(var):
    """Start a process that uses the embedded servers until told to end."""
    started = []

    def start(command="shell", **environment):
        inherited = {name: text for name, text in os.environ.items() if name not in SETTINGS}
        known = {"DATA_DIR": str(var), "PORT": str(free_port())}
        process = subprocess.Popen(
            [sys.executable, "-c", PROBE, command],
            cwd=BASE_DIR,
            env=inherited | known | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def family_of(process):
    return psutil.Process(process.pid).children(recursive=True)


def are_gone(processes, within=5):
    return psutil.wait_procs(processes, timeout=within)[1] == []


def test_a_command_starts_the_servers_and_stops_them(run, var):
    command = run()
    database_url, redis_url, count = command.stdout.readline().split()
    family = family_of(command)

    with psycopg.connect(database_url) as connection:
        rights = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles "
            "WHERE rolname IN ('helpdesk_app', 'helpdesk_owner') ORDER BY 1"
        ).fetchall()
    command.communicate("\n")

    assert count == "2"
    assert rights == [
        ("helpdesk_app", False, False, False),
        ("helpdesk_owner", False, False, False),
    ]
    assert redis_url.startswith("unix://")
    assert command.returncode == 0
    assert are_gone(family)
    assert not (var / "postgres" / "postmaster.pid").exists()


def test_the_folder_keeps_its_secrets_to_itself(run, var):
    run().communicate("\n")
    first = (var / "secrets.env").read_text()
    command = run()
    command.stdout.readline()

    assert (var / "secrets.env").read_text() == first
    assert [line.split("=")[0] for line in first.split()] == list(embedded.SECRETS)
    names = ["secrets.env", "run", "postgres", "redis", "postgres.log", "redis.log"]
    open_to_others = {name: (var / name).stat().st_mode & 0o077 for name in names}
    assert open_to_others == dict.fromkeys(names, 0)


def test_a_second_command_shares_and_the_first_waits_for_it(run):
    first = run()
    addresses = first.stdout.readline().split()
    second = run()
    shared = second.stdout.readline().split()

    first.stdin.write("\n")
    first.stdin.flush()
    assert "Waiting for the other commands" in first.stderr.readline()
    with psycopg.connect(shared[0]) as connection:
        alive = connection.execute("SELECT 1").fetchone()
    second.communicate("\n")

    assert alive == (1,)
    assert shared == [*addresses[:2], "0"]
    assert first.wait(10) == 0


def test_a_second_up_is_refused_with_the_first_ones_number(run, var):
    first = run("up")
    first.stdout.readline()

    _, words = run("up").communicate()

    assert words == f"{var} is in use by process {first.pid}, manage.py up.\n"


def test_killing_the_owner_ends_its_servers_and_blocks_nobody(run):
    owner = run("up")
    owner.stdout.readline()
    family = family_of(owner)

    owner.kill()
    again = run("up")

    assert again.stdout.readline()
    assert are_gone(family)


def test_servers_that_survived_are_ended_by_the_next_start(run, var):
    run().communicate("\n")
    sockets = embedded.socket_folder(var)
    leftovers = [Postgres(var / "postgres", sockets), RedisServer(var / "redis", sockets)]
    for server in leftovers:
        server.start()
    frozen = leftovers[1].process
    frozen.send_signal(signal.SIGSTOP)

    next_one = run()

    assert next_one.stdout.readline()
    for server in leftovers:
        assert server.process.wait(5) is not None


def test_a_number_that_went_to_another_process_does_not_block(run, var):
    run().communicate("\n")
    account = server_account(var / "postgres")
    stranger = subprocess.Popen(["sleep", "60"], user=account.pw_uid if account else None)
    (var / "postgres" / "postmaster.pid").write_text(
        f"{stranger.pid}\n{var / 'postgres'}\n1\n5432\n{var / 'run'}\n\n  1  1\nready   \n"
    )

    answer = run().stdout.readline()

    assert answer
    assert stranger.poll() is None
    stranger.kill()


def test_a_start_that_was_cut_short_can_be_repeated(run, var):
    (var / "postgres.new").mkdir(parents=True)
    (var / "postgres.new" / "PG_VERSION").write_text("18\n")

    assert run().stdout.readline()


def test_a_deep_folder_gets_its_sockets_elsewhere(run, folder):
    deep = folder / ("d" * 60) / ("e" * 60)

    command = run(DATA_DIR=str(deep))
    database_url, redis_url, _ = command.stdout.readline().split()
    sockets = Path(redis_url.removeprefix("unix://")).parent
    mode = stat.S_IMODE(sockets.stat().st_mode)
    with psycopg.connect(database_url) as connection:
        user = connection.execute("SELECT current_user").fetchone()
    command.communicate("\n")

    assert (mode, user) == (0o700, ("helpdesk_app",))
    assert not sockets.is_relative_to(folder)
    assert not sockets.exists()


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        ("old_cluster", "was written by PostgreSQL 14; this one is 18 and cannot read it"),
        ("taken_port", "is taken: stop what listens there, or set PORT to another."),
        ("wrong_port", "PORT must be a number from 1 to 65535, not http."),
        ("a_file", "is no folder: set DATA_DIR to one."),
        ("wrong_host", "HOST 192.0.2.1 is no address of this machine"),
    ],
)
def test_what_is_in_the_way_is_told_in_one_sentence(run, var, prepare, sentence):
    environment = {}
    match prepare:
        case "old_cluster":
            (var / "postgres").mkdir(parents=True)
            (var / "postgres" / "PG_VERSION").write_text("14\n")
        case "taken_port":
            listener = socket.create_server(("127.0.0.1", 0))
            environment["PORT"] = str(listener.getsockname()[1])
        case "wrong_port":
            environment["PORT"] = "http"
        case "a_file":
            var.write_text("")
        case "wrong_host":
            environment["HOST"] = "192.0.2.1"

    process = run("up", **environment)
    _, words = process.communicate()

    assert process.returncode == 1
    assert words.count("\n") == 1
    assert sentence in words


def test_too_little_room_is_told_before_anything_is_written(var, monkeypatch):
    usage = shutil.disk_usage("/")._replace(free=100 * 1024 * 1024)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    monkeypatch.setenv("DATA_DIR", str(var))
    monkeypatch.delenv("DATABASE_URL")

    with pytest.raises(CannotStart, match="less than 200 MB free"), embedded.servers("up"):
        pass

    assert list(var.iterdir()) == []


def test_a_disk_that_fills_up_is_told_in_words(var, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(var))

    with (
        pytest.raises(CannotStart, match=f"The disk of {var} is full"),
        embedded.servers("migrate"),
    ):
        raise OSError(28, "No space left on device")


def test_servers_of_their_own_need_nothing_from_us(var, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(var))

    with embedded.servers("migrate") as found:
        servers = list(found.servers)

    assert servers == []
    assert not var.exists()


def test_up_on_servers_of_their_own_makes_only_the_first_password(run, var):
    command = run("up", DATABASE_URL="postgresql:///theirs", REDIS_URL="redis://theirs")

    assert command.stdout.readline().split() == ["postgresql:///theirs", "redis://theirs", "0"]
    assert (var / "secrets.env").read_text().startswith("DEMO_PASSWORD=")
    assert (var / "secrets.env").read_text().count("=") == 1


def test_redis_keeps_what_it_was_told(folder):
    redis = RedisServer(folder / "redis", folder)
    redis.start()
    with redis.client() as client:
        client.set("word", "kept")
    redis.stop()
    redis.start()

    with redis.client() as client:
        word = client.get("word")
    redis.stop()

    assert word == b"kept"
