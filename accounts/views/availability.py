"""Whether a person takes new work, as they say themselves."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.actions.profile import come_back, go_away
from accounts.http import WorkspaceRequest


@require_POST
def change(request: WorkspaceRequest) -> HttpResponse:
    """Set oneself away or available; a script gets the menu's switch drawn anew."""
    do = go_away if request.POST.get("away") else come_back
    member = do(request.membership)
    if request.htmx:
        return render(request, "_availability.html", {"me": member, "is_answer": True})
    return redirect("inbox")
