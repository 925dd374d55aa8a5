"""Somebody signs out everywhere else while a screen of theirs stands open there."""

import pytest
from playwright.sync_api import expect

from tests.support.judging import serious
from tests.support.people import password_of
from tests.support.screen import Visitor, open_row

pytestmark = pytest.mark.journey


@pytest.fixture
def enter(new_page, live_site):
    """Sign in to the first workspace in a browser of its own."""

    def enter(path="/acme/inbox/?view=open"):
        page = new_page()
        page.goto(f"/accounts/login/?next={path}")
        page.get_by_label("Email").fill("chen@acme.test")
        page.get_by_label("Password", exact=True).fill(password_of(live_site))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"**{path}")
        return page

    return enter


def test_signing_out_everywhere_else_closes_the_other_screen_in_words(enter, live_site):
    question = Visitor(live_site).says("Is the blue one back in stock?")
    there = enter()
    open_row(there, question)
    there.get_by_role("textbox", name="Message").fill("It is, and we")

    here = enter("/accounts/security/")
    expect(here.get_by_text("this one")).to_be_visible()
    assert serious(here) == []
    here.get_by_role("button", name="Sign out everywhere else").click()
    expect(here.get_by_text("Signed out in")).to_be_visible()

    status = there.get_by_role("status").filter(has_text="You are signed out.")
    expect(status).to_be_visible()
    assert serious(there) == []
    expect(there.get_by_role("textbox", name="Message")).to_have_value("It is, and we")
    status.get_by_role("link", name="Sign in again").click()
    there.get_by_label("Email").fill("chen@acme.test")
    there.get_by_label("Password", exact=True).fill(password_of(live_site))
    there.get_by_role("button", name="Sign in").click()
    expect(there.get_by_role("textbox", name="Message")).to_have_value("It is, and we")
