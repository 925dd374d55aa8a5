"""Emoji, names of colleagues, and the offer to take what is nobody's."""

import pytest
from playwright.sync_api import expect

from tests.support.composing import message, note, open_and_send
from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.screen import button, open_row, thread

pytestmark = pytest.mark.journey

VIEWPORTS = [{"width": 1440, "height": 900}, {"width": 390, "height": 844}]
both = pytest.mark.parametrize("viewport", VIEWPORTS, ids=["desktop", "phone"])


@both
def test_an_emoji_is_found_by_its_name(new_page, live_site, question, viewport):
    page = sign_in(new_page(viewport=viewport, reduced_motion="reduce"), live_site, "olga")
    open_row(page, question)
    message(page).press_sequentially("Thank you :tada")
    expect(page.get_by_role("option").first).to_contain_text("🎉")
    assert serious(page) == []

    message(page).press("Enter")
    expect(message(page)).to_have_value("Thank you 🎉")
    button(page, "Emoji").click()
    picker = page.get_by_role("dialog", name="Emoji")
    expect(picker.get_by_role("heading", name="Used last")).to_be_visible()
    assert serious(page) == []
    picker.get_by_role("textbox", name="Find an emoji").fill("parcel")
    page.keyboard.press("ArrowDown")
    expect(picker.get_by_role("button", name="package")).to_be_focused()
    page.keyboard.press("Enter")

    expect(message(page)).to_have_value("Thank you 🎉📦")
    expect(message(page)).to_be_focused()


def test_a_colleague_is_called_in_a_note(screen, question):
    open_row(screen, question)
    message(screen).press_sequentially("Hi @iv")
    expect(screen.get_by_role("option")).to_have_count(0)
    message(screen).fill("")
    screen.get_by_role("tab", name="Note").click()
    note(screen).press_sequentially("Ask @iv")

    screen.get_by_role("option", name="Ivan Petrov").click()

    expect(note(screen)).to_have_value("Ask @Ivan Petrov ")
    expect(note(screen)).to_be_focused()


@both
def test_answering_offers_to_take_what_is_nobodys(new_page, live_site, question, viewport):
    page = sign_in(new_page(viewport=viewport, reduced_motion="reduce"), live_site, "olga")
    open_and_send(page, question, "On its way")
    expect(page.get_by_text("Nobody has this conversation yet.")).to_be_visible()
    assert serious(page) == []

    button(page, "Take it").click()

    expect(thread(page)).to_contain_text("Olga took this")
    expect(page.get_by_text("Nobody has this conversation yet.")).to_be_hidden()
    page.locator("toast-line").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Unassigned. Choose who answers")).to_be_visible()
