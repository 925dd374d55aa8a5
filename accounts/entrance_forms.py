"""Allauth's forms, with our words for what is missing. Apart, since allauth imports accounts.forms."""

from typing import Any

from allauth.account import forms
from allauth.account.internal.flows.manage_email import email_already_exists
from django.utils.translation import gettext_lazy as _

MISSING = {
    "login": _("Type your email."),
    "email": _("Type your email."),
    "name": _("Type your name."),
    "password": _("Type your password."),
    "oldpassword": _("Type the password you have now."),
    "password1": _("Choose a password."),
    "password2": _("Type the new password once more."),
}
NO_EMAIL = _("That is not an email address. It looks like ada@example.com.")


class OurWords:
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.error_messages["required"] = MISSING.get(name, _("Fill this in."))
            if name in {"login", "email"}:
                field.error_messages["invalid"] = NO_EMAIL


class LoginForm(OurWords, forms.LoginForm):
    pass


class SignupForm(OurWords, forms.SignupForm):
    pass


class AddEmailForm(OurWords, forms.AddEmailForm):
    def clean_email(self) -> str:
        """Answer as sign-up does: allauth alone would let a second account claim the address."""
        email: str = super().clean_email()
        email_already_exists(email, user=self.user)
        return email


class ChangePasswordForm(OurWords, forms.ChangePasswordForm):
    pass


class SetPasswordForm(OurWords, forms.SetPasswordForm):
    pass


class ResetPasswordForm(OurWords, forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(OurWords, forms.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(OurWords, forms.ReauthenticateForm):
    pass
