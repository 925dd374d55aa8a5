"""An admin promises a reply; a row, a head and a card count down to it, and the thread tells when it is late."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.rows import inside
from tests.support.screen import Visitor, open_row, row, thread

pytestmark = pytest.mark.journey


@pytest.fixture
def admin(new_page, live_site):
    yield sign_in(new_page(), live_site, "admin", "/acme/settings/promises/")
    with inside(live_site) as connection:
        for table in ("slaclock", "slapolicy"):
            connection.execute(f"DELETE FROM routing_{table}")
        connection.execute("UPDATE inbox_conversation SET due_at = NULL, due_from = NULL")


def test_a_promise_is_made_counts_down_and_is_told_when_it_is_broken(admin, new_page, live_site):
    admin.get_by_label("Name").fill("Everybody")
    admin.get_by_label("First reply").fill("soon")
    with admin.expect_navigation():
        admin.get_by_role("button", name="Save promise").click()
    expect(admin.get_by_text("“soon” is no length of time.")).to_be_visible()
    admin.get_by_label("First reply").fill("20m")
    with admin.expect_navigation():
        admin.get_by_role("button", name="Save promise").click()
    expect(admin.get_by_role("cell", name="20m")).to_be_visible()
    assert serious(admin) == []

    olga = sign_in(new_page(), live_site, "olga", "/acme/inbox/?sort=due")
    said = Visitor(live_site).says(f"Where is order {uuid4().hex[:8]}?")
    expect(row(olga, said).locator(".due")).to_have_text(re.compile("(20|19)m left"))
    expect(row(olga, said)).to_have_class(re.compile("is-soon"))
    expect(olga.get_by_role("listitem").filter(has=olga.locator("due-time")).first).to_contain_text(
        said
    )
    heads = olga.locator(".list__group h2")
    expect(heads.first).to_have_text("Due within 30 minutes")
    open_row(olga, said)
    expect(olga.locator(".conv__head .due")).to_contain_text("m left")
    card = olga.get_by_role("complementary", name="Customer")
    expect(card.locator(".kept")).to_contain_text("First reply")
    assert serious(olga) == []

    with inside(live_site) as connection:  # twenty minutes go by
        connection.execute("UPDATE inbox_conversation SET due_at = now() WHERE due_at > now()")
        connection.execute(
            "UPDATE routing_slaclock SET due_at = now(), tell_at = now() WHERE ended_at IS NULL"
        )
    expect(thread(olga)).to_contain_text("Not answered by")
    expect(heads.first).to_have_text("Late")
