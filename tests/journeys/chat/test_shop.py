"""The chat on a customer's own site: while nobody is there, in two tabs, in a tunnel, and for who is signed in."""

import json
import re
import time
from urllib.request import Request, urlopen

import jwt
import pytest
from playwright.sync_api import expect

from tests.factories import new_token
from tests.support.judging import serious
from tests.support.newcomers import make_newcomer
from tests.support.rows import inside, until
from tests.support.screen import open_row, thread
from tests.support.shop import chat_of, connect, write

pytestmark = pytest.mark.journey
SIZES = [{"width": 1440, "height": 900}, {"width": 390, "height": 844}]
both = pytest.mark.parametrize("size", SIZES, ids=["desk", "phone"])
# Counts what is played: whether anybody hears it, no test can tell.
LISTEN = """
  let notes = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...at) {
    document.documentElement.dataset.notes = ++notes;
    start.apply(this, at);
  };
"""
BLOCKED = """
  for (const name of ["localStorage", "sessionStorage"])
    Object.defineProperty(window, name, { get() { throw new DOMException("no", "SecurityError") } });
"""
HEAR = """() => {
  window.heard = [];
  for (const name of ["ready", "open", "close", "unread", "message"])
    Helpdesk.on(name, (detail) => heard.push(detail === undefined ? name : [name, detail]));
}"""


@pytest.fixture
def noor(new_page, live_site):
    """Somebody who has just made a workspace, and answers at once."""
    noor = make_newcomer(new_page(), live_site)
    with inside(live_site, noor.slug) as connection:
        connection.execute("UPDATE accounts_membership SET undo_seconds = 0")
    return noor


def key_of(snippet):
    return re.search('data-channel="(.+?)"', snippet)[1]


def leave(noor, site, snippet):
    """Shut the operator's screen, and wait until visitors are told that nobody is there."""
    noor.page.goto("about:blank")
    address = f"{site.url}/widget/{key_of(snippet)}/home/"
    asked = Request(address, headers={"Authorization": f"Visitor {new_token()}"})
    until(lambda: json.load(urlopen(asked))["online"] is False, pause=1)


def answer(noor, text):
    noor.page.get_by_role("textbox", name="Message").fill(text)
    noor.page.get_by_role("button", name="Send", exact=True).click()
    expect(thread(noor.page)).to_contain_text(text)


@both
def test_nobody_is_there_and_then_somebody(new_page, live_site, shop, noor, size):
    page = noor.goes(f"/{noor.slug}/settings/channels/new/")
    page.get_by_label("Your sites").fill(shop.origin)
    page.get_by_label("Beside the round button").fill("Ask us")
    shop.snippet = connect(page)
    leave(noor, live_site, shop.snippet)
    visitor = new_page(viewport=size)
    visitor.context.add_init_script(LISTEN)

    # Nobody is there: the form asks where to answer.
    visitor.goto(shop.origin)
    button = visitor.get_by_role("button", name="Ask us", exact=True)
    button.click()
    chat = chat_of(visitor)
    expect(chat.get_by_role("heading", name="Leave a message")).to_be_visible()
    chat.get_by_label("Your message").fill("Is Friday free?")
    chat.get_by_role("button", name="Leave the message").click()
    expect(chat.get_by_text("Fill this in.")).to_be_visible()
    assert serious(visitor.frames[1]) == []
    chat.get_by_label("Email").fill("ada@shop.test")
    chat.get_by_role("button", name="Leave the message").click()
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()

    # A sound is made on request; then the chat is put away.
    played = chat.locator("html")
    chat.get_by_role("button", name="More").click()
    sound = chat.get_by_role("button", name="Sound")
    expect(sound).to_have_attribute("aria-pressed", "false")
    sound.click()
    expect(played).to_have_attribute("data-notes", "2")
    visitor.keyboard.press("Escape")
    visitor.keyboard.press("Escape")
    expect(button).to_be_focused()

    # Somebody comes, sees where to answer, and does it here.
    noor.goes(noor.inbox)
    open_row(noor.page, "Is Friday free?")
    expect(noor.page.get_by_text("ada@shop.test").first).to_be_attached()
    answer(noor, "Friday is fine")
    expect(button).to_have_attribute("aria-description", "1 unread")
    expect(played).to_have_attribute("data-notes", "4")

    # What a second tab sees, the first need not count any more; what it says, both show.
    tab = visitor.context.new_page()
    tab.goto(shop.origin)
    tab.get_by_role("button", name="Ask us", exact=True).click()
    other = chat_of(tab)
    expect(other.get_by_role("log")).to_contain_text("Friday is fine")
    sound = other.locator("[data-part=sound]")
    expect(sound).to_have_attribute("aria-pressed", "true")
    expect(button).to_have_attribute("aria-description", "")
    expect(button).to_have_text("Ask us")
    write(other, "Then I come")
    expect(chat.locator(".bubble").filter(has_text="Then I come")).to_be_attached()
    expect(thread(noor.page)).to_contain_text("Then I come")

    # In a tunnel: what is said waits and says so, what was missed comes after it.
    tab.context.set_offline(True)
    write(other, "In the tunnel")
    expect(other.get_by_text("Reconnecting…")).to_be_visible()
    stuck = other.get_by_text("Not sent. It goes once the connection is back.")
    expect(stuck).to_be_visible()
    assert serious(tab.frames[1]) == []
    other.get_by_role("button", name="Send again").click()
    answer(noor, "See you then")
    expect(stuck).to_be_visible()
    tab.context.set_offline(False)
    expect(stuck).to_be_hidden()
    expect(other.get_by_text("Reconnecting…")).to_be_hidden()
    for words in ("In the tunnel", "See you then"):
        expect(other.locator(".bubble").filter(has_text=words)).to_have_count(1)
        expect(thread(noor.page).get_by_text(words, exact=True)).to_have_count(1)


@both
def test_who_is_signed_in_chats_under_their_name(new_page, shop, noor, size):
    page = noor.goes(f"/{noor.slug}/settings/channels/new/")
    page.get_by_label("Your sites").fill(shop.origin)
    page.get_by_label("Only for signed-in customers").check()
    page.locator("label:has(input[name=ask_name][value=required])").click()
    shop.snippet = connect(page)
    secret = page.locator("#secret").text_content()
    visitor = new_page(viewport=size)
    visitor.context.add_init_script(BLOCKED)  # of the page and of the frame in it
    visitor.goto(shop.origin)
    expect(visitor.get_by_role("button", name="Chat")).to_be_visible()
    visitor.evaluate(HEAR)
    visitor.evaluate("Helpdesk.setFields({ plan: 'Pro' }); Helpdesk.open()")
    chat = chat_of(visitor)
    expect(chat.get_by_text("Sign in on this site to chat.")).to_be_visible()
    expect(chat.get_by_role("textbox", name="Message")).to_be_hidden()
    assert serious(visitor.frames[1]) == []

    # The site vouches for them, and the form has nothing left to ask.
    claims = {
        "sub": "42",
        "name": "Ada Lovelace",
        "email": "ada@shop.test",
        "aud": key_of(shop.snippet),
        "exp": int(time.time()) + 300,
    }
    signed = jwt.encode(claims, secret, algorithm="HS256")
    visitor.evaluate("jwt => Helpdesk.identify(async () => jwt)", signed)
    write(chat, "It is me")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()
    visitor.evaluate("Helpdesk.close()")
    noor.goes(noor.inbox)
    open_row(noor.page, "It is me")
    expect(noor.page.get_by_role("heading", name="Ada Lovelace").first).to_be_visible()
    expect(noor.page.get_by_text("plan: Pro", exact=True)).to_be_attached()
    answer(noor, "Hello Ada")

    # The page hears of it, opens the chat, and signs them out again.
    expect(visitor.get_by_role("button", name="Chat")).to_have_text("1")
    visitor.evaluate("Helpdesk.toggle()")
    expect(chat.get_by_role("log")).to_contain_text("Hello Ada")
    expect(visitor.get_by_role("button", name="Chat")).to_have_text("")
    heard = [one if isinstance(one, str) else one[0] for one in visitor.evaluate("heard")]
    assert heard == ["open", "ready", "close", "message", "unread", "open", "unread"]
    visitor.evaluate("Helpdesk.identify(null)")
    expect(chat.get_by_text("Sign in on this site to chat.")).to_be_visible()
    expect(chat.get_by_text("Hello Ada")).to_be_hidden()
