"""Somebody is invited, works in one team, and is removed while they look."""

import re
from email import message_from_bytes, policy
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.rows import until
from tests.support.screen import Visitor, row

pytestmark = pytest.mark.journey


def link_for(site, email):
    """Return the path of the link in the newest mail to an address."""
    for file in sorted((site.data_dir / "mail").glob("*.eml"), reverse=True):
        message = message_from_bytes(file.read_bytes(), policy=policy.default)
        if message["To"] == email:
            text = message.get_body(("plain",)).get_content()
            return re.search(r"https?://[^/\s]+(/accounts/invitations/\S+)", text)[1]
    return None


def make_team(page, name):
    page.goto("/acme/settings/team/teams/new/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Make the team").click()
    page.wait_for_url("**/settings/team/")


def invite(page, email, team):
    page.get_by_role("link", name="Invite").click()
    page.get_by_label("Email addresses").fill(email)
    page.get_by_role("checkbox", name=team).check()
    page.get_by_role("checkbox", name="Sees these teams' conversations only").check()
    assert serious(page) == []
    page.get_by_role("button", name="Send invitations").click()
    expect(page.get_by_role("row", name=email)).to_be_visible()


def test_invited_limited_and_removed(new_page, live_site):
    word = uuid4().hex[:8]
    email, team = f"noor-{word}@acme.test", f"Fleet {word}"
    question = Visitor(live_site).says(f"Where is van {word}?")
    admin = sign_in(new_page(), live_site, "marta")
    make_team(admin, team)
    invite(admin, email, team)

    noor = new_page()
    noor.goto(until(lambda: link_for(live_site, email)))
    expect(noor.get_by_label("Email")).to_have_value(email)
    assert serious(noor) == []
    noor.get_by_label("Your name").fill(f"Noor {word}")
    noor.get_by_label("Password", exact=True).fill("staple battery horse")
    noor.get_by_role("button", name="Join Acme").click()
    noor.wait_for_url("**/acme/inbox/")
    noor.goto("/acme/inbox/?view=open")
    expect(row(noor, question)).to_have_count(0)

    admin.goto("/acme/inbox/?view=open")
    expect(row(admin, question)).to_be_visible()
    admin.goto("/acme/settings/team/")
    admin.get_by_role("link", name=f"Noor {word}").click()
    admin.on("dialog", lambda dialog: dialog.accept())
    admin.get_by_role("button", name="Remove").click()
    expect(admin.get_by_role("link", name=f"Noor {word}")).to_have_count(0)

    expect(noor.get_by_role("status")).to_contain_text("You were removed from this workspace.")
    noor.reload()
    expect(noor.get_by_role("heading", level=1)).to_have_text("There is nothing here")
