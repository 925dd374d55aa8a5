"""Where a person arrives, and how they make a workspace."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actions.workspaces import create_workspace
from accounts.doors import workspaces_of
from accounts.errors import Taken
from accounts.forms import WorkspaceForm
from accounts.limits import spend
from accounts.models import User


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Send a person to their workspace, to make one, or to sign in."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    workspaces = workspaces_of(request.user)
    return redirect(f"/{workspaces[0].slug}/inbox/" if workspaces else "workspace-new")


@login_required
@require_http_methods(["GET", "POST"])
def workspace_new(request: HttpRequest) -> HttpResponse:
    form = WorkspaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        owner, said = cast(User, request.user), form.cleaned_data
        spend("new-workspace", str(owner.pk))
        try:
            workspace, _ = create_workspace(name=said["name"], slug=said["slug"], owner=owner)
        except Taken as refusal:
            form.add_error("slug", str(refusal))
        else:
            return redirect(f"/{workspace.slug}/inbox/")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/workspace_new.html", {"form": form}, status=status)
