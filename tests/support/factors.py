"""Second factors of people: as an authenticator app and a list of backup codes know them."""

import time

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP = 30  # seconds


def code_at(moment: float, secret: str = SECRET) -> str:
    return auth.format_hotp_value(auth.hotp_value(secret, int(moment) // STEP))


def code_now(secret: str = SECRET) -> str:
    return code_at(time.time(), secret)


def add_app(user) -> Authenticator:
    """Give somebody an authenticator app and backup codes."""
    RecoveryCodes.activate(user)
    secret = get_adapter().encrypt(SECRET)
    return Authenticator.objects.create(user=user, type="totp", data={"secret": secret})


def codes_of(user) -> list[str]:
    row = Authenticator.objects.get(user=user, type="recovery_codes")
    return row.wrap().get_unused_codes()
