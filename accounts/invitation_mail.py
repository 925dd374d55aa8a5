"""The mail of an invitation."""

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import lazy

from accounts.actions.invitations import note_mailed, renew_token
from accounts.actions.letters import owe_letter
from accounts.enums import Role
from accounts.follow_ups import follow_up_task
from accounts.letters import Words, letter_writer, ring_for
from accounts.models import Event, Invitation, Letter, User
from accounts.tenancy import after_commit

KIND = "invitation"
date_in_words = lazy(date_format, str)  # in the language in which the mail is written


@follow_up_task
def mail_invitation(event: Event) -> None:
    """After somebody was invited: a link is owed to them, which replaces every link before."""
    rows = Invitation.objects.alive(timezone.now()).filter(pk=event.subject_id, mailed_at=None)
    if invitation := rows.first():  # neither taken nor withdrawn
        letter = owe_letter(KIND, about=invitation.pk, email=invitation.email)
        after_commit(ring_for, letter)


@letter_writer(KIND)
def write_invitation(letter: Letter) -> Words | None:
    rows = Invitation.objects.alive(timezone.now()).filter(pk=letter.subject_id, mailed_at=None)
    locked = rows.select_for_update(of=("self",))
    invitation = locked.select_related("invited_by__user", "workspace").first()
    if invitation is None:  # taken or withdrawn, or a newer mail has gone
        return None
    token, inviter = renew_token(invitation), invitation.invited_by.user
    context = {
        "inviter": inviter,
        "workspace": invitation.workspace,
        "role": Role(invitation.role).label,
        "teams": invitation.team_names,
        "until": date_in_words(invitation.expires_at, "j F, H:i"),
        "link": f"{settings.BASE_URL}/accounts/invitations/{token}/",
    }
    known = User.objects.filter(email=invitation.email).first()
    return Words(
        "accounts/email/invitation",
        context,
        language=(known and known.language) or inviter.language,
        sent=lambda: note_mailed(invitation, token=token, at=timezone.now()),
    )
