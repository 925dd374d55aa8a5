"""Settings: the end of a team, whose conversations must go somewhere."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.http import WorkspaceRequest
from accounts.models import Team
from accounts.permissions import Permission, requires
from inbox.actions.teams import dissolve_team


@require_POST
@requires(Permission.MANAGE_TEAMS)
def removal(request: WorkspaceRequest, pk: int) -> HttpResponse:
    team = get_object_or_404(Team.objects.all(), pk=pk)
    dissolve_team(team, actor=request.membership)
    return redirect("people")
