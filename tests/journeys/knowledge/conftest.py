"""Somebody who asks."""

import pytest

from tests.support.screen import Visitor


@pytest.fixture
def visitor(live_site):
    return Visitor(live_site)
