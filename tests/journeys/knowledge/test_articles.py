"""An article from its first word to a customer who reads it, with two who write at once."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.screen import button

pytestmark = pytest.mark.journey


def written(page):
    return page.get_by_role("textbox", name="Text of the article")


def saved(page):
    expect(page.locator(".kb__state")).to_have_text("Saved")


def test_an_article_is_written_published_found_and_voted_on(new_page, live_site):
    word = f"zep{uuid4().hex[:8]}"
    page = sign_in(new_page(), live_site, "marta", "/acme/knowledge/")
    page.get_by_role("link", name="New article").click()
    page.get_by_label("Title").fill(f"Riding a {word}")
    page.get_by_label("Collection", exact=True).select_option("Orders and delivery")
    button(page, "Begin writing").click()
    written(page).fill(f"Hold on to your {word}.")
    written(page).press("Control+a")
    button(page, "Bold").click()
    expect(written(page).locator("strong")).to_have_text(f"Hold on to your {word}.")
    saved(page)
    assert serious(page) == []
    page.get_by_label("Who can read it").select_option("Everyone, also customers")
    button(page, "Save settings").click()
    expect(written(page).locator("strong")).to_have_text(f"Hold on to your {word}.")

    # A colleague has it open, too, and saves first.
    second = sign_in(new_page(), live_site, "admin", page.url.removeprefix(live_site.url))
    expect(written(second).locator("strong")).to_be_visible()
    written(second).press("Control+End")
    written(second).press_sequentially(" Says Daniel.")
    saved(second)
    written(page).press("Control+End")
    written(page).press_sequentially(" Says Marta.")
    told = page.get_by_role("alert").filter(has_text="Daniel Okoro saved another text meanwhile.")
    expect(told).to_be_visible()
    expect(written(page)).to_contain_text("Says Marta.")
    button(page, "Save").click()
    saved(page)
    expect(told).to_be_hidden()
    button(page, "Publish").click()
    expect(page.get_by_text("Live", exact=True).first).to_be_visible()
    # What Daniel wrote is a version, and may come back.
    page.get_by_role("link", name=re.compile("Before somebody wrote on.*Daniel")).click()
    expect(page.locator("ins")).to_contain_text(["Marta"])
    expect(page.locator("del")).to_contain_text(["Daniel"])

    # Without a script, and without anybody signed in.
    reader = new_page(java_script_enabled=False)
    reader.goto("/help/acme/en/")
    assert reader.get_by_role("link", name=f"Riding a {word}").count() == 1
    reader.get_by_role("searchbox").fill(word)
    button(reader, "Search").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(f"1 article about “{word}”")
    reader.get_by_role("link", name=f"Riding a {word}").click()
    expect(reader.locator(".doc-text strong")).to_contain_text("Says Marta.")
    button(reader, "No").click()
    reader.get_by_role("radio", name="I did not find my case").check()
    button(reader, "Send").click()
    expect(reader.get_by_text("Thank you. It is noted.")).to_be_visible()

    # With one: suggestions while typing.
    other = new_page()
    other.goto("/help/acme/en/")
    other.get_by_role("searchbox").press_sequentially(word[:6])
    suggested = other.get_by_role("group", name="Suggestions")
    expect(suggested.get_by_role("link", name=f"Riding a {word}")).to_be_visible()
    assert serious(other) == []
    suggested.get_by_role("link", name=f"Riding a {word}").click()
    expect(other.get_by_role("heading", level=1)).to_have_text(f"Riding a {word}")
    assert serious(other) == []
