"""The one way to a conversation from a request: what a person may not see does not exist."""

from django.shortcuts import get_object_or_404

from accounts.http import WorkspaceRequest
from inbox.models import Conversation


def conversation_for(request: WorkspaceRequest, number: int) -> Conversation:
    """Return the conversation with this number, or 404."""
    visible = Conversation.objects.for_list().visible_to(request.membership)
    return get_object_or_404(visible, number=number)
