"""Settings: the drawer of a team."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from accounts.actions.teams import change_team, create_team
from accounts.http import WorkspaceRequest
from accounts.models import Team
from accounts.people_forms import TeamForm
from accounts.permissions import Permission, requires
from accounts.views.people import people_page


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_TEAMS)
def new(request: WorkspaceRequest) -> HttpResponse:
    form = TeamForm(request.POST or None)
    if form.is_bound and form.is_valid():
        with form.naming():
            create_team(**form.cleaned_data, actor=request.membership)
            return redirect("people")
    return people_page(request, "settings/_team.html", form=form, team=None)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_TEAMS)
def edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    team = get_object_or_404(Team.objects.all(), pk=pk)
    rows = list(team.team_memberships.values_list("membership_id", "is_lead"))
    initial = {
        "name": team.name,
        "members": [member for member, _ in rows],
        "leads": [member for member, leads in rows if leads],
    }
    form = TeamForm(request.POST or None, team=team, initial=initial)
    if form.is_bound and form.is_valid():
        with form.naming():
            change_team(team, **form.cleaned_data, actor=request.membership)
            return redirect("people")
    return people_page(request, "settings/_team.html", form=form, team=team)
