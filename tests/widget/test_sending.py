"""What the visitor says arrives once, whatever happens on the way."""

import re

from playwright.sync_api import expect

from tests.support.rows import until
from tests.widget.pages import box_of, bubbles, open_chat, open_shop, say, stop
from tests.widget.stub_pages import KEY

SENT = re.compile("^Sent$")
MESSAGES = ("POST", "messages/")


def texts(stub):
    return [message["text"] for message in stub.person.messages]


def test_enter_sends_and_shift_enter_breaks_the_line(chat, stub):
    box = box_of(chat)
    box.fill("one")
    box.press("Shift+Enter")
    box.type("two")
    assert stub.calls.count(MESSAGES) == 0
    box.press("Enter")

    expect(chat.get_by_text(SENT)).to_be_visible()
    expect(box).to_have_value("")
    assert texts(stub) == ["one\ntwo"]


def test_button_sends_but_never_nothing(chat, stub):
    box_of(chat).fill("  \n ")
    chat.get_by_role("button", name="Send", exact=True).click()
    box_of(chat).fill("Hi")
    chat.get_by_role("button", name="Send", exact=True).click()

    expect(chat.get_by_text(SENT)).to_be_visible()
    assert texts(stub) == ["Hi"]


def test_box_stops_at_ten_thousand_characters_and_five_lines(chat):
    box = box_of(chat)
    expect(box).to_be_enabled()
    assert box.get_attribute("maxlength") == "10000"
    low = box.bounding_box()["height"]
    box.fill("\n".join("abcde"))
    five = box.bounding_box()["height"]
    box.fill("\n".join("abcdefghij"))

    assert low < five == box.bounding_box()["height"]


def test_message_is_shown_before_it_is_sent_and_seen_after_it_is_read(clock, chat, stub):
    expect(box_of(chat)).to_be_enabled()
    stop(clock)
    stub.fail_next("messages/", status=503, code="delayed")
    say(chat, "Hi")
    expect(chat.get_by_text("Sending", exact=True)).to_be_visible()
    expect(bubbles(chat)).to_have_text(["Hi"])

    until(lambda: clock.run_for(500) or chat.get_by_text(SENT).is_visible())
    until(lambda: stub.person.sockets)  # the page is drawn before its line is open
    stub.push(kind="read", seq=1)
    expect(chat.get_by_text("Seen", exact=True)).to_be_visible()
    expect(bubbles(chat)).to_have_text(["Hi"])


def test_lost_answer_never_doubles_a_message(chat, stub):
    stub.fail_next("messages/", after=True)
    stub.fail_next("messages/", after=True)
    for text in ("one", "two", "three"):
        say(chat, text)

    expect(chat.get_by_text(SENT)).to_be_visible()
    expect(bubbles(chat)).to_have_text(["one", "two", "three"])
    assert texts(stub) == ["one", "two", "three"]


def test_reload_sends_what_was_not_acknowledged(chat, stub, shop):
    stub.sockets_allowed = False
    stub.fail_next("messages/", status=502, times=50)
    for text in ("one", "two", "three"):
        say(chat, text)
    expect(chat.get_by_text("Sending", exact=True)).to_be_visible()
    assert not any(one.messages for one in stub.people.values())

    stub.faults.clear()
    stub.fail_next("messages/", after=True)  # arrives, but nobody hears of it
    shop.reload()
    chat = open_chat(shop)

    expect(chat.get_by_text(SENT)).to_be_visible()
    expect(bubbles(chat)).to_have_text(["one", "two", "three"])
    assert texts(stub) == ["one", "two", "three"]

    shop.reload()
    expect(bubbles(open_chat(shop))).to_have_text(["one", "two", "three"])
    assert stub.calls.count(MESSAGES) < 12


def test_two_tabs_do_not_send_each_other_s_messages_twice(context, stub, known):
    stub.fail_next("messages/", status=502, times=50)
    one, two = (open_chat(open_shop(context, stub)) for _ in range(2))
    say(one, "from one")
    say(two, "from two")
    expect(two.get_by_text("Sending", exact=True)).to_be_visible()

    stub.faults.clear()
    for chat in (one, two):
        expect(bubbles(chat)).to_have_count(2)
        expect(chat.get_by_text(SENT)).to_be_visible()
    assert sorted(texts(stub)) == ["from one", "from two"]


def test_refused_message_says_why_and_can_be_sent_again(chat, stub, shop):
    stub.fail_next("messages/", status=413, code="too_large", detail="This is too long.")
    say(chat, "a novel")
    expect(chat.get_by_text("Not sent. This is too long.")).to_be_visible()
    say(chat, "another")
    expect(chat.get_by_text(SENT)).to_be_visible()
    assert texts(stub) == ["another"]

    shop.reload()
    chat = open_chat(shop)
    expect(chat.get_by_text("Not sent. This is too long.")).to_be_visible()
    chat.get_by_role("button", name="Send again").click()
    expect(chat.get_by_text("Not sent.")).to_be_hidden()
    expect(bubbles(chat)).to_have_text(["another", "a novel"])
    assert texts(stub) == ["another", "a novel"]


def test_asked_to_wait_it_waits(clock, chat, stub):
    expect(box_of(chat)).to_be_enabled()
    stop(clock)
    stub.fail_next("messages/", status=429, code="too_many", **{"Retry-After": "3"})
    say(chat, "slowly")
    until(lambda: stub.calls.count(MESSAGES))
    clock.run_for(2900)
    expect(chat.get_by_text("Sending", exact=True)).to_be_visible()
    assert stub.calls.count(MESSAGES) == 1

    until(lambda: clock.run_for(500) or chat.get_by_text(SENT).is_visible())
    assert stub.calls.count(MESSAGES) == 2


def test_typing_is_told_at_most_every_two_seconds(clock, chat, stub):
    expect(box_of(chat)).to_be_enabled()
    until(lambda: any(one.sockets for one in stub.people.values()))
    stop(clock)
    for wait in (0, 1900, 100):
        clock.run_for(wait)
        box_of(chat).press_sequentially("slowly")

    typed = lambda: [frame for frame in stub.frames if "typing" in frame]  # noqa: E731
    until(lambda: len(typed()) > 1)
    assert typed() == [{"typing": True}] * 2


def test_panel_alone_has_nobody_to_speak_for(stub, context):
    page = context.new_page()
    page.goto(f"{stub.desk}/widget/{KEY}/")
    page.wait_for_timeout(300)

    expect(box_of(page)).to_be_disabled()
    assert stub.calls == stub.frames == []
