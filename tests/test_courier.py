"""The courier never holds more than it should, however slow Redis is."""

from threading import Event

import pytest

from accounts import courier
from inbox import live


@pytest.fixture
def stuck():
    """A courier whose first errand takes as long as the test wants."""
    slow, gate, begun = courier.Courier(), Event(), Event()

    def wait():
        begun.set()
        gate.wait(10)

    slow.send(wait)
    assert begun.wait(10)
    yield slow, gate
    gate.set()


def test_what_is_too_heavy_is_dropped_until_there_is_room_again(stuck, monkeypatch):
    monkeypatch.setattr(courier, "MOST_BYTES", 1000)
    slow, gate = stuck
    carried = []

    for name, weight in (("one", 600), ("two", 600), ("three", 400), ("bell", 0), ("four", 1)):
        slow.send(lambda name=name: carried.append(name), weight)
    gate.set()
    assert slow.flush(10)
    slow.send(lambda: carried.append("later"), 1000)
    assert slow.flush(10)

    assert carried == ["one", "three", "bell", "later"]


def test_too_many_are_dropped(stuck, monkeypatch):
    slow, gate = stuck
    carried = []

    for n in range(courier.CAPACITY + 5):
        slow.send(lambda n=n: carried.append(n), 1)
    gate.set()
    assert slow.flush(10)
    slow.send(lambda: carried.append("later"), courier.MOST_BYTES)
    assert slow.flush(10)

    assert carried == [*range(courier.CAPACITY), "later"]


def test_what_was_lost_is_made_good_once_that_works(stuck, monkeypatch):
    monkeypatch.setattr(courier, "MOST_BYTES", 1000)
    monkeypatch.setattr(courier, "PAUSE", 0.01)
    slow, gate = stuck
    tries: list[None] = []
    done = Event()

    def amend():
        tries.append(None)
        if len(tries) == 3:
            done.set()
        elif len(tries) < 3:
            raise ConnectionError

    def fail():
        raise ConnectionError

    slow.send(lambda: None, 2000, amend)  # dropped
    slow.send(fail, 0, amend)
    slow.send(fail)  # a bell, for which sweepers make good
    gate.set()

    assert done.wait(10)
    assert slow.flush(10)
    slow.send(done.clear)
    assert slow.flush(10)
    assert len(tries) == 3


def test_a_picture_for_many_groups_weighs_once(monkeypatch):
    sent = []
    monkeypatch.setattr(courier, "send", lambda errand, weight=0, amends=None: sent.append(weight))
    html = "x" * 10_000

    live.publish(
        [(f"group-{n}", live.push_drawn("row", {"en": {"html": html}}, number=1)) for n in range(5)]
    )

    assert 10_000 < sent[0] < 12_000
