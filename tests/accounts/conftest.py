"""Somebody with an account, and nobody in particular."""

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import Membership
from accounts.tenancy import scope
from tests.factories import make_user


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def ada(db):
    return make_user("Ada Lovelace")


@pytest.fixture
def anyone(db):
    return Client()


@pytest.fixture
def signed_in(client, ada):
    client.force_login(ada)
    return client


@pytest.fixture
def settings_url(workspace):
    return f"/{workspace.slug}/settings/team/"


@pytest.fixture
def owner(workspace):
    """The super admin who made the workspace."""
    with scope(workspace):
        return Membership.objects.select_related("user").order_by("pk")[0]
