"""The table and the code name the same doors, and the digest sees what it is for."""

import pytest

from accounts.models import Team
from accounts.tenancy import scope
from tests.access.api_doors import API, WIDGET
from tests.access.channel_doors import HOOKS
from tests.access.digest import changed, undone
from tests.access.doors import PAGES, WORKSPACE
from tests.access.finding import difference, routes_of

OUTSIDE = [*PAGES, *HOOKS, *API, *WIDGET]


def test_every_address_of_a_workspace_has_a_row():
    known = {door.route for door in WORKSPACE}

    told = difference(set(routes_of("helpdesk.urls.workspace")), known)

    assert not told, "\n".join(told)


def test_every_address_outside_has_a_row():
    known = {door.route for door in OUTSIDE}

    told = difference(set(routes_of("helpdesk.urls.public")), known)

    assert not told, "\n".join(told)


@pytest.mark.parametrize("urlconf", ["helpdesk.urls.workspace", "helpdesk.urls.public"])
def test_every_method_of_a_class_has_an_example(urlconf):
    """A view that is a function says its methods itself, and the matrix tries the others."""
    known = {(door.route, method) for door in [*WORKSPACE, *OUTSIDE] for method in door.methods}
    offered = {
        (route, method.upper())
        for route, pattern in routes_of(urlconf).items()
        if route.startswith(("api/", "widget/")) and hasattr(pattern.callback, "view_class")
        for method in ("get", "post", "put", "patch", "delete")
        if hasattr(pattern.callback.view_class, method)
    }

    missing = offered - known

    assert not missing, f"tests/access/doors.py has no example for {sorted(missing)}: add them."


def test_a_change_is_seen_and_taken_back(world):
    with undone():
        with scope(world.there.workspace):
            Team.objects.create(name="New")
        assert changed(world.before) == {"accounts_team"}
    with undone():
        assert changed(world.before) == set()
