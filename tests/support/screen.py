"""How a journey finds its way about an operator's screen."""

import json
import re
import secrets
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

from playwright.sync_api import FrameLocator, Page, expect

TOO_MANY = 429
LISTEN = """page => {
    const said = new Set()
    const write = () => {
        for (const line of page.ownerDocument.body.innerText.split("\\n")) said.add(line)
        page.dataset.said = [...said].join("\\n")
    }
    const anything = { attributes: true, characterData: true, childList: true, subtree: true }
    new MutationObserver(write).observe(page.ownerDocument.body, anything)
}"""


class Visitor:
    """Somebody on the customer's site, without the panel: straight through its door."""

    def __init__(self, site):
        self.site, self.token = site, secrets.token_urlsafe(32)

    def says(self, text):
        body = {"client_id": str(uuid4()), "text": text}
        headers = {"Content-Type": "application/json", "Authorization": f"Visitor {self.token}"}
        url = f"{self.site.url}/widget/demo/messages/"
        request = Request(url, json.dumps(body).encode(), headers)
        try:
            answer = urlopen(request)
        except HTTPError as error:
            # All of a site's visitors come from one address, of which a minute takes only so many.
            if error.code != TOO_MANY:
                raise
            self.site.forget_limits()
            answer = urlopen(request)
        with answer:
            assert answer.status == 201
        return text


def row(page: Page, text):
    return page.get_by_role("listitem").filter(has_text=text)


def thread(page: Page):
    return page.get_by_role("log", name="Messages")


def open_row(page: Page, text):
    row(page, text).get_by_role("link").click()
    leave_list(page)
    expect(thread(page)).to_contain_text(text)


def open_mail(page: Page, subject):
    row(page, subject).get_by_role("link").click()
    leave_list(page)
    expect(page.locator(".conv__title")).to_have_text(subject)


def listen(where: Page | FrameLocator):
    """Write down what is said from now on: some of it fades before a slow machine looks again."""
    where.locator("html").evaluate(LISTEN)


def heard(where: Page | FrameLocator, words):
    """Wait until it has been said since ``listen``."""
    said = re.compile(re.escape(words))
    expect(where.locator("html")).to_have_attribute("data-said", said)


def leave_list(page: Page):
    """Take the pointer off the list: while it is there, no row moves."""
    page.mouse.move(0, 0)


def view(page: Page, name):
    views = page.get_by_role("navigation", name="Inbox views")
    return views.get_by_role("link", name=re.compile(rf"^{name}"))


def counter(page: Page, name):
    return view(page, name).locator("[data-count]")


def button(page: Page, name):
    return page.get_by_role("button", name=name, exact=True)
