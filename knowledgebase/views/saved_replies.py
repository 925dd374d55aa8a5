"""Settings: ready texts, one's own and those that are shared."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import Taken
from accounts.http import WorkspaceRequest
from accounts.models import Team
from accounts.tenancy import attempt
from accounts.views.frame import frame
from knowledgebase.actions.saved_replies import delete_reply, write_reply
from knowledgebase.forms import SavedReplyForm
from knowledgebase.models import SavedReply
from knowledgebase.models.saved_reply import SavedReplyQuerySet
from knowledgebase.words import VARIABLES

MONTH = timedelta(days=30)
MOST = 500  # that one page lists


@require_GET
def index(request: WorkspaceRequest) -> HttpResponse:
    return _page(request)


@require_http_methods(["GET", "POST"])
def new(request: WorkspaceRequest) -> HttpResponse:
    return _write(request, None)


@require_http_methods(["GET", "POST"])
def edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Show a reply; POST writes it anew, for whoever may."""
    found = SavedReply.objects.visible_to(request.membership)
    if request.method == "POST":
        found = found.writable_by(request.membership)
    return _write(request, get_object_or_404(found.select_related("changed_by__user"), pk=pk))


@require_POST
def removal(request: WorkspaceRequest, pk: int) -> HttpResponse:
    mine = SavedReply.objects.writable_by(request.membership)
    delete_reply(get_object_or_404(mine, pk=pk), actor=request.membership)
    return redirect("saved-replies")


def _write(request: WorkspaceRequest, reply: SavedReply | None) -> HttpResponse:
    form = SavedReplyForm(request.POST or None, actor=request.membership, reply=reply)
    if form.is_bound and form.is_valid():
        try:
            with attempt():
                written = write_reply(reply, actor=request.membership, **form.facts)
            return redirect("saved-reply", written.pk)
        except Taken as refusal:
            form.add_error("shortcut", str(refusal))
    return _page(request, form=form, reply=reply)


def _page(request: WorkspaceRequest, **context: Any) -> HttpResponse:
    """Draw the page with one reply open, or none."""
    me, form = request.membership, context.setdefault("form", None)
    reply = context.setdefault("reply", None)
    visible = SavedReply.objects.visible_to(me)
    query = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    view = request.GET.get("view", "")
    rows = _viewed(visible, view, me.pk).counted(timezone.now() - MONTH).select_related("team")
    if query:
        rows = rows.found_by(query)
    order = ["-uses", "name", "pk"] if view == "most" else ["name", "pk"]
    context |= {
        "replies": list(rows.order_by(*order)[:MOST]),
        "views": _views(visible, me.pk),
        "view": view,
        "query": query,
        "variables": VARIABLES,
        "may_write": reply is None or _may_write(request, reply),
        "used": visible.counted(timezone.now() - MONTH).get(pk=reply.pk).uses if reply else 0,
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "knowledge/saved_replies.html", context | frame(request), status=status)


def _may_write(request: WorkspaceRequest, reply: SavedReply) -> bool:
    return SavedReply.objects.writable_by(request.membership).filter(pk=reply.pk).exists()


def _viewed(replies: SavedReplyQuerySet, view: str, me: int) -> SavedReplyQuerySet:
    if view == "mine":
        return replies.filter(owner=me)
    if view == "shared":
        return replies.filter(owner=None, team=None)
    if view.isascii() and view.isdecimal() and len(view) < 10:  # noqa: PLR2004
        return replies.filter(team=int(view))
    return replies


def _views(replies: SavedReplyQuerySet, me: int) -> dict[str, Any]:
    """Count what each entry of the side holds, in one query, and per team in another."""
    counts = replies.aggregate(
        all=Count("pk"),
        mine=Count("pk", filter=Q(owner=me)),
        shared=Count("pk", filter=Q(owner=None, team=None)),
    )
    by_team = replies.exclude(team=None).values_list("team").annotate(n=Count("pk")).order_by()
    numbers = dict(by_team)
    teams = Team.objects.filter(pk__in=numbers).order_by("name", "pk")
    return counts | {"teams": [(team, numbers[team.pk]) for team in teams]}
