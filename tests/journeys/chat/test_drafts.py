"""Nothing that an operator types is lost: not to a reload, a dead line, a session that ended."""

import re

import pytest
from playwright.sync_api import APIResponse, expect

from tests.support.composing import message, note, type_draft
from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.rows import until
from tests.support.screen import button, heard, listen, open_row, row, thread

pytestmark = pytest.mark.journey

SAVING = re.compile(r"/\d+/drafts/$")
VIEWPORTS = [{"width": 1440, "height": 900}, {"width": 390, "height": 844}]


def test_a_draft_survives_a_reload_and_another_browser(screen, new_page, live_site, question):
    open_row(screen, question)
    type_draft(screen, "Dear Ada, half a sen")
    screen.get_by_role("tab", name="Note").click()
    note(screen).fill("She is a regular")
    expect(row(screen, question).get_by_text("Draft")).to_be_visible()

    screen.reload()
    expect(message(screen)).to_have_value("Dear Ada, half a sen")
    elsewhere = sign_in(new_page(), live_site, "olga")
    expect(row(elsewhere, question).get_by_text("Draft")).to_be_visible()
    open_row(elsewhere, question)

    expect(message(elsewhere)).to_have_value("Dear Ada, half a sen")
    elsewhere.get_by_role("tab", name="Note").click()
    expect(note(elsewhere)).to_have_value("She is a regular")


def test_two_tabs_follow_each_other(screen, new_page, live_site, question):
    other = sign_in(new_page(), live_site, "olga")
    open_row(screen, question)
    open_row(other, question)

    type_draft(screen, "From the laptop")
    expect(message(other)).to_have_value("From the laptop")
    type_draft(other, "From the laptop, and the phone")

    expect(message(screen)).to_have_value("From the laptop, and the phone")
    button(screen, "Send").click()
    expect(message(other)).to_have_value("")
    expect(row(other, question).get_by_text("Draft")).to_be_hidden()


def test_an_answer_older_than_what_was_saved_since_takes_nothing_away(screen, question):
    open_row(screen, question)
    held = []

    def hold(route):
        if route.request.method == "GET":
            held.append((route, route.fetch()))
        else:
            route.continue_()

    screen.route(SAVING, hold)
    type_draft(screen, "Dear")
    screen.evaluate("() => document.dispatchEvent(new Event('withdrawn'))")  # asks anew
    until(lambda: screen.evaluate("1") and held)
    with screen.expect_response(lambda answer: answer.request.method == "POST"):
        message(screen).fill("Dear Ada")
    expect(screen.locator(".composer__state:visible")).to_have_text("Saved")
    for route, stale in held:
        route.fulfill(response=stale)
    message(screen).press("End")
    message(screen).press_sequentially("!")

    expect(message(screen)).to_have_value("Dear Ada!")
    screen.unroute_all(behavior="ignoreErrors")


def test_what_comes_back_as_it_was_written_moves_nothing(screen, question):
    open_row(screen, question)
    type_draft(screen, "Dear Ada,\n\nhere it is")
    message(screen).press("Control+Home")
    with screen.expect_response(lambda answer: answer.request.method == "GET"):
        screen.evaluate("() => document.dispatchEvent(new Event('withdrawn'))")  # asks anew
    screen.evaluate("() => new Promise(done => setTimeout(done))")  # its words are read by then

    expect(screen.locator(".composer__state:visible")).to_have_text("Saved")
    assert message(screen).evaluate("box => box.selectionStart") == 0
    screen.route(SAVING, lambda route: None)  # answers never
    message(screen).press("x")
    expect(screen.locator(".composer__state")).to_have_text(["", ""])
    screen.unroute_all(behavior="ignoreErrors")


def test_words_replaced_by_another_tab_can_be_had_back(screen, new_page, live_site, question):
    context = screen.context
    other = sign_in(new_page(), live_site, "olga")
    open_row(screen, question)
    open_row(other, question)
    context.set_offline(True)
    message(screen).fill("Written in the tunnel")
    expect(screen.get_by_text("Not saved yet. Kept on this device")).to_be_visible()
    type_draft(other, "Written at the desk")

    context.set_offline(False)

    told = screen.get_by_role("tabpanel", name="Reply").get_by_text("something else")
    expect(told).to_be_visible(timeout=40_000)
    expect(message(other)).to_have_value("Written in the tunnel")
    button(screen, "Use that instead").click()
    expect(message(screen)).to_have_value("Written at the desk")
    expect(message(other)).to_have_value("Written at the desk")


def test_a_draft_outlives_a_server_that_takes_nothing(screen, question):
    open_row(screen, question)
    screen.route(SAVING, lambda route: route.fulfill(status=503))
    message(screen).fill("Typed while it was away")
    expect(screen.get_by_text("Not saved yet. Kept on this device")).to_be_visible()

    screen.reload()
    expect(message(screen)).to_have_value("Typed while it was away")
    screen.unroute(SAVING)

    expect(screen.get_by_text("Saved", exact=True)).to_be_visible(timeout=40_000)


def test_a_draft_outlives_its_session(screen, live_site, question):
    open_row(screen, question)
    address = screen.url
    screen.context.clear_cookies()
    message(screen).fill("Typed too late")
    expect(screen.get_by_text("You are signed out. Your text is kept")).to_be_visible()

    screen.get_by_role("link", name="Sign in again").click()
    screen.wait_for_url("**/accounts/login/**")
    sign_in(screen, live_site, "olga", address.removeprefix(live_site.url))

    expect(message(screen)).to_have_value("Typed too late")
    expect(screen.get_by_text("Saved", exact=True)).to_be_visible()


def test_a_refused_send_gives_the_text_back_and_goes_out_once(screen, question):
    open_row(screen, question)
    cut = re.compile(r"/messages/$")
    lost: list[APIResponse] = []

    def lose_the_answer(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch())
        return route.abort()

    screen.route(cut, lose_the_answer)
    message(screen).fill("Only once")

    button(screen, "Send").click()

    expect(screen.get_by_role("alert").filter(has_text="Not sent")).to_be_visible()
    expect(thread(screen).get_by_text("Only once")).to_have_count(1)
    expect(message(screen)).to_have_value("")  # the draft learns that it went out after all
    assert lost[0].status == 200


def test_a_send_that_never_arrived_gives_the_text_back(screen, question):
    open_row(screen, question)
    cut = re.compile(r"/messages/$")
    screen.route(cut, lambda route: route.abort())
    message(screen).fill("Try me twice")

    button(screen, "Send").click()
    expect(screen.get_by_role("alert").filter(has_text="Not sent")).to_be_visible()
    expect(message(screen)).to_have_value("Try me twice")
    expect(thread(screen).get_by_text("Try me twice")).to_have_count(0)
    screen.unroute(cut)
    button(screen, "Send").click()

    expect(thread(screen).get_by_text("Try me twice")).to_have_count(1)
    expect(message(screen)).to_have_value("")


@pytest.mark.parametrize("viewport", VIEWPORTS, ids=["desktop", "phone"])
def test_a_colleague_reads_along(new_page, live_site, screen, question, viewport):
    colleague = sign_in(new_page(viewport=viewport, reduced_motion="reduce"), live_site, "ivan")
    open_row(screen, question)
    open_row(colleague, question)
    face = screen.locator("#head").get_by_role("img", name="Ivan Petrov is viewing")
    expect(face).to_be_visible()
    listen(colleague)

    message(screen).fill("Dear Ada, your order")
    heard(colleague, "Olga is writing a reply")
    button(colleague, "See the draft").click()
    peek = colleague.get_by_role("dialog", name="A colleague's draft")
    expect(peek).to_contain_text("Dear Ada, your order")
    assert serious(colleague) == []
    type_draft(screen, "Dear Ada, your order is on its way")
    expect(peek).to_contain_text("is on its way")
    button(screen, "Send").click()
    expect(peek).to_contain_text("Nothing is written there any more")
    button(peek, "Done").click()
    expect(button(colleague, "See the draft")).to_be_hidden()


def test_a_draft_is_sent_without_a_script(new_page, screen, live_site, question):
    open_row(screen, question)
    type_draft(screen, "Half a sentence")
    plain = sign_in(new_page(java_script_enabled=False), live_site, "olga")
    row(plain, question).get_by_role("link").click()

    expect(message(plain)).to_have_value("Half a sentence")
    button(plain, "Send").click()

    expect(thread(plain)).to_contain_text("Half a sentence")
    expect(message(plain)).to_have_value("")
    expect(message(screen)).to_have_value("")
