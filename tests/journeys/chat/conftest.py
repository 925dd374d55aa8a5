from uuid import uuid4

import pytest

from tests.support.people import sign_in
from tests.support.screen import Visitor
from tests.support.shop import Shop


@pytest.fixture
def visitor(live_site):
    return Visitor(live_site)


@pytest.fixture
def question(visitor):
    return visitor.says(f"Where is order {uuid4().hex[:8]}?")


@pytest.fixture
def screen(new_page, live_site):
    return sign_in(new_page(), live_site, "olga")


@pytest.fixture
def shop(live_site):
    with Shop(live_site).open() as shop:
        yield shop
