"""Under /accounts/security/: the names are allauth's, which looks them up."""

from typing import Any

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.urls import path
from django.views.decorators.http import require_http_methods

from accounts.views import security


def door(route: str, view: Any, name: str) -> Any:
    """Take a form's two methods only: a class's DELETE would remove a passkey and mail nobody."""
    return path(route, require_http_methods(["GET", "POST"])(view), name=name)


urlpatterns = [
    path("", security.index, name="security"),
    path("", security.index, name="mfa_index"),
    path("", security.index, name="mfa_list_webauthn"),
    path("browsers/<int:pk>/removal/", security.sign_out_browser, name="browser-removal"),
    path("browsers/removal/", security.sign_out_elsewhere, name="browsers-removal"),
    door("app/", app.activate_totp, name="mfa_activate_totp"),
    door("app/removal/", app.deactivate_totp, name="mfa_deactivate_totp"),
    door("codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    door("codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    door("passkeys/new/", security.AddPasskey.as_view(), name="mfa_add_webauthn"),
    door("passkeys/<int:pk>/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    door("passkeys/<int:pk>/removal/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    door("second-step/", security.SecondStep.as_view(), name="mfa_authenticate"),
    door("second-step/passkey/", security.EnterByPasskey.as_view(), name="mfa_login_webauthn"),
    door("confirmation/", base.reauthenticate, name="mfa_reauthenticate"),
    door(
        "confirmation/passkey/",
        security.ConfirmByPasskey.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
]
