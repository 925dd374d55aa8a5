"""An admin says when the workspace is at work, and a visitor reads when somebody is back."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.support.judging import serious
from tests.support.people import open_chat, sign_in
from tests.support.rows import inside

pytestmark = pytest.mark.journey

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


@pytest.fixture
def admin(new_page, live_site):
    yield sign_in(new_page(), live_site, "admin", "/acme/settings/hours/")
    with inside(live_site) as connection:
        connection.execute("DELETE FROM routing_workinghours")


def save(page):
    with page.expect_navigation():
        page.get_by_role("button", name="Save hours").click()


def test_hours_are_set_shown_and_told_to_visitors(admin, new_page):
    expect(admin.get_by_text("No hours are set: every hour counts")).to_be_visible()
    admin.get_by_label("Time zone").select_option("UTC")
    for day in DAYS:
        admin.get_by_label(day).fill("0-24")
    admin.get_by_label("Monday").fill("9-12, 11-17")
    save(admin)
    expect(admin.get_by_text("Two of these slots overlap.")).to_be_visible()
    expect(admin.get_by_label("Monday")).to_have_value("9-12, 11-17")
    admin.get_by_label("Monday").fill("0-24")
    admin.get_by_label(DAYS[datetime.now(UTC).weekday()]).fill("")
    save(admin)
    expect(admin.get_by_text("Closed, back")).to_be_visible()
    assert serious(admin) == []

    visitor = new_page()
    admin.goto("about:blank")  # whoever is at their desk is here, whatever the hours say
    chat = open_chat(visitor)
    expect(chat.get_by_text("Back: Tomorrow")).to_be_visible()

    admin.goto("/acme/settings/hours/")
    for day in DAYS:
        admin.get_by_label(day).fill("")
    save(admin)
    expect(admin.get_by_text("These hours never open")).to_be_visible()
    with admin.expect_navigation():
        admin.get_by_role("button", name="Be always open").click()
    expect(admin.get_by_text("Always open", exact=True)).to_be_visible()
