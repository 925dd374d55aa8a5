"""A real browser in front of a helpdesk that does what the test tells it to."""

import pytest

from tests.widget.pages import open_shop, panel_of
from tests.widget.stub import TOKEN, Stub
from tests.widget.stub_pages import KEY


@pytest.fixture(scope="session")
def running_stub():
    with Stub().running() as stub:
        yield stub


@pytest.fixture
def stub(running_stub):
    running_stub.reset()
    return running_stub


@pytest.fixture
def context(browser):
    context = browser.new_context(locale="en-GB", timezone_id="Europe/Lisbon")
    yield context
    context.close()


@pytest.fixture
def clock(context):
    """The browser's clock, which a test may stop."""
    context.clock.install()
    return context.clock


@pytest.fixture
def shop(context, stub):
    """A page of the customer's shop, with everything the browser had to complain about."""
    return open_shop(context, stub)


@pytest.fixture
def known(context, stub):
    """A visitor who was here before: what the helpdesk knows of them."""
    script = f"if (self === top) localStorage.setItem('helpdesk:{KEY}', '{TOKEN}')"
    context.add_init_script(script)
    return stub.people[TOKEN]


@pytest.fixture
def chat(shop):
    """The panel, opened as a visitor opens it."""
    shop.get_by_role("button", name="Chat", exact=True).click()
    return panel_of(shop)
