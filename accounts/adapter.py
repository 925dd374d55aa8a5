"""How allauth behaves here."""

import logging
from contextlib import suppress
from email.mime.image import MIMEImage
from typing import Any, ClassVar
from urllib.parse import urlsplit

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.messages import get_messages
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import DomainError
from accounts.http import address_of
from accounts.manners import speaking_to
from accounts.models import User

MARK = settings.BASE_DIR / "templates/account/email/mark.png"
HEADERS = {"Auto-Submitted": "auto-generated"}  # RFC 3834: no holiday replies

logger = logging.getLogger(__name__)


class MailNotSent(DomainError):
    code: ClassVar[str] = "mail_not_sent"
    status: ClassVar[int] = 503


class AccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "account_inactive": gettext_lazy("This account is closed."),
        "duplicate_email": gettext_lazy("That address is on your account already."),
        "email_password_mismatch": gettext_lazy("That email and password do not match."),
        "email_taken": gettext_lazy("There is an account with that email. Sign in instead."),
        "enter_current_password": gettext_lazy("That is not the password you have now."),
        "incorrect_password": gettext_lazy("That is not your password."),
        "max_email_addresses": gettext_lazy(
            "An account has at most %d addresses. Remove one first."
        ),
        "too_many_login_attempts": gettext_lazy(
            "Too many tries. Wait five minutes, or choose a new password."
        ),
    }

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.name = form.cleaned_data.get("name", "")
        return super().save_user(request, user, form, commit)  # type: ignore[no-any-return]

    def clean_password(self, password: str, user: User | None = None) -> str:
        # At sign-up the email may not have passed, and there is nothing to compare with.
        known = user if user and user.email else None
        return super().clean_password(password, known)  # type: ignore[no-any-return]

    def is_safe_url(self, url: str) -> bool:
        """Follow ``next`` to paths of this site only, not to every host that we answer to."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def is_ajax(self, request: HttpRequest) -> bool:
        """These pages answer with pages: nobody here asks them for JSON."""
        return False

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **options)
        # Read them now: the workspace shows none, and they would turn up on a page much later.
        list(get_messages(request))
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """
        Send one of our mails about accounts.

        Links lead to BASE_URL: allauth takes them from the request, whose Host anyone may choose.

        It is written in the language of whoever has the address; nobody's is the browser's.

        :raises MailNotSent: if the mail server is away or refuses.
        """
        with speaking_to(User.objects.filter(email=email.lower()).first()):
            message = self._written(template_prefix, email, context)
        _send(message)

    def _written(self, template_prefix: str, email: str, context: dict[str, Any]) -> EmailMessage:
        links = {name: at_home(link) for name, link in context.items() if name.endswith("_url")}
        facts = {
            "email": email,
            "when": _when(),
            "minutes": settings.PASSWORD_RESET_TIMEOUT // 60,
            "days": app_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS,
            "reset_url": at_home(reverse("account_reset_password")),
            "security_url": at_home(reverse("security")),
            "signin_url": at_home(reverse("account_login")),
            "home": settings.BASE_URL,
        }
        message: EmailMessage = self.render_mail(
            template_prefix, email, context | facts | links, HEADERS
        )
        message.mixed_subtype = "related"  # type: ignore[attr-defined]
        message.attach(_mark())
        return message

    def get_client_ip(self, request: HttpRequest) -> str:
        """Never refuse somebody because a Unix socket does not know where they are."""
        return address_of(request) or str(gettext_lazy("unknown"))

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Tell of what has happened already: it stays so, even if the mail cannot go out."""
        with suppress(MailNotSent):
            super().send_notification_mail(*args, **kwargs)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # Allauth's own key holds the Host too, so that a new port would have brought new tries.
        return str(credentials.get("email", "")).lower()


def at_home(link: str) -> str:
    """Return the same page at BASE_URL."""
    return settings.BASE_URL + urlsplit(link)._replace(scheme="", netloc="").geturl()


def _when() -> str:
    now = timezone.localtime()
    return f"{formats.date_format(now, 'j F Y, H:i')} {now.tzname()}"


def _mark() -> MIMEImage:
    """Return the picture that mails show by its content id, so that they load nothing."""
    mark = MIMEImage(MARK.read_bytes())
    mark.add_header("Content-ID", "<mark>")
    mark.add_header("Content-Disposition", "inline", filename=MARK.name)
    return mark


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except OSError as error:
        logger.exception("A mail about an account was not sent.")
        raise MailNotSent(_("The mail could not be sent. Try again in a few minutes.")) from error
