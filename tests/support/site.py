"""The running product of a worker's journeys."""

import subprocess
import sys
from pathlib import Path

import pytest

from helpdesk.env import BASE_DIR
from helpdesk.servers import RedisServer
from tests.support.running import Site
from tests.support.servers import SERVERS, WORKER


class LiveSite(Site):
    """A site whose Redis is the test's: it stays away until the test brings it back."""

    def __init__(self, data_dir: Path, **environment: str) -> None:
        folder = SERVERS.home / WORKER / "live-redis"
        self.redis = RedisServer(folder, folder, durable=True)
        environment |= {"REDIS_URL": self.redis.url, "FOLLOW_UP_PATIENCE": "10"}
        super().__init__(data_dir, **environment, DJANGO_SETTINGS_MODULE="tests.site_settings")

    def prepare(self) -> None:
        """Begin with tables and static files, which are made once for the sites of all workers."""
        model = SERVERS.home / "prepared"
        with SERVERS.once("prepared") as is_missing:
            if is_missing:
                environment = self.environment | {"DATA_DIR": str(model)}
                command = [sys.executable, "manage.py", "prepare"]
                subprocess.run(command, cwd=BASE_DIR, env=environment, check=True)
        subprocess.run(["cp", "-a", model, self.data_dir], check=True)

    def start_redis(self) -> None:
        self.redis.start()

    def stop_redis(self) -> None:
        self.redis.stop()

    def forget_limits(self) -> None:
        with self.redis.client() as client:
            for key in client.scan_iter("limit:*"):
                client.delete(key)


@pytest.fixture(scope="session")
def live_site(mail_service):
    """One running product for all journeys of this worker."""
    # Not under pytest's own folder, which every run closes to PostgreSQL's user again.
    site = LiveSite(SERVERS.home / WORKER / "live", **mail_service.environment)
    site.start_redis()
    try:
        site.prepare()
        site.start()
        yield site
        site.stop()
    finally:
        site.kill()
        site.stop_redis()
