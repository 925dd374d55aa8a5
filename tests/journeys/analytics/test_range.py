"""Days, zone and kind of time are chosen; numbers lead to their conversations, as a list and as a table."""

import csv
import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.composing import message
from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.rows import rows, until
from tests.support.screen import Visitor, button, open_row, thread

pytestmark = pytest.mark.journey
DAY = timedelta(days=1)


def test_days_are_chosen_from_a_calendar_and_compared_with_those_before(new_page, live_site):
    page = sign_in(new_page(), live_site, "admin", "/acme/reports/?zone=Asia/Kathmandu")
    days = page.get_by_role("dialog", name="Days")
    page.locator(".days__open").click()
    expect(days.get_by_role("link", name="Last 28 days")).to_have_class(re.compile("is-active"))
    assert serious(page) == []

    # The first press begins, the second ends; arrows move from day to day, also into other months.
    days.get_by_role("button", name="Earlier").click()
    shown = days.locator("table").first
    shown.get_by_role("button").nth(4).click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    first = days.get_by_label("From").input_value()
    last = days.get_by_label("to", exact=True).input_value()
    assert first.endswith("-05")
    assert last.endswith("-13")
    days.get_by_role("button", name="Apply").click()
    page.wait_for_url(re.compile(rf"from={first}&to={last}"))
    expect(page.locator("[name=zone]")).to_have_value("Asia/Kathmandu")
    expect(page.get_by_text("in the period before")).to_be_visible()
    page.get_by_text("Show as a table").first.click()
    expect(
        page.get_by_role("region", name=re.compile("^Day, First")).get_by_role("row")
    ).to_have_count(10)

    page.locator("[name=time]").select_option("business")
    button(page, "Show").click()
    page.wait_for_url(re.compile("time=business"))
    expect(page.get_by_text("Nothing was timed in business hours")).to_be_visible()
    page.locator(".days__open").click()
    days.get_by_role("link", name="Yesterday").click()
    page.wait_for_url(re.compile("zone=Asia"))
    expect(page.locator(".days__open")).not_to_contain_text(" to ")


def test_an_operators_line_leads_to_what_they_closed_and_to_a_table(new_page, live_site):
    words = f"Where is parcel {uuid4().hex[:8]}?"
    Visitor(live_site).says(words)
    page = sign_in(new_page(), live_site, "admin")
    open_row(page, words)
    page.wait_for_url(re.compile(r"/inbox/\d+/"))
    number = re.search(r"/inbox/(\d+)/", page.url)[1]
    message(page).fill("On its way.")
    button(page, "Send").click()
    expect(thread(page)).to_contain_text("On its way.")
    button(page, "Close").click()
    counted = (
        "SELECT 1 FROM analytics_fact fact JOIN inbox_conversation one ON one.id = "
        "fact.conversation_id WHERE one.number = %s AND fact.kind = 'resolution'"
    )
    until(lambda: rows(live_site, counted, number))
    until(lambda: not rows(live_site, "SELECT 1 FROM analytics_dirtyhour"))

    page.goto("/acme/reports/?days=7")
    line = (
        page.get_by_role("region", name="Operators")
        .get_by_role("row")
        .filter(has_text="Daniel Okoro")
    )
    closed = line.get_by_role("link").nth(1)
    count = int(closed.inner_text())
    closed.click()
    expect(page.get_by_role("heading", name="Counted conversations")).to_be_visible()
    row = page.get_by_role("row").filter(has=page.get_by_text(f"#{number}", exact=True))
    expect(row).to_contain_text("Resolution")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    table = download.value.path().read_text(encoding="utf-8-sig")
    lines = list(csv.DictReader(table.splitlines()))
    assert len(lines) >= min(count, 50)
    mine = next(one for one in lines if one["conversation"] == number)
    assert (mine["what"], mine["operator"]) == ("resolution", "Daniel Okoro")
    assert datetime.fromisoformat(mine["at"]) > datetime.now(UTC) - DAY

    row.get_by_role("link").click()
    expect(thread(page)).to_contain_text(words)
