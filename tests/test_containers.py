"""What the container files name exists, and every command of theirs starts, outside any container."""

import json
import os
import re
import secrets
import shlex
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import psycopg
import pytest
import yaml
from celery import Celery
from redis import Redis

from helpdesk.children import die_with_parent
from helpdesk.env import BASE_DIR
from helpdesk.launcher import QUIET
from helpdesk.settings import CELERY_WORKER_QUEUES
from helpdesk.wheels import postgres_programs, redis_program
from tests.support.rows import until
from tests.support.running import SETTINGS, free_port
from tests.support.servers import SERVERS

COMPOSE = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if one.get("image") == "helpdesk"}
ONCE = {"prepare", "backup"}
EXAMPLES = (".env.example", "helpdesk.env.example")
DATABASE = "containers"
TOKEN = "of-the-collector"
OF_OTHERS = {"FORWARDED_ALLOW_IPS"}  # uvicorn's
FAREWELL = {"", "worker: Warm shutdown (MainProcess)"}  # Celery says it whatever its log is like
NOT_YET = "Service Unavailable: /readyz"  # asked before the worker was there
PATIENCE = 180


def variables_of(path):
    lines = (BASE_DIR / path).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def settings_we_know():
    """Names that our code reads from the environment, or composes of parts of names."""
    reader = re.compile(r"(?:env_\w+|environ\.get)\(\s*\"([A-Z_0-9]+)\"")
    sources = [path.read_text() for path in (BASE_DIR / "helpdesk").rglob("*.py")]
    return {name for source in sources for name in reader.findall(source)}


def instructions():
    """The Dockerfile's, with what they say."""
    lines = (BASE_DIR / "Dockerfile").read_text().splitlines()
    return [line.split(None, 1) for line in lines if line and not line.startswith("#")]


def test_every_variable_is_a_setting_of_ours():
    named = {name for one in OURS.values() for name in one["environment"]}
    named |= set(variables_of("helpdesk.env.example"))

    assert named - settings_we_know() - OF_OTHERS == set()
    asked = set(re.findall(r"\$\{(\w+)", json.dumps(COMPOSE)))
    assert asked == set(variables_of(".env.example"))
    caddy = (BASE_DIR / "Caddyfile").read_text()
    assert set(re.findall(r"\{\$(\w+)\}", caddy)) == set(SERVICES["caddy"]["environment"])
    documented = (BASE_DIR / "docs/running.md").read_text()
    assert [name for name in named - OF_OTHERS if f"`{name}`" not in documented] == []


def test_only_preparing_and_backups_get_past_the_policies():
    passwords = json.dumps([OURS[name] for name in set(OURS) - ONCE])

    assert "OWNER" not in passwords
    assert all("DATABASE_OWNER_URL" in OURS[name]["environment"] for name in ONCE)
    assert {"OWNER_PASSWORD", "APP_PASSWORD"} & set(variables_of("helpdesk.env.example")) == set()


def test_what_is_mounted_copied_and_called_is_there():
    mounted = [
        source.split(":")[0] for one in SERVICES.values() for source in one.get("volumes", ())
    ]
    ours = {source for source in mounted if source.startswith("./")}
    assert {path for path in ours if not (BASE_DIR / path).exists()} == {"./backups"}
    assert set(mounted) - ours <= set(COMPOSE["volumes"])
    assert os.access(BASE_DIR / "helpdesk/passwords.sh", os.X_OK)

    known = {kind for kind, _ in instructions()}
    assert known == {"FROM", "ENV", "WORKDIR", "COPY", "RUN", "USER", "VOLUME", "EXPOSE", "CMD"}
    copied = [words.split()[0] for kind, words in instructions() if kind == "COPY"]
    assert [source for source in copied if not (BASE_DIR / source).exists()] == []
    upstream = re.search(r"reverse_proxy (\w+):(\d+)", (BASE_DIR / "Caddyfile").read_text())
    assert upstream[1] in SERVICES
    assert upstream[2] in dict(instructions())["EXPOSE"]
    ignored = (BASE_DIR / ".dockerignore").read_text().splitlines()
    assert {".env", "helpdesk.env", ".git", "var"} <= set(ignored)


def test_every_queue_has_its_worker():
    heard = [
        queue
        for one in OURS.values()
        for queue in re.findall(r"--queues (\S+)", one.get("command", ""))
    ]
    assert sorted(",".join(heard).split(",")) == sorted(CELERY_WORKER_QUEUES)


class Place:
    """What the containers would find: a database made as PostgreSQL's image makes it, and Redis."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.redis = f"unix://{home}/redis.sock"
        inherited = {name: text for name, text in os.environ.items() if name not in SETTINGS}
        tools = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        self.outside = inherited | {"PATH": tools, "PYTHONUNBUFFERED": "1"} | QUIET
        filled = variables_of("helpdesk.env.example") | {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "CHANNEL_SECRETS_KEY": os.environ["CHANNEL_SECRETS_KEY"],
            "METRICS_TOKEN": TOKEN,
        }
        self.here = filled | {"DATA_DIR": str(home / "data"), "METRICS_DIR": str(home / "metrics")}

    def environment(self, service):
        told = {name: str(text) for name, text in service["environment"].items()}
        roles = {"DATABASE_URL": "helpdesk_app", "DATABASE_OWNER_URL": "helpdesk_owner"}
        ours = {name: SERVERS.postgres.url(role, DATABASE) for name, role in roles.items()}
        for name, url in ours.items():
            assert name not in told or f"//{roles[name]}:" in told[name], url
        ours = {name: url for name, url in ours.items() if name in told}
        return self.outside | told | self.here | ours | {"REDIS_URL": self.redis}

    def words(self, service):
        """The command, with the places of this machine for those of a container."""
        command = service.get("command") or json.loads(dict(instructions())["CMD"])
        words = shlex.split(command) if isinstance(command, str) else list(command)
        said = [word.replace("$$", "$").replace("/backups", str(self.home)) for word in words]
        return [
            word.replace("0.0.0.0", "127.0.0.1").replace("8000", str(self.port)) for word in said
        ]

    def make_database(self):
        admin = SERVERS.postgres.url("postgres", "postgres")
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {DATABASE}")
        script = SERVICES["postgres"]["environment"] | {
            "POSTGRES_DB": DATABASE,
            "APP_PASSWORD": "a'quoted\\one",
            "OWNER_PASSWORD": "b",
            "PGHOST": str(SERVERS.postgres.sockets),
        }
        script = self.outside | script | {"PATH": f"{postgres_programs()}:{self.outside['PATH']}"}
        for mount in SERVICES["postgres"]["volumes"][1:]:
            path = BASE_DIR / mount.split(":")[0]
            psql = ["psql", "-X", "-U", "postgres", "-d", DATABASE, "-v", "ON_ERROR_STOP=1", "-qf"]
            command = [str(path)] if path.suffix == ".sh" else [*psql, str(path)]
            subprocess.run(command, env=script, check=True, capture_output=True, timeout=60)

    def drop_database(self):
        admin = SERVERS.postgres.url("postgres", "postgres")
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")

    def run(self, name):
        service = OURS[name]
        return subprocess.run(
            self.words(service),
            cwd=BASE_DIR,
            env=self.environment(service),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    @contextmanager
    def running(self, name, words, environment):
        """Run a service; whatever happens, it ends with the test."""
        with (self.home / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                words,
                cwd=BASE_DIR,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509
            )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def log(self, name):
        return (self.home / f"{name}.log").read_text()

    def ask(self, path, **headers):
        try:
            with urlopen(Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as refusal:
            return refusal.code, refusal.read().decode()
        except URLError:
            return 0, ""


@pytest.fixture
def place():
    place = Place(SERVERS.folder())
    place.drop_database()
    place.make_database()
    yield place
    place.drop_database()


def test_every_command_starts_does_its_work_and_ends_when_asked(place):
    with ExitStack() as stack:
        redis = [redis_program(), *place.words(SERVICES["redis"])[1:]]
        redis += [
            "--port",
            "0",
            "--unixsocket",
            f"{place.home}/redis.sock",
            "--dir",
            str(place.home),
        ]
        stack.enter_context(place.running("redis", redis, place.outside))
        until((place.home / "redis.sock").exists)
        prepared = place.run("prepare")
        assert prepared.returncode == 0, prepared.stderr
        started = {
            name: stack.enter_context(place.running(name, place.words(one), place.environment(one)))
            for name, one in OURS.items()
            if name not in ONCE
        }

        until(lambda: place.ask("/readyz")[0] == 200, seconds=PATIENCE)
        healthy = SERVICES["web"]["healthcheck"]["test"][1:]
        healthy = [word.replace("8000", str(place.port)) for word in healthy]
        subprocess.run(healthy, env=place.outside, check=True, timeout=PATIENCE)
        assert place.ask("/metrics")[0] == 404
        assert (
            place.ask("/")[0] == 301 or place.ask("/", **{"X-Forwarded-Proto": "https"})[0] == 200
        )
        broker = place.redis.replace("unix://", "redis+socket://")
        queue = Celery(broker=broker, set_as_current=False)  # the product's stays everybody's
        for name in CELERY_WORKER_QUEUES:
            queue.send_task("accounts.tasks.prove_worker", queue=name)
        with Redis.from_url(place.redis) as client:
            until(
                lambda: sum(client.llen(name) for name in CELERY_WORKER_QUEUES) == 0,
                seconds=PATIENCE,
            )
        queue.close()
        bearer = {"Authorization": f"Bearer {TOKEN}", "Host": "web:8000"}
        until(lambda: 'beat_clock"' in place.ask("/metrics", **bearer)[1], seconds=PATIENCE)

        backed_up = place.run("backup")
        assert backed_up.returncode == 0, backed_up.stderr
        assert [path.parent for path in place.home.glob("*/SHA256SUMS")] != []

        for process in started.values():
            process.terminate()
        codes = {name: process.wait(PATIENCE) for name, process in started.items()}
        assert codes == dict.fromkeys(codes, 0), {name: place.log(name) for name in codes}

    said = {
        name: [line for line in place.log(name).splitlines() if line not in FAREWELL]
        for name in started
    }
    for name, lines in said.items():
        assert [line for line in lines if not line.startswith("{")] == [], name
        errors = [said for said in map(json.loads, lines) if said["level"] == "error"]
        assert [said for said in errors if said["message"] != NOT_YET] == [], name
    requests = [json.loads(line) for line in said["web"]]
    assert {"request", "view", "status", "ms"} <= set(requests[0])
