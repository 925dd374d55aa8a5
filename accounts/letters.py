"""Mails of ours that no sign-in page sends."""

from email.mime.image import MIMEImage
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format

from accounts.actions.invitations import renew_token
from accounts.follow_ups import follow_up_task
from accounts.models import Event, Invitation

MARK = settings.BASE_DIR / "templates/account/email/mark.png"


@follow_up_task
def mail_invitation(event: Event) -> None:
    """Mail the invited person a link that replaces every link before."""
    now = timezone.now()
    rows = Invitation.objects.alive(now).filter(pk=event.subject_id, mailed_at=None)
    invitation = rows.select_for_update(of=("self",)).select_related("invited_by__user").first()
    if invitation is None:  # taken or withdrawn, or a newer mail has gone
        return
    token = renew_token(invitation, now=now)
    # Inside the transaction: only once the mail is out is nothing owed, and its link good.
    send(
        "accounts/email/invitation",
        invitation.email,
        {
            "inviter": invitation.invited_by.user,
            "workspace": invitation.workspace,
            "role": invitation.get_role_display(),
            "teams": invitation.team_names,
            "until": date_format(invitation.expires_at, "j F, H:i"),
            "link": f"{settings.BASE_URL}/accounts/invitations/{token}/",
        },
    )


def send(name: str, email: str, context: dict[str, Any]) -> None:
    """Send a mail whose subject, text and HTML are templates; it loads nothing from elsewhere."""
    context = context | {"email": email, "home": settings.BASE_URL}
    subject = render_to_string(f"{name}_subject.txt", context, using="jinja2")
    text = render_to_string(f"{name}_message.txt", context, using="jinja2")
    headers = {"Auto-Submitted": "auto-generated"}  # RFC 3834: no holiday replies
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
    message.send()
