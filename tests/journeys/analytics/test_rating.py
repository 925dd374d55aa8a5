"""A contact is asked by mail: opening the link counts nothing, pressing counts once, a bad word is heard."""

import re
from email import message_from_bytes, policy
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.composing import message
from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.rows import inside, rows, until
from tests.support.screen import Visitor, button, open_row, thread

pytestmark = pytest.mark.journey


def test_a_contact_rates_from_a_mail_once_and_asks_not_to_be_asked(new_page, live_site):
    words, email = f"Chain {uuid4().hex[:8]} broke.", f"ada-{uuid4().hex[:8]}@example.test"
    Visitor(live_site).says(words)
    with inside(live_site) as connection:
        connection.execute(
            "UPDATE accounts_workspace SET asks_for_ratings = true WHERE slug = 'acme'"
        )
    operator = sign_in(new_page(), live_site, "admin")
    open_row(operator, words)
    operator.wait_for_url(re.compile(r"/inbox/\d+/"))
    path = re.search(r"/acme/inbox/\d+/", operator.url)[0]
    number = path.split("/")[-2]
    with inside(live_site) as connection:
        who = "(SELECT contact_id FROM inbox_conversation WHERE number = %s)"
        connection.execute(f"UPDATE inbox_contact SET email = %s WHERE id = {who}", [email, number])
    message(operator).fill("A new one is on its way.")
    button(operator, "Send").click()
    sent = f"SELECT 1 FROM inbox_conversation WHERE number = {number} AND first_response_at IS NOT NULL"
    until(lambda: rows(live_site, sent))
    button(operator, "Close").click()

    # The hour passes after which they are asked.
    due = "UPDATE accounts_letter SET send_at = now() WHERE email = %s RETURNING id"
    until(lambda: rows(live_site, due, email))
    link = until(lambda: link_to(live_site, email))
    page = new_page()
    page.goto(f"{link}?value=bad")
    expect(page.get_by_label("Bad")).to_be_checked()
    assert serious(page) == []
    rating = "SELECT rating FROM inbox_conversation WHERE number = %s"
    assert rows(live_site, rating, number) == [("",)]

    page.get_by_label("Why?").fill("Third time I explain it.")
    page.get_by_role("button", name=re.compile("^Send to")).click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert rows(live_site, rating, number) == [("bad",)]
    page.goto(f"{link}?value=excellent")
    expect(page.get_by_text("Each conversation is rated once")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Send to"))).to_have_count(0)

    # A wish, and the way back from it.
    page.get_by_role("button", name="Do not ask me again").click()
    expect(page.get_by_text("You are not asked by mail any more.")).to_be_visible()
    assert serious(page) == []
    refused = "SELECT 1 FROM analytics_ratingrefusal WHERE email = %s"
    assert len(rows(live_site, refused, email)) == 1
    page.get_by_role("button", name="Ask me again").click()
    expect(page.get_by_role("button", name="Do not ask me again")).to_be_visible()
    assert rows(live_site, refused, email) == []

    operator.goto(path)
    expect(thread(operator)).to_contain_text("found this bad: “Third time I explain it.”")
    expect(thread(operator)).to_contain_text("This conversation was rated as bad.")
    expect(thread(operator).get_by_text("A former colleague")).to_have_count(0)
    with inside(live_site) as connection:
        connection.execute(
            "UPDATE accounts_workspace SET asks_for_ratings = false WHERE slug = 'acme'"
        )


def link_to(site, email):
    """Find the link of the newest mail to an address, as the site wrote it."""
    for file in sorted((site.data_dir / "mail").glob("*.eml"), reverse=True):
        mail = message_from_bytes(file.read_bytes(), policy=policy.default)
        if email in str(mail["To"]):
            text = mail.get_body(("plain",)).get_content()
            if found := re.search(r"https?://\S+?(/rate/[^\s?]+)", text):
                return found[1]
    return ""
