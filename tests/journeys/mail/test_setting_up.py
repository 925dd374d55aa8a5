"""An admin connects a mailbox to real mail servers, sees it tested, and sees how it fares."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.mail.posting import written
from tests.support.dovecot import PASSWORD
from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.rows import inside, rows, until
from tests.support.screen import button
from tests.support.smtp import MailServer

pytestmark = pytest.mark.journey


LOOKED_INTO = """
    SELECT 1 FROM inbox_mailbox m JOIN inbox_channel c ON c.id = m.channel_id
    WHERE c.config->>'address' = %s AND m.last_success_at IS NOT NULL
"""


class Mailbox(list[bytes]):
    """What the sending server takes lies in the mailbox at once."""

    def __init__(self, dovecot, user):
        super().__init__()
        self.dovecot, self.user = dovecot, user
        dovecot.folder(user)

    def append(self, raw):
        super().append(raw)
        self.dovecot.deliver(self.user, raw)


@pytest.fixture
def user():
    return f"fleet{uuid4().hex[:8]}"


@pytest.fixture
def sending(dovecot, user):
    server = MailServer()
    server.answers = {"EHLO": "250-here\r\n250 AUTH PLAIN", "AUTH": "235 come in"}
    server.mails = Mailbox(dovecot, user)
    yield server
    server.close()


@pytest.fixture
def trouble(live_site):
    """Let another mailbox have been given up eleven minutes ago; return what mends it."""
    of = (
        "channel_id = (SELECT id FROM inbox_channel WHERE config->>'address' = 'support@acme.test')"
    )

    def mend():
        with inside(live_site) as connection:
            connection.execute(f"DELETE FROM inbox_mailbox WHERE {of}")
        until(
            lambda: rows(
                live_site, f"SELECT 1 FROM inbox_mailalarm WHERE {of} AND ended_at > since"
            )
        )

    with inside(live_site) as connection:
        connection.execute(
            "INSERT INTO inbox_mailbox (workspace_id, channel_id, after, after_folder,"
            " failing_since, last_error, last_error_at, failures, waiting, created_at)"
            " SELECT workspace_id, id, 'nothing', '', now() - interval '11 minutes',"
            " 'NO [LIMIT] Too many connections', now(), 3, 0, now()"
            " FROM inbox_channel WHERE config->>'address' = 'support@acme.test'"
        )
    yield mend
    with inside(live_site) as connection:
        connection.execute(f"DELETE FROM inbox_mailbox WHERE {of}")


def test_a_mailbox_is_connected_tested_and_watched(
    new_page, live_site, dovecot, sending, user, trouble
):
    page = sign_in(new_page(color_scheme="dark"), live_site, "admin", "/acme/settings/channels/")
    page.get_by_role("link", name="Another mailbox").click()
    page.get_by_label("Address").fill(f"{user}@localhost")
    page.get_by_label("Name", exact=True).fill(user)
    assert serious(page) == []
    button(page, "Next: servers").click()

    looking = page.get_by_text("Looking for the servers of localhost.")
    expect(looking.or_(page.get_by_text("What we tried"))).to_be_visible()
    expect(looking).to_have_count(0)
    for side, port in (("Receiving", dovecot.port), ("Sending", sending.port)):
        page.get_by_label(f"{side} server").fill("127.0.0.1")
        page.get_by_label(f"{side} port").fill(str(port))
        page.get_by_label(f"{side} security").select_option("No encryption")
    page.get_by_label("User name", exact=True).fill(user)
    page.get_by_label("Password", exact=True).fill("wrong")
    assert serious(page) == []
    button(page, "Next: test").click()

    button(page, "Test now").click()
    receiving = page.get_by_role("region", name="We receive")
    expect(receiving).to_contain_text("The mail server refused the user name or password")
    expect(receiving).to_contain_text("Check the user name and the password")
    assert serious(page) == []
    page.get_by_role("link", name="Change Servers").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    button(page, "Next: test").click()
    button(page, "Test now").click()
    expect(page.get_by_role("region", name="We send")).to_contain_text("250 fine")
    expect(receiving).to_contain_text("The test mail came in")

    page.get_by_role("link", name="Next: old mail").click()
    button(page, "Next: where it goes").click()
    page.get_by_label("Team").select_option(index=1)
    button(page, "Finish").click()

    expect(page.get_by_role("heading", name=user)).to_be_visible()
    until(lambda: rows(live_site, LOOKED_INTO, f"{user}@localhost"))
    page.reload()
    expect(page.get_by_role("region", name="State now")).to_contain_text(
        "all that was there is here"
    )
    subject = f"About {uuid4().hex[:8]}"
    dovecot.deliver(user, written("Hello", to=f"{user}@localhost", subject=subject, message_id=f"<{uuid4()}@x.test>"))  # fmt: skip
    page.goto("/acme/inbox/?view=open")
    expect(page.get_by_role("listitem").filter(has_text=subject)).to_be_visible()

    page.set_viewport_size({"width": 390, "height": 844})
    until(lambda: rows(live_site, "SELECT 1 FROM inbox_mailalarm WHERE ended_at IS NULL"))
    page.goto("/acme/settings/channels/")
    banner = page.get_by_role("status").filter(has_text="has not been fetched since")
    expect(banner).to_be_visible()
    assert serious(page) == []
    banner.get_by_role("link", name="See why").click()
    said = page.get_by_role("region", name="What the servers said")
    expect(said).to_contain_text("NO [LIMIT] Too many connections")
    expect(said).to_contain_text("Close one of them")
    assert serious(page) == []
    trouble()
    page.goto("/acme/settings/channels/")
    expect(page.get_by_role("row").filter(has_text="support@acme.test")).to_be_visible()
    expect(banner).to_have_count(0)
