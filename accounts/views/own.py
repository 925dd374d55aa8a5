"""What the pages about oneself show around themselves: the rail of the workspace one came from."""

from typing import Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from accounts.doors import workspaces_of
from accounts.models import Membership, User, Workspace
from accounts.permissions import Permission, may
from accounts.tenancy import scope


class Place:
    """The workspace beside whose rail a person sits: the one that ``?workspace=`` names, or the first."""

    def __init__(self, request: HttpRequest) -> None:
        self.user = cast(User, request.user)
        self.workspaces = workspaces_of(self.user)
        wanted = request.GET.get("workspace", "")
        named = [workspace for workspace in self.workspaces if workspace.slug == wanted]
        self.workspace: Workspace | None = next(iter(named or self.workspaces), None)
        self.membership: Membership | None = None
        if self.workspace:
            with scope(self.workspace):
                mine = Membership.objects.active().filter(user=self.user)
                self.membership = mine.select_related("user").first()


def own_frame(request: HttpRequest, place: Place) -> dict[str, Any]:
    """
    Return what ``account/you.html`` needs.

    The rail is drawn inside the workspace, whose addresses it shows; the page itself is outside.
    """
    context: dict[str, Any] = {
        "workspace": place.workspace,
        "me": place.membership,
        "rail": "",
        "tabbar": "",
    }
    query = f"?workspace={place.workspace.slug}" if place.workspace else ""
    context |= {"workspaces": place.workspaces, "query": query, "home": "/"}
    if place.workspace and place.membership:
        context["home"] = f"/{place.workspace.slug}/inbox/"
        inside = context | {
            "may_manage": may(place.membership, Permission.MANAGE_CHANNELS),
            "current": "own",
        }
        with scope(place.workspace):
            for name in ("rail", "tabbar"):
                context[name] = _drawn(f"_{name}.html", inside, request)
    return context


def _drawn(template: str, context: dict[str, Any], request: HttpRequest) -> str:
    html = render_to_string(template, context, request, using="jinja2")
    return mark_safe(html)  # noqa: S308 (our own template, which escapes)
