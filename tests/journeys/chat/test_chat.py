"""A visitor's chat is answered live by an operator, while a colleague's screen follows."""

import re
from uuid import uuid4

from playwright.sync_api import Response, expect

from tests.support.people import open_chat, say, sign_in
from tests.support.screen import heard, listen


class Ear:
    """Everything that reaches a browser from the chat's doors and sockets."""

    def __init__(self, page):
        self.frames: list[str] = []
        self.responses: list[Response] = []
        self.sockets = 0
        page.on("websocket", self._listen)
        page.on("response", self._note)

    def _note(self, response):
        self.responses.append(response)

    def _listen(self, socket):
        self.sockets += 1
        socket.on("framereceived", lambda frame: self.frames.append(str(frame)))

    def heard(self):
        answers = [r for r in self.responses if "/widget/" in r.url and r.status < 300]
        return self.frames + [r.text() for r in answers if r.status != 204]


def test_a_chat_from_the_first_word_to_the_reopening(new_page, live_site):
    mark = uuid4().hex[:8]
    question, answer, more = f"Where is order {mark}?", f"On its way {mark}", f"Thanks {mark}"
    secret = f"Angry customer {mark}"
    operator = sign_in(new_page(), live_site, "olga", "/acme/inbox/?view=unassigned")
    colleague = sign_in(new_page(), live_site, "ivan", "/acme/inbox/?view=open")
    visitor = new_page()
    ear = Ear(visitor)

    # A visitor writes, and both screens show it without a reload.
    chat = open_chat(visitor)
    say(chat, question)
    row = operator.get_by_role("listitem").filter(has_text=question)
    expect(row).to_be_visible()
    colleagues_row = colleague.get_by_role("listitem").filter(has_text=question)
    colleagues_row.get_by_role("link").click()
    colleagues_thread = colleague.get_by_role("log", name="Messages")
    expect(colleagues_thread).to_contain_text(question)

    # The operator takes it: it leaves Unassigned, the colleague sees who has it.
    row.get_by_role("link").click()
    thread = operator.get_by_role("log", name="Messages")
    expect(thread).to_contain_text(question)
    expect(chat.get_by_text("Seen")).to_be_visible()
    operator.get_by_role("button", name="Assign to me").click()
    expect(operator.get_by_role("button", name="Assign to me")).to_be_hidden()
    expect(row).to_have_count(0)
    expect(colleagues_thread).to_contain_text(re.compile("Olga.*(took|assigned)"))

    # They type, and the visitor sees it; they answer, and the visitor reads it.
    listen(chat)
    listen(colleague)
    message = operator.get_by_role("textbox", name="Message")
    message.press_sequentially("On its", delay=30)
    heard(chat, "Olga is typing")
    heard(colleague, "Olga is writing a reply")
    message.fill(answer)
    operator.get_by_role("button", name="Send", exact=True).click()
    expect(chat.get_by_role("log", name="Messages")).to_contain_text(answer)
    expect(thread).to_contain_text("Seen")
    expect(colleagues_thread).to_contain_text(answer)
    expect(message).to_have_value("")

    # A note is for colleagues alone.
    operator.get_by_role("tab", name="Note").click()
    operator.get_by_role("textbox", name="Note").fill(secret)
    operator.get_by_role("button", name="Add note").click()
    expect(thread).to_contain_text(secret)
    expect(colleagues_thread).to_contain_text(secret)

    # The visitor types; the operator closes; the visitor writes again, and it is open again.
    listen(operator)
    chat.get_by_role("textbox", name="Message").press_sequentially("Tha", delay=30)
    heard(operator, "is typing")
    operator.get_by_role("button", name="Close", exact=True).click()
    expect(operator.get_by_role("button", name="Reopen")).to_be_visible()
    expect(colleague.get_by_role("button", name="Reopen")).to_be_visible()
    say(chat, more)
    expect(operator.get_by_role("button", name="Close", exact=True)).to_be_visible()
    expect(thread).to_contain_text(more)
    expect(colleagues_thread).to_contain_text(more)
    expect(colleague.get_by_role("listitem").filter(has_text=more)).to_be_visible()

    frames = ear.heard()
    assert any(answer in frame for frame in ear.frames)
    assert not any(secret in said for said in frames)


def test_history_outlives_the_page_and_the_tab(new_page, live_site):
    mark = uuid4().hex[:8]
    visitor = new_page()
    say(open_chat(visitor), f"First {mark}")

    again = open_chat(visitor, "/demo/bikes/")
    expect(again.get_by_role("log", name="Messages")).to_contain_text(f"First {mark}")
    other_tab = visitor.context.new_page()
    chat = open_chat(other_tab)
    expect(chat.get_by_role("log", name="Messages")).to_contain_text(f"First {mark}")
    say(again, f"Second {mark}")
    expect(chat.get_by_role("log", name="Messages")).to_contain_text(f"Second {mark}")


def test_nothing_is_loaded_or_stored_before_the_first_click(new_page, live_site):
    visitor = new_page()
    ear, asked = Ear(visitor), []
    visitor.on("request", lambda request: asked.append(request.url))

    visitor.goto("/demo/")
    visitor.wait_for_load_state("networkidle")

    assert [url for url in asked if "/widget" in url] == [f"{live_site.url}/widget.js"]
    assert ear.sockets == 0
    assert visitor.context.cookies() == []
    assert visitor.locator("iframe").count() == 0
