"""Files on an operator's screen: pasted, dropped, chosen, sent, looked at; and those of visitors."""

import json
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.composing import GIVE, file
from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.pictures import picture
from tests.support.screen import Visitor, open_row, row, thread


class Giver(Visitor):
    """A visitor who gives files, through their doors."""

    def gives(self, body, name):
        public_id = str(uuid4())
        self._call("PUT", f"attachments/{public_id}/?name={name}", body)
        said = {"client_id": str(uuid4()), "text": "", "attachments": [public_id]}
        self._call("POST", "messages/", json.dumps(said).encode())

    def history(self):
        return self._call("GET", "conversation/")

    def _call(self, method, door, body=None):
        headers = {"Content-Type": "application/json", "Authorization": f"Visitor {self.token}"}
        url = f"{self.site.url}/widget/demo/{door}"
        with urlopen(Request(url, body, headers, method=method)) as answer:
            return json.load(answer)


def chosen(name, body, kind="text/plain"):
    return {"name": name, "mimeType": kind, "buffer": body}


@pytest.fixture
def visitor(live_site):
    return Giver(live_site)


@pytest.fixture
def screen(new_page, live_site, visitor):
    """A conversation on an operator's screen."""
    question = visitor.says(f"Where is order {uuid4().hex[:8]}?")
    page = sign_in(new_page(), live_site, "olga")
    open_row(page, question)
    return page


def message(page):
    return page.get_by_role("textbox", name="Message")


def given(page):
    return page.get_by_role("list", name="Attached files").filter(visible=True)


def send(page):
    page.get_by_role("button", name="Send", exact=True).click()


def test_pasted_and_dropped_files_are_sent_and_reach_the_visitor(screen, visitor):
    image = file("image.png", picture(), "image/png")
    assert message(screen).evaluate(GIVE, ["paste", [image], ""])
    expect(screen.get_by_role("button", name="Remove image.png")).to_be_visible()
    # Words that bring a picture of themselves along are words.
    assert not message(screen).evaluate(GIVE, ["paste", [image], "a cell"])

    place = screen.get_by_role("main")
    assert place.evaluate(GIVE, ["dragover", [file("offer.pdf", b"%PDF-1.4")], ""])
    expect(place).to_have_attribute("data-drop", "Drop files to attach them")
    assert place.evaluate(GIVE, ["drop", [file("offer.pdf", b"%PDF-1.4 offer")], ""])
    expect(place).not_to_have_attribute("data-drop", "Drop files to attach them")
    expect(given(screen).locator("input")).to_have_count(2)
    assert serious(screen) == []

    send(screen)

    expect(thread(screen).get_by_role("link", name="Open image.png")).to_be_visible()
    expect(thread(screen).get_by_role("link", name="Download offer.pdf, 14 B")).to_be_visible()
    expect(given(screen)).to_have_count(0)
    expect(thread(screen)).to_contain_text("Sent")
    names = [said["name"] for said in visitor.history()["messages"][-1]["attachments"]]
    assert names == ["image.png", "offer.pdf"]
    with screen.expect_download() as saved:
        thread(screen).get_by_role("link", name="Download offer.pdf, 14 B").click()
    assert saved.value.suggested_filename == "offer.pdf"


def test_what_is_sent_waits_for_its_files(screen):
    held = []

    def hold(route):
        if route.request.method != "PUT":
            route.fallback()
            return
        held.append(route)

    screen.route("**/attachments/*/?*", hold)
    screen.keyboard.press("Control+Shift+A")
    screen.locator("form:visible input[type=file]").set_input_files(chosen("log.txt", b"x" * 5000))
    expect(given(screen).locator(".file__ring")).to_be_visible()
    message(screen).fill("The log")
    send(screen)
    expect(screen.get_by_text("Goes out as soon as the files are uploaded")).to_be_visible()
    expect(thread(screen).get_by_text("The log", exact=True)).to_have_count(0)

    held[0].continue_()

    expect(thread(screen).get_by_text("The log", exact=True)).to_be_visible()
    expect(thread(screen).get_by_role("link", name="Download log.txt")).to_be_visible()
    expect(message(screen)).to_have_value("")


def test_an_upload_that_fails_is_tried_again_or_removed(screen):
    broken = [True]

    def fail(route):
        if broken[0] and route.request.method == "PUT":
            route.abort()
        else:
            route.fallback()

    screen.route("**/attachments/*/?*", fail)
    chooser = screen.locator("form:visible input[type=file]")
    chooser.set_input_files([chosen("a.txt", b"one"), chosen("b.txt", b"two")])
    expect(given(screen).get_by_text("Not uploaded")).to_have_count(2)
    message(screen).fill("Two files")
    send(screen)
    expect(
        screen.get_by_text("A file was not uploaded. Try it again or remove it.")
    ).to_be_visible()
    expect(thread(screen).get_by_text("Two files")).to_have_count(0)

    broken[0] = False
    screen.get_by_role("button", name="Remove b.txt").click()
    given(screen).get_by_role("button", name="Try again").click()
    expect(given(screen).locator("input")).to_have_count(1)
    send(screen)

    expect(thread(screen).get_by_role("link", name="Download a.txt, 3 B")).to_be_visible()
    expect(thread(screen).get_by_role("link", name="Download b.txt")).to_have_count(0)


def test_files_are_still_there_after_a_reload(screen):
    screen.locator("form:visible input[type=file]").set_input_files(chosen("a.txt", b"one"))
    expect(given(screen).locator("input")).to_have_count(1)

    screen.reload()

    expect(screen.get_by_role("button", name="Remove a.txt")).to_be_visible()
    send(screen)
    expect(thread(screen).get_by_role("link", name="Download a.txt, 3 B")).to_be_visible()


def test_what_cannot_be_sent_is_said_at_once(screen):
    chooser = screen.locator("form:visible input[type=file]")

    chooser.set_input_files([chosen("none.txt", b"")])
    expect(given(screen)).to_contain_text("Empty, nothing to send")
    chooser.set_input_files([chosen(f"{n}.txt", b"x") for n in range(12)])

    expect(given(screen).get_by_role("listitem")).to_have_count(10)
    expect(screen.get_by_text("A message carries 10 files at most.")).to_be_visible()


def test_a_visitors_pictures_come_live_and_are_looked_at_by_keyboard(screen, visitor):
    for n, colour in enumerate(["teal", "maroon", "navy"]):
        visitor.gives(picture(900, 600, colour=colour), f"photo-{n}.png")
    pictures = thread(screen).get_by_role("link", name="Open photo-")
    expect(pictures).to_have_count(3)
    expect(thread(screen).locator("img")).to_have_count(3, timeout=30_000)
    expect(row(screen, "Photo").first).to_be_visible()

    pictures.nth(1).focus()
    screen.keyboard.press("Enter")
    gallery = screen.get_by_role("dialog", name="Photos")
    expect(gallery).to_contain_text("2 of 3")
    shown = gallery.get_by_role("img", name="photo-1.png")
    expect(shown).to_have_js_property("naturalWidth", 900)
    assert serious(screen) == []
    screen.keyboard.press("ArrowRight")
    expect(gallery.get_by_role("img", name="photo-2.png")).to_be_visible()
    expect(gallery.get_by_role("button", name="Next photo")).to_be_hidden()
    screen.keyboard.press("Home")
    expect(gallery).to_contain_text("1 of 3")
    screen.keyboard.press("z")
    expect(gallery.get_by_role("button", name="Actual size")).to_have_attribute(
        "aria-pressed", "true"
    )
    with screen.expect_download() as saved:
        gallery.get_by_role("link", name="Download").click()
    assert saved.value.suggested_filename == "photo-0.png"
    screen.keyboard.press("Escape")

    expect(gallery).to_be_hidden()
    expect(pictures.nth(1)).to_be_focused()
