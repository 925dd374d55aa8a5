"""A lead says how a team's conversations are given; they are, and the timeline says why."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.rows import inside
from tests.support.screen import Visitor, open_row, thread

pytestmark = pytest.mark.journey

PAGE = "/acme/settings/assignment/"


@pytest.fixture
def admin(new_page, live_site):
    """The page; what it says is forgotten when the test ends."""
    yield sign_in(new_page(), live_site, "admin", PAGE)
    with inside(live_site) as connection:
        for table in ("workspacerouting", "teamrouting", "capacity", "turn", "queuedconversation"):
            connection.execute(f"DELETE FROM routing_{table}")


def save(page):
    with page.expect_navigation():
        page.get_by_role("button", name="Save changes").click()


def test_a_conversation_finds_who_has_room_and_comes_back_when_they_go_away(
    admin, new_page, live_site
):
    ivan = sign_in(new_page(), live_site, "ivan")
    team = team_of(live_site, "ivan")
    admin.get_by_label("What has no team goes to").select_option(label=team)
    admin.get_by_label(f"How conversations of {team} are given").select_option("least_loaded")
    admin.get_by_role("checkbox", name=f"go back to the team: {team}").check()
    for field in admin.get_by_label("At most for ").all():
        field.fill("0")
    admin.get_by_label("At most for Ivan Petrov").fill("500")
    save(admin)
    expect(admin.get_by_label("At most for Ivan Petrov")).to_have_value("500")
    expect(admin.get_by_label("At most for Olga Ivanova")).to_have_value("0")
    assert serious(admin) == []

    said = Visitor(live_site).says(f"Where is order {uuid4().hex[:8]}?")
    open_row(ivan, said)
    expect(thread(ivan)).to_contain_text(f"Assigned to Ivan Petrov: fewest open in {team}")

    ivan.get_by_role("button", name="Your account").click()
    ivan.get_by_role("button", name="Away", exact=True).click()
    expect(thread(ivan)).to_contain_text("Back to the team: Ivan Petrov went away")
    ivan.get_by_role("button", name="Available", exact=True).click()
    expect(thread(ivan).get_by_text("fewest open in")).to_have_count(2)


def test_what_makes_no_sense_is_told_beside_the_field(admin):
    admin.get_by_label("At most for Olga Ivanova").evaluate("field => field.max = ''")
    admin.get_by_label("At most for Olga Ivanova").fill("501")
    save(admin)

    expect(admin.get_by_text("less than or equal to 500")).to_be_visible()
    expect(admin.get_by_label("At most for Olga Ivanova")).to_have_attribute("aria-invalid", "true")


def team_of(site, name):
    with inside(site) as connection:
        whose = "SELECT id FROM accounts_user WHERE email = %s"
        found = connection.execute(
            "SELECT t.name FROM accounts_team t JOIN accounts_teammembership p ON p.team_id = t.id "
            f"JOIN accounts_membership m ON m.id = p.membership_id WHERE m.user_id = ({whose})",
            [f"{name}@acme.test"],
        )
        return found.fetchone()[0]
