"""The second factor: how allauth's authenticator apps, passkeys and backup codes behave here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.encryption import fernet
from accounts.errors import DomainError
from accounts.models import User, Workspace

QR_BORDER = 2  # squares of quiet around the picture, which scanners need


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages: ClassVar[dict[str, Any]] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("That code is not right, or it is over. Type a new one."),
        "cannot_generate_recovery_codes": gettext_lazy(
            "Backup codes belong to an authenticator app or a passkey. Add one first."
        ),
    }

    def encrypt(self, text: str) -> str:
        return fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return fernet().decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        """Draw the square code as one path, black on white in every theme."""
        from qrcode.image.svg import SvgPathFillImage
        from qrcode.main import QRCode

        code = QRCode(border=QR_BORDER, image_factory=SvgPathFillImage)
        code.add_data(url)
        return str(code.make_image().to_string(encoding="unicode"))

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002
        return _("Passkey")

    def _get_site_name(self) -> str:
        # Not the request's host, which anyone may choose.
        return str(settings.PRODUCT_NAME)


def has_second_factor(user: User) -> bool:
    return bool(_factors(user).exists())


def people_with_second_factor() -> Any:
    """Return the ids of everybody's users who have one, to ask the database with."""
    from allauth.mfa.models import Authenticator

    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return Authenticator.objects.filter(type__in=kinds).values("user")


def remove_second_factor(user: User) -> int:
    """Remove all that proves somebody beside the password; return how many there were."""
    from allauth.mfa.models import Authenticator

    removed, _by_model = Authenticator.objects.filter(user=user).delete()
    return int(removed)


class SecondFactorNeeded(DomainError):
    code: ClassVar[str] = "second_factor"
    status: ClassVar[int] = 403

    def __init__(self) -> None:
        super().__init__(
            _("This workspace asks for a second step at sign-in. Set one up under your account.")
        )


def is_kept_out(user: User, workspace: Workspace) -> bool:
    """Tell whether somebody must set up a second step before they come in."""
    return workspace.second_factor_required and not has_second_factor(user)


def use_code_once(user: User, code: str) -> bool:
    """
    Note that a code of the authenticator app was used; tell whether it was new.

    Each is good for three steps of 30 s, and allauth remembers it for one (RFC 6238, 5.2).
    """
    from allauth.mfa.totp.internal import auth

    with transaction.atomic():
        row = _factors(user).filter(type="totp").select_for_update().get()
        secret, said = SecondFactorAdapter().decrypt(row.data["secret"]), normalize_user_code(code)
        steps = auth.yield_hotp_counters_from_time()
        meant = [n for n in steps if auth.format_hotp_value(auth.hotp_value(secret, n)) == said]
        step = max(meant, default=0)
        if step <= row.data.get("last_step", 0):
            return False
        row.data["last_step"] = step
        row.save(update_fields=["data"])
    return True


def plain(value: Any) -> Any:
    """Turn what the passkey library hands out into what JSON knows."""
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def _factors(user: User) -> Any:
    from allauth.mfa.models import Authenticator

    rows = Authenticator.objects.filter(user=user.pk)
    return rows.exclude(type=Authenticator.Type.RECOVERY_CODES)
