"""The screen's modules arrive together, not one after the other's imports."""

import re

from helpdesk.env import BASE_DIR

SCRIPTS = BASE_DIR / "static" / "js"
IMPORT = re.compile(r'^import .*?"(\./[^"]+|\.\./[^"]+)";$', re.MULTILINE)


def imported_by(path):
    for name in IMPORT.findall(path.read_text()):
        found = (path.parent / name).resolve()
        yield found
        yield from imported_by(found)


def test_every_module_of_the_screen_is_preloaded():
    template = (BASE_DIR / "templates" / "inbox" / "_preloads.html").read_text()
    preloaded = re.findall(r'"((?:elements|lib)/[\w-]+)"', template)

    needed = {
        path.relative_to(SCRIPTS).with_suffix("").as_posix()
        for path in imported_by(SCRIPTS / "inbox.js")
    }

    assert sorted(preloaded) == sorted(needed)
