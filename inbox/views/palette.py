"""What the command palette offers: deeds, places, people, tags, and conversations that are looked for."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.http import WorkspaceRequest
from accounts.keys import Group, Shortcut, shortcuts_of
from accounts.limits import spend
from accounts.models import Membership, Team
from accounts.permissions import Permission, may
from inbox import search
from inbox.forms.conversations import SNOOZES
from inbox.models import Channel, Conversation, Tag

RECENT = 5


@require_GET
def places(request: WorkspaceRequest) -> HttpResponse:
    """List what needs no search, and the conversations somebody has had open (``?recent=7,4``)."""
    context = {
        "acts": _acts(request),
        "snoozes": SNOOZES,
        "members": list(Membership.objects.for_list()),
        "channels": list(Channel.objects.for_list()),
        "teams": list(Team.objects.order_by("name")),
        "tags": list(Tag.objects.order_by("name")),
        "conversations": _recent(request),
        "may_manage": may(request.membership, Permission.MANAGE_CHANNELS),
    }
    return render(request, "inbox/_palette.html", context)


@require_GET
def finding(request: WorkspaceRequest) -> HttpResponse:
    """List the conversations that a word of the contact or subject, or a number, finds."""
    spend("search", str(request.membership.pk))
    found = search.find(request.GET.get("q", ""), request.membership)
    return render(request, "inbox/_found.html", {"conversations": found})


def _acts(request: WorkspaceRequest) -> list[Shortcut]:
    doing = {Group.ACT, Group.WRITE}
    shortcuts = shortcuts_of(request.user)
    return [one for one in shortcuts if one.group in doing and one.place == "screen"]


def _recent(request: WorkspaceRequest) -> list[Conversation]:
    said = request.GET.get("recent", "").split(",")[:RECENT]
    numbers = [number for one in said if (number := search.numbered(one)) is not None]
    return search.recent(numbers, request.membership)
