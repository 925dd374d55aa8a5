"""An operator's screen: what happens on it while others write, answer and disturb the line."""

import re
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.rows import rows
from tests.support.screen import Visitor, button, counter, open_row, row, thread, view

pytestmark = pytest.mark.journey

PHONE = {"width": 390, "height": 844}
OPEN = "SELECT count(*) FROM inbox_conversation WHERE status = 'open' AND assignee_id "
OLGA = """= (
    SELECT membership.id FROM accounts_membership AS membership
    JOIN accounts_user AS person ON person.id = membership.user_id
    WHERE person.email = 'olga@acme.test'
)"""


def unassigned(site):
    [(count,)] = rows(site, OPEN + "IS NULL")
    return str(count)


def of_olga(site):
    [(count,)] = rows(site, OPEN + OLGA)
    return str(count)


def test_screen_answers_without_a_script(new_page, live_site, visitor, question):
    page = sign_in(new_page(java_script_enabled=False), live_site, "olga")
    row(page, question).get_by_role("link").click()
    expect(thread(page)).to_contain_text(question)

    page.get_by_role("textbox", name="Message").fill("On its way")
    button(page, "Send").click()
    expect(thread(page)).to_contain_text("On its way")
    page.get_by_role("textbox", name="Note").fill("A regular")
    button(page, "Add note").click()
    expect(thread(page)).to_contain_text("Internal note")

    button(page, "Assign to me").click()
    expect(thread(page)).to_contain_text("Olga took this")
    button(page, "Snooze").click()
    button(page, "Tomorrow").click()
    expect(thread(page)).to_contain_text("Olga snoozed this")
    button(page, "Wake now").click()
    button(page, "Close").click()
    button(page, "Reopen").click()
    expect(button(page, "Close")).to_be_visible()


def test_screen_counts_and_moves_as_things_happen(screen, new_page, live_site, visitor, question):
    colleague = sign_in(new_page(), live_site, "ivan", "/acme/inbox/?view=unassigned")
    open_row(screen, question)

    button(screen, "Assign to me").click()

    expect(row(colleague, question)).to_have_count(0)
    expect(counter(colleague, "Unassigned")).to_have_text(unassigned(live_site))
    expect(counter(screen, "Mine")).to_have_text(of_olga(live_site))
    expect(row(screen, question).get_by_label("Assigned to Olga")).to_be_visible()
    expect(button(screen, "Assign to me")).to_be_hidden()


def test_screen_keeps_what_was_refused_and_says_why(screen, question):
    open_row(screen, question)
    text = "a" * 10_001
    message = screen.get_by_role("textbox", name="Message")
    message.fill(text)

    button(screen, "Send").click()

    expect(screen.get_by_role("alert").filter(has_text="10001 characters")).to_be_visible()
    expect(message).to_have_value(text)


def test_screen_keeps_a_draft_in_its_tab(screen, visitor, question, live_site):
    other = Visitor(live_site).says(f"Another {uuid4().hex[:8]}")
    open_row(screen, question)
    message = screen.get_by_role("textbox", name="Message")
    message.fill("Half a sent")

    open_row(screen, other)
    expect(message).to_have_value("")
    screen.reload()
    open_row(screen, question)

    expect(message).to_have_value("Half a sent")


def test_screen_sends_by_keyboard_and_hears_itself_once(screen, question):
    open_row(screen, question)
    message = screen.get_by_role("textbox", name="Message")
    message.fill("By keyboard")

    message.press("Control+Enter")

    said = thread(screen).get_by_text("By keyboard")
    expect(said).to_have_count(1)
    expect(thread(screen)).to_contain_text("Sent")
    expect(message).to_have_value("")


def test_screen_catches_up_after_the_line_broke(line, live_site, visitor, question):
    page = line.page
    open_row(page, question)
    line.cut()

    expect(page.get_by_text("Reconnecting")).to_be_visible()
    missed = visitor.says(f"Hello? {uuid4().hex[:8]}")
    newcomer = Visitor(live_site).says(f"New here {uuid4().hex[:8]}")
    line.mend()

    expect(thread(page)).to_contain_text(missed)
    expect(row(page, newcomer)).to_be_visible()
    expect(page.get_by_text("Reconnecting")).to_be_hidden()
    expect(thread(page).get_by_text(missed)).to_have_count(1)


def test_screen_sends_what_was_written_without_a_network(screen, question):
    open_row(screen, question)
    screen.context.set_offline(True)
    expect(screen.get_by_text("Offline. Keep writing")).to_be_visible()
    screen.get_by_role("textbox", name="Message").fill("On the train")
    button(screen, "Send").click()
    expect(thread(screen)).to_contain_text("Goes out when you are back online")
    assert serious(screen) == []

    screen.context.set_offline(False)

    expect(thread(screen).get_by_text("On the train")).to_have_count(1)
    expect(thread(screen).locator(".receipt").last).to_have_text("Sent")
    expect(screen.get_by_text("Offline. Keep writing")).to_be_hidden()
    expect(screen.get_by_text("Reconnecting")).to_be_hidden()


def test_screen_asks_again_for_what_it_could_not_fetch(line, live_site, visitor, question):
    page, failed = line.page, []

    def fail_once(route):
        path = urlsplit(route.request.url).path
        if path in failed:
            route.continue_()
        else:
            failed.append(path)
            route.fulfill(status=503)

    open_row(page, question)
    line.cut()
    expect(page.get_by_text("Reconnecting")).to_be_visible()
    missed = visitor.says(f"Hello? {uuid4().hex[:8]}")
    newcomer = Visitor(live_site).says(f"New here {uuid4().hex[:8]}")
    page.route(re.compile(r"/timeline/|/inbox/\?view=|/counts/"), fail_once)
    line.mend()

    expect(thread(page)).to_contain_text(missed)
    expect(row(page, newcomer)).to_be_visible()
    expect(counter(page, "Unassigned")).to_have_text(unassigned(live_site))
    assert len(failed) == 3


def test_screen_opens_a_row_that_arrived_while_it_stood(screen, live_site):
    expect(screen.get_by_text("Reconnecting")).to_be_hidden()
    newcomer = Visitor(live_site).says(f"New here {uuid4().hex[:8]}")
    screen.evaluate("() => { window.stood = true }")

    open_row(screen, newcomer)

    assert screen.evaluate("() => window.stood") is True
    expect(row(screen, newcomer).get_by_role("link")).to_have_attribute("aria-current", "true")


def test_screen_counts_the_unread_in_its_title(screen, live_site, visitor, question):
    unread = screen.locator(".row.is-unread")
    expect(row(screen, question)).to_have_class(re.compile("is-unread"))
    expect(screen).to_have_title(re.compile(rf"^\({unread.count()}\) All open · "))
    before = unread.count()

    open_row(screen, question)

    expect(row(screen, question)).not_to_have_class(re.compile("is-unread"))
    rest = rf"\({before - 1}\) Visitor" if before > 1 else "Visitor"
    expect(screen).to_have_title(re.compile(rf"^{rest}"))


def test_screen_learns_of_a_new_tag(screen, new_page, live_site, question):
    colleague, tag = sign_in(new_page(), live_site, "ivan"), f"tag {uuid4().hex[:6]}"
    open_row(screen, question)
    screen.get_by_role("textbox", name="Add a tag").fill(tag)

    screen.get_by_role("textbox", name="Add a tag").press("Enter")

    expect(counter(screen, tag)).to_have_text("1")
    expect(counter(colleague, tag)).to_have_text("1")
    view(colleague, tag).click()
    expect(row(colleague, question)).to_be_visible()


def test_screen_offers_the_way_down_to_a_new_message(screen, visitor, question):
    for number in range(12):
        visitor.says(f"Line {number}\n" * 6)
    open_row(screen, "Line 11")
    thread(screen).evaluate("element => { element.scrollTop = 0 }")

    latest = visitor.says(f"Still there? {uuid4().hex[:8]}")

    button(screen, "New message").click()
    expect(thread(screen).get_by_text(latest)).to_be_in_viewport()
    expect(button(screen, "New message")).to_be_hidden()
