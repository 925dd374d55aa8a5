"""Redis goes away in the middle, a worker is killed: nothing is lost, nothing is done twice."""

import time
from uuid import uuid4

from playwright.sync_api import expect

from tests.support.ledger import Ledger
from tests.support.people import open_chat, say, sign_in
from tests.support.rows import rows
from tests.support.visitors import HttpVisitor

MESSAGES = 100
VISITORS = 10
SLOWEST = 2.0  # seconds a visitor may wait, Redis or not


def test_redis_goes_away_during_a_hundred_messages(new_page, live_site):
    ledger = Ledger(live_site)
    page = sign_in(new_page(), live_site, "olga", "/acme/inbox/?view=open")
    expect(page.get_by_role("heading", name="All open")).to_be_visible()
    loaded_at = page.evaluate("performance.timeOrigin")
    visitors = [HttpVisitor(live_site) for _ in range(VISITORS)]
    slowest, said = 0.0, []

    for n in range(MESSAGES):
        if n == MESSAGES // 4:
            live_site.stop_redis()
        if n == 3 * MESSAGES // 4:
            live_site.start_redis()
        said.append(ledger.words())
        began = time.monotonic()
        visitors[n % VISITORS].say(said[-1])
        slowest = max(slowest, time.monotonic() - began)
        ledger.acknowledge(said[-1])

    assert {status for visitor in visitors for status in visitor.statuses} == {201}
    assert slowest < SLOWEST
    ledger.settled()
    ledger.check()
    heard = rows(
        live_site,
        "SELECT count(*) FROM inbox_contact WHERE last_heard_at IS NOT NULL AND id IN "
        "(SELECT contact_id FROM inbox_conversation WHERE preview LIKE %s)",
        f"{ledger.mark} %",
    )
    assert heard == [(VISITORS,)]

    # The screen is right again by itself: the last words of each, and the counter.
    for last in said[-VISITORS:]:
        row = page.get_by_role("listitem").filter(has_text=last)
        expect(row).to_have_count(1, timeout=30_000)
    [(open_now,)] = rows(live_site, "SELECT count(*) FROM inbox_conversation WHERE status = 'open'")
    expect(page.get_by_role("heading", level=1)).to_contain_text(str(open_now), timeout=30_000)
    assert page.evaluate("performance.timeOrigin") == loaded_at


def test_replies_written_without_redis_arrive_when_it_is_back(new_page, live_site):
    mark = uuid4().hex[:8]
    visitor = new_page()
    chat = open_chat(visitor)
    say(chat, f"Hello {mark}")
    page = sign_in(new_page(), live_site, "olga", "/acme/inbox/?view=open")
    page.get_by_role("listitem").filter(has_text=mark).get_by_role("link").click()
    expect(page.get_by_role("log", name="Messages")).to_contain_text(mark)

    live_site.stop_redis()
    try:
        page.get_by_role("textbox", name="Message").fill(f"Answer {mark}")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_role("textbox", name="Message")).to_have_value("")
    finally:
        live_site.start_redis()

    log = chat.get_by_role("log", name="Messages")
    expect(log).to_contain_text(f"Answer {mark}", timeout=60_000)
    expect(log.get_by_text(f"Answer {mark}")).to_have_count(1)
    thread = page.get_by_role("log", name="Messages")
    expect(thread.get_by_text(f"Answer {mark}")).to_have_count(1, timeout=30_000)
    sent = "SELECT count(*) FROM accounts_event WHERE kind = 'message.sent' AND data->'messages' @> (SELECT to_jsonb(id) FROM inbox_message WHERE text = %s)"
    assert rows(live_site, sent, f"Answer {mark}") == [(1,)]
