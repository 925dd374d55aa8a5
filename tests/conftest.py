"""Fixtures of every test: the database, Redis, and quiet."""

import logging

import pytest
from django.core.management import call_command
from django.db import connections

from tests.support.servers import SERVERS, TEMPLATE

pytest_plugins = ["tests.support.browser", "tests.support.site"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    """Migrate once for all workers, as anyone would; the command itself becomes the owner."""
    with django_db_blocker.unblock():
        with SERVERS.template() as is_empty:
            if is_empty:
                owner = connections["owner"]
                owner.settings_dict["NAME"] = TEMPLATE
                call_command("migrate", verbosity=0)
                owner.close()
                owner.settings_dict["NAME"] = SERVERS.database
        yield
        connections.close_all()
        connections["default"].close_pool()


@pytest.fixture
def db(django_db_setup, django_db_blocker):
    """Real commits as the app role, since a scope must be the outermost transaction."""
    with django_db_blocker.unblock():
        yield
        connections.close_all()
        SERVERS.empty_tables()


@pytest.fixture
def redis():
    """This worker's own Redis: a test may stop it, and need not start it again."""
    SERVERS.redis.start()
    yield SERVERS.redis
    SERVERS.redis.start()
    with SERVERS.redis.client() as client:
        client.flushall()


@pytest.fixture(autouse=True)
def _quiet():
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
