"""The clock on sweepers that fail, are slow, or are not due."""

import pytest
from django.db import OperationalError

from helpdesk.clock import Clock


@pytest.fixture
def swept():
    return []


def sweeper(swept, name, failure=None):
    def sweep():
        swept.append(name)
        if failure:
            raise failure

    return sweep


def test_each_sweeper_runs_at_its_period(swept):
    clock = Clock([(sweeper(swept, "often"), 5), (sweeper(swept, "seldom"), 20)])

    for second in (0, 4, 6, 12, 21):
        clock.tick(second)

    assert swept == ["often", "seldom", "often", "often", "often", "seldom"]


def test_one_that_fails_stops_no_other_and_runs_again(swept, caplog):
    broken = sweeper(swept, "broken", ValueError("a flaw"))
    clock = Clock([(broken, 5), (sweeper(swept, "sound"), 5)])

    clock.tick(0)
    clock.tick(6)

    assert swept == ["broken", "sound", "broken", "sound"]
    assert caplog.text.count("sweep failed; it runs again at its next turn") == 2


def test_a_server_that_is_away_takes_one_line(swept, caplog):
    clock = Clock([(sweeper(swept, "away", OperationalError("no route")), 5)])

    clock.tick(0)

    assert [record.getMessage() for record in caplog.records] == [
        "sweep could not run, it tries again at its next turn: no route"
    ]
    assert caplog.records[0].exc_info is None


def test_being_told_to_stop_skips_what_is_left(swept):
    def stop():
        clock.stop()

    clock = Clock([(stop, 5), (sweeper(swept, "late"), 5)])

    clock.run()

    assert swept == []
