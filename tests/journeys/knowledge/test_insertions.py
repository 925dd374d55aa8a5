"""Articles from the composer's menu by keys alone: into a chat, into a mail with formats, and not to customers what is ours."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.composing import message, note
from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.post import post
from tests.support.rows import rows
from tests.support.screen import button, open_mail, open_row, thread

pytestmark = pytest.mark.journey
__all__ = ["post"]

USES = "SELECT count(*) FROM knowledgebase_insertion WHERE article_id IS NOT NULL"


def find(page, words, *titles):
    """Open the menu with a slash and type into it."""
    page.keyboard.press("/")
    menu = page.get_by_role("dialog", name="Insert a saved reply or an article")
    menu.get_by_role("combobox").press_sequentially(words)
    articles = menu.get_by_role("group", name="Articles").get_by_role("option")
    expect(articles.locator(".clip")).to_have_text(titles)
    return menu


def is_chosen(menu, name):
    expect(menu.get_by_role("option", selected=True)).to_contain_text(name)


def test_articles_go_into_a_chat_a_note_and_a_mail(new_page, live_site, visitor, post):
    question = visitor.says("My pack blinks red and says B52 outside")
    subject = post.bring("Where is my parcel?")
    page = sign_in(new_page(), live_site, "olga")
    before = rows(live_site, USES)[0][0]
    open_row(page, question)
    message(page).click()

    found = ("Track your order", "Change the delivery address", "What the warranty covers")
    menu = find(page, "where order", *found)
    is_chosen(menu, "Where is my order")
    page.keyboard.press("Tab")
    is_chosen(menu, "Track your order")
    expect(menu.get_by_role("button", name="Articles")).to_have_attribute("aria-pressed", "true")
    assert serious(page) == []
    page.keyboard.press("Tab")
    is_chosen(menu, "Where is my order")
    page.keyboard.press("ArrowUp")
    is_chosen(menu, "What the warranty covers")
    page.keyboard.press("Control+Enter")
    sent = re.compile(r"What the warranty covers\s*http\S+/help/acme/en/articles/\d+-what")
    expect(thread(page)).to_contain_text(sent)
    expect(message(page)).to_have_value("")

    # What is ours is read here, and goes nowhere else.
    menu = find(page, "B52 receipt", "How we swap B52 packs")
    expect(menu.get_by_text("Customers may not read this.")).to_be_visible()
    page.keyboard.press("Enter")
    refusal = page.get_by_role("alert").filter(has_text="Not inserted: only people who work here")
    expect(refusal).to_be_visible()
    expect(message(page)).to_have_value("")
    page.get_by_role("tab", name="Note").click()
    note(page).click()
    find(page, "B52 receipt", "How we swap B52 packs")
    page.keyboard.press("Enter")
    ours = re.compile(r"How we swap B52 packs\nhttp\S+/acme/knowledge/\d+/en/")
    expect(note(page)).to_have_value(ours)
    note(page).fill("")

    # A mail takes the formats, too.
    page.goto("/acme/inbox/")
    open_mail(page, subject)
    message(page).click()
    find(page, "pack lights mean", "What the pack lights mean")
    page.keyboard.press("Enter")
    link = message(page).get_by_role("link", name="What the pack lights mean")
    expect(link).to_have_attribute("href", re.compile(r"/help/acme/en/articles/\d+-what-the-pack"))
    page.keyboard.press("Enter")
    find(page, "pack lights mean", "What the pack lights mean")
    page.keyboard.press("Shift+Enter")
    expect(message(page).locator("li strong").first).to_have_text("Steady green")
    assert rows(live_site, USES)[0][0] == before + 4
    button(page, "Send").click()
    html = post.sent().get_payload()[-1].get_payload(decode=True).decode()
    assert "<strong>Steady green</strong>" in html
    assert "/help/acme/en/articles/" in html
