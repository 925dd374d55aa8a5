"""A ready text is written once, found with a slash, filled, and held back where a gap is left."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.composing import message
from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.screen import button, open_row, thread

pytestmark = pytest.mark.journey


def write_reply(page, name, shortcut, text):
    page.goto("/acme/settings/replies/new/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Short word").fill(shortcut)
    page.get_by_label("For", exact=True).select_option("Everybody")
    page.get_by_label("Text").fill(text)


def test_a_saved_reply_from_the_settings_into_an_answer(new_page, live_site, visitor):
    word = uuid4().hex[:8]
    question = visitor.says(f"Where does the confirmation go, {word}?")
    admin = sign_in(new_page(), live_site, "marta", "/acme/settings/replies/")
    write_reply(admin, f"Confirmation {word}", f"/conf-{word}", "Hello {{ contact.nam | you }},")
    button(admin, "Save").click()
    expect(admin.get_by_text("There is no variable “contact.nam”.").first).to_be_visible()
    text = "Hello {{ contact.first_name | there }},\n\nit went to "
    admin.get_by_label("Text").fill(text)
    button(admin, "Variable").click()
    assert serious(admin) == []
    admin.get_by_role("menuitem", name="Customer's email").click()
    expect(admin.get_by_label("Text")).to_have_value(text + "{{ contact.email }}")
    expect(admin.get_by_text("Not known of this customer: Customer's email")).to_be_visible()
    expect(admin.locator(".bubble")).to_contain_text("Hello there,")
    button(admin, "Save").click()
    expect(admin.get_by_role("heading", level=1)).to_have_text(f"Confirmation {word}")

    page = sign_in(new_page(), live_site, "olga")
    open_row(page, question)
    message(page).press_sequentially("1/2\n")
    message(page).press("/")
    menu = page.get_by_role("dialog", name="Insert a saved reply or an article")
    menu.get_by_role("combobox").press_sequentially(f"conf-{word}")
    expect(menu.get_by_role("option")).to_have_count(1)
    expect(menu.get_by_text("Not known: Customer's email")).to_be_visible()
    assert serious(page) == []
    menu.get_by_role("combobox").press("Enter")
    expect(message(page)).to_be_focused()
    left = "1/2\nHello there,\n\nit went to {{ contact.email }}"
    expect(message(page)).to_have_value(left)
    expect(page.get_by_role("alert").filter(has_text="Not known: Customer's email")).to_be_visible()
    button(page, "Send").click()
    refusal = "Not sent: {{ contact.email }} is empty."
    expect(page.get_by_role("alert").filter(has_text=refusal)).to_be_visible()
    expect(message(page)).to_have_value(left)
    message(page).fill(f"It went to your phone, {word}.")
    message(page).press("Control+Enter")
    expect(thread(page).get_by_text(f"It went to your phone, {word}.")).to_be_visible()
    expect(message(page)).to_have_value("")

    # A slash that was meant as one is not lost.
    message(page).press("/")
    menu.get_by_role("combobox").press_sequentially("usr/local")
    menu.get_by_role("combobox").press("Escape")
    expect(menu).to_be_hidden()
    expect(message(page)).to_have_value("/usr/local")
    message(page).fill("")

    admin.reload()
    listed = admin.get_by_role("link", name=f"Confirmation {word}")
    expect(listed).to_contain_text("1 time")
