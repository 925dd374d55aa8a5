"""An admin signs in to a mailbox at Google: it is fetched and answered, and asks when it is locked out."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.mail.posting import written
from tests.support.composing import message
from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.rows import inside, rows, until
from tests.support.screen import button, open_mail, thread

pytestmark = pytest.mark.journey

OURS = "(SELECT id FROM inbox_channel WHERE config->>'address' = %s)"


class Mailbox(list[bytes]):
    """A mail that the mailbox sends to itself lies in it at once."""

    def __init__(self, dovecot, user):
        super().__init__()
        self.dovecot, self.user = dovecot, user

    def append(self, raw):
        super().append(raw)
        if f"To: {self.user}".encode() in raw:
            self.dovecot.deliver(self.user, raw)


@pytest.fixture
def user(live_site, dovecot, mail_service):
    """A mailbox at the service; it is left alone again after the journey."""
    user = f"fleet{uuid4().hex[:8]}@gmail.com"
    dovecot.folder(user)
    mail_service.forget()
    mail_service.imap.target = dovecot.port
    mail_service.smtp.mails = Mailbox(dovecot, user)
    yield user
    with inside(live_site) as connection:
        connection.execute(f"UPDATE inbox_channel SET enabled = false WHERE id = {OURS}", [user])
        connection.execute(f"DELETE FROM inbox_mailalarm WHERE channel_id = {OURS}", [user])


@pytest.fixture
def change(live_site, user):
    def change(table, what):
        with inside(live_site) as connection:
            connection.execute(f"UPDATE {table} SET {what} WHERE channel_id = {OURS}", [user])

    return change


def allow(page):
    """Say yes on the service's page, and come back."""
    page.get_by_role("link", name="Allow").click()


def test_a_mailbox_at_google_is_signed_in_to_answered_locked_out_and_mended(
    new_page, live_site, dovecot, mail_service, user, change
):
    page = sign_in(new_page(), live_site, "admin", "/acme/settings/channels/mail/new/")
    page.get_by_label("Address").fill(user)
    page.get_by_label("Name", exact=True).fill(user)
    button(page, "Next: servers").click()
    expect(page.get_by_text("Gmail is known.")).to_be_visible()
    assert serious(page) == []
    button(page, "Sign in with Google").click()
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_text("Google was told not to let us in.")).to_be_visible()
    assert serious(page) == []
    page.get_by_role("link", name="Back to the mailbox").click()
    button(page, "Sign in with Google").click()
    allow(page)
    button(page, "Test now").click()
    sending = page.get_by_role("region", name="We send")
    receiving = page.get_by_role("region", name="We receive")
    expect(sending).to_contain_text("250 fine")
    expect(receiving).to_contain_text("The test mail came in")
    page.get_by_role("link", name="Next: old mail").click()
    button(page, "Next: where it goes").click()
    button(page, "Finish").click()
    expect(page.get_by_role("heading", name=user)).to_be_visible()
    watched = f"SELECT 1 FROM inbox_mailbox WHERE channel_id = {OURS} AND last_success_at > %s"
    until(lambda: rows(live_site, watched, user, "2000-01-01"))

    subject = f"About {uuid4().hex[:8]}"
    dovecot.deliver(user, written("Is it red?", to=user, subject=subject, message_id=f"<{uuid4()}@x.test>"))  # fmt: skip
    desk = sign_in(new_page(), live_site, "olga")
    open_mail(desk, subject)
    message(desk).fill("It is red.")

    # Its token is over, and three processes want another at once.
    change("inbox_mailgrant", "expires_at = now(), renew_at = now()")
    page.get_by_role("link", name="Test both directions").click()
    button(page, "Test now").click()
    button(desk, "Send").click()
    until(lambda: any(b"It is red." in one for one in mail_service.smtp.mails))
    expect(thread(desk).locator(".mail--out .receipt")).to_have_text("Sent")
    expect(sending).to_contain_text("250 fine")
    expect(receiving).to_contain_text("The test mail came in")
    assert set(mail_service.smtp.signed_in) == {user}
    assert len(mail_service.grants("refresh_token")) == 1

    mail_service.take_back(user)
    change("inbox_mailgrant", "expires_at = now(), renew_at = now()")
    change("inbox_mailbox", "next_try_at = now(), lease = NULL, leased_until = NULL")
    ended = f"SELECT 1 FROM inbox_mailbox WHERE channel_id = {OURS} AND next_try_at IS NULL"
    until(lambda: rows(live_site, ended, user))
    change("inbox_mailbox", "failing_since = now() - interval '11 minutes'")
    alarm = f"SELECT 1 FROM inbox_mailalarm WHERE channel_id = {OURS} AND ended_at IS "
    until(lambda: rows(live_site, alarm + "NULL", user))
    page.goto("/acme/settings/channels/")
    banner = page.get_by_role("status").filter(has_text=f"Mail of {user} has not been fetched")
    banner.get_by_role("link", name="See why").click()
    asks = page.get_by_role("region", name="Sign-in")
    expect(asks).to_contain_text("Google does not let us in any more.")
    expect(asks).to_contain_text("Token has been expired or revoked.")
    assert serious(page) == []
    assert len(mail_service.grants("refresh_token")) == 2

    button(page, "Sign in again").click()
    allow(page)
    expect(page.get_by_role("region", name="State now")).to_contain_text("Last fetched")
    expect(asks).to_have_count(0)
    until(lambda: rows(live_site, alarm + "NOT NULL", user))
    page.get_by_role("link", name="Servers").click()
    expect(asks).to_contain_text("Signed in with Google")
    assert serious(page) == []
