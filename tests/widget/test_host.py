"""On other people's pages: their policies, their rules, their scripts, their phones."""

import json

import pytest
from playwright.sync_api import expect

from inbox.models.webchat import Webchat
from tests.widget.pages import bubbles, button_of, open_chat, open_shop, panel_of, put_away, say
from tests.widget.stub_pages import KEY

LONG = 50_000  # microseconds that make a task a long one
SHIFTS = "performance.getEntriesByType('layout-shift')"


def box(page):
    return page.evaluate(
        "document.body.lastElementChild.shadowRoot.querySelector('button').getBoundingClientRect().toJSON()"
    )


def test_a_rough_page_neither_hides_nor_bends_the_button(context, stub):
    page = open_shop(context, stub, "/rough")
    expect(button_of(page)).to_be_visible()

    place, screen = box(page), page.viewport_size
    assert (round(place["width"]), round(place["height"])) == (56, 56)
    assert round(place["left"]) == 28  # written from the right: the corner is the other one
    assert round(screen["height"] - place["bottom"]) == 24
    assert page.complaints == []


def test_the_chat_works_on_a_rough_page(context, stub):
    page = open_shop(context, stub, "/rough")
    chat = open_chat(page)
    with page.expect_response("**/visit/"):
        say(chat, "Hi")

    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()
    assert page.evaluate("window.opened") == 1
    assert stub.person.form == {"name": "Ada"}
    visit = stub.visits[-1]
    assert visit["fields"] == {"name": "Ada", "plan": "Pro"}
    assert visit["page"]["url"] == stub.shop + "/rough"
    assert visit["language"] == "en-GB"
    assert visit["zone"] == "Europe/Lisbon"
    assert page.complaints == []


def test_a_page_opens_hears_and_closes_the_chat(shop, stub):
    expect(button_of(shop)).to_be_visible()
    shop.evaluate(
        """() => {
          window.heard = [];
          for (const name of ["ready", "open", "close", "unread", "message"])
            Helpdesk.on(name, (detail) => heard.push([name, detail]));
          window.end = Helpdesk.on("close", () => heard.push(["never"]));
          end();
          Helpdesk.push(["open"], ["nothing"], ["constructor"]);
        }"""
    )
    chat = shop.frame_locator("iframe[title=Chat]")
    say(chat, "Hi")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()
    put_away(shop)
    stub.answer("Hello")
    expect(button_of(shop)).to_have_attribute("aria-description", "1 unread")

    heard = shop.evaluate("heard")
    assert [name for name, _ in heard] == ["open", "ready", "close", "message", "unread"]
    assert heard[3][1] == {"conversation": stub.person.conversation, "text": "Hello"}


def test_what_the_page_knows_fills_the_form(context, stub):
    stub.chat = Webchat(asks={"name": "required", "email": "required"})
    page = open_shop(context, stub)
    expect(button_of(page)).to_be_visible()
    page.evaluate("Helpdesk.setFields({ name: 'Ada', email: 'ada@shop.example' })")
    chat = open_chat(page)

    expect(chat.get_by_label("Your name")).to_have_value("Ada")
    expect(chat.get_by_label("Email")).to_have_value("ada@shop.example")


def test_the_button_looks_as_the_channel_says_from_the_second_time_on(context, stub):
    texts = {"en": {"launcher": "Ask a person"}}
    stub.chat = Webchat(colour="#7a2ba3", side="start", offset_x=40, offset_y=60, texts=texts)
    stub.snippet = (
        'data-colour="#ff0000" data-x="90" data-label="Hi" data-label-en="Ask" data-label-de="Frag"'
    )
    page = open_shop(context, stub, "/look")
    page.get_by_role("button", name="Ask", exact=True).click()
    panel_of(page).get_by_role("heading", level=1).wait_for()
    ask = page.get_by_role("button", name="Ask a person", exact=True)
    expect(ask).to_be_visible()

    # What the panel said last is newer than the line, which a site may carry for years...
    page.goto(stub.shop + "/look")
    expect(ask).to_have_text("Ask a person")
    place = box(page)
    assert round(place["left"]) == 40
    assert round(page.viewport_size["height"] - place["bottom"]) == 60

    # ... until the site has a new line.
    stub.snippet = 'data-colour="#00ff00" data-y="33"'
    page.goto(stub.shop + "/look")
    expect(button_of(page)).to_have_text("")
    place = box(page)
    assert round(page.viewport_size["width"] - place["right"]) == 28
    assert round(page.viewport_size["height"] - place["bottom"]) == 33


def test_looks_from_storage_reach_no_style_but_numbers_and_colours(context, stub):
    nasty = {
        "colour": "red;} *{display:none",
        "side": "x",
        "x": "1px;color:red",
        "label": "<b>hi</b>",
        "said": json.dumps({"channel": KEY}, separators=(",", ":")),
    }
    context.add_init_script(
        f"if (self === top) localStorage['helpdesk:{KEY}:look'] = {json.dumps(json.dumps(nasty))}"
    )
    page = open_shop(context, stub)
    expect(page.get_by_role("button", name="<b>hi</b>", exact=True)).to_have_text("<b>hi</b>")

    style = page.evaluate(
        "document.body.lastElementChild.shadowRoot.querySelector('.dock').style.cssText"
    )
    assert style == ""


def test_on_a_phone_the_chat_fills_what_the_keyboard_leaves(browser, stub):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = open_shop(context, stub)
    chat = open_chat(page)
    say(chat, "Hi")
    expect(bubbles(chat)).to_have_count(1)

    page.evaluate(
        """() => {
          Object.defineProperty(visualViewport, "height", { get: () => 420 });
          Object.defineProperty(visualViewport, "offsetTop", { get: () => 30 });
          visualViewport.dispatchEvent(new Event("resize"));
        }"""
    )

    frame = page.locator("iframe[title=Chat]").bounding_box()
    assert (frame["y"], frame["width"], frame["height"]) == (30, 390, 420)
    context.close()


def test_on_a_phone_tab_goes_round_in_the_chat_and_escape_leaves_it(browser, stub):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = open_shop(context, stub)
    chat = open_chat(page)
    say(chat, "Hi")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()
    expect(chat.get_by_role("button", name="Your conversations")).to_be_visible()
    chat.get_by_role("button", name="Send", exact=True).focus()

    page.keyboard.press("Tab")
    expect(chat.get_by_role("button", name="Your conversations")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(chat.get_by_role("button", name="Send", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(button_of(page)).to_be_focused()
    context.close()


@pytest.mark.parametrize("width", [1440, 390])
def test_right_to_left_does_not_break(browser, stub, width):
    stub.direction = "rtl"
    context = browser.new_context(viewport={"width": width, "height": 844})
    page = open_shop(context, stub)
    chat = open_chat(page)
    say(chat, "שלום")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()

    panel = page.frames[1]
    assert panel.evaluate("document.documentElement.scrollWidth <= innerWidth")
    mine = chat.locator(".me-b").bounding_box()
    log = chat.get_by_role("log").bounding_box()
    assert mine["x"] - log["x"] < 40  # one's own words stand where lines end
    context.close()


def test_before_the_first_opening_nothing_is_held_up_or_moved(browser, stub):
    context = browser.new_context()
    context.add_init_script(
        "window.shifts = []; new PerformanceObserver((list) => shifts.push(...list.getEntries().map((one) => one.value)))"
        ".observe({ type: 'layout-shift', buffered: true })"
    )
    page = context.new_page()
    browser.start_tracing(page=page, categories=["devtools.timeline", "v8"])
    page.goto(stub.shop + "/rough")
    expect(button_of(page)).to_be_visible()
    page.wait_for_load_state("networkidle")
    events = json.loads(browser.stop_tracing())["traceEvents"]

    ours = [one for one in events if "widget.js" in json.dumps(one.get("args", {}))]
    ran = [one for one in ours if one["name"] in {"EvaluateScript", "FunctionCall", "v8.compile"}]
    assert any(one["name"] == "EvaluateScript" for one in ran)
    # The processor's own time: how busy this machine is says nothing of us.
    assert [one for one in ran if one.get("tdur", 0) > LONG] == []
    assert page.evaluate("shifts") == []
    context.close()
