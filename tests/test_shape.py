"""The house rules that a program can check."""

import os
import re
import subprocess
import sys
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


NEXT_OF_ANYTHING = re.compile(r"\*\s*[+~]\s*\*")


def test_no_style_makes_a_list_slow():
    """Whatever comes or goes, all that follows would be styled anew, with what is in it."""
    styles = {path.name: path.read_text() for path in modules() if path.suffix == ".css"}

    assert "row.css" in styles
    assert [name for name, text in styles.items() if NEXT_OF_ANYTHING.search(text)] == []


SPREAD = """
import pytest

@pytest.mark.xdist_group("shape")
def test_stays(request):
    assert request.node.nodeid.endswith("@shape")
"""


def test_groups_stay_on_one_worker(tmp_path):
    """Some releases of pytest make pytest-xdist lose its groups, and journeys would collide."""
    (tmp_path / "test_spread.py").write_text(SPREAD)
    (tmp_path / "pytest.ini").write_text("[pytest]")
    plain = {name: text for name, text in os.environ.items() if not name.startswith("PYTEST_")}
    options = ["-q", "-n", "1", "--dist", "loadgroup", "-p", "no:cacheprovider", "-p", "no:django"]

    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "test_spread.py"],
        cwd=tmp_path,
        env=plain,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert "1 passed" in ran.stdout, ran.stdout + ran.stderr
