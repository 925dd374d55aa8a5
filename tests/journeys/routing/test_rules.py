"""An admin builds a rule, tries it on what happened, and sees it run in the next conversation."""

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
    yield sign_in(new_page(), live_site, "admin", "/acme/settings/rules/")
    with inside(live_site) as connection:
        for table in ("rulerun", "rule"):
            connection.execute(f"DELETE FROM routing_{table}")
        connection.execute("UPDATE routing_workspacerouting SET rules_version = NULL")


def save(page):
    with page.expect_navigation():
        page.get_by_role("button", name="Save rule").click()


def test_a_rule_is_built_tried_and_runs(admin, new_page, live_site):
    word = f"refund-{uuid4().hex[:8]}"
    before = Visitor(live_site).says(f"A {word} for order 1")
    Visitor(live_site).says(f"Where is order {uuid4().hex[:8]}?")
    builder = admin.locator("#build")
    builder.get_by_label("Name of the rule").fill("Refunds first")
    builder.get_by_role("button", name="Condition").click()
    asked = builder.get_by_label("What is asked")
    expect(asked).to_be_focused()
    asked.select_option("pattern")
    expect(builder.get_by_label("How", exact=True)).to_contain_text("matches the pattern")
    builder.locator("[name='c0.values']").fill("(")
    builder.get_by_label("What is done").select_option("tag")
    builder.locator("input[name='a0.values']").fill("refund")
    admin.get_by_role("button", name="Try", exact=True).click()
    expect(builder.get_by_text("This is no pattern that can be read")).to_be_visible()
    builder.locator("[name='c0.values']").fill(word.replace("refund", "ref[u]nd"))
    builder.get_by_role("button", name="Action").click()
    builder.get_by_label("What is done").nth(1).select_option("priority")
    expect(builder.locator("select[name='a1.values']")).to_be_visible()
    builder.locator("select[name='a1.values']").select_option(label="Urgent")
    admin.get_by_role("button", name="Try", exact=True).click()
    expect(admin.locator(".trial__figure")).to_contain_text("1 of ")
    expect(admin.locator("#trace")).to_contain_text(before)
    assert serious(admin) == []
    save(admin)
    expect(admin.get_by_role("link", name="Refunds first")).to_have_attribute(
        "aria-current", "true"
    )

    olga = sign_in(new_page(), live_site, "olga", "/acme/inbox/?view=open")
    expect(row(olga, before)).to_be_visible()
    said = Visitor(live_site).says(f"One more {word}")
    open_row(olga, said)
    expect(thread(olga)).to_contain_text("Rule Refunds first ran")
    expect(thread(olga)).to_contain_text(f"“{word}” matches the pattern")
    expect(olga.locator("#head")).to_contain_text("Urgent")
    expect(olga.locator("#head")).to_contain_text("refund")

    admin.reload()
    expect(admin.locator(".rule")).to_contain_text("1")
    admin.once("dialog", lambda asked: asked.accept())
    admin.get_by_role("button", name="Delete").click()
    expect(admin.get_by_text("No rule yet")).to_be_visible()
