"""Every door that there is: found in the code, so that none can be forgotten in the table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from channels.routing import URLRouter
from django.core.management import get_commands

from helpdesk.asgi import sockets

TABLE = "tests/access/doors.py"
OURS = {"accounts", "inbox", "routing", "knowledgebase", "analytics", "helpdesk"}
NAMED = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


def routes_of(urlconf: str) -> dict[str, Any]:
    """Return every route of a urlconf with its pattern."""
    return dict(_walk(import_module(urlconf).urlpatterns, ""))


def _walk(patterns: Any, before: str) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        route = before + readable(str(pattern.pattern))
        if hasattr(pattern, "url_patterns"):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route, pattern


def readable(route: str) -> str:
    """Write a regular expression as a route: ``^key/(?P<key>.+)/$`` is ``key/<key>/``."""
    plain = NAMED.sub(r"<\1>", route).removeprefix("^").removesuffix("$")
    return plain.replace("\\.", ".")


def socket_routes() -> dict[str, Any]:
    """Return every address of a socket with what answers there."""
    router = sockets.application
    assert isinstance(router, URLRouter)
    return {str(route.pattern): route.callback for route in router.routes}


def commands() -> set[str]:
    return {name for name, app in get_commands().items() if app in OURS}


def difference(found: set[str], known: set[str], table: str = TABLE) -> list[str]:
    """Say what to do about doors and a table that do not agree."""
    missing = [f"{table} has no row for “{one}”: add one." for one in sorted(found - known)]
    gone = [f"{table} has a row for “{one}”, which is gone." for one in sorted(known - found)]
    return missing + gone
