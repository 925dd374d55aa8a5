"""The house rules that a program can check."""

import os
from pathlib import Path

import pytest

from helpdesk.env import BASE_DIR

LONGEST = 300
HOMES = (
    "accounts",
    "analytics",
    "helpdesk",
    "inbox",
    "knowledgebase",
    "routing",
    "static",
    "tests",
)


def modules():
    for home in HOMES:
        for kind in ("py", "js", "css"):
            yield from (BASE_DIR / home).rglob(f"*.{kind}")


@pytest.mark.parametrize("home", HOMES)
def test_no_module_is_too_long(home):
    ours = [path for path in modules() if path.relative_to(BASE_DIR).parts[0] == home]
    lengths = {path: len(path.read_text().splitlines()) for path in ours}

    too_long = {
        path.relative_to(BASE_DIR).as_posix(): length
        for path, length in lengths.items()
        if length > LONGEST and "migrations" not in path.parts
    }

    assert too_long == {}


def test_every_module_is_looked_at():
    assert Path(__file__) in set(modules())


@pytest.mark.xdist_group("shape")
def test_groups_stay_on_one_worker(request):
    """Some releases of pytest make pytest-xdist lose its groups, and journeys would collide."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        pytest.skip("only where tests are spread over workers")

    assert request.node.nodeid.endswith("@shape")
