"""What happens on an operator's screen before its picture is taken, and is taken back after it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from playwright.sync_api import Page, expect

from tests.screens.camera import Visit
from tests.support.composing import message, undo
from tests.support.composing import note as note_box
from tests.support.screen import button, thread

GOOD_MORNING = (
    "Good morning Ruth, that pack is from the B52 batch, so we will swap it today. "
    "Our Bristol workshop has one ready from 13:00."
)


def saved(page: Page) -> None:
    expect(page.locator(".composer__state:visible")).to_have_text("Saved")


def empty(page: Page) -> None:
    """Leave no draft behind."""
    with page.expect_response(re.compile("/drafts/$")):
        message(page).fill("")


def pressing(name: str) -> Callable[[Visit], AbstractContextManager[None]]:
    """Open what a button opens."""

    @contextmanager
    def press(visit: Visit) -> Iterator[None]:
        visit.page.get_by_role("button", name=re.compile(f"^{name}")).locator(
            "visible=true"
        ).first.click()
        yield

    return press


@contextmanager
def looking(visit: Visit) -> Iterator[None]:
    expect(visit.page.locator("live-status")).to_be_hidden()
    yield


@contextmanager
def compact(visit: Visit) -> Iterator[None]:
    page = visit.page
    button(page, "Sorting: Newest first").click()
    page.locator("density-switch").get_by_text("Compact").click()
    page.keyboard.press("Escape")
    yield
    page.evaluate("localStorage.clear()")


@contextmanager
def choosing(visit: Visit) -> Iterator[None]:
    rows = visit.page.locator(".row__pick")
    rows.nth(0).click(force=True)
    rows.nth(2).click(force=True, modifiers=["Shift"])
    expect(visit.page.get_by_text("3 selected")).to_be_visible()
    yield


@contextmanager
def beside_a_colleague(visit: Visit) -> Iterator[None]:
    """Write while Ivan has a draft and looks on."""
    page, path = visit.page, visit.page.url.removeprefix(visit.camera.site.url)
    ivan = visit.other("ivan", path)
    message(ivan).fill("Dear Ruth, the van of the workshop is near you at one o'clock.")
    saved(ivan)
    message(page).fill(GOOD_MORNING)
    saved(page)
    expect(page.get_by_role("img", name="Ivan Petrov is viewing").first).to_be_visible()
    yield
    empty(ivan)
    empty(page)


@contextmanager
def scrolling_up(visit: Visit) -> Iterator[None]:
    visit.page.keyboard.press("p")
    yield


@contextmanager
def held(visit: Visit) -> Iterator[None]:
    page = visit.page
    ivan = visit.other("ivan", page.url.removeprefix(visit.camera.site.url))
    message(page).fill("Hello Nadia, yes: 40 % off a new fork within two years of the purchase.")
    saved(page)
    told = f"Hello Nadia, send me a photo and the frame number. {visit.size}"
    message(ivan).fill(told.removesuffix(f" {visit.size}"))
    count = thread(page).locator(".msg--out").count()
    button(ivan, "Send").click()
    expect(thread(page).locator(".msg--out")).to_have_count(count + 1)
    button(page, "Send").click()
    expect(page.get_by_text("Not sent yet.")).to_be_visible()
    yield
    button(page, "Throw away").click()


@contextmanager
def photo(visit: Visit) -> Iterator[None]:
    thread(visit.page).locator("img").last.click()
    picture = visit.page.get_by_role("dialog", name="Photos").locator("img")
    expect(picture.first).to_be_visible()
    visit.page.wait_for_function(
        "[...document.querySelectorAll('dialog img')].every((one) => one.complete)"
    )
    yield


@contextmanager
def note(visit: Visit) -> Iterator[None]:
    page = visit.page
    page.get_by_role("tab", name="Note").click()
    note_box(page).fill("@Ivan is the loaner still in Bristol? ")
    note_box(page).press_sequentially("@Ch")
    expect(page.get_by_role("option").first).to_be_visible()
    yield
    with page.expect_response(re.compile("/drafts/$")):
        note_box(page).fill("")
    page.get_by_role("tab", name="Reply").click()


@contextmanager
def undo_send(visit: Visit) -> Iterator[None]:
    page = visit.page
    message(page).fill("Hello Leïla. Hold + and the light button for six seconds, then pair again.")
    saved(page)
    button(page, "Send").click()
    expect(page.get_by_role("alert").filter(has_text="Sending")).to_be_visible()
    yield
    thread(page).get_by_role("button", name="Undo").click()
    expect(message(page)).not_to_have_value("")
    empty(page)


@contextmanager
def undo_close(visit: Visit) -> Iterator[None]:
    page = visit.page
    button(page, "Close").click()
    expect(undo(page)).to_be_visible()
    yield
    page.goto(visit.camera.address("/acme/inbox/{due}/"))
    button(page, "Reopen").click()
    expect(button(page, "Close")).to_be_visible()


@contextmanager
def palette(visit: Visit) -> Iterator[None]:
    page = visit.page
    page.keyboard.press("Control+k")
    found = page.get_by_role("dialog", name="Search or go to")
    expect(found.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("ba")
    expect(found.get_by_role("option").first).to_be_visible()
    yield


@contextmanager
def keys(visit: Visit) -> Iterator[None]:
    button(visit.page, "All keys").click()
    expect(visit.page.locator("dialog.keysheet")).to_be_visible()
    yield


@contextmanager
def emoji(visit: Visit) -> Iterator[None]:
    visit.page.get_by_role("button", name="Emoji").locator("visible=true").click()
    expect(visit.page.locator(".emojis button").first).to_be_visible()
    yield


@contextmanager
def inserting(visit: Visit) -> Iterator[None]:
    message(visit.page).press("/")
    menu = visit.page.get_by_role("dialog", name="Insert a saved reply or an article")
    menu.get_by_role("combobox").press_sequentially("/where")
    expect(menu.get_by_role("option")).to_have_text(["Where is my order/where"])
    yield


@contextmanager
def swiping(visit: Visit) -> Iterator[None]:
    """Draw the third row aside."""
    row = visit.page.locator(".row").nth(2)
    box = row.bounding_box()
    x, y = 300, box["y"] + box["height"] / 2
    finger = visit.page.context.new_cdp_session(visit.page)
    for kind, at in (("touchStart", x), ("touchMove", x - 20), ("touchMove", x - 150)):
        point = {"type": kind, "touchPoints": [{"x": at, "y": y}]}
        finger.send("Input.dispatchTouchEvent", point)
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(row.get_by_role("button", name="Close")).to_be_in_viewport(ratio=1)
    yield
