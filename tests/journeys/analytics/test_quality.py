"""Quality review: drawn by chance, read without names, marked by keys, given, taken back, read by whose it was."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.composing import message
from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.rows import inside, rows, until
from tests.support.screen import Visitor, button, open_row, thread

pytestmark = pytest.mark.journey


def test_a_conversation_is_reviewed_blind_and_heard_of_by_whose_it_was(new_page, live_site):
    words = f"My lamp {uuid4().hex[:8]} is dark."
    Visitor(live_site).says(words)
    chen = sign_in(new_page(), live_site, "chen")
    open_row(chen, words)
    chen.wait_for_url(re.compile(r"/inbox/\d+/"))
    number = re.search(r"/inbox/(\d+)/", chen.url)[1]
    message(chen).fill("Chen here: press it twice.")
    button(chen, "Send").click()
    expect(thread(chen)).to_contain_text("press it twice")
    button(chen, "Close").click()
    closed = "SELECT 1 FROM inbox_conversation WHERE number = %s AND status = 'closed'"
    until(lambda: rows(live_site, closed, number))

    # A super admin who took no part draws: of each operator ten, so that this one is among them.
    page = sign_in(new_page(), live_site, "owner", "/acme/quality/")
    assert serious(page) == []
    if page.get_by_label("Draw a new sample").count():
        page.get_by_label("Draw a new sample").click()
    page.get_by_label("Of each operator, at most").fill("10")
    page.get_by_role("button", name="Draw the sample").click()
    expect(page.get_by_text(re.compile(r"0 of \d+ reviewed"))).to_be_visible()
    item = item_of(live_site, number)
    page.goto(f"/acme/quality/{item}/")
    expect(thread(page)).to_contain_text("… here: press it twice.")
    expect(page.locator("main")).not_to_contain_text("Chen")
    assert serious(page) == []

    # By keys alone: each digit marks and goes on; what is marked is saved as one goes.
    card = page.get_by_role("complementary", name="Scorecard")
    for key in "12":
        page.keyboard.press(key)
    expect(card.get_by_role("status")).to_have_text("Saved")
    card.get_by_label("Why: Happy with the solution").fill("They had to ask twice.")
    page.keyboard.press("Enter")
    expect(card.get_by_role("alert")).to_contain_text("Not marked yet: Closing speed")
    expect(card.get_by_label("Why: Happy with the solution")).to_have_value(
        "They had to ask twice."
    )
    for key in "111111":
        page.keyboard.press(key)
    expect(card.get_by_role("status")).to_have_text("Saved")
    page.goto(f"/acme/quality/{item}/")
    expect(card.get_by_role("group", name="Overall").get_by_label("Yes")).to_be_checked()
    page.keyboard.press("Enter")

    given = page.locator(".given")
    expect(given).to_contain_text("given for")
    given.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Operator and rating hidden")).to_be_visible()
    page.get_by_role("button", name=re.compile("Give")).click()
    page.goto(f"/acme/quality/{item}/")
    expect(card).to_contain_text("Your review of Chen Wei")
    expect(thread(page)).to_contain_text("Chen here: press it twice.")
    assert serious(page) == []
    page.get_by_role("link", name="Revise").click()
    card.get_by_label("Note to the operator").fill("Say which lamp.")
    page.get_by_role("button", name="Save the revision").click()
    for step in ("Given", "Taken back", "Revised"):
        expect(card.locator(".score__history")).to_contain_text(step)

    # Chen reads it once the workspace lets operators see their own.
    chen.goto("/acme/quality/own/")
    expect(chen.get_by_text("This is for admins")).to_be_visible()
    allow(live_site, allowed=True)
    chen.goto("/acme/quality/own/")
    expect(chen.get_by_text("Say which lamp.")).to_be_visible()
    expect(chen.get_by_text("They had to ask twice.")).to_be_visible()
    assert serious(chen) == []
    allow(live_site, allowed=False)


def item_of(site, number):
    asked = (
        "SELECT item.id FROM analytics_sampledconversation item JOIN inbox_conversation one "
        "ON one.id = item.conversation_id WHERE one.number = %s ORDER BY item.id DESC"
    )
    return rows(site, asked, number)[0][0]


def allow(site, *, allowed):
    with inside(site) as connection:
        connection.execute(
            "UPDATE accounts_workspace SET operators_see_numbers = %s WHERE slug = 'acme'",
            [allowed],
        )
