"""A site of a test's own, and the ways in which it is broken."""

import signal
from contextlib import suppress

import psutil
import psycopg
from redis import Redis
from redis.exceptions import RedisError

from helpdesk.embedded import DATABASE, socket_folder
from helpdesk.servers import Postgres
from tests.support.running import Site
from tests.support.servers import SERVERS

POSTGRES, REDIS, WEB, WORKER, CLOCK = "postgres", "redis-server", "helpdesk.web", "celery", "clock"


class BreakableSite(Site):
    """All five of it run, and are started again by ``up`` when they end, as in a small installation."""

    def __init__(self, **environment: str) -> None:
        # What is owed is looked for sooner than usual, so that nobody waits for it.
        super().__init__(SERVERS.folder() / "site", FOLLOW_UP_PATIENCE="10", **environment)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, *_) -> None:
        if kind:
            print(self.words()[-20_000:])  # noqa: T201 (shown with what failed)
        self.stop()
        self.kill()

    def redis(self) -> Redis:
        path = socket_folder(self.data_dir) / "redis.sock"
        return Redis(unix_socket_path=str(path), socket_timeout=5)

    def forget_limits(self) -> None:
        """Let every minute be a new one: all visitors of a test come from one address."""
        with suppress(RedisError, OSError), self.redis() as client:
            for key in client.scan_iter("limit:*"):
                client.delete(key)

    def signal(self, name: str, number: int) -> None:
        with suppress(LookupError, psutil.Error):  # it may be on its way back from the last time
            self.part(name).send_signal(number)

    def end(self, name: str) -> None:
        self.signal(name, signal.SIGKILL)

    def end_family(self, name: str) -> None:
        """Kill a program with its copies or children, as the kernel does when memory runs out."""
        with suppress(LookupError, psutil.Error, ProcessLookupError):
            self.kill_group(name)

    def end_child(self, name: str, dice) -> None:
        with suppress(LookupError, psutil.Error, IndexError):
            dice.choice(self.part(name).children()).kill()

    def flush_redis(self) -> None:
        with suppress(RedisError, OSError), self.redis() as client:
            client.flushall()

    def restart_postgres(self) -> None:
        """End it as a power cut does: at once, with everything to be recovered."""
        self.signal(POSTGRES, signal.SIGQUIT)

    def end_connections(self) -> None:
        """Hang up on everybody who is signed in to the database."""
        server = Postgres(self.data_dir / "postgres", socket_folder(self.data_dir))
        with suppress(psycopg.Error), psycopg.connect(server.url("postgres", DATABASE)) as admin:
            ours = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s"
            admin.execute(ours, ["helpdesk_app"])
