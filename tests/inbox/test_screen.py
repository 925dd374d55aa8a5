"""The operator's screen in a real browser: what it shows, keeps, mends and forgives."""

import json
import re
import secrets
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.support.people import sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

PHONE = {"width": 390, "height": 844}


class Visitor:
    """Somebody on the customer's site, without the panel: straight through its door."""

    def __init__(self, site):
        self.site, self.token = site, secrets.token_urlsafe(32)

    def says(self, text):
        body = {"client_id": str(uuid4()), "text": text}
        headers = {"Content-Type": "application/json", "Authorization": f"Visitor {self.token}"}
        url = f"{self.site.url}/widget/demo/messages/"
        with urlopen(Request(url, json.dumps(body).encode(), headers)) as answer:
            assert answer.status == 201
        return text


@pytest.fixture
def visitor(live_site):
    return Visitor(live_site)


@pytest.fixture
def question(visitor):
    return visitor.says(f"Where is order {uuid4().hex[:8]}?")


@pytest.fixture
def screen(new_page, live_site):
    return sign_in(new_page(), live_site, "olga")


def row(page: Page, text):
    return page.get_by_role("listitem").filter(has_text=text)


def thread(page: Page):
    return page.get_by_role("log", name="Messages")


def open_row(page: Page, text):
    row(page, text).get_by_role("link").click()
    expect(thread(page)).to_contain_text(text)


def view(page: Page, name):
    views = page.get_by_role("navigation", name="Inbox views")
    return views.get_by_role("link", name=re.compile(rf"^{name}"))


def counter(page: Page, name):
    return view(page, name).locator("[data-count]")


def button(page: Page, name):
    return page.get_by_role("button", name=name, exact=True)


def serious(page: Page):
    found = Axe().run(page).response["violations"]
    return [
        (one["id"], [node["html"] for node in one["nodes"]])
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


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
    mine = int(counter(screen, "Mine").inner_text())
    unassigned = int(counter(colleague, "Unassigned").inner_text())
    open_row(screen, question)

    button(screen, "Assign to me").click()

    expect(row(colleague, question)).to_have_count(0)
    expect(counter(colleague, "Unassigned")).to_have_text(str(unassigned - 1))
    expect(counter(screen, "Mine")).to_have_text(str(mine + 1))
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


def test_screen_catches_up_after_the_line_broke(new_page, live_site, visitor, question):
    lines: list[Any] = []
    down: list[bool] = []

    def connect(line):
        if down:
            line.close()
        else:
            lines.append(line.connect_to_server())

    page = new_page()
    page.route_web_socket(re.compile("/live/"), connect)
    sign_in(page, live_site, "olga")
    open_row(page, question)
    down.append(True)
    for line in lines:
        line.close()
    page.evaluate("dispatchEvent(new Event('online'))")

    expect(page.get_by_text("Reconnecting")).to_be_visible()
    missed = visitor.says(f"Hello? {uuid4().hex[:8]}")
    newcomer = Visitor(live_site).says(f"New here {uuid4().hex[:8]}")
    down.clear()

    expect(thread(page)).to_contain_text(missed, timeout=20_000)
    expect(row(page, newcomer)).to_be_visible()
    expect(page.get_by_text("Reconnecting")).to_be_hidden()
    expect(thread(page).get_by_text(missed)).to_have_count(1)


def test_screen_offers_the_way_down_to_a_new_message(screen, visitor, question):
    for number in range(12):
        visitor.says(f"Line {number}\n" * 6)
    open_row(screen, "Line 11")
    thread(screen).evaluate("element => { element.scrollTop = 0 }")

    latest = visitor.says(f"Still there? {uuid4().hex[:8]}")

    button(screen, "New message").click()
    expect(thread(screen).get_by_text(latest)).to_be_in_viewport()
    expect(button(screen, "New message")).to_be_hidden()


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

    expect(page.get_by_text(re.compile(r"Until \w{3} 09:00"))).to_be_visible()
    expect(row(page, question)).to_have_count(0)
    view(page, "Snoozed").click()
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
    url = screen.locator("[formaction$='/closure/']").first.get_attribute("formaction")
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
    page.get_by_role("textbox", name="Message").fill("From the tram")
    button(page, "Send").click()
    expect(thread(page)).to_contain_text("From the tram")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]

    page.get_by_role("link", name="Back to the list").click()

    expect(page.get_by_role("heading", name="All open")).to_be_visible()
    expect(thread(page)).to_have_count(0)
    expect(row(page, "From the tram")).to_be_visible()


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
    form = screen.locator("#write-note")
    token = form.locator("[name=csrfmiddlewaretoken]").get_attribute("value")
    url, headers = form.get_attribute("action"), {"Referer": screen.url, "HX-Request": "true"}
    for number in range(60):
        said = {"csrfmiddlewaretoken": token, "text": f"More {number}"}
        assert screen.request.post(url, form=said, headers=headers).ok
    screen.reload()
    first = thread(screen).get_by_text(question)
    expect(first).to_have_count(0)

    screen.get_by_role("link", name="Earlier messages").click()

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

    screen.get_by_role("link", name="Show more").click()
    expect(row(screen, f"Oldest {mark}")).to_be_visible()
    again = oldest.says(f"Again {mark}")

    expect(screen.locator(".row").first).to_contain_text(again)
    expect(row(screen, f"Oldest {mark}")).to_have_count(0)
    expect(row(screen, mark)).to_have_count(56)
