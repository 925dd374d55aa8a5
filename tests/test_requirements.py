"""What is installed for ``make run`` is enough: tests have more, which would hide a gap."""

import os
import re
import subprocess
import sys
from importlib.metadata import packages_distributions

from helpdesk.env import BASE_DIR

# Everything a running site imports, under an importer that knows nothing of the tools.
RUNNING = """
import sys
class Blind:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in HIDDEN:
            raise ModuleNotFoundError(f"{name} is in requirements-dev.txt only", name=name)
sys.meta_path.insert(0, Blind())
import django
django.setup()
import celery.apps.worker, helpdesk.asgi, helpdesk.processes, helpdesk.schedule, helpdesk.web
from django.urls import get_resolver
get_resolver().url_patterns
from helpdesk.celery import app
app.connection_for_write().transport
"""


def names(file):
    return set(re.findall(r"^([\w-]+)==", (BASE_DIR / file).read_text(), re.MULTILINE))


def test_a_running_site_needs_no_tool():
    tools = names("requirements-dev.txt") - names("requirements.txt")
    hidden = {
        module
        for module, owners in packages_distributions().items()
        if {re.sub(r"[-_.]+", "-", owner).lower() for owner in owners} <= tools
    }

    run = subprocess.run(
        [sys.executable, "-c", f"HIDDEN = {hidden!r}\n{RUNNING}"],
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "helpdesk.settings"},
    )

    assert "pytest" in hidden
    assert (run.returncode, run.stderr) == (0, "")
