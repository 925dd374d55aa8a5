"""The running product of a worker's journeys."""

from pathlib import Path

import pytest

from helpdesk.servers import RedisServer
from tests.support.running import Site
from tests.support.servers import SERVERS, WORKER


class LiveSite(Site):
    """A site whose Redis is the test's: it stays away until the test brings it back."""

    def __init__(self, data_dir: Path, **environment: str) -> None:
        folder = SERVERS.home / WORKER / "live-redis"
        self.redis = RedisServer(folder, folder, durable=True)
        super().__init__(data_dir, REDIS_URL=self.redis.url, FOLLOW_UP_PATIENCE="10", **environment)

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
        site.start()
        yield site
        site.stop()
    finally:
        site.kill()
        site.stop_redis()
