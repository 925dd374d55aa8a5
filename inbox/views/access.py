"""The one way to a conversation from a request: what a person may not see does not exist."""

from collections.abc import Callable
from typing import Any

from django.http import Http404

from accounts.http import WorkspaceRequest
from accounts.models import Membership
from accounts.prepared import Place, Prepared
from inbox.models import Conversation
from inbox.models.conversation_queries import ConversationQuerySet

Rows = ConversationQuerySet


class Visible:
    """A query of conversations, prepared for those who see everything and for the others."""

    def __init__(self, ask: Callable[..., Rows], *names: str) -> None:
        def ask_limited(viewer: Place, **places: Place) -> Rows:
            return ask(Conversation.objects.visible_to_limited(viewer), **places)

        self._all = Prepared(lambda **places: ask(Conversation.objects.all(), **places), *names)
        self._limited = Prepared(ask_limited, "viewer", *names)

    def __call__(self, viewer: Membership, **given: Any) -> list[Conversation]:
        if viewer.sees_everything:
            return self._all(**given)
        return self._limited(viewer=viewer.pk, **given)


NUMBERED = Visible(lambda rows, number: rows.filter(number=number), "number")
DRAWN = Visible(lambda rows, number: rows.with_people().filter(number=number), "number")


def conversation_for(
    request: WorkspaceRequest, number: int, *, is_drawn: bool = False
) -> Conversation:
    """
    Return the conversation with this number, or 404.

    :param is_drawn: with all that drawing it needs; an action fetches it again when it is locked.
    """
    found = (DRAWN if is_drawn else NUMBERED)(request.membership, number=number)
    if not found:
        raise Http404
    if is_drawn:
        found[0].fetch_tags()
    return found[0]
