"""Somebody who asks, and somebody at their desk."""

import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page

from tests.support.people import sign_in
from tests.support.screen import Visitor


@pytest.fixture
def visitor(live_site):
    return Visitor(live_site)


@pytest.fixture
def question(visitor):
    return visitor.says(f"Where is order {uuid4().hex[:8]}?")


@pytest.fixture
def screen(new_page, live_site):
    return sign_in(new_page(), live_site, "olga")


class Line:
    """A page's way to the live socket, which can be cut and mended."""

    def __init__(self, page: Page) -> None:
        self.page, self.is_cut = page, False
        self.sockets: list[Any] = []
        page.route_web_socket(re.compile("/live/"), self._connect)

    def _connect(self, socket):
        if self.is_cut:
            socket.close()
        else:
            self.sockets.append(socket.connect_to_server())

    def cut(self):
        self.is_cut = True
        for socket in self.sockets:
            socket.close()
        self.page.evaluate("dispatchEvent(new Event('online'))")

    def mend(self):
        self.is_cut = False


@pytest.fixture
def line(new_page, live_site):
    """Olga's line; her screen is the page it belongs to."""
    line = Line(new_page())
    sign_in(line.page, live_site, "olga")
    return line
