"""A look into a running site's database, as the app role."""

import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import TypeVar

import psycopg

T = TypeVar("T")


@contextmanager
def inside(site, slug="acme"):
    """Enter a workspace's scope on a connection of our own."""
    with psycopg.connect(site.database_url) as connection:
        connection.execute(
            "SELECT set_config('app.workspace_id', id::text, true) FROM accounts_workspace "
            "WHERE slug = %s",
            [slug],
        )
        yield connection


def rows(site, query, *arguments, slug="acme"):
    with inside(site, slug) as connection:
        return connection.execute(query, arguments).fetchall()


def until(condition: Callable[[], T], seconds: float = 60, pause: float = 0.1) -> T:
    """Wait for something to become true; return it."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"It never happened: {condition}"
        time.sleep(pause)
    return found
