"""Writing into a conversation."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.http import WorkspaceRequest
from inbox.actions.messaging import add_note, send_message
from inbox.actions.outgoing import retry_message
from inbox.forms.conversations import WritingForm
from inbox.models import Conversation
from inbox.views.access import conversation_for


@require_POST
def create(request: WorkspaceRequest, number: int) -> HttpResponse:
    """Reply to the contact."""
    conversation = conversation_for(request, number)
    send_message(conversation, actor=request.membership, **WritingForm.parse(request))
    return _written(request, conversation)


@require_POST
def note(request: WorkspaceRequest, number: int) -> HttpResponse:
    """Leave a note for colleagues."""
    conversation = conversation_for(request, number)
    add_note(conversation, actor=request.membership, **WritingForm.parse(request))
    return _written(request, conversation)


@require_POST
def retry(request: WorkspaceRequest, number: int, pk: int) -> HttpResponse:
    """Send a failed message again."""
    conversation = conversation_for(request, number)
    message = get_object_or_404(conversation.messages, pk=pk)
    retry_message(message, actor=request.membership)
    return _written(request, conversation)


def _written(request: WorkspaceRequest, conversation: Conversation) -> HttpResponse:
    """A script hears the entry over its socket, as everyone does; a plain form gets the page."""
    if request.htmx:
        return HttpResponse(status=204)
    return redirect("conversation", conversation.number)
