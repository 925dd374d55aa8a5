"""How a screen is brought into a state that nobody wishes for, and what stands still on others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Route, expect

from tests.screens.camera import Visit
from tests.screens.doing import empty, saved
from tests.support.composing import message
from tests.support.screen import view

CONVERSATION = re.compile(r"/inbox/\d+/(\?|$)")


@contextmanager
def loading(visit: Visit) -> Iterator[None]:
    """Let a conversation never come."""
    waiting: list[Route] = []

    def wait(route: Route) -> None:
        waiting.append(route)

    visit.page.route(CONVERSATION, wait)
    visit.page.locator(".row__link").first.click()
    expect(visit.page.get_by_text("The conversation is loading")).to_be_attached()
    yield
    for route in waiting:
        route.abort()


@contextmanager
def lost(visit: Visit) -> Iterator[None]:
    visit.page.route(CONVERSATION, lambda route: route.abort())
    visit.page.locator(".row__link").first.click()
    expect(visit.page.get_by_role("heading", name="This conversation did not load")).to_be_visible()
    yield


@contextmanager
def list_lost(visit: Visit) -> Iterator[None]:
    visit.page.route(re.compile(r"/inbox/\?view=mine"), lambda route: route.abort())
    view(visit.page, "Mine").click()
    expect(visit.page.get_by_role("heading", name="This list did not load")).to_be_visible()
    yield


@contextmanager
def reconnecting(visit: Visit) -> Iterator[None]:
    visit.page.route_web_socket(re.compile("/live/"), lambda socket: socket.close())
    visit.page.reload()
    expect(visit.page.get_by_text("Reconnecting")).to_be_visible()
    yield


@contextmanager
def offline(visit: Visit) -> Iterator[None]:
    page = visit.page
    message(page).fill("Good morning Ruth, the train has no network.")
    saved(page)
    page.context.set_offline(True)
    expect(page.get_by_text("Offline. Keep writing")).to_be_visible()
    yield
    page.context.set_offline(False)
    empty(page)


@contextmanager
def broken(visit: Visit) -> Iterator[None]:
    """Answer as when something of ours has broken, which no address does on purpose."""
    body = visit.camera.told["500"]
    visit.page.route(
        "**/broken/", lambda route: route.fulfill(status=500, body=body, content_type="text/html")
    )
    visit.page.goto("/broken/")
    yield


@contextmanager
def second_step(visit: Visit) -> Iterator[None]:
    page = visit.page
    page.get_by_label("Email").fill("chen@acme.test")
    page.get_by_label("Password", exact=True).fill(visit.camera.site.environment["DEMO_PASSWORD"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/second-step/**")
    yield


@contextmanager
def same_secret(visit: Visit) -> Iterator[None]:
    yield


@contextmanager
def same_codes(visit: Visit) -> Iterator[None]:
    yield
