"""Settings: who is given conversations, how many, and how."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.http import WorkspaceRequest
from accounts.permissions import Permission, requires
from accounts.views.frame import frame
from routing.actions.settings import change_assignment
from routing.forms.assignment import AssignmentForm


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_TEAMS)
def edit(request: WorkspaceRequest) -> HttpResponse:
    form = AssignmentForm(request.POST or None)
    if form.is_bound and form.is_valid():
        change_assignment(**form.said(), actor=request.membership)
        return redirect("assignment-rules")
    context = frame(request) | {"assigning": form}
    return render(
        request, "settings/assignment.html", context, status=422 if form.is_bound else 200
    )
