"""Invite people, and let them in."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import events
from accounts.actions.people import fresh_actor
from accounts.enums import EventKind, Role
from accounts.errors import DomainError, Taken, refusing
from accounts.models import (
    Invitation,
    InvitationTeam,
    Membership,
    Team,
    TeamMembership,
    User,
)
from accounts.models.invitation import hash_of
from accounts.permissions import demand, needed_for

LIFE = timedelta(days=7)


class AlreadyHere(DomainError):
    code: ClassVar[str] = "already_here"


class StaleInvitation(DomainError):
    code: ClassVar[str] = "stale_invitation"
    status: ClassVar[int] = 404


@transaction.atomic
def invite_people(
    emails: Iterable[str],
    *,
    role: str,
    limited: bool,
    teams: Sequence[Team],
    actor: Membership,
) -> list[Invitation]:
    """
    Keep a place for each address, and owe it a mail. An invitation from before is replaced.

    :raises AlreadyHere: if one of them works here; then nobody is invited.
    :raises Taken: if somebody else invites one of them at this moment.
    """
    actor = fresh_actor(actor)
    demand(actor, needed_for(role))
    emails = sorted({email.strip().lower() for email in emails})
    if here := Membership.objects.active().filter(user__email__in=emails).first():
        raise AlreadyHere(_("%s works here already.") % here.user.email)
    for old in Invitation.objects.filter(email__in=emails).order_by("pk"):
        demand(actor, needed_for(old.role))
        _revoke(old, actor)
    limited = limited and role == Role.OPERATOR
    return [_invite(email, role, limited, teams, actor) for email in emails]


@transaction.atomic
def resend_invitation(invitation: Invitation, *, actor: Membership) -> Invitation:
    """Owe a new mail with a new link and another seven days; the old link dies at once."""
    actor, invitation = fresh_actor(actor), _locked(invitation)
    demand(actor, needed_for(invitation.role))
    invitation.token_hash, invitation.mailed_at = None, None
    invitation.expires_at = timezone.now() + LIFE
    invitation.invited_by = actor
    invitation.save(update_fields=["token_hash", "mailed_at", "expires_at", "invited_by"])
    events.record(EventKind.INVITATION_RESENT, invitation, actor=actor, name=invitation.email)
    return invitation


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, actor: Membership) -> None:
    """Take the place back, as if nobody had been invited."""
    actor, invitation = fresh_actor(actor), _locked(invitation)
    demand(actor, needed_for(invitation.role))
    _revoke(invitation, actor)


@transaction.atomic
def renew_token(invitation: Invitation) -> str:
    """Give the invitation a new token, of which only the hash is kept, and return it."""
    token = secrets.token_urlsafe(32)
    invitation.token_hash = hash_of(token)
    invitation.save(update_fields=["token_hash"])
    return token


@transaction.atomic
def note_mailed(invitation: Invitation, *, token: str, at: datetime) -> None:
    """Note that the mail with this token is out, unless the token was replaced meanwhile."""
    same = Invitation.objects.filter(pk=invitation.pk, token_hash=hash_of(token))
    same.update(mailed_at=at)


@transaction.atomic
def accept_invitation(token: str, *, user: User, now: datetime) -> Membership:
    """
    Let a person in, whom the caller knows to own the invited address.

    :raises StaleInvitation: if the place was taken, withdrawn or kept too long.
    """
    rows = Invitation.objects.alive(now).filter(token_hash=hash_of(token), email=user.email)
    invitation = rows.select_for_update(of=("self",)).first()
    if invitation is None:
        raise StaleInvitation(_("This invitation no longer works."))
    member = _let_in(user, invitation)
    events.record(
        EventKind.MEMBERSHIP_JOINED,
        member,
        actor=member,
        name=user.display_name,
        after={"email": user.email, "role": member.role, "limited": member.limited_to_teams},
    )
    invitation.delete()
    return member


def _let_in(user: User, invitation: Invitation) -> Membership:
    member, is_new = Membership.objects.get_or_create(user=user)
    if is_new or not member.is_active:
        member.role, member.limited_to_teams = invitation.role, invitation.limited_to_teams
        member.is_active = True
        member.save(update_fields=["role", "limited_to_teams", "is_active"])
        teams = invitation.invited_teams.values_list("team_id", flat=True)
        rows = [TeamMembership(team_id=team, membership=member) for team in teams]
        TeamMembership.objects.bulk_create(rows, ignore_conflicts=True)
    return member


def _invite(
    email: str, role: str, limited: bool, teams: Sequence[Team], actor: Membership
) -> Invitation:
    invitation = Invitation(
        email=email,
        role=role,
        limited_to_teams=limited,
        invited_by=actor,
        expires_at=timezone.now() + LIFE,
    )
    with refusing("one_invitation_each", Taken(_("%s was invited just now.") % email)):
        invitation.save(force_insert=True)
    InvitationTeam.objects.bulk_create(
        [InvitationTeam(invitation=invitation, team=team) for team in teams]
    )
    events.record(
        EventKind.INVITATION_CREATED,
        invitation,
        actor=actor,
        name=email,
        after={"role": role, "limited": limited, "teams": sorted(team.name for team in teams)},
    )
    return invitation


def _revoke(invitation: Invitation, actor: Membership) -> None:
    events.record(EventKind.INVITATION_REVOKED, invitation, actor=actor, name=invitation.email)
    invitation.delete()


def _locked(invitation: Invitation) -> Invitation:
    found = Invitation.objects.select_for_update(of=("self",)).filter(pk=invitation.pk).first()
    if found is None:
        raise StaleInvitation(_("This invitation no longer works."))
    return found
