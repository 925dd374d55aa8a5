"""An operator's ways about the screen: history, menus, phone, theme, long lists, for everyone."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.screen import Visitor, button, open_row, row, thread, view

pytestmark = pytest.mark.journey

PHONE = {"width": 390, "height": 844}


def test_screen_goes_back_and_forth_through_history(screen, live_site, question):
    other = Visitor(live_site).says(f"Another {uuid4().hex[:8]}")
    open_row(screen, question)
    open_row(screen, other)

    screen.go_back()

    expect(thread(screen)).to_contain_text(question)
    expect(row(screen, question).get_by_role("link")).to_have_attribute("aria-current", "true")
    screen.go_back()
    expect(screen.get_by_text("Pick a conversation")).to_be_visible()
    follow_up = Visitor(live_site).says(f"Live again {uuid4().hex[:8]}")
    expect(row(screen, follow_up)).to_be_visible()


def test_screen_snoozes_until_the_readers_own_morning(new_page, live_site, question):
    page = sign_in(new_page(timezone_id="Asia/Tokyo", locale="en-GB"), live_site, "olga")
    open_row(page, question)
    button(page, "Snooze").click()

    page.get_by_role("button", name="Tomorrow").click()

    expect(row(page, question)).to_have_count(0)
    view(page, "Snoozed").click()
    open_row(page, question)
    expect(page.get_by_text(re.compile(r"Until \w{3} 09:00"))).to_be_visible()
    expect(row(page, question)).to_contain_text("09:00")


def test_screen_assigns_a_colleague_found_by_name(screen, question):
    open_row(screen, question)
    screen.get_by_role("button", name="Unassigned. Choose who answers").click()
    screen.get_by_role("textbox", name="Find a colleague").fill("petr")

    screen.keyboard.press("Enter")

    expect(thread(screen)).to_contain_text("Olga assigned Ivan Petrov")
    expect(screen.get_by_role("button", name="Assigned to Ivan Petrov. Change")).to_be_visible()


def test_screen_tags_and_untags(screen, question):
    tag = f"tag {uuid4().hex[:6]}"
    open_row(screen, question)
    screen.get_by_role("textbox", name="Add a tag").fill(tag)
    screen.get_by_role("textbox", name="Add a tag").press("Enter")
    expect(row(screen, question)).to_contain_text(tag)

    button(screen, f"Remove the tag {tag}").click()

    expect(button(screen, f"Remove the tag {tag}")).to_have_count(0)
    expect(thread(screen)).to_contain_text(f"Olga removed the tag {tag}")


def test_screen_tells_a_loser_of_a_race(screen, question, new_page, live_site):
    open_row(screen, question)
    token = screen.locator("#act input").get_attribute("value")
    url = screen.locator("[form=act][formaction$='/closure/']").first.get_attribute("formaction")
    screen.request.post(url, form={"csrfmiddlewaretoken": token}, headers={"Referer": screen.url})
    expect(button(screen, "Reopen")).to_be_visible()

    screen.evaluate(
        """url => {
            const form = document.querySelector('#act')
            const button = document.createElement('button')
            button.setAttribute('form', 'act')
            button.setAttribute('formaction', url)
            document.querySelector('open-conversation').append(button)
            button.click()
        }""",
        url,
    )

    expect(screen.get_by_role("alert").filter(has_text="is closed already")).to_be_visible()


def test_screen_remembers_its_theme(screen):
    button(screen, "Your account: Olga Ivanova").click()
    screen.get_by_role("radio", name="Dark").check(force=True)
    screen.reload()

    assert screen.evaluate("document.documentElement.dataset.theme") == "dark"


def test_screen_fits_a_phone(new_page, live_site, question):
    page = sign_in(new_page(viewport=PHONE, has_touch=True), live_site, "olga")
    open_row(page, question)
    expect(page.get_by_role("heading", name="All open")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    page.get_by_role("textbox", name="Message").fill("From the tram")
    button(page, "Send").click()
    expect(thread(page)).to_contain_text("From the tram")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]

    page.get_by_role("link", name="Back to the list").click()

    expect(page.get_by_role("heading", name="All open")).to_be_visible()
    expect(thread(page)).to_have_count(0)
    expect(row(page, "From the tram")).to_be_visible()
    expect(row(page, "From the tram").get_by_role("link")).to_be_focused()


def test_screen_keeps_the_focus_on_a_row_that_is_drawn_anew(screen, visitor, question):
    link = row(screen, question).get_by_role("link")
    link.focus()
    expect(link).to_be_focused()

    again = visitor.says(f"And another thing, {question}")

    expect(row(screen, again).get_by_role("link")).to_be_focused()


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [{"width": 1440, "height": 900}, PHONE])
def test_screen_can_be_used_by_everyone(new_page, live_site, question, color_scheme, viewport):
    page = new_page(color_scheme=color_scheme, viewport=viewport, reduced_motion="reduce")
    sign_in(page, live_site, "marta")
    assert serious(page) == []
    open_row(page, question)
    page.get_by_role("tab", name="Note").click()
    page.get_by_role("textbox", name="Note").fill("Seen before")
    button(page, "Add note").click()
    expect(thread(page)).to_contain_text("Internal note")

    assert serious(page) == []
    button(page, "Snooze").click()
    assert serious(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Choose who answers").click()
    assert serious(page) == []


def test_screen_pages_through_what_is_long(screen, question):
    open_row(screen, question)
    form = screen.locator("#write-note form")
    token = form.locator("[name=csrfmiddlewaretoken]").get_attribute("value")
    url, headers = form.get_attribute("action"), {"Referer": screen.url, "HX-Request": "true"}
    for number in range(60):
        said = {"csrfmiddlewaretoken": token, "text": f"More {number}"}
        assert screen.request.post(url, form=said, headers=headers).ok
    screen.reload()
    first = thread(screen).get_by_text(question)
    expect(first).to_have_count(0)

    thread(screen).evaluate("thread => thread.scrollTop = 0")

    expect(first).to_have_count(1)
    expect(thread(screen).get_by_text("More 59", exact=True)).to_have_count(1)
    expect(screen.get_by_role("link", name="Earlier messages")).to_have_count(0)


def test_screen_shows_more_rows_and_keeps_them_live(screen, live_site):
    mark = uuid4().hex[:8]
    oldest = Visitor(live_site)
    oldest.says(f"Oldest {mark}")
    for number in range(55):
        Visitor(live_site).says(f"Row {number} {mark}")
    screen.reload()
    expect(row(screen, f"Oldest {mark}")).to_have_count(0)

    screen.locator(".row").last.scroll_into_view_if_needed()
    expect(row(screen, f"Oldest {mark}")).to_have_count(1)
    again = oldest.says(f"Again {mark}")

    expect(screen.locator(".row").first).to_contain_text(again)
    expect(row(screen, f"Oldest {mark}")).to_have_count(0)
    expect(row(screen, mark)).to_have_count(56)


def test_a_row_that_changes_while_its_conversation_is_fetched_still_opens_it(
    screen, visitor, question
):
    held = []

    def hold(route):
        held.append(route)

    screen.route(re.compile(r"/inbox/\d+/(\?.*)?$"), hold)
    row(screen, question).get_by_role("link").click()
    screen.wait_for_function("document.querySelector('.row__link.htmx-request')")

    more = visitor.says(f"And when? {uuid4().hex[:8]}")
    expect(row(screen, more)).to_be_visible()
    held.pop().continue_()

    expect(thread(screen)).to_contain_text(more)
    expect(screen).to_have_url(re.compile(r"/inbox/\d+/"))
    expect(screen.get_by_text("The conversation is loading")).to_have_count(0)
