"""A contact is renamed elsewhere: whoever looks at them sees it at once."""

import json
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.people import sign_in
from tests.support.rows import rows
from tests.support.screen import Visitor, open_row, row, thread

pytestmark = pytest.mark.journey


def make_token(page, name):
    page.goto("/acme/settings/api-tokens/new/")
    page.get_by_label("Name").fill(name)
    page.get_by_role("radio", name="Read and answer").check()
    page.get_by_role("button", name="Make the token").click()
    return page.get_by_role("region", name="New token").locator("code").inner_text()


def test_a_new_name_is_drawn_in_the_row_the_head_the_thread_and_the_card(new_page, live_site):
    word = uuid4().hex[:8]
    visitor = Visitor(live_site)
    first, second = visitor.says(f"Is it ready {word}?"), f"Or tomorrow {word}?"
    page = sign_in(new_page(), live_site, "marta", "/acme/inbox/?view=open")
    open_row(page, first)
    visitor.says(second)
    expect(thread(page)).to_contain_text(second)
    query = "SELECT contact_id FROM inbox_conversation WHERE preview = %s"
    [(contact,)] = rows(live_site, query, second)
    secret = make_token(sign_in(new_page(), live_site, "owner"), f"Names {word}")

    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    url, body = f"{live_site.url}/api/v1/contacts/{contact}/", {"name": f"Noor {word}"}
    with urlopen(Request(url, json.dumps(body).encode(), headers, method="PATCH")) as answer:
        assert answer.status == 200

    expect(row(page, second)).to_contain_text(f"Noor {word}")
    expect(page.locator("#head h2")).to_have_text(f"Noor {word}")
    expect(page.locator("customer-card h2")).to_have_text(f"Noor {word}")
    said = thread(page).locator(".msg--in .msg__head b")
    expect(said.first).to_have_text(f"Noor {word}")
    expect(thread(page).get_by_text(first)).to_have_count(1)
    expect(thread(page).get_by_text(second)).to_have_count(1)
