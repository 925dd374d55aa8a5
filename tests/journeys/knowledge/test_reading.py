"""A visitor reads in the chat: before a word is said and between two, by keys alone, and loses nothing."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.judging import serious
from tests.support.people import open_chat, sign_in
from tests.support.rows import rows, until
from tests.support.screen import open_row

pytestmark = pytest.mark.journey

VOTES = "SELECT count(*) FROM knowledgebase_articlevote WHERE is_helpful = %s"


def test_articles_are_read_before_and_during_a_chat(new_page, live_site):
    page = new_page()
    chat = open_chat(page)
    box = chat.get_by_role("textbox", name="Message", exact=True)
    back = chat.get_by_role("button", name="Back", exact=True)
    search = chat.get_by_role("searchbox", name="Search the help articles")
    title = chat.get_by_role("heading", level=2)
    before = [rows(live_site, VOTES, yes)[0][0] for yes in (True, False)]
    box.fill("My pack blinks")
    assert serious(page) == []

    # Before the first word: search, read, say that it helped, and come back to what was begun.
    chat.get_by_role("button", name="Search the help articles").press("Enter")
    expect(search).to_be_focused()
    search.press_sequentially("zeppelin")
    expect(chat.get_by_text("No article says that.")).to_be_visible()
    search.fill("frozen cells")
    found = chat.get_by_role("button", name=re.compile("^Charging in the cold"))
    expect(found.locator("mark").first).to_be_visible()
    expect(chat.get_by_text("Articles found: 1")).to_be_visible()
    assert serious(page) == []
    found.press("Enter")
    expect(title).to_have_text("Charging in the cold")
    expect(title).to_be_focused()
    expect(chat.get_by_role("heading", level=3, name="Riding is fine")).to_be_visible()
    assert serious(page) == []
    yes = chat.get_by_role("button", name="Yes")
    yes.press("Enter")
    expect(yes).to_have_attribute("aria-pressed", "true")
    expect(chat.get_by_text("Thank you. It is noted.")).to_be_visible()
    back.press("Enter")
    expect(found).to_be_focused()
    back.press("Enter")
    expect(box).to_have_value("My pack blinks")
    box.press("Enter")
    expect(chat.locator(".bubble")).to_have_text("My pack blinks")

    # During it: what is said meanwhile makes a mark, and counts as unread.
    box.fill("In the cold it")
    chat.get_by_role("button", name="More").click()
    chat.get_by_role("button", name="Search the help articles").click()
    expect(search).to_have_value("")
    operator = sign_in(new_page(), live_site, "olga")
    open_row(operator, "My pack blinks")
    operator.get_by_role("textbox", name="Message", exact=True).fill(
        "How often, and in which colour?"
    )
    operator.keyboard.press("Control+Enter")
    expect(chat.get_by_role("button", name="Back. 1 unread")).to_be_visible()
    search.fill("pack lights mean")
    chat.get_by_role("button", name=re.compile("^What the pack lights mean")).click()
    expect(title).to_have_text("What the pack lights mean")
    chat.get_by_role("button", name="No, ask a person").click()
    expect(box).to_have_value("In the cold it")
    expect(box).to_be_focused()
    expect(chat.get_by_text("How often, and in which colour?")).to_be_visible()
    counted = [before[0] + 1, before[1] + 1]
    until(lambda: [rows(live_site, VOTES, yes)[0][0] for yes in (True, False)] == counted)


def test_a_link_to_an_article_is_read_in_the_chat(new_page, live_site):
    page = new_page(locale="ru-RU", color_scheme="dark", viewport={"width": 390, "height": 844})
    page.goto("/demo/")
    page.get_by_role("button", name="Чат").click()
    chat = page.frame_locator("iframe[title]")
    chat.get_by_role("button", name="Поиск по статьям справки").click()
    chat.get_by_role("searchbox").fill("аккумуляторы заряжать мороз")
    chat.get_by_role("button", name=re.compile("^Зарядка на морозе")).click()
    expect(chat.get_by_role("heading", level=2)).to_have_text("Зарядка на морозе")
    assert serious(page) == []
    path = chat.get_by_role("link", name="Открыть в справке").get_attribute("href")
    chat.get_by_role("button", name="Назад").click()
    chat.get_by_role("button", name="Назад").click()

    box = chat.get_by_role("textbox")
    box.fill(f"Это та статья? {live_site.url}{path}")
    chat.locator(".send").click()
    chat.locator(".bubble").get_by_role("link").click()
    expect(chat.get_by_role("heading", level=2)).to_have_text("Зарядка на морозе")
    assert len(page.context.pages) == 1
    chat.get_by_role("button", name="Назад").click()
    expect(chat.locator(".bubble")).to_be_visible()
