"""Fixtures of every test: the database, Redis, and quiet."""

import gc
import logging
import pickle

import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from accounts import courier, follow_ups
from accounts.enums import Role
from accounts.letters import send_letter
from accounts.models import FollowUp, Letter
from accounts.tenancy import scope
from tests import factories
from tests.support.servers import SERVERS, TEMPLATE

pytest_plugins = [
    "tests.support.browser",
    "tests.support.site",
    "tests.support.dovecot",
    "tests.support.mail_service",
]
MADE_ONCE = {"world", "golden", "places"}


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """What is collected stays to the end: let nobody look through it for garbage again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Keep those together who begin with the same, so that only one worker makes it."""
    for item in items:
        for made in MADE_ONCE & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group(made))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    """Migrate once for all workers, as anyone would; the command itself becomes the owner."""
    with django_db_blocker.unblock():
        make_database()
        yield
        connections.close_all()
        connections["default"].close_pool()


def make_database():
    with SERVERS.template() as is_empty:
        if is_empty:
            owner = connections["owner"]
            owner.settings_dict["NAME"] = TEMPLATE
            call_command("migrate", verbosity=0)
            owner.close()
            owner.settings_dict["NAME"] = SERVERS.database


@pytest.fixture
def db(django_db_setup, django_db_blocker):
    """Real commits as the app role, since a scope must be the outermost transaction."""
    with django_db_blocker.unblock():
        yield
        connections.close_all()
        SERVERS.empty_tables()


@pytest.fixture
def redis():
    """This worker's own Redis: a test may stop it, and need not start it again."""
    SERVERS.redis.start()
    yield SERVERS.redis
    SERVERS.redis.start()
    courier.flush()  # a bell of this test must not ring in the next
    SERVERS.empty_redis()


@pytest.fixture(scope="session")
def _made():
    return {}


@pytest.fixture
def once(db, redis, _made):
    """Make what many tests begin with: once in this worker, whose rows are then brought back."""

    def bring(name, make):
        if name in _made:
            SERVERS.bring_back_tables(name)
        else:
            made = pickle.dumps(make())
            SERVERS.keep_tables(name)
            _made[name] = made
        return pickle.loads(_made[name])

    return bring


@pytest.fixture(autouse=True)
def _quiet():
    logging.getLogger("django.request").setLevel(logging.CRITICAL)


@pytest.fixture
def limit(settings):
    """Let somebody do something only so often."""

    def set_limit(what, most, seconds=60):
        assert what in settings.LIMITS
        settings.LIMITS = settings.LIMITS | {what: (most, seconds)}

    return set_limit


@pytest.fixture
def workspace(db, redis):
    return factories.make_workspace()


@pytest.fixture
def elsewhere(workspace):
    """Another workspace, whose people and rows must stay out of sight."""
    return factories.make_workspace()


@pytest.fixture
def super_admin(workspace):
    return factories.make_membership(workspace, Role.SUPER_ADMIN, name="Olive Winter")


@pytest.fixture
def admin(workspace):
    return factories.make_membership(workspace, Role.ADMIN, name="Marta Silva")


@pytest.fixture
def operator(workspace):
    return factories.make_membership(workspace, name="Olga Ivanova")


@pytest.fixture
def stranger(elsewhere):
    """Somebody who works elsewhere."""
    return factories.make_membership(elsewhere, name="Sam Stone")


@pytest.fixture
def channel(workspace):
    return factories.make_channel(workspace)


@pytest.fixture
def conversation(channel):
    return factories.make_conversation(channel, "ada")


@pytest.fixture
def operator_client(client, operator):
    client.force_login(operator.user)
    return client


@pytest.fixture
def settle():
    """Do what a worker would: run every follow-up that is owed, and mail; return how many ran."""

    def run(workspace) -> int:
        with scope(workspace):
            owed = list(FollowUp.objects.order_by("pk").values_list("pk", "attempts"))
        alone = [[pk] for pk, attempts in owed if attempts]
        for ids in [[pk for pk, attempts in owed if not attempts], *alone]:
            follow_ups.settle(workspace_id=workspace.pk, follow_up_ids=ids)
        with scope(workspace):
            letters = list(Letter.objects.due(timezone.now()).values_list("pk", flat=True))
        for letter_id in letters:
            send_letter(workspace_id=workspace.pk, letter_id=letter_id)
        return len(owed)

    return run


@pytest.fixture(autouse=True)
def _flush_courier():
    yield
    courier.flush()
