"""The keyboard alone: moving, doing, writing, and keys of one's own."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.screen import leave_list, open_row, row, thread

pytestmark = pytest.mark.journey


@pytest.fixture
def two(visitor, live_site):
    """Two conversations, the newer one on top."""
    texts = [visitor.says("The older of two"), type(visitor)(live_site).says("The newer of two")]
    return texts[::-1]


def head(page):
    return page.locator("#head")


def test_moving_opening_and_going_back_by_keys(screen, two):
    expect(row(screen, two[0]).first).to_be_visible()
    leave_list(screen)

    screen.keyboard.press("j")
    expect(screen.locator(".row").nth(0).get_by_role("link")).to_be_focused()
    expect(thread(screen)).to_have_count(0)
    screen.keyboard.press("Enter")
    expect(thread(screen)).to_contain_text(two[0])
    screen.keyboard.press("j")
    expect(thread(screen)).to_contain_text(two[1])
    screen.keyboard.press("k")
    expect(thread(screen)).to_contain_text(two[0])
    screen.keyboard.press("u")

    expect(screen.get_by_role("heading", name="Pick a conversation")).to_be_visible()


def test_letters_are_letters_where_somebody_writes(screen, question):
    open_row(screen, question)

    screen.keyboard.press("r")
    screen.keyboard.type("jeh m?")

    field = screen.get_by_role("textbox", name="Message")
    expect(field).to_have_value("jeh m?")
    screen.keyboard.press("Escape")
    expect(field).not_to_be_focused()
    screen.keyboard.press("Shift+R")
    expect(screen.get_by_role("textbox", name="Note")).to_be_focused()
    expect(screen.locator("#head .status")).to_have_text("Open")
    screen.keyboard.press("Escape")
    screen.keyboard.press("r")
    field.fill("")


def test_acting_by_keys(screen, question):
    open_row(screen, question)

    screen.keyboard.press("m")
    expect(head(screen)).to_contain_text("Olga")
    screen.keyboard.press("h")
    expect(screen.get_by_role("dialog", name="Snooze until").locator(":focus")).to_have_count(1)
    screen.keyboard.press("Escape")
    expect(screen.get_by_role("dialog", name="Snooze until")).to_be_hidden()
    screen.keyboard.press("a")
    expect(screen.get_by_role("textbox", name="Find a colleague")).to_be_focused()
    screen.keyboard.press("Escape")
    expect(screen.get_by_role("textbox", name="Find a colleague")).to_be_hidden()
    screen.keyboard.press("t")
    expect(screen.get_by_role("textbox", name="Add a tag")).to_be_focused()
    screen.keyboard.press("Escape")
    thread(screen).focus()
    screen.keyboard.press("e")
    expect(row(screen, question)).to_have_count(0)
    expect(screen.locator("toast-line")).to_contain_text("Closed.")
    screen.keyboard.press("z")
    expect(row(screen, question)).to_be_visible()


def test_going_to_a_view_in_two_steps(screen, question):
    expect(row(screen, question)).to_be_visible()

    screen.keyboard.press("g")
    screen.keyboard.press("e")

    expect(screen).to_have_url(re.compile("view=closed"))
    expect(screen.locator(".list h1")).to_contain_text("Closed")


def test_keys_of_a_russian_keyboard(screen, question):
    """The letter is another; the key is the same."""
    open_row(screen, question)

    screen.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'к', code: 'KeyR', bubbles: true}))"
    )

    expect(screen.get_by_role("textbox", name="Message")).to_be_focused()


def test_help_lists_the_keys_and_narrows(screen):
    expect(screen.locator("key-line").get_by_role("button", name="All keys")).to_be_visible()

    screen.keyboard.press("?")

    sheet = screen.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet.get_by_text("Next conversation")).to_be_visible()
    assert serious(screen) == []
    screen.keyboard.type("snoo")
    expect(sheet.locator(".keysheet__line:visible")).to_have_text(
        ["Snooze or wakeH", "SnoozedGthenH"]
    )
    screen.keyboard.type("zzz")
    expect(sheet.get_by_text("No shortcut has these words.")).to_be_visible()
    screen.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_a_changed_key_works_and_the_old_one_does_not(new_page, live_site, question):
    page = sign_in(new_page(), live_site, "marta")
    page.goto("/accounts/profile/keys/")
    assert serious(page) == []
    line = page.locator("key-row", has_text="Close or reopen")
    line.get_by_role("button", name="Change").click()
    page.keyboard.press("h")
    expect(line.get_by_role("alert")).to_contain_text("“Snooze or wake” has these keys already")
    line.get_by_role("button", name="Change").click()
    page.keyboard.press("w")
    expect(line.locator("kbd")).to_have_text("W")

    page.goto("/acme/inbox/")
    open_row(page, question)
    expect(page.locator("#head [data-acts=close]")).to_have_attribute("aria-keyshortcuts", "w")
    page.keyboard.press("e")
    expect(head(page).locator(".status")).to_have_text("Open")
    page.keyboard.press("w")

    expect(row(page, question)).to_have_count(0)
    page.goto("/accounts/profile/keys/")
    page.get_by_role("button", name="Switch off").click()
    page.goto("/acme/inbox/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()
    page.goto("/accounts/profile/keys/")
    page.get_by_role("button", name="Reset all keys").click()
    expect(line.locator("kbd")).to_have_text("E")


def test_the_line_of_keys_is_hidden_for_good(screen):
    screen.get_by_role("button", name="Hide this line").click()
    expect(screen.locator("key-line")).to_be_hidden()

    screen.reload()

    expect(screen.get_by_role("navigation", name="Inbox views")).to_be_visible()
    expect(screen.locator("key-line")).to_be_hidden()
