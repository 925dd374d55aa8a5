"""The site's settings over throwaway servers: PostgreSQL as the app role, and Redis."""

import os

from tests.support.compiled import compiled_once
from tests.support.servers import SERVERS

os.environ |= SERVERS.environment()
os.environ.setdefault("SECRET_KEY", "tests keep no secrets")
os.environ.setdefault("CHANNEL_SECRETS_KEY", "dGVzdHMga2VlcCBubyBzZWNyZXRzLCBub25lIGF0IGE=")

from helpdesk.settings import *  # noqa: F403

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 - WhiteNoise warns of its absence
TEMPLATES[0]["OPTIONS"] |= compiled_once(SERVERS.home)  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
