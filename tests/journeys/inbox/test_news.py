"""Being told of a customer's message while one looks elsewhere."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.people import sign_in
from tests.support.screen import Visitor, row, thread

pytestmark = pytest.mark.journey

# The page keeps the notifications, so that a test can press one: a Chromium without windows has
# nowhere to show them, and refuses whatever it was allowed.
# Whether a page is looked at is not for a driven browser to know: the test says so.
WATCHED = """
window.shown = [];
window.Notification = class extends Notification {
  static permission = "granted";
  constructor(title, options) {
    super(title, options);
    window.shown.push(this);
    localStorage.told = `${localStorage.told ?? ""}${options.body}|`;
  }
};
document.hasFocus = () => Boolean(window.looks);
"""


def asked_for(page, *names):
    """Choose in the profile how to be told."""
    page.goto("/accounts/profile/?workspace=acme")
    for box in page.locator("news-choice input").all():
        box.set_checked(box.get_attribute("name") in names)
    expect(page.locator("[data-permission]:visible")).to_have_count(0)
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()


def seen(visitor, tabs):
    """Let the visitor say something, and wait until every tab shows it: it listens, then."""
    text = visitor.says(f"Where is {uuid4().hex[:8]}?")
    for tab in tabs:
        expect(row(tab, text)).to_be_visible(timeout=20_000)
    return text


def wait_until_told(page, text):
    page.wait_for_function("text => localStorage.told?.includes(text)", arg=text)


def test_one_tab_of_all_tells_and_a_press_opens_the_conversation(new_page, live_site):
    page = new_page(permissions=["notifications"])
    page.context.add_init_script(WATCHED)
    sign_in(page, live_site, "olga")
    asked_for(page, "notifies", "sounds")
    tabs = [page, page.context.new_page()]
    for tab in tabs:
        tab.goto("/acme/inbox/")
    visitor = Visitor(live_site)
    seen(visitor, tabs)
    expect(page.locator("link[rel=icon]")).to_have_attribute("href", re.compile("^data:image/svg"))

    page.evaluate("window.looks = true")
    quiet = seen(visitor, tabs)
    page.evaluate("window.looks = false")
    said = [seen(visitor, tabs), seen(visitor, tabs)]
    for text in said:
        wait_until_told(page, text)

    told = page.evaluate("localStorage.told").split("|")
    assert [text for text in told if text in {quiet, *said}] == said
    [teller] = [tab for tab in tabs if said[1] in tab.evaluate("shown.map((one) => one.body)")]
    teller.evaluate("shown.at(-1).dispatchEvent(new Event('click'))")
    expect(thread(teller)).to_contain_text(said[1])


def test_a_browser_that_was_not_asked_is_asked_by_a_press_alone(screen):
    screen.goto("/accounts/profile/?workspace=acme")
    choice = screen.get_by_label("Notify me while I look at something else")
    choice.uncheck()  # others may have chosen for her
    screen.evaluate(
        """() => {
          window.asked = 0;
          window.Notification = { permission: "default", requestPermission: async () => {
            window.asked += 1;
            window.Notification.permission = "denied";
          } };
        }"""
    )
    assert screen.evaluate("window.asked") == 0

    choice.check()

    expect(screen.get_by_text("This browser does not show notifications")).to_be_visible()
    assert screen.evaluate("window.asked") == 1
