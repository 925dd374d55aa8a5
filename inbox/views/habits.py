"""How a person likes to write: a page of their own settings, and a switch in the composer."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.actions.habits import change_habits
from accounts.enums import AfterClosing, Taking
from accounts.http import WorkspaceRequest
from accounts.views.frame import frame
from inbox.forms.conversations import UNDO_SECONDS, HabitsForm


@require_http_methods(["GET", "POST"])
def show(request: WorkspaceRequest) -> HttpResponse:
    """GET shows the page; POST keeps what was chosen, and leaves what was not named."""
    if request.method == "POST":
        change_habits(request.membership, **HabitsForm.parse(request))
        return HttpResponse(status=204) if request.htmx else redirect("habits")
    choices = {"undo": UNDO_SECONDS, "afters": AfterClosing, "takings": Taking}
    return render(request, "settings/writing.html", frame(request) | choices)
