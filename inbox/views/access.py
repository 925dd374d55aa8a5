"""The one way to a conversation from a request: what a person may not see does not exist."""

from django.shortcuts import get_object_or_404

from accounts.http import WorkspaceRequest
from inbox.models import Conversation


def conversation_for(
    request: WorkspaceRequest, number: int, *, is_drawn: bool = False
) -> Conversation:
    """
    Return the conversation with this number, or 404.

    :param is_drawn: with all that drawing it needs; an action fetches it again when it is locked.
    """
    rows = Conversation.objects.for_drawing() if is_drawn else Conversation.objects.all()
    return get_object_or_404(rows.visible_to(request.membership), number=number)
