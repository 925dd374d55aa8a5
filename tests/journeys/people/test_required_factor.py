"""A workspace asks its people for a second step; somebody who has none is led to it and comes in."""

import pytest
from playwright.sync_api import expect

from tests.support.factors import code_now
from tests.support.judging import serious
from tests.support.newcomers import Newcomer, make_newcomer
from tests.support.rows import inside

pytestmark = pytest.mark.journey


def add_app(someone: Newcomer) -> None:
    page = someone.page
    page.get_by_role("link", name="Authenticator app").click()
    someone.confirms()
    secret = page.locator("#secret").inner_text()
    page.get_by_label("Code").fill(code_now(secret))
    page.get_by_role("button", name="Switch it on").click()
    page.get_by_role("link", name="I have kept them").click()


def hire(site, who: Newcomer, at: str) -> None:
    """Put somebody into a workspace, without the mail."""
    with inside(site, at) as connection:
        connection.execute(
            "INSERT INTO accounts_membership SELECT (jsonb_populate_record(chief, "
            "jsonb_build_object('id', 1000000 + person.id, 'user_id', person.id, "
            "'role', 'operator'))).* FROM accounts_membership chief, accounts_user person "
            "WHERE person.email = %s LIMIT 1",
            [who.email],
        )


def test_a_rule_leads_whoever_has_no_second_step_to_set_one_up(new_page, live_site):
    chief, olga = (make_newcomer(new_page(), live_site) for _ in range(2))
    hire(live_site, olga, chief.slug)
    olga.goes(chief.inbox)
    expect(olga.page.locator("live-status")).to_be_hidden()

    page = chief.goes(f"/{chief.slug}/settings/security/")
    expect(page.get_by_role("switch")).to_be_disabled()
    assert serious(page) == []
    page.get_by_role("link", name="Set yours up first").click()
    add_app(chief)
    chief.goes(f"/{chief.slug}/settings/security/")
    page.get_by_role("switch", name="Ask for a second step").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("switch")).to_be_checked()
    expect(page.get_by_text(olga.email)).to_be_visible()

    status = olga.page.get_by_role("status").filter(has_text="asks for a second step at sign-in")
    expect(status).to_be_visible()
    status.get_by_role("link", name="Set it up").click()
    olga.sees("/accounts/security/**")
    expect(olga.page.get_by_text("asks everybody for a second step")).to_be_visible()
    assert serious(olga.page) == []
    add_app(olga)
    olga.goes(chief.inbox)
    olga.sees(chief.inbox)
    expect(olga.page.locator("inbox-screen")).to_be_visible()

    chief.goes(f"/{chief.slug}/settings/audit/")
    page.get_by_text("changed what sign-in asks for").first.click()
    expect(page.get_by_text("Second step required").first).to_be_visible()
