"""The screen's modules arrive together, not one after the other's imports, and travel light."""

import gzip
import re
from collections import Counter

import pytest
from playwright.sync_api import expect

from helpdesk.env import BASE_DIR
from helpdesk.static_files import in_order, one_module
from tests.support.people import sign_in

SCRIPTS = BASE_DIR / "static" / "js"
IMPORT = re.compile(r'^import .*?"(\./[^"]+|\.\./[^"]+)";$', re.MULTILINE)
MOST_WEIGHT = 150_000
MOST_REQUESTS = 25
MOST_PAGE = 40_000


def imported_by(path):
    for name in IMPORT.findall(path.read_text()):
        found = (path.parent / name).resolve()
        yield found
        yield from imported_by(found)


def test_every_module_of_the_screen_is_in_one_file_after_what_it_imports():
    entry = SCRIPTS / "inbox.js"
    needed = {entry, *imported_by(entry)}

    order = in_order(entry)

    assert sorted(order) == sorted(needed)
    assert order[-1] == entry
    for place, module in enumerate(order):
        assert set(imported_by(module)) <= set(order[:place])


def test_no_module_is_left_out_of_its_file_by_the_way_it_is_written():
    """The joiner knows one form of imports and exports; two modules of one name would clash."""
    order = in_order(SCRIPTS / "inbox.js")

    text = "\n".join(map(one_module, order))
    stems = Counter(module.stem for module in order)

    assert re.findall(r"(?m)^(?:import|export)\b.*", text) == []
    assert [stem for stem, count in stems.items() if count > 1] == []


def gzipped(body):
    return len(gzip.compress(body, 6))


@pytest.mark.journey
def test_the_screen_travels_light(new_page, live_site):
    """Counted as a first visit: everything but the page is named after its content and kept for ever."""
    page = sign_in(new_page(), live_site, "olga")
    answers = []
    fresh = page.context.browser.new_context(
        base_url=live_site.url, storage_state=page.context.storage_state()
    ).new_page()

    def note(answer):
        answers.append(answer)

    fresh.on("response", note)

    fresh.goto("/acme/inbox/", wait_until="networkidle")
    expect(fresh.locator("conversation-list")).to_be_visible()

    ours = [answer for answer in answers if answer.url.startswith(live_site.url)]
    weights = {answer.url: gzipped(answer.body()) for answer in ours if answer.status == 200}
    assert sum(weights.values()) <= MOST_WEIGHT, weights
    files = [answer for answer in ours if "/static/" in answer.url]
    kept = {answer.url: answer.headers.get("cache-control", "") for answer in files}
    assert [url for url, said in kept.items() if "immutable" not in said] == []
    assert len(ours) <= MOST_REQUESTS, [answer.url for answer in ours]
    assert weights[f"{live_site.url}/acme/inbox/"] <= MOST_PAGE
