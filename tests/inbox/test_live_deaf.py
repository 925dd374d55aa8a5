"""Redis is away, frozen or loses what it was told: screens ask by themselves, and nobody waits."""

import os
import signal
import time
from contextlib import contextmanager

import pytest

from accounts import limits, sockets
from accounts import redis as fast
from helpdesk import layers
from inbox import live_socket
from inbox.actions.messaging import add_note
from tests import factories
from tests.support.doing import act
from tests.support.sockets import Tab, VisitorTab


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setattr(layers, "SILENCE", 0.5)
    monkeypatch.setattr(layers, "TURN", 0.2)
    monkeypatch.setattr(live_socket, "SPREAD", 0.05)
    monkeypatch.setattr(live_socket.LiveSocket, "polls_every", 0.2)
    yield
    fast.client.cache_clear()  # it would remember for a while that nobody answered


@contextmanager
def away(redis):
    redis.stop()
    yield
    redis.start()


@contextmanager
def frozen(redis):
    os.kill(redis.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(redis.process.pid, signal.SIGCONT)


async def hears_rows(tab, workspace, conversation, operator):
    """Write until the screen is told of it; whatever is told before that it hears again is lost."""
    for _ in range(100):
        await act(workspace, add_note, conversation, text="Back", actor=operator)
        if (await tab.hear())["kind"] == "row":
            return True
    return False


@pytest.mark.parametrize("fault", [away, frozen])
async def test_screens_look_by_themselves_while_nothing_is_told(
    workspace, operator, conversation, redis, fault
):
    async with Tab(workspace, operator) as early:
        await early.watch(view="open", conversation=conversation.number)
        with fault(redis):
            for _ in range(2):
                await early.hear("resync")
            # One that is opened meanwhile does the same.
            late = Tab(workspace, operator)
            await late.__aenter__()
            await late.watch(view="open")
            for _ in range(2):
                await late.hear("resync")

        for tab in (early, late):
            assert await hears_rows(tab, workspace, conversation, operator)
        await late.disconnect()


async def test_a_process_that_was_busy_does_not_take_redis_for_silent(workspace, operator):
    async with Tab(workspace, operator) as tab:
        await tab.watch(view="open")

        time.sleep(2 * layers.SILENCE)  # noqa: ASYNC251 (nothing is heard meanwhile)

        assert await tab.hears_nothing()


async def test_whoever_begins_has_all_screens_fetch(workspace, operator, channel):
    async with Tab(workspace, operator) as tab, VisitorTab(channel, factories.new_token()) as panel:
        await panel.introduce()

        sockets.begin()
        sockets.begin()

        for one in (tab, panel):
            await one.hear("resync")
            assert await one.hears_nothing()  # once for all that was lost until then


def test_whoever_asks_a_frozen_redis_five_times_waits_once(workspace, redis):
    fast.client().ping()  # a line that is there
    with frozen(redis):
        began = time.monotonic()
        for n in range(5):
            limits.spend("search", str(n))
        took = time.monotonic() - began

    assert took < 3 * fast.PATIENCE
