"""Change what people may do, and part with them."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import events
from accounts.enums import EventKind, Role
from accounts.errors import DomainError
from accounts.models import Invitation, Membership, Team, TeamMembership
from accounts.permissions import NotAllowed, Permission, demand, needed_for


class OwnRights(DomainError):
    code: ClassVar[str] = "own_rights"
    status: ClassVar[int] = 403


class LastSuperAdmin(DomainError):
    code: ClassVar[str] = "last_super_admin"


class NotHere(DomainError):
    code: ClassVar[str] = "not_here"


@transaction.atomic
def change_member(
    member: Membership,
    *,
    role: str,
    limited: bool,
    teams: Sequence[Team],
    actor: Membership | None,
) -> Membership:
    """
    Change a person's role, teams and whether they see those teams' conversations only.

    :raises OwnRights: if somebody would change their own role or limit.
    :raises LastSuperAdmin: if nobody would be left to run the workspace.
    """
    member, actor = _locked(member, actor)
    limited = limited and role == Role.OPERATOR
    before = _rights(member)
    after = {"role": role, "limited": limited, "teams": sorted(team.name for team in teams)}
    changed = [field for field, value in after.items() if before[field] != value]
    if not changed:
        return member
    weighty = changed != ["teams"]
    _check_actor(member, actor, role=role, weighty=weighty)
    if role != Role.SUPER_ADMIN:
        _keep_a_super_admin(member)

    member.role, member.limited_to_teams = role, limited
    member.save(update_fields=["role", "limited_to_teams"])
    _put_into(member, teams)
    if weighty:
        withdraw_invitations_of(member, actor=actor)
    events.record(
        EventKind.MEMBERSHIP_CHANGED,
        member,
        actor=actor,
        name=member.user.display_name,
        before={field: before[field] for field in changed},
        after={field: after[field] for field in changed},
    )
    return member


@transaction.atomic
def remove_member(member: Membership, *, actor: Membership | None) -> Membership:
    """
    Close the workspace to a person; what they wrote stays. Other workspaces do not notice.

    :raises OwnRights: if somebody would remove themselves.
    :raises LastSuperAdmin: if nobody would be left to run the workspace.
    """
    member, actor = _locked(member, actor)
    _check_actor(member, actor, role=member.role, weighty=True)
    _keep_a_super_admin(member)

    before = _rights(member)
    member.is_active = False
    member.save(update_fields=["is_active"])
    _put_into(member, [])
    withdraw_invitations_of(member, actor=actor)
    events.record(
        EventKind.MEMBERSHIP_REMOVED,
        member,
        actor=actor,
        name=member.user.display_name,
        before={"email": member.user.email, **before},
    )
    return member


def withdraw_invitations_of(member: Membership, *, actor: Membership | None) -> None:
    """Withdraw what a person has promised with rights they no longer have."""
    for invitation in Invitation.objects.filter(invited_by=member).order_by("pk"):
        events.record(EventKind.INVITATION_REVOKED, invitation, actor=actor, name=invitation.email)
        invitation.delete()


def fresh_actor(actor: Membership) -> Membership:
    """
    Read again what somebody is now: their request may be older than their demotion.

    :raises NotAllowed: if they are no longer here.
    """
    rows = Membership.objects.active().select_for_update(no_key=True, of=("self",))
    if found := rows.select_related("user").filter(pk=actor.pk).first():
        return found
    raise NotAllowed(_("You no longer work here."))


def _locked(member: Membership, actor: Membership | None) -> tuple[Membership, Membership | None]:
    """
    Lock both, and every super admin, in the order of their ids, and read them afresh.

    So of two super admins who demote each other at once, the second finds that they are none.
    """
    those = Q(role=Role.SUPER_ADMIN) | Q(pk__in=[one.pk for one in (member, actor) if one])
    # No key is changed, so that whatever else these people do meanwhile need not wait.
    rows = Membership.objects.active().filter(those).order_by("pk")
    locked = rows.select_related("user").select_for_update(no_key=True, of=("self",))
    found = {row.pk: row for row in locked}
    if actor and actor.pk not in found:
        raise NotAllowed(_("You no longer work here."))
    if member.pk not in found:
        raise NotHere(_("That person no longer works here."))
    return found[member.pk], found[actor.pk] if actor else None


def _check_actor(member: Membership, actor: Membership | None, *, role: str, weighty: bool) -> None:
    if actor is None:
        return
    if actor.pk != member.pk:
        demand(actor, needed_for(member.role))
        demand(actor, needed_for(role))
        return
    demand(actor, Permission.MANAGE_OPERATORS)
    if weighty:
        raise OwnRights(_("Nobody changes their own rights. Ask another super admin."))


def _keep_a_super_admin(member: Membership) -> None:
    if member.role != Role.SUPER_ADMIN:
        return
    others = Membership.objects.active().filter(role=Role.SUPER_ADMIN).exclude(pk=member.pk)
    if not others.exists():
        raise LastSuperAdmin(_("A workspace needs a super admin. Make somebody else one first."))


def _rights(member: Membership) -> dict[str, Any]:
    teams = Team.objects.filter(team_memberships__membership=member).order_by("name")
    return {
        "role": member.role,
        "limited": member.limited_to_teams,
        "teams": sorted(teams.values_list("name", flat=True)),
    }


def _put_into(member: Membership, teams: Sequence[Team]) -> None:
    """Let the person work in these teams and no others; they lead what they led."""
    TeamMembership.objects.filter(membership=member).exclude(team__in=teams).delete()
    rows = [TeamMembership(team=team, membership=member) for team in teams]
    TeamMembership.objects.bulk_create(rows, ignore_conflicts=True)
