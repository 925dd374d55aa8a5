"""``make screens``: start the product, furnish it, and picture every screen into docs/screens/."""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from helpdesk.env import BASE_DIR
from tests.screens.camera import FOLDER, Camera, Screen
from tests.screens.listed import SCREENS
from tests.support.browser import FLAGS, MISSING, chromium
from tests.support.running import Site

AT = "2026-03-17T10:34:00+00:00"  # a Tuesday, and what every clock says
STILL = Path(__file__).with_name("still")
PATIENCE = 60_000
STARTING = 300  # seconds: the tables are made anew
MOST_BYTES = 12_000_000


def main(wanted: str) -> None:
    """Picture the screens whose name fits a regular expression; all without one."""
    path = chromium() or sys.exit(MISSING)
    screens = [screen for screen in SCREENS if re.search(wanted, screen.name)]
    expect.set_options(timeout=PATIENCE)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        still = {"PYTHONPATH": f"{STILL}:{BASE_DIR}", "SCREENS_AT": AT, "TZ": "UTC"}
        site = Site(Path(folder) / "data", DEMO_PASSWORD="pictures-only", **still)
        try:
            site.start(patience=STARTING)
            told = furnish(site)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
                camera = Camera(browser, site, told, AT)
                for number, screen in enumerate(screens, 1):
                    show(number, len(screens), screen)
                    camera.take(screen)
                browser.close()
            site.stop()
        finally:
            site.kill()
    if not wanted:
        tidy(camera)


def furnish(site: Site) -> dict[str, object]:
    """Tell what is pictured, in a process whose clock stands still as the site's does."""
    show(0, 1, None)
    command = [sys.executable, "-m", "tests.screens.stage"]
    ran = subprocess.run(
        command, cwd=BASE_DIR, env=site.environment, stdout=subprocess.PIPE, check=True
    )
    return dict(json.loads(ran.stdout))


def tidy(camera: Camera) -> None:
    """Remove pictures of screens that are no more, and say what the rest weighs."""
    for path in set(FOLDER.glob("*.png")) - set(camera.taken):
        path.unlink()
    size = sum(path.stat().st_size for path in camera.taken)
    sys.stderr.write(f"\n{len(camera.taken)} pictures, {size / 1e6:.1f} MB, in {FOLDER}\n")
    if size > MOST_BYTES:
        sys.exit(f"That is more than {MOST_BYTES / 1e6:.0f} MB: use fewer colours.")


def show(number: int, most: int, screen: Screen | None) -> None:
    told = f"{number} of {most}  {screen.name}" if screen else "Furnishing"
    end = "" if sys.stderr.isatty() else "\n"
    sys.stderr.write(f"\r\x1b[K{told}" if not end else told + end)
    sys.stderr.flush()


if __name__ == "__main__":
    main(*sys.argv[1:2] or [""])
