"""Replies that wait a moment, go out later, or close what they answer."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.composing import message, open_and_send, type_draft, undo
from tests.support.judging import serious
from tests.support.people import open_chat, say, set_habits, sign_in
from tests.support.screen import Visitor, button, open_row, row, thread

pytestmark = pytest.mark.journey

PHONE = {"width": 390, "height": 844}
VIEWPORTS = [{"width": 1440, "height": 900}, PHONE]
SLOW = 30_000


@pytest.mark.parametrize("viewport", VIEWPORTS, ids=["desktop", "phone"])
def test_a_reply_is_undone_in_time(new_page, live_site, visitor, question, viewport):
    page = new_page(viewport=viewport, reduced_motion="reduce")
    sign_in(page, live_site, "olga", undo=30)
    open_and_send(page, question, "Dear Ada")
    expect(thread(page).get_by_text("Dear Ada")).to_have_count(1)
    expect(message(page)).to_have_value("")
    toast = page.get_by_role("alert").filter(has_text="Sending")
    expect(toast).to_be_visible()
    expect(thread(page).get_by_role("button", name="Undo")).to_be_visible()
    assert serious(page) == []

    undo(page).click()

    expect(message(page)).to_have_value("Dear Ada")
    expect(message(page)).to_be_focused()
    expect(thread(page).get_by_text("Dear Ada")).to_have_count(0)
    page.reload()
    expect(message(page)).to_have_value("Dear Ada")
    expect(thread(page).get_by_text("Dear Ada")).to_have_count(0)


def test_a_reply_goes_out_though_its_tab_was_closed(new_page, live_site, screen):
    mark = uuid4().hex[:8]
    guest = new_page()
    chat = open_chat(guest)
    say(chat, f"Where is order {mark}?")
    page = new_page()
    sign_in(page, live_site, "olga", undo=5)
    open_and_send(page, mark, f"On its way {mark}")
    expect(page.get_by_role("alert").filter(has_text="Sending")).to_be_visible()

    page.close()

    expect(chat.get_by_role("log", name="Messages")).to_contain_text(
        f"On its way {mark}", timeout=SLOW
    )


def test_a_reply_closes_and_its_undoing_reopens(new_page, live_site, question):
    set_habits(live_site, "olga", after_closing="stay")
    page = sign_in(new_page(), live_site, "olga", undo=30)
    set_habits(live_site, "olga", after_closing="next")
    open_row(page, question)
    message(page).fill("Done and dusted")

    message(page).press("Control+Shift+Enter")

    expect(button(page, "Reopen")).to_be_visible()
    undo(page).click()
    expect(message(page)).to_have_value("Done and dusted")
    expect(button(page, "Close")).to_be_visible()


@pytest.mark.parametrize("after", ["next", "list"])
def test_the_screen_goes_on_after_an_answer(new_page, live_site, question, after):
    Visitor(live_site).says(f"Another {uuid4().hex[:8]}")
    set_habits(live_site, "olga", after_closing=after)
    try:
        page = sign_in(new_page(), live_site, "olga")
        open_row(page, question)
        first = page.url
        message(page).fill("Bye")
        button(page, "Send and close").click()

        if after == "list":
            expect(page.get_by_text("Pick a conversation")).to_be_visible()
        else:
            expect(thread(page)).not_to_contain_text(question)
            expect(thread(page)).to_be_visible()
        assert page.url != first
        expect(row(page, question)).to_have_count(0)
    finally:
        set_habits(live_site, "olga", after_closing="next")


def test_an_undone_reply_brings_its_conversation_back(new_page, live_site, question):
    other = Visitor(live_site).says(f"Another {uuid4().hex[:8]}")
    page = sign_in(new_page(), live_site, "olga", undo=30)
    open_and_send(page, question, "Too fast")
    open_row(page, other)

    undo(page).click()

    expect(thread(page)).to_contain_text(question)
    expect(message(page)).to_have_value("Too fast")


def test_a_reply_for_later_is_shown_edited_and_sent(screen, question):
    open_row(screen, question)
    message(screen).fill("Good morning")
    button(screen, "More ways to send").click()
    screen.get_by_role("dialog", name="Ways to send").get_by_role("button", name="Tomorrow").click()
    expect(thread(screen)).to_contain_text(re.compile(r"Goes out \w{3} 09:00"))
    assert serious(screen) == []

    button(thread(screen), "Edit").click()
    expect(message(screen)).to_have_value("Good morning")
    expect(thread(screen).get_by_text("Good morning")).to_have_count(0)
    button(screen, "More ways to send").click()
    menu = screen.get_by_role("dialog", name="Ways to send")
    menu.get_by_label("Choose a time").fill("2027-03-01T09:30")
    button(menu, "Send then").click()
    expect(thread(screen)).to_contain_text("Goes out Mar 1, 2027, 09:30")
    button(thread(screen), "Send now").click()

    expect(thread(screen)).to_contain_text("Sent", timeout=SLOW)
    expect(button(thread(screen), "Send now")).to_have_count(0)


def test_a_reply_for_later_is_held_when_the_customer_writes(screen, visitor, question):
    open_row(screen, question)
    message(screen).fill("I will ask the workshop")
    button(screen, "More ways to send").click()
    screen.get_by_role("button", name="Next week").click()
    expect(thread(screen)).to_contain_text("Goes out")

    visitor.says("Never mind, it came")

    expect(thread(screen)).to_contain_text(re.compile("Held, because .* wrote meanwhile"))
    button(thread(screen), "Cancel sending").click()
    expect(thread(screen).get_by_text("I will ask the workshop")).to_have_count(0)
    expect(message(screen)).to_have_value("")
    undo(screen).click()
    expect(message(screen)).to_have_value("I will ask the workshop")


@pytest.fixture
def held(new_page, live_site, screen, question):
    """Olga has written while Ivan answered; her reply is held."""
    colleague = sign_in(new_page(), live_site, "ivan")
    open_row(screen, question)
    type_draft(screen, "My answer")
    open_and_send(colleague, question, "The answer of Ivan")
    expect(thread(screen)).to_contain_text("The answer of Ivan")
    button(screen, "Send").click()
    expect(screen.get_by_text("Not sent yet.")).to_be_visible()
    expect(screen.locator(".held__new")).to_contain_text("The answer of Ivan")
    expect(message(screen)).to_have_value("My answer")
    expect(thread(screen).get_by_text("My answer")).to_have_count(0)
    assert serious(screen) == []
    return screen


def test_a_held_reply_is_sent_all_the_same(held):
    button(held, "Send mine too").click()

    expect(thread(held).get_by_text("My answer")).to_have_count(1)
    expect(held.get_by_text("Not sent yet.")).to_have_count(0)
    expect(message(held)).to_have_value("")


def test_a_held_reply_is_changed_first(held):
    button(held, "Change mine").click()
    expect(message(held)).to_be_focused()
    message(held).fill("As Ivan says")
    button(held, "Send").click()

    expect(thread(held).get_by_text("As Ivan says")).to_have_count(1)


def test_a_held_reply_becomes_a_note(held):
    button(held, "Keep as note").click()

    expect(thread(held).locator(".note")).to_contain_text("My answer")
    held.get_by_role("tab", name="Reply").click()
    expect(message(held)).to_have_value("")


def test_a_held_reply_is_thrown_away_and_had_back(held):
    button(held, "Throw away").click()
    expect(message(held)).to_have_value("")

    undo(held).click()

    expect(message(held)).to_have_value("My answer")


def test_a_phone_shows_what_holds_a_reply(new_page, live_site, question):
    page = sign_in(new_page(viewport=PHONE, has_touch=True), live_site, "olga")
    colleague = sign_in(new_page(), live_site, "ivan")
    open_row(page, question)
    type_draft(page, "My answer")
    open_and_send(colleague, question, "The answer of Ivan")
    expect(thread(page)).to_contain_text("The answer of Ivan")
    button(page, "Send").click()

    expect(page.get_by_text("Not sent yet.")).to_be_visible()
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    button(page, "Send mine too").click()
    expect(thread(page).get_by_text("My answer")).to_have_count(1)
