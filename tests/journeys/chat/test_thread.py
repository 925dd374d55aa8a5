"""A long conversation in a real browser: opened at its end, read backwards, followed for hours."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.rows import inside
from tests.support.screen import Visitor, open_row, thread

pytestmark = pytest.mark.journey

PHONE = {"width": 390, "height": 844}
LONG = 5000
LENGTHEN = """
    WITH first AS (
        SELECT m, e, c.last_seq AS last FROM inbox_message m
        JOIN inbox_conversation c ON c.id = m.conversation_id
        JOIN accounts_event e ON e.subject_kind = 'conversation'
            AND e.subject_id = m.conversation_id AND e.seq = m.seq
        WHERE m.text = %(text)s
    ), said AS (
        INSERT INTO inbox_message SELECT (jsonb_populate_record(m, jsonb_build_object(
            'id', nextval(pg_get_serial_sequence('inbox_message', 'id')), 'seq', last + n,
            'public_seq', (m).public_seq + n, 'text', 'Line ' || n, 'client_id', gen_random_uuid(),
            'external_id', gen_random_uuid(), 'created_at', (m).created_at + n * interval '1 ms'
        ))).* FROM first, generate_series(1, %(count)s) AS n
        RETURNING id, seq, public_seq, conversation_id
    ), told AS (
        INSERT INTO accounts_event SELECT (jsonb_populate_record(e, jsonb_build_object(
            'id', nextval(pg_get_serial_sequence('accounts_event', 'id')), 'seq', said.seq,
            'data', jsonb_build_object('messages', jsonb_build_array(said.id))
        ))).* FROM first, said
    )
    UPDATE inbox_conversation SET last_seq = last_seq + %(count)s,
        public_seq = public_seq + %(count)s, incoming_seq = incoming_seq + %(count)s
    WHERE id = (SELECT (m).conversation_id FROM first)
"""


@pytest.fixture
def visitor(live_site):
    return Visitor(live_site)


@pytest.fixture
def question(visitor):
    return visitor.says(f"Where is order {uuid4().hex[:8]}?")


@pytest.fixture
def endless(live_site, question):
    """A conversation of five thousand messages."""
    with inside(live_site) as connection:
        connection.execute(LENGTHEN, {"text": question, "count": LONG})
    return question


def entries(page):
    return thread(page).locator("[data-seq]")


def line(page, n):
    return thread(page).get_by_text(f"Line {n}", exact=True)


def at_start(page):
    """Scroll to the first entry that is loaded, and say which it is and where it stands."""
    return thread(page).evaluate("""thread => {
        thread.scrollTop = 0
        const first = thread.querySelector('[data-seq]')
        return [first.id, first.getBoundingClientRect().top]
    }""")


@pytest.mark.parametrize("viewport", [{"width": 1440, "height": 900}, PHONE])
def test_long_conversation_opens_at_its_end_and_is_read_backwards(
    new_page, live_site, endless, viewport
):
    page = sign_in(new_page(viewport=viewport), live_site, "olga")
    page.locator(".row", has_text=endless).get_by_role("link").click()
    expect(line(page, LONG)).to_be_in_viewport()
    assert entries(page).count() <= 50

    for _ in range(8):
        entry, top = at_start(page)
        page.wait_for_function(
            "id => document.querySelector('conversation-thread [data-seq]').id !== id", arg=entry
        )
        now = page.locator(f"#{entry}").evaluate("entry => entry.getBoundingClientRect().top")
        assert abs(now - top) < 1

    assert entries(page).count() <= 300
    assert serious(page) == []
    expect(line(page, LONG)).to_have_count(0)  # what is far away is let go
    thread(page).evaluate("thread => thread.scrollTop = thread.scrollHeight")
    expect(thread(page).get_by_role("link", name="Later messages")).to_be_attached()


def test_long_conversation_opens_at_the_entry_of_its_address(new_page, live_site, endless):
    page = sign_in(new_page(), live_site, "olga")
    page.locator(".row", has_text=endless).get_by_role("link").click()
    expect(line(page, LONG)).to_be_visible()
    page.goto(f"{page.url}#entry-2500")
    page.reload()

    expect(page.locator("#entry-2500")).to_be_in_viewport()
    expect(page.locator("#entry-2500")).to_be_focused()
    before = entries(page).count()
    thread(page).evaluate("thread => thread.scrollTop = thread.scrollHeight")
    page.wait_for_function(
        "count => document.querySelectorAll('conversation-thread [data-seq]').length > count",
        arg=before,
    )


def test_reading_goes_on_at_the_first_unread_message(new_page, live_site, visitor, question):
    page = sign_in(new_page(), live_site, "olga")
    open_row(page, question)
    expect(page.locator(".row.is-current.is-unread")).to_have_count(0)
    page.goto("/acme/inbox/?view=closed")
    with inside(live_site) as connection:
        connection.execute(LENGTHEN, {"text": question, "count": 200})
        connection.execute("UPDATE inbox_conversation SET readers = '{}' WHERE last_seq > 200")

    page.go_back()

    expect(page.get_by_text("New", exact=True)).to_be_in_viewport()
    expect(line(page, 1)).to_be_in_viewport()
    assert serious(page) == []


def test_runs_of_events_fold_into_one_line(new_page, live_site, visitor, question):
    page = sign_in(new_page(), live_site, "olga")
    open_row(page, question)
    for n in range(4):
        page.get_by_role("textbox", name="Add a tag").fill(f"t{n}-{uuid4().hex[:6]}")
        page.get_by_role("textbox", name="Add a tag").press("Enter")
        expect(page.locator(".conv__meta .chip")).to_have_count(n + 1)
        expect(page.locator(".tags .chip")).to_have_count(n + 1)
    fold = thread(page).get_by_role("button", name="3 changes")
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(thread(page).locator(".event:visible")).to_have_count(1)  # the latest stands by itself
    assert serious(page) == []

    fold.click()
    expect(thread(page).locator(".event:visible")).to_have_count(4)
    visitor.says("And now?")

    fold = thread(page).get_by_role("button", name="4 changes")
    expect(fold).to_have_attribute("aria-expanded", "true")
    fold.click()
    expect(thread(page).locator(".event:visible")).to_have_count(0)


def test_messages_of_one_speaker_stand_together(new_page, live_site, visitor, question):
    page = sign_in(new_page(), live_site, "olga")
    open_row(page, question)
    again = visitor.says(f"Hello? {uuid4().hex[:8]}")

    said = thread(page).locator(".msg--in")
    expect(said).to_have_count(2)
    expect(said.nth(1)).to_contain_text(again)
    expect(said.nth(0).locator(".msg__head")).to_be_visible()
    expect(said.nth(1).locator(".msg__head")).to_be_hidden()


def test_the_keys_walk_from_message_to_message(new_page, live_site, visitor, question):
    page = sign_in(new_page(), live_site, "olga")
    open_row(page, question)
    again = visitor.says(f"Hello? {uuid4().hex[:8]}")
    expect(thread(page)).to_contain_text(again)
    thread(page).focus()

    page.keyboard.press("n")
    expect(thread(page).locator(".msg--in").nth(0)).to_be_focused()
    page.keyboard.press("n")
    expect(thread(page).locator(".msg--in").nth(1)).to_be_focused()
    page.keyboard.press("p")
    expect(thread(page).locator(".msg--in").nth(0)).to_be_focused()


def test_today_is_yesterday_after_midnight(new_page, live_site, visitor, question):
    page = new_page(timezone_id="UTC")
    page.clock.install(time=timezone.now().replace(hour=12))
    sign_in(page, live_site, "olga")
    open_row(page, question)
    expect(thread(page).locator(".day").last).to_contain_text(re.compile("^Today"))

    page.clock.fast_forward(timedelta(hours=13).total_seconds() * 1000)

    expect(thread(page).locator(".day").last).to_contain_text(re.compile("^Yesterday"))
