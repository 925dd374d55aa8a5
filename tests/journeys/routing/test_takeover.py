"""A team's conversations stay with their owners: a colleague is told why, and the customer who will answer."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.journeys.routing.test_assignment import save, team_of
from tests.support.composing import message, type_draft
from tests.support.people import sign_in
from tests.support.rows import inside
from tests.support.screen import Visitor, button, heard, listen, open_row, row, thread

pytestmark = pytest.mark.journey


@pytest.fixture
def admin(new_page, live_site):
    yield sign_in(new_page(), live_site, "admin", "/acme/settings/assignment/")
    with inside(live_site) as connection:
        for table in ("workspacerouting", "teamrouting", "capacity"):
            connection.execute(f"DELETE FROM routing_{table}")


def test_what_is_somebodys_is_taken_and_answered_by_nobody_else(admin, new_page, live_site):
    team = team_of(live_site, "ivan")
    admin.get_by_label("What has no team goes to").select_option(label=team)
    admin.get_by_label(f"Who takes over in {team}").select_option("owner")
    save(admin)
    expect(admin.get_by_label(f"Who takes over in {team}")).to_have_value("owner")

    visitor = Visitor(live_site)
    said = visitor.says(f"A quote for {uuid4().hex[:8]}?")
    ivan = sign_in(new_page(), live_site, "ivan", "/acme/inbox/?view=open")
    open_row(ivan, said)
    expect(thread(ivan)).to_contain_text(f"Moved to {team}")
    button(ivan, "Assign to me").click()
    expect(thread(ivan)).to_contain_text("Ivan took this")

    olga = sign_in(new_page(), live_site, "olga", "/acme/inbox/?view=open")
    open_row(olga, said)
    why = "Ivan Petrov keeps this conversation."
    listen(olga)
    button(olga, "Assign to me").click()
    heard(olga, why)
    type_draft(olga, "I can do it for less")
    with olga.expect_response(lambda answer: answer.url.endswith("/messages/")) as sent:
        olga.keyboard.press("Control+Enter")
    assert sent.value.status == 409
    expect(message(olga)).to_have_value("I can do it for less")
    expect(thread(olga)).not_to_contain_text("for less")

    ivan.get_by_role("button", name="Your account").click()
    ivan.get_by_role("button", name="Away", exact=True).click()
    expect(ivan.get_by_role("button", name="Away", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    visitor.says("Are you there?")
    words = "We have received your message. Ivan will answer as soon as they are back."
    expect(thread(olga).get_by_text(words)).to_be_visible()
    again = visitor.says(f"Hello? {uuid4().hex[:8]}")
    expect(thread(olga).get_by_text(again, exact=True)).to_be_visible()
    expect(row(olga, again)).to_be_visible()
    ivan.get_by_role("button", name="Available", exact=True).click()
    expect(thread(olga).get_by_text(words)).to_have_count(1)
