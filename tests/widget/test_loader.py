"""The button on the customer's page."""

import pytest
from playwright.sync_api import expect

from tests.support.rows import until
from tests.widget.pages import (
    box_of,
    bubbles,
    button_of,
    open_chat,
    open_shop,
    panel_of,
    put_away,
    say,
)
from tests.widget.stub_pages import KEY

SNEAKY = "div, button, iframe { display: none !important; color: red; all: unset }"


def signed(page, subject):
    """Make a JWT as a shop would, as far as the loader looks into it."""
    return page.evaluate("sub => `h.${btoa(JSON.stringify({ sub }))}.s`", subject)


def test_button_asks_nothing_before_the_first_click(context, stub):
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(stub.shop + "/")
    expect(button_of(page)).to_have_attribute("aria-expanded", "false")
    page.wait_for_timeout(300)

    assert asked == [stub.shop + "/", stub.desk + "/widget.js"]
    assert page.evaluate("document.querySelectorAll('iframe').length + localStorage.length") == 0
    assert stub.calls == stub.frames == []
    assert not stub.people


def test_button_without_a_name_of_its_own_speaks_the_reader_s_language(browser, stub):
    with browser.new_context(locale="ru-RU") as context:
        page = context.new_page()
        page.goto(stub.shop + "/")
        expect(page.get_by_role("button", name="Чат", exact=True)).to_be_visible()


def test_button_leaves_the_page_alone(shop):
    expect(button_of(shop)).to_be_visible()

    added = shop.evaluate("document.adoptedStyleSheets.length + document.styleSheets.length")
    assert added == 0
    assert shop.evaluate("Object.keys(window.Helpdesk)") == [
        "open",
        "close",
        "toggle",
        "identify",
        "on",
        "setFields",
        "push",
    ]
    assert shop.complaints == []


def test_button_stands_the_page_s_own_styles(shop):
    expect(button_of(shop)).to_be_visible()
    before = button_of(shop).bounding_box()
    shop.evaluate(
        """css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);
        document.adoptedStyleSheets = [sheet]; document.body.style.font = "40px serif" }""",
        SNEAKY,
    )

    box = button_of(shop).bounding_box()
    assert box == before
    assert (box["width"], box["height"]) == (56, 56)
    size = shop.viewport_size
    assert 20 <= size["width"] - box["x"] - box["width"] <= 28
    assert 20 <= size["height"] - box["y"] - box["height"] <= 28


def test_button_opens_hides_and_shows_one_and_the_same_panel(shop, stub):
    chat = open_chat(shop)
    box_of(chat).fill("half a thought")
    expect(button_of(shop)).to_have_attribute("aria-expanded", "true")
    assert shop.locator("iframe").get_attribute("src") == f"{stub.desk}/widget/{KEY}/"

    button_of(shop).click()
    expect(shop.locator("iframe")).to_be_hidden()
    expect(button_of(shop)).to_have_attribute("aria-expanded", "false")

    button_of(shop).click()
    expect(box_of(chat)).to_have_value("half a thought")
    assert shop.locator("iframe").count() == 1
    assert shop.complaints == []


def test_escape_closes_and_gives_the_focus_back(shop):
    chat = open_chat(shop)
    expect(box_of(chat)).to_be_focused()

    shop.keyboard.press("Escape")
    expect(shop.locator("iframe")).to_be_hidden()
    expect(button_of(shop)).to_be_focused()

    shop.keyboard.press("Enter")
    expect(box_of(chat)).to_be_focused()
    chat.get_by_role("button", name="Close the chat").click()
    expect(button_of(shop)).to_be_focused()


def test_panel_fills_a_phone(browser, stub):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = open_shop(context, stub)
    chat = open_chat(page)

    expect(box_of(chat)).to_be_enabled()
    assert page.locator("iframe").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    chat.get_by_role("button", name="Close the chat").click()
    expect(button_of(page)).to_be_visible()
    context.close()


def test_history_is_there_on_the_next_page(shop, stub):
    chat = open_chat(shop)
    say(chat, "Is the box waterproof?")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()

    shop.get_by_role("link", name="Bikes").click()
    chat = open_chat(shop)

    expect(bubbles(chat)).to_have_text(["Is the box waterproof?"])
    (token,) = stub.people
    assert shop.evaluate(f"localStorage.getItem('helpdesk:{KEY}')") == token
    assert len(token) == 43
    assert stub.person.page == {"url": stub.shop + "/", "title": "Shop/"}


def test_badge_counts_what_came_while_closed(shop, stub):
    chat = open_chat(shop)
    say(chat, "Hello?")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()
    put_away(shop)

    stub.answer("Yes?")
    stub.answer("Still there?")
    expect(button_of(shop)).to_have_text("2")
    expect(button_of(shop)).to_have_attribute("aria-description", "2 unread")
    assert stub.person.seen == []

    button_of(shop).click()
    expect(button_of(shop)).to_have_text("")
    until(lambda: stub.person.seen)
    assert stub.person.seen == [3]


@pytest.mark.parametrize("kind", ["close", "unread", "ready"])
def test_loader_believes_only_its_panel(shop, kind):
    open_chat(shop)
    expect(box_of(panel_of(shop))).to_be_enabled()
    shop.evaluate("document.body.append(document.createElement('iframe'))")
    for window in (shop.main_frame, shop.frames[-1]):
        window.evaluate(
            "helpdesk => parent.postMessage({ helpdesk, count: 7, colour: '#ff0000' }, '*')", kind
        )
    shop.wait_for_timeout(300)

    expect(shop.locator("iframe[title=Chat]")).to_be_visible()
    expect(button_of(shop)).to_have_text("")
    assert "255, 0, 0" not in button_of(shop).evaluate("b => getComputedStyle(b).backgroundColor")


def test_identify_shows_a_customer_their_own_history(shop, stub):
    chat = open_chat(shop)
    say(chat, "as a stranger")
    expect(bubbles(chat)).to_have_text(["as a stranger"])

    ada = signed(shop, "ada")
    shop.evaluate("jwt => Helpdesk.identify(jwt)", ada)
    expect(bubbles(chat)).to_have_count(0)
    say(chat, "as Ada")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()
    bound = dict(stub.bound)

    shop.goto(stub.shop + "/bikes")
    shop.evaluate("jwt => Helpdesk.identify(jwt)", ada)
    chat = open_chat(shop)
    expect(bubbles(chat)).to_have_text(["as Ada"])
    assert stub.bound == bound  # one tab, one customer, one token

    shop.evaluate("Helpdesk.identify(null)")
    expect(bubbles(chat)).to_have_text(["as a stranger"])
    assert shop.complaints == []


def test_identify_never_gives_one_customer_the_other_s_token(shop, stub):
    chat = open_chat(shop)
    expect(box_of(chat)).to_be_enabled()
    for name in ("ada", "eve"):
        with shop.expect_response("**/identity/"):
            shop.evaluate("jwt => Helpdesk.identify(jwt)", signed(shop, name))

    assert len(stub.bound) == len(set(stub.bound.values())) == 2


def test_identify_asks_a_function_only_when_the_chat_opens(shop, stub):
    ada = signed(shop, "ada")
    shop.evaluate(
        "jwt => { window.asked = 0; Helpdesk.identify(async () => { window.asked++; return jwt }) }",
        ada,
    )
    assert shop.evaluate("window.asked") == 0

    chat = open_chat(shop)
    say(chat, "Hello")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()

    assert shop.evaluate("window.asked") == 1
    assert list(stub.people) == list(stub.bound.values())
