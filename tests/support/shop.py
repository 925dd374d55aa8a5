"""A customer's site that carries the chat: a server of its own, under the strictest policy."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import FrameLocator, Page, expect

from tests.support.running import Site

POLICY = "default-src 'none'; img-src data:; script-src {desk}; frame-src {desk}; require-trusted-types-for 'script'"
PAGE = "<!doctype html><html lang=en><link rel=icon href=data:,><title>Shop</title><h1>Shop</h1>"


class Shop(ThreadingHTTPServer):
    """Carries whatever line of code it was given."""

    daemon_threads = True
    snippet = ""

    def __init__(self, site: Site) -> None:
        super().__init__(("127.0.0.1", 0), ShopPage)
        self.origin = f"http://localhost:{self.server_port}"
        self.policy = POLICY.format(desk=site.url)

    @contextmanager
    def open(self):
        thread = threading.Thread(target=self.serve_forever)
        thread.start()
        try:
            yield self
        finally:
            self.shutdown()
            thread.join()
            self.server_close()


class ShopPage(BaseHTTPRequestHandler):
    server: Shop

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Security-Policy", self.server.policy)
        self.end_headers()
        self.wfile.write((PAGE + self.server.snippet).encode())

    def log_message(self, *_):
        pass


def chat_of(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title=Chat]")


def write(chat: FrameLocator, text: str) -> None:
    chat.get_by_role("textbox", name="Message", exact=True).fill(text)
    chat.get_by_role("textbox", name="Message", exact=True).press("Enter")


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f"label:has(input[name={name}][value={value}])").click()


def connect(page: Page) -> str:
    """Press the button under the form; return the line of code that comes."""
    page.get_by_role("button", name="Connect the website").last.click()
    expect(page.locator("#snippet")).to_be_visible()
    return page.locator("#snippet").text_content() or ""
