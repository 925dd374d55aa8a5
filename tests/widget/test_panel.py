"""What the panel offers beside talking: several conversations, a form, a rating, files, a sound."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from inbox.models.webchat import Webchat
from tests.support.judging import serious
from tests.widget.pages import box_of, bubbles, button_of, open_chat, open_shop, say
from tests.widget.stub import OLGA

ALL = {
    "name": "required",
    "email": "optional",
    "phone": "optional",
    "topic": "required",
    "consent": "required",
}
TOPICS = {"en": {"topics": "An order\nA repair"}}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(params=[{"width": 1440, "height": 900}, PHONE], ids=["desk", "phone"])
def context(request, browser):
    context = browser.new_context(viewport=request.param, locale="en-GB")
    yield context
    context.close()


def close(stub):
    stub.person.talk().status = "closed"
    stub.push(kind="status", conversation=stub.person.conversation, status="closed")


def test_conversations_are_listed_opened_and_begun(chat, stub, shop):
    say(chat, "The first")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()
    chat.get_by_role("button", name="More").click()
    chat.get_by_role("button", name="Start a new conversation").click()
    say(chat, "The second")
    expect(bubbles(chat)).to_have_text(["The second"])
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()

    chat.get_by_role("button", name="Your conversations").click()

    rows = chat.get_by_role("list", name="Your conversations").get_by_role("button")
    expect(rows).to_have_count(2)
    assert serious(shop.frames[1]) == []
    rows.filter(has_text="The first").click()
    expect(bubbles(chat)).to_have_text(["The first"])
    say(chat, "Still the first")
    expect(bubbles(chat)).to_have_text(["The first", "Still the first"])
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()
    assert [len(talk.messages) for talk in stub.person.talks] == [2, 1]


def test_an_answer_elsewhere_is_counted_and_found(chat, stub, shop):
    say(chat, "The first")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()
    first = stub.person.conversation
    chat.get_by_role("button", name="More").click()
    chat.get_by_role("button", name="Start a new conversation").click()
    say(chat, "The second")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()

    message = stub.person.add("outgoing", "About the first", author=OLGA, conversation=first)
    stub.push(kind="message", conversation=first, message=message)
    chat.get_by_role("button", name="Your conversations").click()

    expect(chat.get_by_role("button", name="Olga").first).to_contain_text("About the first")


def test_the_form_comes_first_and_goes_with_the_first_message(context, stub):
    stub.chat = Webchat(asks=ALL, texts=TOPICS, privacy_url="https://shop.example/privacy")
    page = open_shop(context, stub)
    chat = open_chat(page)
    expect(box_of(chat)).to_be_hidden()
    assert serious(page.frames[1]) == []

    chat.get_by_role("button", name="Start the chat").click()
    expect(chat.get_by_text("Fill this in.").first).to_be_visible()
    expect(chat.get_by_label("Your name")).to_be_focused()
    chat.get_by_label("Your name").fill("Ada")
    chat.get_by_label("Email").fill("ada@")
    chat.get_by_role("radio", name="A repair").check(force=True)
    chat.get_by_role("checkbox").check()
    chat.get_by_role("button", name="Start the chat").click()
    expect(chat.get_by_text("Something is missing in this address.")).to_be_visible()
    assert serious(page.frames[1]) == []
    chat.get_by_label("Email").fill("ada@shop.example")
    chat.get_by_role("button", name="Start the chat").click()
    say(chat, "Hi")

    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()
    assert stub.person.form == {
        "name": "Ada",
        "email": "ada@shop.example",
        "topic": "A repair",
        "consent": True,
    }
    say(chat, "And more")
    expect(bubbles(chat)).to_have_count(2)
    expect(chat.get_by_text("Sending", exact=True)).to_be_hidden()
    assert stub.person.form is None


def test_the_team_is_named_and_a_wait_only_where_it_is_known(context, stub):
    stub.team = [OLGA, OLGA | {"name": "Ivan", "initials": "IP"}]
    chat = open_chat(open_shop(context, stub))
    expect(chat.get_by_text("Here now: Olga and Ivan", exact=True)).to_be_visible()

    stub.replies_in = 230
    chat = open_chat(open_shop(context, stub))
    expect(chat.get_by_text("Replies usually take about 4 minutes.")).to_be_visible()

    stub.online, tomorrow = False, datetime.now(UTC) + timedelta(days=1)
    stub.back_at = tomorrow.isoformat()
    chat = open_chat(open_shop(context, stub))
    expect(chat.get_by_text("Back: Tomorrow")).to_be_visible()


def test_a_closed_conversation_is_rated_once(chat, stub, shop):
    say(chat, "Hi")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()
    faces = chat.get_by_role("group", name="How was the help you got?")
    close(stub)
    expect(chat.get_by_text("This conversation is closed.")).to_be_visible()
    expect(faces).to_be_hidden()  # nobody has helped yet

    stub.answer("Hello")
    expect(faces).to_be_visible()
    chat.get_by_role("radio", name="Excellent").check(force=True)
    chat.get_by_role("textbox", name="What made it excellent?").fill("Knew it at once")
    assert serious(shop.frames[1]) == []
    stub.fail_next("rating/", status=503, detail="Try again.")
    chat.get_by_role("button", name="Send to Halden Cycles").click()
    expect(chat.get_by_text("Try again.")).to_be_visible()
    chat.get_by_role("button", name="Send to Halden Cycles").click()

    expect(chat.get_by_text("You said: excellent")).to_be_visible()
    expect(faces).to_be_hidden()
    talk = stub.person.talk()
    assert (talk.rating, talk.comment) == ("excellent", "Knew it at once")


def test_a_rating_in_another_tab_is_seen_in_this_one(chat, stub):
    say(chat, "Hi")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()
    stub.answer("Hello")
    close(stub)
    expect(chat.get_by_role("group", name="How was the help you got?")).to_be_visible()

    stub.push(kind="rated", conversation=stub.person.conversation, rating="good")

    expect(chat.get_by_text("You said: good")).to_be_visible()
    expect(chat.get_by_role("group", name="How was the help you got?")).to_be_hidden()


def test_files_go_with_a_message(chat, stub, shop):
    expect(box_of(chat)).to_be_enabled()
    paper = {"name": "order.txt", "mimeType": "text/plain", "buffer": b"Order 7"}
    stub.fail_next("attachments/", status=413, detail="That file is too large.")
    chat.locator("input[type=file]").set_input_files(paper)
    expect(chat.get_by_text("That file is too large.")).to_be_visible()
    assert serious(shop.frames[1]) == []

    chat.get_by_role("button", name="Send again").click()
    expect(chat.get_by_text("That file is too large.")).to_be_hidden()
    chat.get_by_role("button", name="Send", exact=True).click()

    expect(chat.get_by_role("log").get_by_role("link", name="order.txt")).to_be_visible()
    expect(chat.get_by_role("button", name="Remove: order.txt")).to_be_hidden()
    (message,) = stub.person.messages
    assert [(one["name"], one["size"]) for one in message["attachments"]] == [("order.txt", 7)]


def test_smileys_are_fetched_when_asked_for_and_put_where_one_writes(chat, shop):
    asked = []
    shop.on("request", lambda request: asked.append(request.url))
    box_of(chat).fill("Thanks ")
    assert [url for url in asked if url.endswith("emoji.js")] == []

    chat.get_by_role("button", name="Emoji").click()
    chat.get_by_role("group", name="Emoji").get_by_role("button", name="😀").press("ArrowRight")
    chat.get_by_role("button", name="😃").press("Enter")

    expect(box_of(chat)).to_have_value("Thanks 😃")
    assert len([url for url in asked if url.endswith("emoji.js")]) == 1
    chat.get_by_role("button", name="😃").press("Escape")
    expect(chat.get_by_role("button", name="Emoji")).to_be_focused()
    expect(button_of(shop)).to_have_attribute("aria-expanded", "true")
