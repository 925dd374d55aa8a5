"""What is done with a mail beside answering it: its pictures, its sender, other mails of theirs."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.screen import button, heard, leave_list, listen, open_mail, row, thread, view

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


def test_two_mails_of_one_person_are_merged_and_taken_apart(new_page, live_site, mail_in):
    screen, colleague = (
        sign_in(new_page(), live_site, "olga"),
        sign_in(new_page(), live_site, "sam"),
    )
    sender, first, words = f"eve-{uuid4().hex[:8]}@example.test", f"<{uuid4()}@x.test>", uuid4().hex
    bell = mail_in(f"My bell {words}", sender=sender, message_id=first)
    lamp = mail_in("And my lamp", sender=sender)
    for page in (screen, colleague):
        open_mail(page, lamp)
    part = thread(screen).get_by_label("From conversation")

    screen.reload()
    expect(screen.locator(".conv__twin")).to_contain_text(bell)
    listen(screen)
    button(screen, "Merge it into this").click()

    expect(part).to_contain_text(f"My bell {words}")
    expect(thread(colleague)).to_contain_text(f"My bell {words}")
    expect(row(screen, bell)).to_have_count(0)
    expect(screen.locator(".conv__twin")).to_be_hidden()
    heard(screen, "Merged #")
    assert serious(screen) == []
    mail_in("It is red", sender=sender, subject=f"Re: {bell}", in_reply_to=first)
    expect(thread(screen)).to_contain_text("It is red")

    view(colleague, "Closed").click()
    open_mail(colleague, bell)
    expect(colleague.locator(".conv__merged")).to_contain_text("where it is read and answered")
    expect(colleague.locator("message-composer")).to_be_hidden()
    part.get_by_role("button", name="Take apart").click()
    expect(part).to_have_count(0)
    expect(colleague.locator("#head .status")).to_have_text("Open")
    expect(colleague.locator("message-composer")).to_be_visible()
    expect(row(screen, bell)).to_be_visible()

    button(screen, "More").click()
    screen.get_by_role("link", name="Merge with…").click()
    screen.get_by_role("link").filter(has_text=bell).last.click()
    expect(screen.get_by_role("heading", name="What will happen")).to_be_visible()
    assert serious(screen) == []
    screen.get_by_role("link", name="Swap: keep the other one").click()
    expect(screen.locator(".mcard.is-kept")).to_contain_text(lamp)
    screen.get_by_role("button", name="Merge into #").click()
    expect(screen.locator(".conv__title")).to_have_text(lamp)
    expect(part).to_contain_text(f"My bell {words}")
    leave_list(screen)
