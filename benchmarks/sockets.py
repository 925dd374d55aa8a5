"""What visitors cost who only read along, and how soon they are back after the web process was replaced."""

from __future__ import annotations

import asyncio
import json
import random
import resource
import secrets
import threading
import time
from collections.abc import Iterator

import psutil
import websockets
from websockets.typing import Origin

from benchmarks.report import Figure, single
from tests.support.rows import until
from tests.support.running import Site

PING = 25  # seconds, as the widget's
GREETING = 10
FROM_ONE = 400  # sockets; the door takes 500 from one address
AT_ONCE = 50  # that open at the same time at first
SPARE = 2_000  # files that whoever holds the sockets has open for other things
PATIENCE = 300
QUIET = 5  # seconds over which the idle process is watched


class Crowd:
    """So many visitors' tabs; each comes back by itself as the widget does, a moment after its line broke."""

    def __init__(self, site: Site, count: int) -> None:
        self._url, self._origin = f"{site.url.replace('http', 'ws')}/widget/demo/live/", site.url
        self._count, self.here, self.refused = count, 0, 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._live(),))

    def __enter__(self) -> Crowd:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    async def _live(self) -> None:
        self._over, self._doorway = asyncio.Event(), asyncio.Semaphore(AT_ONCE)
        tabs = [asyncio.create_task(self._stay(n)) for n in range(self._count)]
        await self._over.wait()
        for tab in tabs:
            tab.cancel()
        await asyncio.gather(*tabs, return_exceptions=True)

    async def _stay(self, n: int) -> None:
        token, attempt = secrets.token_urlsafe(32), 0
        place = f"127.0.{1 + n // FROM_ONE // 250}.{1 + n // FROM_ONE % 250}"
        async with self._doorway:
            line = await self._come(token, place)
        while True:
            if line:
                attempt = 0
                await self._read(line)
            await asyncio.sleep(min(30, 2 ** min(attempt, 5)) * random.uniform(0.5, 1))
            attempt += 1
            line = await self._come(token, place)

    async def _come(self, token: str, place: str) -> websockets.ClientConnection | None:
        """Return a line on which the server has greeted us; where it does not, try later."""
        try:
            async with asyncio.timeout(GREETING):
                line = await websockets.connect(
                    self._url,
                    origin=Origin(self._origin),
                    local_addr=(place, 0),
                    ping_interval=None,
                )
                await line.send(json.dumps({"visitor": token}))
                while json.loads(await line.recv())["kind"] != "watching":
                    pass
                return line
        except (OSError, TimeoutError, websockets.WebSocketException):
            self.refused += 1
            return None

    async def _read(self, line: websockets.ClientConnection) -> None:
        self.here += 1
        pings = asyncio.create_task(_ping(line))
        try:
            async for _ in line:
                pass
        except websockets.WebSocketException:
            pass
        finally:
            pings.cancel()
            self.here -= 1


async def _ping(line: websockets.ClientConnection) -> None:
    while True:
        await asyncio.sleep(PING)
        await line.send('{"ping": 1}')


def of_sockets(site: Site, count: int) -> Iterator[Figure]:
    """Hold so many sockets against a fresh web process, weigh them, and replace the process."""
    _replace(site)
    with Crowd(site, 50) as first:  # what is only loaded once
        until(lambda: first.here == 50, PATIENCE)  # noqa: PLR2004
        until(lambda: _is_quiet(site), PATIENCE)
    before = _own(site)
    with Crowd(site, count) as crowd:
        began = time.monotonic()
        until(lambda: crowd.here == count, PATIENCE)
        opened = time.monotonic() - began
        used = _seconds(site)
        time.sleep(QUIET)
        busy = (_seconds(site) - used) / QUIET
        each = (_own(site) - before) / count / 1000
        told = f"opened in {opened:.0f} s; idle they keep {busy:.0%} of one core busy"
        yield single(
            f"{count:,} idle sockets of visitors", each, "kB each", aim=60, n=count, note=told
        )
        began, crowd.refused = time.monotonic(), 0
        _replace(site)
        away = time.monotonic() - began
        until(lambda: crowd.here == count, PATIENCE)
        taken = time.monotonic() - began
        told = f"{crowd.refused} tries in vain, the process was away for {away:.1f} s"
    yield single(
        f"{count:,} visitors back after a restart of the web process",
        taken,
        "s",
        aim=30,
        n=count,
        note=told,
    )


def room_for_files(wanted: int = 5_000 + SPARE) -> None:
    """Let this process, and those it starts, have as many sockets as are measured."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY or hard > soft:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))


def _replace(site: Site) -> None:
    """End the web process, and wait until its successor answers."""
    before = _web(site)
    before.terminate()
    until(lambda: not before.is_running() and site.has_part("helpdesk.web"), PATIENCE, 0.05)
    until(site.answers, PATIENCE, 0.05)


def _web(site: Site) -> psutil.Process:
    return site.part("helpdesk.web")


def _own(site: Site) -> float:
    web = _web(site)
    return float(sum(one.memory_full_info().uss for one in (web, *web.children())))


def _seconds(site: Site) -> float:
    """Return for how long the web process and its copies have kept a core busy."""
    times = [one.cpu_times() for one in (_web(site), *_web(site).children())]
    return sum(spent.user + spent.system for spent in times)


def _is_quiet(site: Site) -> bool:
    """Tell whether the web process had nearly nothing to do for a second."""
    used = _seconds(site)
    time.sleep(1)
    return _seconds(site) - used < 0.2  # noqa: PLR2004
