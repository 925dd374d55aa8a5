"""What a workspace asks of its people when they sign in."""

from typing import ClassVar

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import events
from accounts.actions.people import fresh_actor
from accounts.enums import EventKind
from accounts.errors import DomainError
from accounts.models import Membership, Workspace
from accounts.permissions import Permission, demand
from accounts.second_factor import has_second_factor, people_with_second_factor


class OwnFactorFirst(DomainError):
    code: ClassVar[str] = "own_factor_first"


@transaction.atomic
def require_second_factor(workspace: Workspace, *, required: bool, actor: Membership) -> Workspace:
    """
    Let in only people who have a second step, or everybody again.

    :raises OwnFactorFirst: if the actor would be the first to be kept out.
    """
    actor = fresh_actor(actor)
    demand(actor, Permission.MANAGE_SECURITY)
    workspace = Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
    if workspace.second_factor_required == required:
        return workspace
    if required and not has_second_factor(actor.user):
        raise OwnFactorFirst(_("Set up a second step for yourself first, then ask it of all."))

    workspace.second_factor_required = required
    workspace.save(update_fields=["second_factor_required"])
    events.record(
        EventKind.SIGN_IN_RULES_CHANGED,
        workspace,
        actor=actor,
        name=workspace.name,
        before={"second_factor": not required},
        after={"second_factor": required},
        people=_kept_out() if required else [],
    )
    return workspace


def _kept_out() -> list[int]:
    """List the memberships whose screens close until their people have a second step."""
    people = Membership.objects.active().exclude(user__in=people_with_second_factor())
    return list(people.order_by("pk").values_list("pk", flat=True))
