"""A tab that is left open for a day: it follows thousands of changes and does not grow."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.people import sign_in
from tests.support.screen import Visitor, open_row, thread

pytestmark = pytest.mark.journey

UPDATES = 2000
MOST = 30 * 2**20  # bytes of heap
LINE = "window.WebSocket = class extends WebSocket { constructor(url) { super(url); window.line = this } }"
# As the socket would hand them on: a row and a message, each newer than the last.
FOLLOW = """async ([from, count]) => {
    const hear = (frame) => window.line.onmessage({ data: JSON.stringify(frame) })
    const row = document.querySelector('.row.is-current')
    const number = Number(row.dataset.number)
    const head = document.querySelector('#head')
    const said = document.querySelector('conversation-thread .msg--in')
    for (let n = from; n < from + count; n += 1) {
        for (const drawn of [row, head, said]) drawn.dataset.seq = String(n)
        said.id = `entry-${n}`
        said.querySelector('.bubble').textContent = `Line ${n}`
        row.dataset.at = String(Number(row.dataset.at) + 1)
        const seq = { number, seq: n }
        hear({ kind: 'row', ...seq, html: row.outerHTML })
        hear({ kind: 'conversation', ...seq, first: n, entries: said.outerHTML, head: head.outerHTML })
        if (n % 50 === 0) await new Promise(requestAnimationFrame)
    }
}"""


def heap(page, devtools):
    for _ in range(3):
        devtools.send("HeapProfiler.collectGarbage")
    return devtools.send("Runtime.getHeapUsage")["usedSize"]


def test_two_thousand_changes_leave_nothing_behind(new_page, live_site):
    text = Visitor(live_site).says(f"Long day {uuid4().hex[:8]}")
    page = new_page()
    page.add_init_script(LINE)
    sign_in(page, live_site, "olga")
    open_row(page, text)
    expect(page.locator(".row.is-current.is-unread")).to_have_count(0)
    devtools = page.context.new_cdp_session(page)
    page.evaluate(FOLLOW, [100, 300])  # as many entries as a page ever holds
    before = heap(page, devtools)

    page.evaluate(FOLLOW, [400, UPDATES])

    expect(thread(page)).to_contain_text(f"Line {400 + UPDATES - 1}")
    page.wait_for_function("document.querySelectorAll('[role=log] [data-seq]').length <= 300")
    assert heap(page, devtools) - before < MOST
