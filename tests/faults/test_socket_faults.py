"""Lines that break: in the middle of a burst, with the process behind them, hundreds at once."""

import asyncio
import json
import random
import threading
from contextlib import ExitStack

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.support.breaking import WEB, BreakableSite
from tests.support.ledger import Ledger
from tests.support.lines import Person
from tests.support.rows import until
from tests.support.visitors import HttpVisitor
from tests.support.watching import Panel, Screen, all_true

BURST = 120  # more than a channel of Channels' other layer holds
CROWD = 300
PATIENCE = 240  # seconds until all of them are there; a few, on a machine that does nothing else

pytestmark = [pytest.mark.fault, pytest.mark.xdist_group("breakable-sockets")]


@pytest.fixture(scope="module")
def site():
    with BreakableSite() as site:
        yield site


@pytest.fixture(scope="module")
def olga(site):
    return Person(site, "olga")


def drop_some(site, screens, n):
    if n % 10 == 5:  # a line that is there: the last may not have come back yet
        standing = until(lambda: [screen for screen in screens if screen.is_up])
        random.Random(n).choice(standing).drop()


def kill_web(site, screens, n):
    if n in {30, 80}:
        site.end_family(WEB)


@pytest.mark.parametrize("fault", [drop_some, kill_web])
def test_screens_are_right_after_a_burst_in_which_lines_break(site, olga, fault):
    ledger, visitors = Ledger(site), [HttpVisitor(site) for _ in range(6)]
    site.forget_limits()
    say(ledger, visitors[0])
    [(number,)] = ledger.rows("SELECT number FROM inbox_conversation WHERE preview LIKE %s",
        f"{ledger.mark}%")  # fmt: skip
    with ExitStack() as stack:
        # Two tabs of one person, and two of one visitor.
        screens = [Screen(olga, view, number) for view in ("open", "unassigned")]
        screens += [Panel(site, visitors[0].token) for _ in range(2)]
        for screen in screens:
            stack.enter_context(screen)
        opened = [screen.times_opened for screen in screens]

        for n in range(BURST):
            if n % 20 == 0:
                site.forget_limits()
            say(ledger, visitors[0 if n % 2 else n % len(visitors)])
            fault(site, screens, n)

        ledger.settled()
        ledger.check()
        all_true(screens)
        again = [
            screen.times_opened - before for screen, before in zip(screens, opened, strict=True)
        ]
        assert sum(again) >= (10 if fault is drop_some else 2 * len(screens))


def say(ledger, visitor) -> str:
    words = ledger.words()
    visitor.insist(words)
    ledger.acknowledge(words)
    return words


class Crowd(threading.Thread):
    """Hundreds of visitors' lines, of which each comes back by itself as the widget's does."""

    def __init__(self, site, tokens) -> None:
        super().__init__(daemon=True)
        self.url, self.origin = f"{site.url.replace('http', 'ws')}/widget/demo/live/", site.url
        self.tokens = tokens
        self.up: set[str] = set()
        self.heard: dict[str, str] = {}
        self._loop = asyncio.new_event_loop()
        self._is_over = asyncio.Event()

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._is_over.set)
        self.join(30)

    def run(self) -> None:
        self._loop.run_until_complete(self.be_there())

    async def be_there(self) -> None:
        lines = [asyncio.create_task(self.be_one(token)) for token in self.tokens]
        await self._is_over.wait()
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)

    async def be_one(self, token) -> None:
        while True:
            try:
                async with connect(self.url, origin=self.origin, open_timeout=30) as line:
                    await line.send(json.dumps({"visitor": token}))
                    async for said in line:
                        frame = json.loads(said)
                        if frame["kind"] == "watching":
                            self.up.add(token)
                        elif frame["kind"] == "message":
                            self.heard[token] = frame["message"]["text"]
            except (OSError, EOFError, TimeoutError, WebSocketException):
                pass
            self.up.discard(token)
            await asyncio.sleep(random.uniform(0.5, 1))


def test_a_crowd_comes_back_after_the_process_was_killed(site):
    ledger, visitors = Ledger(site), [HttpVisitor(site) for _ in range(CROWD)]
    crowd = Crowd(site, [visitor.token for visitor in visitors])
    crowd.start()
    try:
        until(lambda: len(crowd.up) == CROWD, PATIENCE)
        for _ in range(2):
            site.end_family(WEB)
            until(lambda: len(crowd.up) < CROWD)
            until(lambda: len(crowd.up) == CROWD, PATIENCE)
        site.forget_limits()
        told = {visitor.token: say(ledger, visitor) for visitor in visitors[:20]}

        until(lambda: crowd.heard == told)
        ledger.check()
    finally:
        crowd.end()
