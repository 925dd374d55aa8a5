"""How fast a visitor's word reaches screens, and how many words can come in."""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from collections.abc import Iterator

import websockets
from websockets.typing import Origin

from accounts.models import FollowUp, Workspace
from accounts.tenancy import scope
from benchmarks.people import Operator, Visitor, forget_limits
from benchmarks.report import Figure, samples, single
from inbox import languages
from tests.support.rows import until
from tests.support.running import Site

VIEWS = ("open", "unassigned", "mine", "snoozed", "closed")
MARKED = re.compile(r"measured (\d+)\b")
PATIENCE = 30
PING = 25  # seconds


class Screens:
    """So many operators' sockets, spread over views; they note when they hear of a marked message."""

    def __init__(
        self, site: Site, operators: list[Operator], views: list[str], sockets: int
    ) -> None:
        self._url = f"{site.url.replace('http', 'ws')}/acme/live/"
        self._origin, self._operators, self._views = site.url, operators, views
        self._count = sockets
        self.heard: dict[int, list[float]] = {}
        self.ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._live(),))

    def __enter__(self) -> Screens:
        self._thread.start()
        if not self.ready.wait(PATIENCE * 4):
            raise RuntimeError("The sockets did not all open.")
        # Until every process knows that somebody looks, screens are told to fetch, which these do not.
        time.sleep(languages.FRESH + 1)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    async def _live(self) -> None:
        self._over, self._open, self._doorway = asyncio.Event(), 0, asyncio.Semaphore(8)
        lines = [asyncio.create_task(self._listen(n)) for n in range(self._count)]
        await self._over.wait()
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)

    async def _listen(self, n: int) -> None:
        headers = {"Cookie": self._operators[n % len(self._operators)].cookie}
        view = self._views[n % len(self._views)]
        async with self._doorway:
            line = await websockets.connect(
                self._url,
                origin=Origin(self._origin),
                additional_headers=headers,
                open_timeout=PATIENCE,
            )
            await line.send(json.dumps({"view": view, "conversation": None}))
        async with line:
            life = asyncio.create_task(_show_life(line))
            try:
                async for said in line:
                    self._hear(str(said), time.perf_counter())
            finally:
                life.cancel()

    def _hear(self, said: str, now: float) -> None:
        frame = json.loads(said)
        if frame["kind"] == "watching":
            self._open += 1
            if self._open == self._count:
                self.ready.set()
        elif frame["kind"] == "row" and (found := MARKED.search(frame["html"])):
            self.heard.setdefault(int(found[1]), []).append(now)


async def _show_life(line: websockets.ClientConnection) -> None:
    """As a browser's page does, or after a minute nothing is drawn for it any more."""
    while True:
        await asyncio.sleep(PING)
        await line.send(json.dumps({"ping": 1}))


def of_spreading(
    site: Site,
    operators: list[Operator],
    views: list[str],
    *,
    seconds: float,
    rate: int = 20,
    sockets: int = 200,
) -> Iterator[Figure]:
    """Let visitors write at an even pace while operators watch; every screen of the list must hear."""
    visitors = [Visitor(site) for _ in range(50)]
    for visitor in visitors:
        visitor.says("Hello")
    sent: dict[int, float] = {}
    with Screens(site, operators, views, sockets) as screens:
        began = time.perf_counter()
        for n in range(int(seconds * rate)):
            time.sleep(max(0, began + n / rate - time.perf_counter()))
            sent[n] = time.perf_counter()
            visitors[n % len(visitors)].says(f"measured {n}")
            forget_limits()
        deadline = time.perf_counter() + PATIENCE
        while len(screens.heard) < len(sent) and time.perf_counter() < deadline:
            time.sleep(0.1)
    lost = len(sent) - len(screens.heard)
    taken = [(at - sent[n]) * 1000 for n, times in screens.heard.items() for at in times]
    yield samples(
        "visitor's message to operators' sockets",
        taken,
        "ms",
        aim=150,
        judged="p99",
        note=f"{sockets} sockets, {rate}/s, {lost} lost",
    )


def of_burst(
    site: Site, workspace: Workspace, operators: list[Operator], *, count: int, at_once: int = 4
) -> Iterator[Figure]:
    """Let visitors write as fast as they can; then wait until everything that follows is done."""
    visitors = [Visitor(site) for _ in range(at_once)]
    for visitor in visitors:
        visitor.says("Hello")

    def write(index: int) -> None:
        for n in range(index, count, at_once):
            visitors[index].says(f"measured {n}")
            if n % 50 < at_once:
                forget_limits()

    with Screens(site, operators, ["open"], 1) as screens:
        began = time.perf_counter()
        threads = [threading.Thread(target=write, args=(index,)) for index in range(at_once)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        stored = time.perf_counter() - began
        until(lambda: len(screens.heard) == count, PATIENCE * 4, 0.05)
        shown = max(max(times) for times in screens.heard.values()) - began
    until(lambda: not owed(workspace), PATIENCE * 4, 0.05)
    done = time.perf_counter() - began
    yield single(
        "burst stored and on screen",
        count / max(stored, shown),
        "per s",
        aim=100,
        at_least=True,
        n=count,
    )
    yield single(
        "burst with all follow-ups done", count / done, "per s", aim=40, at_least=True, n=count
    )


def owed(workspace: Workspace) -> int:
    with scope(workspace):
        return FollowUp.objects.count()
