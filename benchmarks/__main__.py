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

from helpdesk.embedded import servers
from helpdesk.env import BASE_DIR
from tests.support.running import Site

FULL = 1_000_000
QUICK = 50_000


def main() -> None:
    options = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    options.add_argument("--quick", action="store_true", help="a small workspace, in minutes")
    options.add_argument("--keep", type=Path, help="use this folder, and keep what was seeded")
    said = options.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        data = said.keep or Path(folder) / "data"
        data.mkdir(parents=True, exist_ok=True)
        site = BenchmarkedSite(data)
        began = time.monotonic()
        site.start(patience=300)
        started = time.monotonic() - began
        try:
            os.environ["DATA_DIR"] = str(data)
            with servers("benchmarks"):
                measure(site, said.quick, started)
        finally:
            site.kill()


class BenchmarkedSite(Site):
    """The product as ``make run`` starts it, in a folder of its own."""

    def __init__(self, data: Path) -> None:
        super().__init__(data, DEMO_FILL="1", LOG_LEVEL="WARNING")

    def forget_limits(self) -> None:
        """All visitors of a measure come from one address, of which a minute takes only so many."""
        from accounts.redis import client

        for key in client().scan_iter("limit:*"):
            client().delete(key)


def measure(site: Site, quick: bool, started: float) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    import django

    django.setup()
    from benchmarks.suite import run

    scale = float(os.environ.get("SCALE", "1"))
    into = BASE_DIR / ("var/bench/quick" if quick else "docs/performance")
    run(site, int((QUICK if quick else FULL) * scale), into, started)


if __name__ == "__main__":
    sys.exit(main())
