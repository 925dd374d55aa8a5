"""What happens in the chat on a customer's site before its picture is taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import FrameLocator, Page, Route, expect

from tests.screens.camera import Visit
from tests.screens.stage import ALL_ASKED, FORM_CHAT

QUESTION = "Hello, does the City 8 fit into the lift of an old house? It is 110 cm deep."
ANSWER = "It does: with its front wheel turned it needs 104 cm, and folded only 82."


def opened(page: Page) -> FrameLocator:
    page.get_by_role("button", name="Chat").click()
    return page.frame_locator('iframe[title="Chat"]')


def say(chat: FrameLocator, text: str) -> None:
    chat.get_by_role("textbox", name="Message").fill(text)
    chat.get_by_role("textbox", name="Message").press("Enter")
    expect(chat.get_by_text(re.compile("^(Sent|Seen)$")).last).to_be_visible()


def at_work(visit: Visit) -> Page:
    """Let Marta sit at her desk, so that somebody is here."""
    page = visit.other("marta", "/acme/inbox/?view=unassigned")
    expect(page.locator("live-status")).to_be_hidden()
    return page


def with_chat(visit: Visit, key: str) -> FrameLocator:
    """Load the site again with another channel's chat on it."""

    def change(route: Route) -> None:
        answer = route.fetch()
        text = answer.text().replace('data-channel="demo"', f'data-channel="{key}"')
        route.fulfill(response=answer, body=text)

    visit.page.route("**/demo/", change)
    visit.page.reload()
    return opened(visit.page)


@contextmanager
def greeting(visit: Visit) -> Iterator[None]:
    at_work(visit)
    chat = opened(visit.page)
    expect(chat.get_by_role("heading", name="Hello. How can we help?")).to_be_visible()
    yield


@contextmanager
def form(visit: Visit) -> Iterator[None]:
    at_work(visit)
    chat = with_chat(visit, ALL_ASKED)
    chat.get_by_label("Your name").fill("Ida Holm")
    yield


def answered(visit: Visit) -> tuple[Page, FrameLocator]:
    """Ask, and let Marta answer from her desk."""
    desk, chat = at_work(visit), opened(visit.page)
    say(chat, QUESTION)
    desk.get_by_role("listitem").filter(has_text=QUESTION).first.get_by_role("link").click()
    desk.get_by_role("textbox", name="Message").fill(ANSWER)
    desk.get_by_role("button", name="Send", exact=True).click()
    expect(chat.get_by_text(ANSWER)).to_be_visible()
    return desk, chat


@contextmanager
def conversation(visit: Visit) -> Iterator[None]:
    answered(visit)
    yield


@contextmanager
def rating(visit: Visit) -> Iterator[None]:
    desk, chat = answered(visit)
    desk.get_by_role("button", name="Close", exact=True).click()
    chat.get_by_role("radio", name="Excellent").check(force=True)
    chat.get_by_role("textbox", name="What made it excellent?").fill("Quick, and with figures.")
    yield


@contextmanager
def several(visit: Visit) -> Iterator[None]:
    chat = opened(visit.page)
    say(chat, QUESTION)
    chat.get_by_role("button", name="More").click()
    chat.get_by_role("button", name="Start a new conversation").click()
    say(chat, "And which lock do you recommend for it?")
    chat.get_by_role("button", name="Your conversations").click()
    expect(chat.get_by_role("list", name="Your conversations").get_by_role("button")).to_have_count(
        2
    )
    yield


@contextmanager
def offline_form(visit: Visit) -> Iterator[None]:
    chat = with_chat(visit, FORM_CHAT)
    expect(chat.get_by_role("heading", name="Leave a message")).to_be_visible()
    yield
