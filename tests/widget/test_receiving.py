"""What the visitor hears, in order, without gaps, and from nobody else."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.support.rows import until
from tests.widget.pages import box_of, bubbles, button_of, open_chat, open_shop, put_away, say, stop
from tests.widget.stub import OLGA, TOKEN
from tests.widget.stub_pages import KEY

FETCH = ("GET", "conversation/")


@pytest.fixture
def talk(chat, stub):
    """A chat whose visitor has said Hi."""
    say(chat, "Hi")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()
    return chat


def test_answer_appears_with_its_author(talk, stub):
    stub.answer("Hello")

    expect(bubbles(talk)).to_have_text(["Hi", "Hello"])
    expect(talk.get_by_role("heading", name="Olga")).to_be_visible()
    expect(talk.get_by_text("Halden Cycles, here now")).to_be_visible()
    expect(talk.get_by_role("log", name="Messages")).to_contain_text("Hello")
    stub.push(kind="online", online=False)
    expect(talk.get_by_text("Halden Cycles, here now")).to_be_hidden()


def test_typing_goes_with_the_message_or_after_six_seconds(clock, talk, stub):
    stop(clock)
    stub.push(kind="typing", name="Olga")
    expect(talk.get_by_text("Olga is typing")).to_be_visible()
    stub.answer("Hello")
    expect(talk.get_by_text("Olga is typing")).to_be_hidden()

    stub.push(kind="typing", name="Olga")
    expect(talk.get_by_text("Olga is typing")).to_be_visible()
    clock.run_for(5900)
    expect(talk.get_by_text("Olga is typing")).to_be_visible()
    clock.run_for(100)
    expect(talk.get_by_text("Olga is typing")).to_be_hidden()


def test_gap_is_filled_in_order(talk, stub):
    person = stub.person
    person.add("outgoing", "two", author=OLGA)
    stub.answer("three")

    expect(bubbles(talk)).to_have_text(["Hi", "two", "three"])


def test_resync_asks_for_what_was_missed(talk, stub):
    stub.person.add("outgoing", "two", author=OLGA)
    stub.push(kind="resync")

    expect(bubbles(talk)).to_have_text(["Hi", "two"])


def test_reconnect_asks_for_what_was_missed(talk, stub):
    stub.person.add("outgoing", "two", author=OLGA)
    stub.hang_up()

    expect(bubbles(talk)).to_have_text(["Hi", "two"])
    stub.answer("three")
    expect(bubbles(talk)).to_have_text(["Hi", "two", "three"])


def test_short_break_is_not_worth_a_word(clock, talk, stub, shop):
    stop(clock)
    shown = talk.get_by_text("Reconnecting…")
    shop.frames[1].evaluate(
        """() => { window.told = []; const notice = document.querySelector("[data-part=notice]");
        new MutationObserver(() => told.push(notice.textContent)).observe(notice, { childList: true }) }"""
    )
    for allowed in (True, False):
        until(lambda: stub.person.sockets)
        before, stub.sockets_allowed = stub.tries, allowed
        stub.hang_up()
        until(lambda: clock.run_for(50) or stub.tries > before)  # noqa: B023
        expect(shown).to_be_hidden()

    until(lambda: clock.run_for(500) or shown.is_visible())
    stub.sockets_allowed = True
    until(lambda: clock.run_for(500) or shown.is_hidden())
    assert shop.frames[1].evaluate("told") == ["Reconnecting…", ""]


def test_answers_come_even_where_sockets_are_blocked(context, stub):
    stub.sockets_allowed = False
    chat = open_chat(open_shop(context, stub))
    say(chat, "Hi")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()
    stub.answer("Hello")

    expect(bubbles(chat)).to_have_text(["Hi", "Hello"])


def test_frames_twice_or_unknown_change_nothing(talk, stub):
    stub.answer("Hello")
    again = {"message": stub.person.messages[1], "conversation": stub.person.conversation}
    stub.push(kind="message", **again)
    stub.push(kind="constructor")
    stub.push(kind="note", text="secret")

    expect(bubbles(talk)).to_have_text(["Hi", "Hello"])


def test_long_history_begins_where_the_server_begins(context, stub, known):
    stub.history = 3
    for number in range(1, 9):
        known.add("outgoing", f"number {number}", author=OLGA)
    chat = open_chat(open_shop(context, stub))
    expect(bubbles(chat)).to_have_text(["number 6", "number 7", "number 8"])

    stub.answer("number 9")
    expect(bubbles(chat)).to_have_count(4)
    assert stub.calls.count(FETCH) == 1


def test_another_conversation_replaces_the_first(talk, stub):
    person = stub.person
    person.messages.clear()
    person.conversation = "6a1d"
    stub.answer("Merged")

    expect(bubbles(talk)).to_have_text(["Merged"])


def test_closed_conversation_says_so_until_somebody_writes(talk, stub):
    line = talk.get_by_text("This conversation is closed. Writing again reopens it.")
    stub.push(kind="status", conversation=stub.person.conversation, status="closed")
    expect(line).to_be_visible()

    say(talk, "One more thing")
    expect(line).to_be_hidden()


def test_read_is_told_once_and_only_for_what_was_seen(clock, talk, stub, shop):
    stop(clock)
    put_away(shop)
    stub.answer("a")
    stub.answer("b")
    expect(button_of(shop)).to_have_text("2")
    clock.run_for(5000)
    assert stub.person.seen == []

    button_of(shop).click()
    until(lambda: clock.run_for(500) or stub.person.seen)
    stub.answer("c")
    stub.answer("d")
    expect(bubbles(talk)).to_have_count(5)
    until(lambda: clock.run_for(500) or len(stub.person.seen) > 1)
    assert stub.person.seen == [3, 5]


def test_words_are_words_and_only_web_addresses_are_links(talk, stub):
    text = "<img src=x onerror=alert(1)> javascript:alert(1) see https://a.example/b?c=(d). ok"
    stub.answer(text)
    bubble = bubbles(talk).last

    expect(bubble).to_have_text(text)
    assert bubble.locator("img").count() == 0
    links = bubble.locator("a")
    assert links.evaluate_all("all => all.map(a => [a.href, a.target, a.rel])") == [
        ["https://a.example/b?c=(d)", "_blank", "noopener nofollow"]
    ]


def test_days_and_hours_are_the_visitor_s_own(browser, stub):
    context = browser.new_context(locale="en-GB", timezone_id="Asia/Tokyo")
    context.add_init_script(f"self === top && (localStorage['helpdesk:{KEY}'] = '{TOKEN}')")
    late = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    person = stub.people[TOKEN]
    person.add("outgoing", "long ago", author=OLGA, at=late)
    person.add("outgoing", "soon after", author=OLGA, at=late + timedelta(minutes=2))
    person.add("outgoing", "today", author=OLGA)
    chat = open_chat(open_shop(context, stub))

    expect(chat.get_by_role("log").locator("time")).to_have_count(2)
    assert "5 Mar" in chat.get_by_role("log").locator("time").first.inner_text()
    assert chat.get_by_role("log").locator("time").first.inner_text().endswith("08:30")
    assert chat.get_by_role("log").locator("time").last.inner_text().startswith("Today ")
    expect(chat.locator(".by")).to_have_count(2)
    context.close()


def test_greeting_stands_until_something_is_said(chat):
    greeting = chat.get_by_text("Good morning. How can we help?")
    expect(greeting).to_be_visible()
    say(chat, "Hi")
    expect(greeting).to_be_hidden()


def test_forged_identity_is_told_calmly(context, stub):
    page = open_shop(context, stub)
    chat = open_chat(page)
    page.evaluate("Helpdesk.identify('forged')")

    expect(chat.get_by_text("We could not confirm who you are.")).to_be_visible()
    assert page.complaints[0].startswith(
        "Failed to load resource: the server responded with a status of 401"
    )
    assert len(page.complaints) == 1


def test_unknown_channel_is_told_calmly(context, stub):
    stub.fail_next("conversation/", status=404, code="not_found")
    chat = open_chat(open_shop(context, stub))

    expect(chat.get_by_text("This chat is not open at the moment.")).to_be_visible()
    expect(box_of(chat)).to_be_hidden()


def test_panel_believes_only_the_pages_it_was_told_of(context, stub):
    lookalike = stub.shop.replace("localhost", "shop.localhost")
    stub.ancestors.append(lookalike)
    page = context.new_page()
    page.goto(lookalike + "/")
    chat = open_chat(page)
    page.wait_for_timeout(500)
    page.evaluate(
        """token => { const { contentWindow } = document.body.lastElementChild.shadowRoot.querySelector("iframe");
        for (const helpdesk of ["hello", "opened", "closed"])
          contentWindow.postMessage({ helpdesk, token, identity: null, page: {} }, "*") }""",
        TOKEN,
    )
    page.wait_for_timeout(300)

    expect(box_of(chat)).to_be_disabled()
    assert stub.calls == stub.frames == []
    assert page.evaluate("localStorage.length") == 0
