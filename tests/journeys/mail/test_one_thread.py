"""What is done with a mail beside answering it: its pictures, its sender, other mails of theirs."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.people import sign_in
from tests.support.screen import button, heard, listen, open_mail, row, serious, thread

pytestmark = pytest.mark.journey


def test_pictures_are_loaded_always_and_a_sender_is_blocked(new_page, live_site, mail_in):
    screen, asked = sign_in(new_page(), live_site, "admin"), []

    def give(route):
        asked.append(route.request.url)
        route.fulfill(status=200, content_type="image/svg+xml", body="<svg/>")

    screen.context.route("https://pictures.example/**", give)
    sender = f"ada-{uuid4().hex[:8]}@example.test"
    picture = '<p>Look</p><img src="https://pictures.example/bell.png" alt="A bell">'
    subject = mail_in(picture, sender=sender, content_type="text/html", mime_version="1.0")
    open_mail(screen, subject)
    listen(screen)

    thread(screen).get_by_text("As it was laid out").click()
    bell = screen.frame_locator("iframe[title='The mail as it was laid out']").get_by_alt_text(
        "A bell"
    )
    expect(bell).to_have_count(1)
    expect(bell).not_to_have_attribute("src", "https://pictures.example/bell.png")
    assert asked == []
    button(screen, "Always from this sender").click()
    expect(bell).to_have_attribute("src", "https://pictures.example/bell.png")
    expect(thread(screen)).to_contain_text(f"are loaded in mails from {sender}")
    heard(screen, f"Pictures from {sender} are loaded from now on.")
    assert serious(screen) == []
    screen.locator("toast-line").get_by_role("button", name="Undo").click()
    expect(bell).not_to_have_attribute("src", "https://pictures.example/bell.png")
    expect(button(screen, "Always from this sender")).to_be_visible()

    button(screen, "More").click()
    screen.get_by_role("dialog", name="More for this conversation").get_by_role(
        "button", name="Block this sender"
    ).click()
    heard(screen, f"Blocked {sender}.")
    expect(row(screen, subject)).to_have_count(0)
    screen.keyboard.press("z")
    expect(row(screen, subject)).to_be_visible()
