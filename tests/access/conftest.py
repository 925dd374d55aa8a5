"""The world that every test of this folder knocks at, made once and never changed."""

import pytest
from django.db import connections

from tests.access import digest
from tests.access.world import World
from tests.support.servers import SERVERS


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker):
    """Two workspaces that are committed; whoever changes them takes it back."""
    with django_db_blocker.unblock():
        SERVERS.redis.start()
        digest.install()
        yield World()
        connections.close_all()
        SERVERS.empty_tables()
