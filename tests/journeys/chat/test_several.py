"""Choosing rows, doing the same to all of them, and taking it back; reading as each one's own."""

import re
import time
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.rows import until
from tests.support.screen import Visitor, button, leave_list, open_row, row, thread, view

pytestmark = pytest.mark.journey

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def mark():
    return uuid4().hex[:8]


@pytest.fixture
def four(live_site, mark):
    """Four that wrote, the newest first, as the list has them."""
    texts = [f"Row {number} {mark}" for number in range(4)]
    for text in texts:
        Visitor(live_site).says(text)
    return texts[::-1]


def pick(page, text, **how):
    row(page, text).locator(".row__pick").click(**how)


@pytest.mark.parametrize("viewport", [{"width": 1440, "height": 900}, PHONE])
def test_rows_are_closed_together_and_brought_back(new_page, live_site, four, viewport):
    page = sign_in(new_page(viewport=viewport), live_site, "olga")
    pick(page, four[0])
    pick(page, four[2], modifiers=["Shift"])
    expect(page.get_by_text("3 selected")).to_be_visible()
    assert serious(page) == []

    button(page, "Close").click()

    for text in four[:3]:
        expect(row(page, text)).to_be_hidden()
    expect(row(page, four[3])).to_be_visible()
    expect(page.get_by_text("Closed 3 conversations.")).to_be_visible()
    assert serious(page) == []
    page.get_by_role("button", name="Undo").click()
    leave_list(page)
    for text in four:
        expect(row(page, text)).to_be_visible()
    expect(page.get_by_text("Undone.")).to_be_visible()


def test_rows_are_chosen_with_keys_and_undone_with_one(new_page, live_site, four):
    page = sign_in(new_page(), live_site, "olga")
    row(page, four[3]).get_by_role("link").focus()
    page.keyboard.press("x")
    row(page, four[1]).get_by_role("link").focus()
    page.keyboard.press("Shift+X")
    expect(page.get_by_text("3 selected")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("3 selected")).to_be_hidden()
    page.keyboard.press("x")
    page.get_by_role("button", name="Tag the selected").click()
    page.get_by_role("combobox", name="Tag").fill("from keys")
    button(page, "Add the tag").click()
    expect(row(page, four[1])).to_contain_text("from keys")

    page.locator("body").click(position={"x": 2, "y": 2})
    page.keyboard.press("z")

    expect(row(page, four[1])).not_to_contain_text("from keys")


def test_what_a_colleague_did_first_is_said(new_page, live_site, four):
    page = sign_in(new_page(), live_site, "olga")
    colleague = sign_in(new_page(), live_site, "ivan")
    pick(page, four[0])
    pick(page, four[1])
    page.get_by_role("button", name="Snooze the selected").click()
    page.get_by_role("button", name=re.compile("^Tomorrow")).click()
    expect(page.get_by_text("Snoozed 2 conversations.")).to_be_visible()
    view(colleague, "Snoozed").click()
    open_row(colleague, four[0])
    button(colleague, "Close").click()
    expect(row(colleague, four[0])).to_be_hidden()

    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_text(re.compile(r"Ivan has changed #\d+ since"))).to_be_visible()
    expect(row(page, four[1])).to_be_visible()
    expect(row(page, four[0])).to_have_count(0)


def test_who_closes_goes_on_to_the_next_and_may_come_back(new_page, live_site, four):
    page = sign_in(new_page(), live_site, "olga")
    open_row(page, four[1])

    button(page, "Close").click()

    expect(thread(page)).to_contain_text(four[2])
    expect(row(page, four[2]).get_by_role("link")).to_be_focused()
    expect(row(page, four[1])).to_be_hidden()
    page.keyboard.press("z")
    expect(row(page, four[1])).to_be_visible()


def held(page, pattern):
    """Keep back what is asked for there; return the list of what is."""
    found = []

    def keep(route):  # Playwright writes on what it is given: no method will do
        found.append(route)

    page.route(pattern, keep)
    return found


def wait_for(page, found):
    until(lambda: page.evaluate("1") and found)


def test_who_has_chosen_another_meanwhile_stays_there(new_page, live_site, four):
    page = sign_in(new_page(), live_site, "olga")
    links = [row(page, text).get_by_role("link") for text in four]
    paths = [link.get_attribute("href") for link in links]
    open_row(page, four[0])
    closing, third, second = (held(page, f"**{end}") for end in ("/closure/", paths[3], paths[1]))
    button(page, "Close").click()
    wait_for(page, closing)
    links[3].click()
    wait_for(page, third)

    closing.pop().continue_()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    third.pop().continue_()
    expect(thread(page)).to_contain_text(four[3])

    links[1].click()
    wait_for(page, second)
    open_row(page, four[2])
    with page.expect_event("requestfinished", lambda request: request.url.endswith(paths[1])):
        second.pop().continue_()
    page.evaluate("() => new Promise(requestAnimationFrame)")

    expect(thread(page)).to_contain_text(four[2])
    assert page.url.endswith(paths[2])
    page.unroute_all(behavior="ignoreErrors")


def test_reading_is_each_persons_own(new_page, live_site, mark):
    visitor = Visitor(live_site)
    text = visitor.says(f"Unread {mark}")
    olga = sign_in(new_page(), live_site, "olga")
    ivan = sign_in(new_page(), live_site, "ivan")
    unread = re.compile("is-unread")
    expect(row(ivan, text)).to_have_class(unread)

    open_row(olga, text)

    expect(row(olga, text)).not_to_have_class(unread)
    expect(row(ivan, text)).to_have_class(unread)
    ivan.reload()
    expect(row(ivan, text)).to_have_class(unread)
    again = visitor.says(f"Again {mark}")
    expect(thread(olga)).to_contain_text(again)
    expect(row(olga, again)).not_to_have_class(unread)  # before their eyes
    expect(row(ivan, again)).to_have_class(unread)

    olga.keyboard.press("Shift+U")

    expect(thread(olga)).to_have_count(0)
    expect(row(olga, again)).to_have_class(unread)
    expect(olga).to_have_title(re.compile(r"^\(\d+\) "))
    open_row(olga, again)
    expect(olga.get_by_text("New", exact=True)).to_be_visible()
    expect(row(olga, again)).not_to_have_class(unread)
    assert serious(olga) == []


class Finger:
    """One finger on a page's glass: drawn along in steps, and resting before it is lifted."""

    def __init__(self, page):
        self.glass, self.at = page.context.new_cdp_session(page), time.time()

    def draw(self, start, end):
        self._touch("touchStart", start)
        for step in range(1, 9):
            at = [a + (b - a) * step / 8 for a, b in zip(start, end, strict=True)]
            self._touch("touchMove", at)
        # What is lifted in full motion is a fling, and the next tap would only stop that.
        self._touch("touchMove", end, after=0.5)
        self._touch("touchEnd")

    def _touch(self, kind, at=None, *, after=0.02):
        self.at = max(self.at, time.time()) + after
        points = [{"x": at[0], "y": at[1]}] if at else []
        touch = {"type": kind, "touchPoints": points, "timestamp": self.at}
        self.glass.send("Input.dispatchTouchEvent", touch)


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_finger_draws_a_row_aside(new_page, live_site, four):
    page = sign_in(new_page(viewport=PHONE, has_touch=True, is_mobile=True), live_site, "olga")
    finger, first = Finger(page), row(page, four[0])
    x, y = middle(first)
    close = first.get_by_role("button", name="Close", exact=True)

    # Up and down is scrolling; a little to the side is nothing; a touch puts a row back unopened.
    finger.draw((x, y), (x - 20, y + 60))
    finger.draw((x, y), (x - 30, y))
    expect(first).not_to_have_class(re.compile("is-swiped"))
    expect(close).to_have_count(0)
    finger.draw((x, y), (x - 120, y))
    expect(close).to_be_in_viewport(ratio=1)
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    first.get_by_role("link").tap(position={"x": 200, "y": 20}, force=True)
    expect(close).to_have_count(0)
    expect(thread(page)).to_have_count(0)

    # Snoozed, and closed, each with a way back.
    finger.draw((x, y), (x - 120, y))
    first.get_by_role("button", name="Snooze", exact=True).tap()
    page.get_by_role("dialog", name="Snooze the selected until").get_by_role(
        "button", name="Tomorrow"
    ).tap()
    expect(row(page, four[0])).to_be_hidden()
    page.get_by_role("button", name="Undo").tap()
    expect(page.get_by_text("Undone.")).to_be_visible()
    expect(first).to_be_visible()
    finger.draw((x, y), (x - 120, y))
    close.tap()
    expect(first).to_be_hidden()
    page.get_by_role("button", name="Undo").tap()
    expect(first).to_be_visible()
