"""The door: allauth's sign-in, which says with its status too that there were too many tries."""

from typing import Any

from allauth.account.views import LoginView
from django.http import HttpResponse

from accounts.limits import TooMany

TOO_MANY = "too_many_login_attempts"
PAUSE = "300"  # seconds: what the words say


class SignIn(LoginView):
    def form_invalid(self, form: Any) -> HttpResponse:
        return too_many_said(super().form_invalid(form), form)


def too_many_said(response: HttpResponse, form: Any) -> HttpResponse:
    """Answer 429 where a form was refused because of the tries before."""
    if any(error.code == TOO_MANY for field in form.errors.as_data().values() for error in field):
        response.status_code = TooMany.status
        response.headers["Retry-After"] = PAUSE
    return response
