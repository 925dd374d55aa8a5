"""Allauth's forms for the second factor, with our words and our care."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.entrance_forms import OurWords
from accounts.second_factor import use_code_once

LONGEST_NAME = 60
LONGEST_CREDENTIAL = 16_384  # characters of JSON
# What the passkey library raises at nonsense, which anybody may send.
NONSENSE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class _Code(OurWords):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = cast(forms.CharField, self.fields["code"])  # type: ignore[attr-defined]
        code.max_length = 32
        code.error_messages["required"] = _("Type the code.")


class _CodeOnce(_Code):
    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        is_app = self.authenticator.type == Authenticator.Type.TOTP
        if is_app and not use_code_once(self.user, code):
            raise get_adapter().validation_error("incorrect_code")
        return code

    def save(self) -> None:
        super().save()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.RECOVERY_CODES:
            mail = get_account_adapter().send_notification_mail
            mail("mfa/email/recovery_code_used", self.user)


class AuthenticateForm(_CodeOnce, base.AuthenticateForm):
    pass


class ReauthenticateForm(_CodeOnce, base.ReauthenticateForm):
    pass


class ActivateAppForm(_Code, totp.ActivateTOTPForm):
    pass


class _Named(OurWords):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(  # type: ignore[attr-defined]
            max_length=LONGEST_NAME,
            error_messages={
                "required": _("Type a name for it."),
                "max_length": _("A name has at most %(limit_value)d characters."),
            },
        )


class CredentialField(forms.JSONField):
    """What a browser says of a passkey: an object, and not a large one."""

    default_error_messages = {
        name: _("The browser sent no passkey. Try again.") for name in ("required", "invalid")
    }

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None  # which is refused as missing
        try:
            credential = None if len(value) > LONGEST_CREDENTIAL else super().to_python(value)
        except RecursionError:
            credential = None
        if not isinstance(credential, dict):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return credential


class _Credential:
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = CredentialField()  # type: ignore[attr-defined]


class _Answer(_Credential):
    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except ValidationError:
            raise
        except NONSENSE:
            raise get_adapter().validation_error("incorrect_code") from None


class AddPasskeyForm(_Credential, _Named, webauthn.AddWebAuthnForm):
    def clean(self) -> dict[str, Any]:
        # Whoever holds a passkey needs no password, so it must always ask who holds it.
        self.cleaned_data["passwordless"] = True
        try:
            return cast(dict[str, Any], super().clean())
        except NONSENSE as error:
            if isinstance(error, ValidationError):
                raise
            raise get_adapter().validation_error("incorrect_code") from None


class RenamePasskeyForm(_Named, webauthn.EditWebAuthnForm):
    pass


class EnterByPasskeyForm(_Answer, webauthn.LoginWebAuthnForm):
    pass


class AnswerByPasskeyForm(_Answer, webauthn.AuthenticateWebAuthnForm):
    pass


class ConfirmByPasskeyForm(_Answer, webauthn.ReauthenticateWebAuthnForm):
    pass
