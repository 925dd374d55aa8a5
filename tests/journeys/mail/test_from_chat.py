"""A visitor of the chat who went away hears of the answer by mail, and goes on by mail."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from inbox.connectors.mail.reading import read_mail
from tests.support.composing import message
from tests.support.judging import serious
from tests.support.people import say
from tests.support.rows import inside
from tests.support.screen import button, open_row, row, thread

pytestmark = pytest.mark.journey

ASK = """UPDATE inbox_channel SET config = config || '{"asks": {"email": "required"}}' WHERE key = 'demo'"""
ASK_NOT = "UPDATE inbox_channel SET config = config - 'asks' WHERE key = 'demo'"
GONE = "UPDATE inbox_conversation SET mail_due_at = now() WHERE mail_due_at IS NOT NULL"


@pytest.fixture
def asking(live_site):
    """The demo's chat asks for an address, for as long as a journey."""
    with inside(live_site) as connection:
        connection.execute(ASK)
    yield
    with inside(live_site) as connection:
        connection.execute(ASK_NOT)


def test_a_visitor_who_went_away_goes_on_by_mail(screen, new_page, live_site, post, server, asking):
    ada, mark = f"ada-{uuid4().hex[:8]}@example.test", uuid4().hex[:8]
    visitor = new_page()
    visitor.goto("/demo/")
    visitor.get_by_role("button", name="Chat").click()
    chat = visitor.frame_locator('iframe[title="Chat"]')
    chat.get_by_label("Email").fill(ada)
    chat.get_by_role("button", name="Start the chat").click()
    say(chat, f"Is {mark} red?")
    open_row(screen, f"Is {mark} red?")
    visitor.goto("about:blank")

    message(screen).fill("It is red.")
    button(screen, "Send").click()
    expect(thread(screen).locator(".receipt")).to_have_text("Sent")
    with inside(live_site) as connection:
        connection.execute(GONE)
    letter = post.sent()
    expect(thread(screen).locator(".receipt")).to_have_text("Sent by mail")
    assert server.envelopes == [[ada]]
    assert "It is red." in read_mail(server.mails[0], now=datetime.now(UTC)).text
    assert serious(screen) == []

    reply_to = re.search(r"support\+c\.[a-z2-7]{45}@acme\.test", letter["Reply-To"])[0]
    subject = post.bring("Then I take it.", sender=ada, to=reply_to)
    expect(thread(screen)).to_contain_text("Then I take it.")
    expect(thread(screen).locator(".receipt")).to_have_text("Seen")
    expect(row(screen, subject)).to_have_count(0)

    # Back on the site they find it all in the chat.
    visitor.goto("/demo/")
    visitor.get_by_role("button", name="Chat").click()
    expect(chat.get_by_role("log", name="Messages")).to_contain_text("Then I take it.")
    assert len(server.mails) == 1
