"""An admin shapes a chat and sees it first; a visitor fills the form, rates the help and takes a copy along."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.shop import choose, connect

SIZES = [{"width": 1440, "height": 900}, {"width": 390, "height": 844}]


def shape(admin, name, origin):
    """Shape a new chat in the settings; return its snippet."""
    admin.get_by_label("Name", exact=True).first.fill(name)
    admin.get_by_label("Your sites").fill(origin)
    admin.get_by_label("Colour").fill("#ffcc00")
    choose(admin, "ask_name", "required")
    choose(admin, "offline", "chat")
    admin.locator("[name=text_en_greeting]").fill("Ask the shop")
    preview = admin.frame_locator("iframe[name=preview]")
    expect(preview.get_by_role("heading", name="Ask the shop")).to_be_visible()
    choose(admin, "state", "form")
    expect(preview.get_by_label("Your name")).to_be_visible()
    assert serious(admin) == []
    snippet = connect(admin)
    assert re.fullmatch("#[0-9a-f]{6}", admin.get_by_label("Colour").input_value())
    assert admin.get_by_label("Colour").input_value() != "#ffcc00"
    assert admin.evaluate("document.documentElement.scrollHeight == innerHeight")
    return snippet


@pytest.mark.parametrize("size", SIZES, ids=["desk", "phone"])
def test_a_chat_is_shaped_used_rated_and_copied(new_page, live_site, shop, size):
    mark = uuid4().hex[:8]
    admin = sign_in(new_page(), live_site, "admin", "/acme/settings/channels/new/")
    shop.snippet = shape(admin, f"Shop {mark}", shop.origin)
    visitor = new_page(viewport=size)
    visitor.goto(shop.origin)
    visitor.get_by_role("button", name="Chat").click()
    chat = visitor.frame_locator("iframe[title=Chat]")

    # The form first, then the words.
    chat.get_by_label("Your name").fill(f"Ada {mark}")
    chat.get_by_role("button", name="Start the chat").click()
    chat.get_by_role("textbox", name="Message").fill(f"Where is {mark}?")
    chat.get_by_role("textbox", name="Message").press("Enter")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()

    # The operator sees who asks and from where, answers and closes.
    operator = sign_in(new_page(), live_site, "olga", "/acme/inbox/?view=unassigned")
    row = operator.get_by_role("listitem").filter(has_text=f"Ada {mark}")
    row.get_by_role("link").first.click()
    expect(operator.get_by_text("where they are")).to_be_attached()
    operator.get_by_role("textbox", name="Message").fill("On its way")
    operator.get_by_role("button", name="Send", exact=True).click()
    expect(chat.get_by_role("log", name="Messages")).to_contain_text("On its way")
    address = operator.url
    operator.get_by_role("button", name="Close", exact=True).click()

    # The visitor says how it was, and the operator reads it.
    chat.get_by_role("radio", name="Excellent").check(force=True)
    chat.get_by_role("textbox", name="What made it excellent?").fill("Quick")
    assert serious(visitor.frames[1]) == []
    chat.get_by_role("button", name=re.compile("^Send to")).click()
    expect(chat.get_by_text("You said: excellent")).to_be_visible()
    operator.goto(address)
    thread = operator.get_by_role("log", name="Messages")
    expect(thread.locator(".rated")).to_contain_text("found this excellent: “Quick”")

    # A copy, and a second conversation beside the first.
    chat.get_by_role("button", name="More").click()
    chat.get_by_role("button", name="Send me a copy").click()
    chat.get_by_label("Send a copy of this chat to").fill("ada@shop.test")
    chat.get_by_role("button", name="Send the copy").click()
    expect(chat.get_by_text("A copy goes to ada@shop.test.")).to_be_visible()
    chat.get_by_role("button", name="More").click()
    chat.get_by_role("button", name="Start a new conversation").click()
    chat.get_by_role("textbox", name="Message").fill(f"One more {mark}")
    chat.get_by_role("textbox", name="Message").press("Enter")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()
    chat.get_by_role("button", name="Your conversations").click()
    listed = chat.get_by_role("list", name="Your conversations").get_by_role("button")
    expect(listed).to_have_count(2)
