"""A golden month and the numbers that it leaves; conversations drawn for review."""

import pytest

from accounts.enums import Role
from accounts.tenancy import scope
from analytics.actions import rollups
from analytics.models import DirtyHour
from inbox.actions.ratings import rate_conversation
from inbox.enums import Rating
from tests import factories
from tests.analytics.drawing import answered, draw
from tests.analytics.month import Month, live_through


@pytest.fixture
def month(workspace, operator, admin):
    return Month(workspace, olga=operator, marta=admin)


@pytest.fixture
def golden(once, settle):
    """The month, counted and added up, in a workspace and with people of its own."""

    def make():
        workspace = factories.make_workspace()
        olga = factories.make_membership(workspace, name="Olga Ivanova")
        marta = factories.make_membership(workspace, Role.ADMIN, name="Marta Silva")
        month = Month(workspace, olga=olga, marta=marta)
        live_through(month)
        settle(workspace)
        add_up(workspace)
        return month

    return once("golden", make)


def add_up(workspace):
    with scope(workspace):
        while rollups.roll_up():
            pass
        assert not DirtyHour.objects.exists()


@pytest.fixture
def channel(workspace):
    return factories.make_channel(workspace)


@pytest.fixture
def ivan(workspace):
    return factories.make_membership(workspace, name="Ivan Petrov")


@pytest.fixture
def second(workspace):
    return factories.make_membership(workspace, Role.ADMIN, name="Second Reviewer")


@pytest.fixture
def item(workspace, channel, operator, admin):
    one = answered(channel, operator)
    with scope(workspace):
        rate_conversation(one, value=Rating.BAD, comment="Never again")
    sample, _ = draw(workspace, admin)
    with scope(workspace):
        return sample.items.select_related("conversation").get()
