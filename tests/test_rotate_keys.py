"""Keys can be changed: what is encrypted moves on to the newest, and the old one may go."""

import json

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections

from accounts import encryption
from accounts.second_factor import SecondFactorAdapter
from accounts.tenancy import scope
from inbox.models import Channel
from tests.factories import make_user


@pytest.fixture
def keys(settings):
    """Choose the keys of the installation."""

    def choose(*chosen):
        settings.CHANNEL_SECRETS_KEYS = list(chosen)
        encryption.fernet.cache_clear()

    yield choose
    encryption.fernet.cache_clear()
    connections["owner"].close()


def secrets_of(channel):
    with scope(channel.workspace):
        return Channel.objects.get(pk=channel.pk).secrets


def test_all_that_is_encrypted_moves_to_the_newest_key(keys, channel, capsys):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    keys(old)
    with scope(channel.workspace):
        Channel.objects.filter(pk=channel.pk).update(secrets={"password": "hunter2"})
    data = {"secret": SecondFactorAdapter().encrypt("JBSWY3DP"), "used_mask": 3, "name": "phone"}
    factor = Authenticator.objects.create(user=make_user(), type="totp", data=data)

    keys(new)
    with pytest.raises(CommandError, match=f"inbox_channel {channel.pk}, mfa_authenticator"):
        call_command("rotate_keys")
    keys(new, old)
    call_command("rotate_keys")
    keys(new)

    assert secrets_of(channel) == {"password": "hunter2"}
    factor.refresh_from_db()
    assert SecondFactorAdapter().decrypt(factor.data["secret"]) == "JBSWY3DP"
    assert (factor.data["used_mask"], factor.data["name"]) == (3, "phone")
    keys(old)
    with pytest.raises(InvalidToken):
        secrets_of(channel)
    assert "hunter2" not in json.dumps(capsys.readouterr())
