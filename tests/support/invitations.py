"""Invitations, made past the mail that would carry their token."""

from datetime import timedelta

from django.utils import timezone

from accounts.enums import Role
from accounts.models import Invitation, InvitationTeam
from accounts.models.invitation import hash_of
from accounts.tenancy import scope
from tests.factories import new_token

INVITED = "noor@acme.test"


def make_invitation(inviter, email=INVITED, role=Role.OPERATOR, *, teams=(), token="", **fields):
    """Invite somebody; ``token`` is what their link would hold."""
    fields.setdefault("expires_at", timezone.now() + timedelta(days=7))
    with scope(inviter.workspace):
        invitation = Invitation.objects.create(
            email=email,
            role=role,
            invited_by=inviter,
            token_hash=hash_of(token or new_token()),
            **fields,
        )
        for team in teams:
            InvitationTeam.objects.create(invitation=invitation, team=team)
    return invitation
