"""A conversation is answered, and the reports tell of it: from the number to the conversation."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.screen import Visitor, button, open_row, thread

pytestmark = pytest.mark.journey


def test_a_number_grows_and_leads_to_its_conversation(new_page, live_site):
    words = f"Where is order {uuid4().hex[:8]}?"
    Visitor(live_site).says(words)
    page = sign_in(new_page(), live_site, "admin")
    open_row(page, words)
    page.wait_for_url(re.compile(r"/inbox/\d+/"))
    number = re.search(r"/inbox/(\d+)/", page.url)[1]
    page.goto("/acme/reports/?days=7")
    expect(page.get_by_role("heading", name="Response and ratings")).to_be_visible()
    assert serious(page) == []

    # What a number is, and its table, are one click away.
    page.get_by_label("What is “First response, median”?").click()
    expect(page.get_by_text("Half were answered within this time").first).to_be_visible()
    page.get_by_label("What is “First response, median”?").click()
    page.get_by_text("Show as a table").first.click()
    expect(page.get_by_role("columnheader", name="First responses")).to_be_visible()
    assert serious(page) == []

    # The worker and the clock count what came a moment ago; the page shows it when it is asked again.
    page.goto("/acme/reports/conversations/?what=opened&days=7")
    row = page.get_by_role("row").filter(has=page.get_by_text(f"#{number}", exact=True))
    for _ in range(60):
        if row.count():
            break
        page.reload()
    assert serious(page) == []
    row.get_by_role("link").click()
    expect(thread(page)).to_contain_text(words)

    # A range that makes no sense is explained, and the way back is there.
    page.goto("/acme/reports/?from=2026-02-01&to=2026-01-01")
    expect(page.get_by_role("alert")).to_contain_text("ends before it begins")
    with page.expect_download() as download:
        page.goto("/acme/reports/?days=7")
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename.startswith("acme-")


def test_an_operator_sees_reports_once_the_workspace_allows_it(new_page, live_site):
    olga = sign_in(new_page(), live_site, "olga")
    expect(olga.get_by_role("link", name="Reports")).to_have_count(0)

    admin = sign_in(new_page(), live_site, "admin", "/acme/reports/")
    admin.get_by_label("Operators see their own numbers").check()
    button(admin, "Save").click()
    expect(admin.get_by_label("Operators see their own numbers")).to_be_checked()

    olga.goto("/acme/inbox/")
    olga.get_by_role("link", name="Reports").first.click()
    expect(olga.get_by_role("heading", name="Your numbers")).to_be_visible()
    expect(olga.get_by_role("heading", name="Operators")).to_have_count(0)

    admin.get_by_label("Operators see their own numbers").uncheck()
    button(admin, "Save").click()
    expect(admin.get_by_label("Operators see their own numbers")).not_to_be_checked()
