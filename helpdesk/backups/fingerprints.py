"""Which keys a backup needs, told without telling them."""

import hashlib

from django.conf import settings

SALT = b"a helpdesk's key, known by its fingerprint"


def fingerprint(key: str) -> str:
    """Return a few characters that tell keys apart; slowly, since a person may have chosen one."""
    digest = hashlib.scrypt(key.strip().encode(), salt=SALT, n=1 << 14, r=8, p=1, dklen=5)
    return digest.hex()


def of_signing_key() -> str:
    return fingerprint(settings.SECRET_KEY)


def of_channel_keys() -> list[str]:
    return [fingerprint(key) for key in settings.CHANNEL_SECRETS_KEYS]
