"""What axe-core finds, in both lights and on both sizes of screen."""

import pytest
from playwright.sync_api import expect

from tests.support.judging import serious
from tests.widget.pages import box_of, open_chat, open_shop, say

SCREENS = [{"width": 1440, "height": 900}, {"width": 390, "height": 844}]


@pytest.fixture(params=["light", "dark"])
def scheme(request):
    return request.param


@pytest.fixture(params=SCREENS, ids=["desk", "phone"])
def context(request, browser, scheme):
    context = browser.new_context(viewport=request.param, color_scheme=scheme)
    yield context
    context.close()


@pytest.mark.parametrize("path", ["/demo/", "/demo/bikes/"])
def test_demo_can_be_used_by_everybody(context, stub, path):
    page = context.new_page()
    page.goto(stub.desk + path)
    expect(page.get_by_role("button", name="Chat", exact=True)).to_be_visible()

    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_panel_can_be_used_by_everybody(context, stub):
    page = open_shop(context, stub)
    chat = open_chat(page)
    expect(box_of(chat)).to_be_enabled()
    panel = page.frames[1]
    assert serious(panel) == []

    say(chat, "Hi")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()
    stub.answer("Hello, see https://a.example/")
    stub.push(kind="typing", name="Olga")
    stub.push(kind="status", status="closed", conversation=stub.person.conversation)
    stub.fail_next("messages/", status=400, code="malformed", detail="No.")
    say(chat, "broken")
    expect(chat.get_by_text("Not sent. No.")).to_be_visible()
    assert serious(panel) == []


def test_demo_opens_the_chat_from_its_own_buttons(context, stub):
    page = context.new_page()
    page.goto(stub.desk + "/demo/")
    page.get_by_role("button", name="Add to bag").click()
    expect(page.get_by_text("Bag (1)")).to_be_visible()

    page.get_by_role("button", name="Ask a person").click()
    expect(box_of(page.frame_locator("iframe[title=Chat]"))).to_be_enabled()
