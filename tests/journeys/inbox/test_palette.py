"""The command palette by keys alone."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.judging import serious
from tests.support.screen import open_row, row, thread

pytestmark = pytest.mark.journey


def opened(page):
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Search or go to")
    expect(palette.get_by_role("combobox")).to_be_focused()
    expect(palette.get_by_role("option").first).to_be_visible()
    return palette


def chosen(palette):
    """The option that a screen reader is told of."""
    field = palette.get_by_role("combobox")
    return palette.locator(f"#{field.get_attribute('aria-activedescendant')}")


def test_going_to_a_view(screen):
    palette = opened(screen)
    assert serious(screen) == []
    screen.keyboard.type("clsed")
    expect(palette.get_by_role("option")).to_have_text([re.compile("Closed")])

    screen.keyboard.press("Enter")

    expect(palette).to_be_hidden()
    expect(screen).to_have_url(re.compile("view=closed"))


def test_doing_what_the_open_conversation_allows(screen, question):
    palette = opened(screen)
    screen.keyboard.type(">close")
    expect(palette.get_by_text("Nothing fits.")).to_be_visible()
    screen.keyboard.press("Escape")
    open_row(screen, question)

    palette = opened(screen)
    screen.keyboard.type("@marta")
    expect(palette.get_by_role("option")).to_have_text([re.compile("Assign to Marta")])
    screen.keyboard.press("Enter")
    expect(screen.locator("#head")).to_contain_text("Marta")
    opened(screen)
    screen.keyboard.type(">internal")
    screen.keyboard.press("Enter")

    expect(screen.get_by_role("textbox", name="Note")).to_be_focused()


def test_enter_does_nothing_to_a_conversation_before_a_word_is_typed(screen, question):
    open_row(screen, question)

    palette = opened(screen)
    deeds = palette.get_by_role("group", name="Do")
    expect(deeds.get_by_role("option", name="Close or reopen")).to_be_visible()
    expect(deeds.locator("[aria-selected=true]")).to_have_count(0)
    screen.keyboard.type(">")
    expect(palette.locator("[aria-selected=true]")).to_have_count(0)
    screen.keyboard.press("Enter")

    expect(palette).to_be_visible()
    screen.keyboard.press("ArrowDown")
    expect(deeds.locator("[aria-selected=true]")).to_have_count(1)


def test_finding_a_conversation_by_number(screen, question):
    open_row(screen, question)
    number = screen.locator("open-conversation").get_attribute("data-number")
    screen.keyboard.press("u")
    expect(thread(screen)).to_have_count(0)

    palette = opened(screen)
    screen.keyboard.type(f"#{number}")
    expect(palette.get_by_role("group", name="Conversations").get_by_role("option")).to_have_count(
        1
    )
    screen.keyboard.press("Enter")

    expect(thread(screen)).to_contain_text(question)
    expect(screen).to_have_url(re.compile(f"/inbox/{number}/"))


def test_arrows_move_and_nothing_is_said_to_fit(screen):
    palette = opened(screen)
    first = chosen(palette).text_content()
    screen.keyboard.press("ArrowDown")
    assert chosen(palette).text_content() != first
    screen.keyboard.press("ArrowUp")
    assert chosen(palette).text_content() == first

    screen.keyboard.type("zzzzqq")

    expect(palette.get_by_text("Nothing fits.")).to_be_visible()
    expect(palette.get_by_role("combobox")).not_to_have_attribute(
        "aria-activedescendant", re.compile(".")
    )
    screen.keyboard.press("Control+k")
    expect(palette).to_be_hidden()
    expect(row(screen, "zzzzqq")).to_have_count(0)
