"""
Thousands of messages while everything breaks, again and again, in an order drawn by lot.

``STORM_SEED`` draws the same faults again, ``STORM_MESSAGES`` makes it shorter.
"""

import os
import random
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from tests.support.breaking import CLOCK, REDIS, WEB, WORKER, BreakableSite
from tests.support.ledger import Ledger
from tests.support.lines import Person
from tests.support.people import set_habits
from tests.support.visitors import HttpVisitor
from tests.support.watching import Panel, Screen, all_true

MESSAGES = int(os.environ.get("STORM_MESSAGES", "10000"))
VISITORS, AT_ONCE = 40, 8
PEOPLE = ("olga", "ivan", "chen")
CALM = (4.0, 10.0)  # seconds between two faults
PATIENCE = 240  # seconds until somebody gives up who is not answered

pytestmark = pytest.mark.fault


class Storm:
    """Visitors and operators at work until enough was said, and what breaks meanwhile."""

    def __init__(self, site, seed) -> None:
        self.site, self.seed, self.ledger = site, seed, Ledger(site)
        self.visitors = [HttpVisitor(site) for _ in range(VISITORS)]
        for name in PEOPLE:
            set_habits(site, name, undo_seconds=0)
        self.people = [Person(site, name) for name in PEOPLE]
        self.is_over = threading.Event()
        self.happened: Counter[str] = Counter()
        self.screens: list[Screen | Panel] = []

    @property
    def goes_on(self) -> bool:
        return len(self.ledger.offered) < MESSAGES

    def open_screens(self):
        """Let everybody have said something, then open the screens that watch all of it."""
        for visitor in self.visitors:
            self.visit(visitor)
        numbers = [row[0] for row in self.ledger.rows("SELECT number FROM inbox_conversation c "
            "WHERE preview LIKE %s ORDER BY number", f"{self.ledger.mark}%")]  # fmt: skip
        assert len(numbers) == VISITORS
        views = ("open", "unassigned", "mine", "open")
        people = [*self.people, self.people[0]]
        self.numbers = numbers
        self.screens = [
            Screen(person, view, numbers[n])
            for n, (person, view) in enumerate(zip(people, views, strict=True))
        ]
        self.screens += [Panel(self.site, visitor.token) for visitor in self.visitors[:4]]
        return self.screens

    def visit(self, visitor) -> None:
        words = self.ledger.words()
        visitor.insist(words, seconds=PATIENCE)
        self.ledger.acknowledge(words)

    def be_visitors(self, mine) -> None:
        dice = random.Random(f"{self.seed} {mine}")
        while self.goes_on:
            self.visit(dice.choice(self.visitors[mine::AT_ONCE]))

    def be_operator(self, person) -> None:
        """Answer, take notes, take on and close, each as often as it takes to hear an answer."""
        dice = random.Random(f"{self.seed} {person.cookie}")
        while self.goes_on:
            number = dice.choice(self.numbers)
            what = dice.choice(["messages", "messages", "notes", "assignment", "closure", "tags"])
            if what in {"messages", "notes"}:
                words = self.ledger.words("answered" if what == "messages" else "noted")
                said = {"text": words, "client_id": str(uuid4())}
                self.insist(person, number, what, said)
                self.ledger.acknowledge(words)
            else:
                self.insist(person, number, what, {"name": "storm"})
            self.is_over.wait(0.2)

    def insist(self, person, number, what, said) -> None:
        deadline, path = time.monotonic() + PATIENCE, f"/acme/inbox/{number}/{what}/"
        while True:
            status, answer = person.post(path, urlencode(said))
            # What was done already is refused with 409: to close what is closed.
            if status in {200, 201, 204} or (status == 409 and what == "closure"):
                return
            assert status in {0, 429} or status >= 500, f"{path}: {status} {answer[:500]!r}"
            assert time.monotonic() < deadline, f"{path}: {status} {answer[:500]!r}"
            time.sleep(0.5)

    def break_things(self) -> None:
        site, dice = self.site, random.Random(self.seed)
        faults = {
            "a worker's child killed": (4, lambda: site.end_child(WORKER, dice)),
            "the worker killed": (2, lambda: site.end_family(WORKER)),
            "a web process killed": (2, lambda: site.end_child(WEB, dice)),
            "all web processes killed": (2, lambda: site.end_family(WEB)),
            "the clock killed": (1, lambda: site.end(CLOCK)),
            "Redis killed": (2, lambda: site.end(REDIS)),
            "Redis frozen": (2, lambda: self.freeze(dice.uniform(1, 8))),
            "Redis flushed": (2, site.flush_redis),
            "PostgreSQL killed": (2, site.restart_postgres),
            "connections ended": (3, site.end_connections),
            "lines dropped": (4, lambda: [one.drop() for one in dice.sample(self.screens, 4)]),
        }
        names, weights = list(faults), [weight for weight, _ in faults.values()]
        while not self.is_over.wait(dice.uniform(*CALM)):
            [name] = dice.choices(names, weights)
            self.happened[name] += 1
            faults[name][1]()

    def freeze(self, seconds) -> None:
        self.site.signal(REDIS, signal.SIGSTOP)
        self.is_over.wait(seconds)
        self.site.signal(REDIS, signal.SIGCONT)

    def forget_limits(self) -> None:
        while not self.is_over.wait(3):
            self.site.forget_limits()

    def rage(self) -> None:
        with ThreadPoolExecutor(AT_ONCE + len(self.people) + 2) as pool:
            around = [pool.submit(self.break_things), pool.submit(self.forget_limits)]
            at_work = [pool.submit(self.be_visitors, n) for n in range(AT_ONCE)]
            at_work += [pool.submit(self.be_operator, person) for person in self.people]
            try:
                for one in at_work:
                    one.result()
            finally:
                self.is_over.set()
            for one in around:
                one.result()


@contextmanager
def opened(screens):
    with ExitStack() as stack:
        yield [stack.enter_context(screen) for screen in screens]


def test_nothing_is_lost_or_doubled_in_a_storm(capsys):
    seed = int(os.environ.get("STORM_SEED") or random.randrange(10**6))
    with BreakableSite() as site:
        storm = Storm(site, seed)
        with opened(storm.open_screens()) as screens:
            began = time.monotonic()
            storm.rage()
            took = time.monotonic() - began
            storm.ledger.settled(180)
            settled = time.monotonic() - began - took
            storm.ledger.check()
            all_true(screens, 120)
        with capsys.disabled():
            said = f"{len(storm.ledger.acknowledged)} messages in {took:.0f} s, settled {settled:.0f} s later"
            print(f"\nSTORM_SEED={seed}: {said}; {dict(storm.happened)}")  # noqa: T201
