"""The keys that encrypt what the database keeps and may not read."""

from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


@cache
def fernet() -> MultiFernet:
    """Return the keys of this installation: the newest encrypts, all of them decrypt."""
    return MultiFernet([Fernet(key.strip()) for key in settings.CHANNEL_SECRETS_KEYS])
