"""Who sees which numbers, as the workspace has it."""

from django.db import transaction

from accounts import events
from accounts.enums import EventKind
from accounts.models import Membership, Workspace
from accounts.permissions import Permission, demand


@transaction.atomic
def show_own_numbers(workspace: Workspace, *, shown: bool, actor: Membership) -> Workspace:
    """Let operators see their own numbers, or leave all of them to admins."""
    demand(actor, Permission.SEE_STATISTICS)
    workspace = Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
    if workspace.operators_see_numbers == shown:
        return workspace

    workspace.operators_see_numbers = shown
    workspace.save(update_fields=["operators_see_numbers"])
    events.record(
        EventKind.STATISTICS_RULES_CHANGED,
        workspace,
        actor=actor,
        name=workspace.name,
        before={"own_numbers": not shown},
        after={"own_numbers": shown},
    )
    return workspace
