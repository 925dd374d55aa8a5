"""
What the product promises about speed, measured on the real servers with real clients.

    make bench          1,000,000 conversations, into docs/performance.md and .json
    make bench-quick    50,000 conversations, into var/bench/quick.md and .json

SCALE=0.1 makes everything so much smaller. It ends with 0 also where an aim is missed: a miss is a result.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.sockets import room_for_files
from helpdesk.embedded import servers
from helpdesk.env import BASE_DIR
from tests.support.running import Site

FULL = 1_000_000
QUICK = 50_000


def main() -> None:
    options = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    options.add_argument("--quick", action="store_true", help="a small workspace, in minutes")
    options.add_argument("--keep", type=Path, help="use this folder, and keep what was seeded")
    options.add_argument("--only", help="parts of benchmarks/suite.py, with commas")
    said = options.parse_args()
    room_for_files()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        data = said.keep or Path(folder) / "data"
        data.mkdir(parents=True, exist_ok=True)
        site = Site(data, DEMO_FILL="1", LOG_LEVEL="WARNING")
        began = time.monotonic()
        site.start(patience=300)
        started = time.monotonic() - began
        try:
            os.environ["DATA_DIR"] = str(data)
            with servers("benchmarks"):
                measure(site, said, started)
        finally:
            site.kill()


def measure(site: Site, said: argparse.Namespace, started: float) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    import django

    django.setup()
    from benchmarks.suite import run

    scale = float(os.environ.get("SCALE", "1"))
    into = BASE_DIR / ("var/bench/quick" if said.quick or said.only else "docs/performance")
    only = said.only.split(",") if said.only else []
    run(site, int((QUICK if said.quick else FULL) * scale), into, started, only)


if __name__ == "__main__":
    sys.exit(main())
