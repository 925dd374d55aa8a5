"""Somebody with an account, and nobody in particular."""

import pytest
from django.core.cache import cache
from django.test import Client

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
