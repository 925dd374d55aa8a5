"""Screens of a running site without a browser: they hear, fetch and come back as its modules do."""

import json
import re
import time
from html import unescape

from tests.support.lines import Line
from tests.support.shown import Shown, entries_in

ROW = re.compile(r'<li class="row.*?</li>', re.DOTALL)
HEAD = re.compile(r'<header class="conv__head" id="head".*?</header>', re.DOTALL)
UNTIL = re.compile(r'id="until" value="(\d+)"')
NUMBER = re.compile(r'data-number="(\d+)" data-seq="(\d+)"')
MORE = re.compile(r'<div class="list__more">.*?href="([^"]+)"', re.DOTALL)
AGAIN = 5.0  # seconds between two looks at the counters; a browser's are sixty


class Screen(Shown, Line):
    """An operator's: one list, all counters, and a conversation where one is named."""

    path = "/acme/live/"

    def __init__(self, person, view="open", number=None) -> None:
        Shown.__init__(self, view, number)
        Line.__init__(self, person.site, Cookie=person.cookie)
        self.person, self._asked = person, 0.0

    def opened(self) -> None:
        self._subscribe()

    def broke(self) -> None:
        self.is_stale = True

    def idle(self) -> None:
        if self.is_up and time.monotonic() - self._asked > AGAIN:
            self._count()

    def hear(self, frame) -> None:
        if self.apply(frame):
            self._catch_up()

    def on_resync(self, _frame) -> None:
        self.is_stale = True
        self._subscribe()

    def on_watching(self, frame) -> None:
        if frame.get("view") == self.view:
            self.rows = self._fetched_rows()
            self._count()
            self.is_up = True
        elif frame.get("conversation") and (self.is_stale or frame["seq"] > self.seq):
            self.seq = 0 if self.is_stale else self.seq
            self.is_stale = False
            self._catch_up()

    is_stale = True

    def _subscribe(self) -> None:
        self.send(view=self.view, conversation=self.number)

    def _catch_up(self) -> None:
        reached = -1
        while self.seq > reached:
            reached = self.seq
            html = self._get(f"/acme/inbox/{self.number}/timeline/?after={reached}")
            self.entries |= entries_in(html[HEAD.search(html).end() :])
            self.head = HEAD.search(html)[0]
            self.seq = int(UNTIL.search(html)[1])

    def _fetched_rows(self):
        rows: dict[int, tuple[int, str]] = {}
        path: str | None = f"/acme/inbox/?view={self.view}"
        while path:
            html = self._get(path)
            found = ((NUMBER.search(row), row) for row in ROW.findall(html))
            rows |= {int(about[1]): (int(about[2]), row) for about, row in found}
            more = MORE.search(html)
            path = unescape(more[1]) if more else None
        return rows

    def _count(self) -> None:
        self._asked = time.monotonic()
        self.counts = json.loads(self._get("/acme/inbox/counts/"))

    def _get(self, path):
        return self.fetch(path, **self.person.headers)

    def looks(self):
        """Return what a person would see, apart from what each screen decides by itself."""
        rows = {n: (seq, _plain(html)) for n, (seq, html) in self.rows.items()}
        counts = {view: n for view, n in self.counts.items() if n}
        entries = {name: _plain(html) for name, html in self.entries.items()}
        return {"rows": rows, "counts": counts, "entries": entries, "head": _plain(self.head)}

    def as_fetched(self):
        """Return what a screen that is opened now would show."""
        fresh = Screen(self.person, self.view, self.number)
        fresh.rows = fresh._fetched_rows()
        fresh._count()
        if self.number:
            fresh._catch_up()
        return fresh.looks()


class Panel(Line):
    """A visitor's: their latest conversation."""

    path = "/widget/demo/live/"

    def __init__(self, site, token) -> None:
        super().__init__(site)
        self.token, self.status, self.read = token, None, 0
        self.messages: dict[int, str] = {}

    def opened(self) -> None:
        self.send(visitor=self.token)

    def hear(self, frame) -> None:
        kind = frame["kind"]
        if kind in {"watching", "resync"}:
            self._sync()
            self.is_up = True
        elif kind == "message":
            message = frame["message"]
            is_gap = message["seq"] > max(self.messages, default=0) + 1
            if is_gap:  # first, or what is missing would be asked for behind it
                self._sync()
            self.messages[message["seq"]] = message["text"]
        elif kind == "status":
            self.status = frame["status"]
        elif kind == "read":
            self.read = max(self.read, frame["seq"])

    def _sync(self) -> None:
        # What changes without a number, such as the status, is told with every answer.
        answer = self._ask(max(self.messages, default=0))
        while answer["messages"] and max(self.messages, default=0) < answer["seq"]:
            self.messages |= {said["seq"]: said["text"] for said in answer["messages"]}
            answer = self._ask(max(self.messages))
        self.status, self.read = answer["status"], answer["read_seq"]

    def _ask(self, after):
        path = f"/widget/demo/conversation/?after={after}"
        return json.loads(self.fetch(path, Authorization=f"Visitor {self.token}"))

    def looks(self):
        """Return what is shown of the newest, of which a fetch gives so many."""
        newest = dict(sorted(self.messages.items())[-200:])
        return {"messages": newest, "status": self.status, "read": self.read}

    def as_fetched(self):
        fresh = Panel(self.site, self.token)
        fresh._sync()
        return fresh.looks()


def _plain(html):
    return re.sub(r"\s+", " ", html.replace(" is-unread", "")).strip()


def all_true(screens, seconds=60) -> None:
    """Wait until every screen shows by itself what a fresh fetch shows; else say where they differ."""
    deadline = time.monotonic() + seconds
    for screen in screens:
        while (shown := screen.looks()) != (fresh := screen.as_fetched()) or not screen.is_up:
            assert screen.error is None, screen.error
            assert time.monotonic() < deadline, _difference(shown, fresh) or "It did not come back."
            time.sleep(0.25)


def _difference(shown, fresh):
    return {
        part: (shown[part], fresh[part]) if not isinstance(fresh[part], dict) else {
            key: (shown[part].get(key), fresh[part].get(key))
            for key in shown[part].keys() | fresh[part].keys()
            if shown[part].get(key) != fresh[part].get(key)
        }
        for part in fresh
        if shown[part] != fresh[part]
    }  # fmt: skip
