"""
What an operator decides about a conversation.

Each address is a thing: POST makes it so, DELETE undoes it. A plain form, which cannot
DELETE, posts ``undo``.
"""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import WorkspaceRequest
from accounts.models import Membership
from inbox.actions import assignment as assigning
from inbox.actions import lifecycle, triage
from inbox.forms.conversations import SnoozeForm
from inbox.models import Conversation, Tag
from inbox.views.access import conversation_for


@require_http_methods(["POST", "DELETE"])
def assignment(request: WorkspaceRequest, number: int) -> HttpResponse:
    """POST gives the conversation to a person, at first to oneself; DELETE to nobody."""
    conversation, me = conversation_for(request, number), request.membership
    if _undoes(request):
        return _changed(request, assigning.unassign_conversation(conversation, actor=me))
    to = me
    if chosen := request.POST.get("assignee"):
        members = Membership.objects.active().select_related("user")
        to = get_object_or_404(members, pk=_id(chosen))
    return _changed(request, assigning.assign_conversation(conversation, to=to, actor=me))


@require_http_methods(["POST", "DELETE"])
def closure(request: WorkspaceRequest, number: int) -> HttpResponse:
    """POST closes the conversation, DELETE reopens it."""
    undoes = _undoes(request)
    act = lifecycle.reopen_conversation if undoes else lifecycle.close_conversation
    conversation = conversation_for(request, number)
    return _changed(request, act(conversation, actor=request.membership))


@require_http_methods(["POST", "DELETE"])
def snooze(request: WorkspaceRequest, number: int) -> HttpResponse:
    """POST puts the conversation off until a time, DELETE wakes it."""
    conversation, me = conversation_for(request, number), request.membership
    if _undoes(request):
        return _changed(request, lifecycle.wake_conversation(conversation, actor=me))
    until = SnoozeForm.parse(request)["until"]
    return _changed(request, lifecycle.snooze_conversation(conversation, until=until, actor=me))


@require_POST
def tags(request: WorkspaceRequest, number: int) -> HttpResponse:
    """Put a tag on the conversation."""
    conversation, name = conversation_for(request, number), request.POST.get("name", "")
    return _changed(
        request, triage.tag_conversation(conversation, name=name, actor=request.membership)
    )


@require_http_methods(["POST", "DELETE"])
def tag(request: WorkspaceRequest, number: int, pk: int) -> HttpResponse:
    """Take a tag off the conversation."""
    conversation = conversation_for(request, number)
    removed = get_object_or_404(Tag.objects.all(), pk=pk)
    return _changed(
        request, triage.untag_conversation(conversation, tag=removed, actor=request.membership)
    )


@require_http_methods(["POST", "DELETE"])
def read(request: WorkspaceRequest, number: int) -> HttpResponse:
    """POST notes that one has the newest message before one's eyes, DELETE that one has not."""
    act = triage.mark_unread if _undoes(request) else triage.mark_read
    act(conversation_for(request, number), actor=request.membership)
    return HttpResponse(status=204)


def _undoes(request: WorkspaceRequest) -> bool:
    return request.method == "DELETE" or "undo" in request.POST


def _id(said: str) -> int:
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else 0  # noqa: PLR2004


def _changed(request: WorkspaceRequest, conversation: Conversation) -> HttpResponse:
    """A script gets the head of the conversation anew; a plain form gets the page."""
    if request.htmx:
        return render(request, "inbox/_head.html", {"conversation": conversation})
    return redirect("conversation", conversation.number)
