"""A golden month, and the numbers that it leaves."""

import pytest

from accounts.tenancy import scope
from analytics.actions import rollups
from analytics.models import DirtyHour
from tests.analytics.month import Month, live_through


@pytest.fixture
def month(workspace, operator, admin):
    return Month(workspace, olga=operator, marta=admin)


@pytest.fixture
def golden(month, settle):
    """The month, counted and added up."""
    live_through(month)
    settle(month.workspace)
    add_up(month.workspace)
    return month


def add_up(workspace):
    with scope(workspace):
        while rollups.roll_up():
            pass
        assert not DirtyHour.objects.exists()
