"""A token is made in the browser, lets a program in, and is revoked."""

import json
import re
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.screen import button

pytestmark = pytest.mark.journey


def ask(site, secret, tail):
    """Call the API as a program does; return status and answer."""
    headers = {"Authorization": f"Bearer {secret}"}
    try:
        with urlopen(Request(f"{site.url}/api/v1/{tail}", headers=headers), timeout=20) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        return error.code, json.load(error)


def test_a_token_made_in_the_browser_lets_a_program_in_until_it_is_revoked(new_page, live_site):
    name = f"Reports {uuid4().hex[:6]}"
    page = sign_in(new_page(), live_site, "olga", "/acme/settings/api-tokens/")
    page.get_by_role("link", name="Token", exact=True).click()
    assert serious(page) == []
    page.get_by_label("Name").fill(name)
    page.get_by_role("radio", name=re.compile("Read and answer")).check()
    expect(page.get_by_role("radio")).to_have_count(2)  # an operator's reach no further
    page.get_by_role("button", name="Make the token").click()

    banner = page.get_by_role("region", name="New token")
    expect(banner).to_contain_text("it is shown once")
    secret = banner.locator("code").inner_text()
    assert serious(page) == []
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button(page, "Copy").click()
    expect(banner.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == secret
    status, told = ask(live_site, secret, "me/")
    assert (status, told["access"]["name"]) == (200, name)
    assert ask(live_site, secret, "conversations/")[0] == 200

    page.goto("/acme/settings/api-tokens/")
    mine = page.get_by_role("row").filter(has_text=name)
    expect(page.get_by_text(secret)).to_have_count(0)
    expect(mine).to_contain_text("127.0.0.1")
    page.on("dialog", lambda dialog: dialog.accept())
    mine.get_by_role("button", name=f"Revoke {name}").click()
    expect(mine).to_contain_text("Revoked")

    assert ask(live_site, secret, "me/")[0] == 401

    owner = sign_in(new_page(), live_site, "owner", "/acme/settings/audit/?kind=apitoken")
    entry = owner.get_by_role("group").filter(has_text=name)
    expect(entry.filter(has_text="revoked an API token")).to_have_count(1)
