from uuid import uuid4

import pytest

from tests.support.judging import serious
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
    """Olga's screen, which everybody can use in the state in which a journey leaves it, too."""
    page = sign_in(new_page(), live_site, "olga")
    yield page
    if not page.is_closed():
        assert serious(page) == []


@pytest.fixture
def shop(live_site):
    with Shop(live_site).open() as shop:
        yield shop
