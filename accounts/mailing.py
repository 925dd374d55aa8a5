"""One mail: composed from templates, handed to the mail server, which may refuse it in words."""

import smtplib
from email.mime.image import MIMEImage
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

MARK = settings.BASE_DIR / "templates/account/email/mark.png"
PERMANENT = 500  # SMTP answers from here on are final (RFC 5321, 4.2.1)
LONGEST_REASON = 500


class Unreachable(Exception):
    """Nobody has the mail yet: another try may go well."""


class Undeliverable(Exception):
    """The mail server will never take this mail."""


def compose(
    name: str, email: str, context: dict[str, Any], message_id: str
) -> EmailMultiAlternatives:
    """Make a mail whose subject, text and HTML are templates; it loads nothing from elsewhere."""
    context = context | {"email": email, "home": settings.BASE_URL}
    subject = render_to_string(f"{name}_subject.txt", context, using="jinja2")
    text = render_to_string(f"{name}_message.txt", context, using="jinja2")
    # RFC 3834: no holiday replies.
    headers = {"Auto-Submitted": "auto-generated", "Message-ID": message_id}
    message = EmailMultiAlternatives(
        " ".join(subject.split()), text.strip() + "\n", to=[email], headers=headers
    )
    html = render_to_string(f"{name}_message.html", context, using="jinja2")
    message.attach_alternative(html, "text/html")
    message.mixed_subtype = "related"  # type: ignore[attr-defined]
    mark = MIMEImage(MARK.read_bytes())
    mark.add_header("Content-ID", "<mark>")
    mark.add_header("Content-Disposition", "inline", filename=MARK.name)
    message.attach(mark)
    return message


def hand_over(message: EmailMultiAlternatives) -> None:
    """
    Give the mail to the mail server.

    :raises Unreachable: if it is away, slow, or refuses for now or for reasons of its own.
    :raises Undeliverable: if it refuses this mail or its reader for good.
    """
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise _refusal(code, words) from error
    except smtplib.SMTPDataError as error:
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPResponseException as error:  # of us or our password: an admin mends it
        raise Unreachable(_said(error.smtp_code, error.smtp_error)) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Unreachable(_trouble(error)) from error


def _trouble(error: Exception) -> str:
    # smtplib takes silence for the end of the connection.
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return _("The mail server did not answer in time.")
    if isinstance(error, smtplib.SMTPServerDisconnected | ConnectionResetError | BrokenPipeError):
        return _("The mail server broke the connection off.")
    return _("The mail server cannot be reached.")


def _refusal(code: int, words: bytes | str) -> Unreachable | Undeliverable:
    kind = Undeliverable if code >= PERMANENT else Unreachable
    return kind(_said(code, words))


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    text = " ".join(text.replace("\x00", "").split())[:LONGEST_REASON]
    return _("The mail server refused: %(code)s %(words)s") % {"code": code, "words": text}
