"""Make teams, say who works in them and who leads them."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import events
from accounts.enums import EventKind
from accounts.errors import Taken, refusing
from accounts.models import Membership, Team, TeamMembership
from accounts.permissions import Permission, demand

Members = Collection[Membership]


@transaction.atomic
def create_team(*, name: str, members: Members, leads: Members, actor: Membership | None) -> Team:
    """
    Make a team; whoever leads it works in it.

    :raises Taken: if another team has the name.
    """
    _check(actor)
    with refusing(*_name_once()):
        team = Team.objects.create(name=name)
    _fill(team, members, leads)
    events.record(
        EventKind.TEAM_CREATED, team, actor=actor, name=name, people=_people(team), after=_of(team)
    )
    return team


@transaction.atomic
def change_team(
    team: Team, *, name: str, members: Members, leads: Members, actor: Membership | None
) -> Team:
    """
    Change a team's name, members and leads; the event keeps who came and who went.

    :raises Taken: if another team has the name.
    """
    _check(actor)
    team = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    before, people = _of(team), set(_people(team))
    team.name = name
    with refusing(*_name_once()):
        team.save(update_fields=["name"])
    _fill(team, members, leads)
    after = _of(team)
    if changed := [field for field, value in after.items() if before[field] != value]:
        events.record(
            EventKind.TEAM_CHANGED,
            team,
            actor=actor,
            name=name,
            people=sorted(people ^ set(_people(team))),
            before={field: before[field] for field in changed},
            after={field: after[field] for field in changed},
        )
    return team


@transaction.atomic
def delete_team(team: Team, *, actor: Membership | None) -> None:
    """Delete a team that has no more conversations; its people stay."""
    _check(actor)
    events.record(
        EventKind.TEAM_DELETED,
        team,
        actor=actor,
        name=team.name,
        people=_people(team),
        before=_of(team),
    )
    team.delete()


def _name_once() -> tuple[str, Taken]:
    return "team_once", Taken(_("Another team has this name. Choose another."))


def _check(actor: Membership | None) -> None:
    if actor:
        demand(actor, Permission.MANAGE_TEAMS)


def _fill(team: Team, members: Members, leads: Members) -> None:
    leading = {lead.pk for lead in leads}
    everybody = {member.pk for member in members} | leading
    TeamMembership.objects.filter(team=team).exclude(membership__in=everybody).delete()
    rows = [
        TeamMembership(team=team, membership_id=pk, is_lead=pk in leading)
        for pk in sorted(everybody)
    ]
    TeamMembership.objects.bulk_create(rows, ignore_conflicts=True)
    working = TeamMembership.objects.filter(team=team)
    working.filter(membership__in=leading, is_lead=False).update(is_lead=True)
    working.exclude(membership__in=leading).filter(is_lead=True).update(is_lead=False)


def _people(team: Team) -> list[int]:
    rows = TeamMembership.objects.filter(team=team).order_by("membership")
    return list(rows.values_list("membership_id", flat=True))


def _of(team: Team) -> dict[str, Any]:
    """Tell a team in words."""
    rows = TeamMembership.objects.filter(team=team).select_related("membership__user")
    names = sorted((row.membership.user.display_name, row.is_lead) for row in rows)
    return {
        "name": team.name,
        "members": [name for name, _leads in names],
        "leads": [name for name, leads in names if leads],
    }
