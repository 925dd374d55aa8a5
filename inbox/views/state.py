"""
What an operator decides about a conversation.

Each address is a thing: POST makes it so, DELETE undoes it. A plain form, which cannot
DELETE, posts ``undo``.
"""

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import DomainError
from accounts.http import WorkspaceRequest
from accounts.models import Membership
from inbox.actions import assignment as assigning
from inbox.actions import contacts, lifecycle, triage
from inbox.actions import spam as marking
from inbox.enums import Priority
from inbox.forms.conversations import SnoozeForm
from inbox.models import Conversation, Tag
from inbox.views.access import conversation_for


class BadPriority(DomainError):
    code, status = "bad_priority", 422


@require_http_methods(["POST", "DELETE"])
def assignment(request: WorkspaceRequest, number: int) -> HttpResponse:
    """POST gives the conversation to a person, at first to oneself; DELETE to nobody."""
    conversation, me = conversation_for(request, number), request.membership
    if undoes(request):
        given = assigning.unassign_conversation(conversation, actor=me)
        return changed(request, conversation, given, _("Unassigned."))
    to = me
    if request.POST.get("assignee"):
        members = Membership.objects.active().select_related("user")
        to = get_object_or_404(members, pk=number_in(request.POST, "assignee"))
    said = _("Assigned to %s.") % to.user.display_name
    given = assigning.assign_conversation(conversation, to=to, actor=me)
    return changed(request, conversation, given, said)


@require_http_methods(["POST", "DELETE"])
def closure(request: WorkspaceRequest, number: int) -> HttpResponse:
    """POST closes the conversation, DELETE reopens it."""
    reopens = undoes(request)
    act = lifecycle.reopen_conversation if reopens else lifecycle.close_conversation
    conversation = conversation_for(request, number)
    after = act(conversation, actor=request.membership)
    return changed(request, conversation, after, "" if reopens else _("Closed."))


@require_http_methods(["POST", "DELETE"])
def spam(request: WorkspaceRequest, number: int) -> HttpResponse:
    """POST says that the conversation is spam, DELETE that it is none."""
    clears = undoes(request)
    act = marking.clear_spam if clears else marking.mark_spam
    conversation = conversation_for(request, number)
    after = act(conversation, actor=request.membership)
    said = _("Taken back into the inbox.") if clears else _("Marked as spam.")
    return changed(request, conversation, after, said)


@require_http_methods(["POST", "DELETE"])
def snooze(request: WorkspaceRequest, number: int) -> HttpResponse:
    """POST puts the conversation off until a time, DELETE wakes it."""
    conversation, me = conversation_for(request, number), request.membership
    if undoes(request):
        woken = lifecycle.wake_conversation(conversation, actor=me)
        return changed(request, conversation, woken)
    until = SnoozeForm.parse(request)["until"]
    snoozed = lifecycle.snooze_conversation(conversation, until=until, actor=me)
    return changed(request, conversation, snoozed, _("Snoozed."))


@require_POST
def priority(request: WorkspaceRequest, number: int) -> HttpResponse:
    """Say how urgent the conversation is."""
    conversation, said = conversation_for(request, number), number_in(request.POST, "priority", -1)
    if said not in Priority.values:
        raise BadPriority(_("There is no such priority."))
    to = Priority(said)
    after = triage.prioritize_conversation(conversation, to=to, actor=request.membership)
    return changed(request, conversation, after, _("Priority: %s.") % to.label)


@require_POST
def tags(request: WorkspaceRequest, number: int) -> HttpResponse:
    """Put a tag on the conversation."""
    conversation, name = conversation_for(request, number), request.POST.get("name", "")
    tagged = triage.tag_conversation(conversation, name=name, actor=request.membership)
    return changed(request, conversation, tagged, _("Tagged."))


@require_http_methods(["POST", "DELETE"])
def tag(request: WorkspaceRequest, number: int, pk: int) -> HttpResponse:
    """Take a tag off the conversation."""
    conversation = conversation_for(request, number)
    removed = get_object_or_404(Tag.objects.all(), pk=pk)
    after = triage.untag_conversation(conversation, tag=removed, actor=request.membership)
    return changed(request, conversation, after, _("Tag removed."))


@require_http_methods(["POST", "DELETE"])
def vip(request: WorkspaceRequest, number: int) -> HttpResponse:
    """POST says that the customer is a VIP, DELETE that they are none."""
    conversation = conversation_for(request, number, is_drawn=True)
    is_vip = not undoes(request)
    contacts.change_contact(conversation.contact, is_vip=is_vip, actor=request.membership)
    return changed(request, conversation, conversation)


@require_http_methods(["POST", "DELETE"])
def read(request: WorkspaceRequest, number: int) -> HttpResponse:
    """POST notes that one has the newest message before one's eyes, DELETE that one has not."""
    act = triage.mark_unread if undoes(request) else triage.mark_read
    act(conversation_for(request, number), actor=request.membership)
    return HttpResponse(status=204)


def undoes(request: WorkspaceRequest) -> bool:
    return request.method == "DELETE" or "undo" in request.POST


def number_in(said: QueryDict, name: str, otherwise: int = 0) -> int:
    """Read a field that holds a number; of a row's id there is none 0."""
    text = str(said.get(name, ""))
    is_number = text.isascii() and text.isdecimal() and len(text) < 19  # noqa: PLR2004
    return int(text) if is_number else otherwise


def changed(
    request: WorkspaceRequest, before: Conversation, conversation: Conversation, said: str = ""
) -> HttpResponse:
    """A script gets the head anew, and in words what can be undone; a plain form gets the page."""
    if not request.htmx:
        return redirect("conversation", conversation.number)
    # One that was so already has no new event: there is nothing to undo.
    context = {
        "conversation": conversation,
        "said": said if conversation.last_seq > before.last_seq else "",
    }
    return render(request, "inbox/_changed.html", context)
