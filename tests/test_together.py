"""What many ask for at once is done at once, and what nobody waits for is not done."""

import asyncio
from threading import Event
from typing import Any

import pytest

from accounts import sockets
from accounts.sockets import Together
from inbox.doorway import Doorway


async def later():
    """Let everything that can go on now go on."""
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
def desk():
    """A turn that begins when the gate is opened, and notes what was asked in each."""
    turns, gate = [], Event()

    def work(asked):
        turns.append(list(asked))
        assert gate.wait(20)
        if "trouble" in asked:
            raise LookupError("trouble")
        return [f"{what}!" for what in asked]

    return Together(work), turns, gate


async def test_whoever_comes_during_a_turn_is_in_the_next_with_all_others(desk, monkeypatch):
    monkeypatch.setattr(sockets, "MOST_AT_ONCE", 3)
    ask, turns, gate = desk
    asked = [asyncio.create_task(ask(what)) for what in "abcde"]
    asked.insert(3, asyncio.create_task(ask("gone", lambda: False)))
    await later()

    gate.set()

    assert await asyncio.gather(*asked) == ["a!", "b!", "c!", None, "d!", "e!"]
    assert turns == [["a", "b", "c"], ["d", "e"]]
    assert await ask("f") == "f!"


async def test_what_goes_wrong_is_told_to_those_of_that_turn_alone(desk, monkeypatch):
    monkeypatch.setattr(sockets, "MOST_AT_ONCE", 2)
    ask, turns, gate = desk
    asked = [asyncio.create_task(ask(what)) for what in ("ended", "trouble", "c")]
    await later()
    asked[0].cancel()
    gate.set()

    told = await asyncio.gather(*asked, return_exceptions=True)

    assert [type(one) for one in told] == [asyncio.CancelledError, LookupError, str]
    assert turns == [["ended", "trouble"], ["c"]]


async def test_the_last_to_come_is_next_and_whoever_has_gone_is_passed_over():
    doorway, gone, order, tasks = Doorway(2), dict[str, Any](), [], []

    async def come(name):
        order.append((name, await doorway.enter(lambda call: gone.setdefault(name, call))))

    for name in "abcdef":
        tasks.append(asyncio.create_task(come(name)))
        await later()
    assert order == [("a", True), ("b", True)]
    gone["f"]()
    await later()
    assert order[2:] == [("f", False)]
    doorway.leave()
    doorway.leave()
    await later()
    assert order[3:] == [("e", True), ("d", True)]

    gone["e"]()  # is inside: goes by leaving
    doorway.leave()
    await later()

    assert order[5:] == [("c", True)]
    doorway.leave()
    doorway.leave()
    assert await doorway.enter(lambda _: None)
