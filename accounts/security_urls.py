"""Under /accounts/security/: the names are allauth's, which looks them up."""

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.urls import path

from accounts.views import security

urlpatterns = [
    path("", security.index, name="security"),
    path("", security.index, name="mfa_index"),
    path("", security.index, name="mfa_list_webauthn"),
    path("app/", app.activate_totp, name="mfa_activate_totp"),
    path("app/removal/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("passkeys/new/", security.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/removal/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("second-step/", security.SecondStep.as_view(), name="mfa_authenticate"),
    path("second-step/passkey/", security.EnterByPasskey.as_view(), name="mfa_login_webauthn"),
    path("confirmation/", base.reauthenticate, name="mfa_reauthenticate"),
    path(
        "confirmation/passkey/",
        security.ConfirmByPasskey.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
]
