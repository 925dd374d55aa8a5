"""Who gets a mail: what the composer suggests, and what completes a name."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from accounts.http import WorkspaceRequest
from inbox import search
from inbox.actions.recipients import as_typed, contact_of, suggest_recipients
from inbox.enums import ChannelKind
from inbox.models import Conversation


@require_GET
def index(request: WorkspaceRequest) -> HttpResponse:
    """List the people, of those one may know of, whose name or address has what was typed."""
    found = search.people(request.GET.get("q", ""), request.membership)
    people = [{"name": one.name, "address": one.email} for one in found]
    return JsonResponse({"people": people})


def addressing(conversation: Conversation) -> dict[str, Any] | None:
    """Say what the composer's address lines begin with, where answers go by mail."""
    if conversation.channel.kind != ChannelKind.EMAIL:
        return None
    suggestion = suggest_recipients(conversation)
    return {
        "typed": as_typed(suggestion.recipients.people()),
        "offered": [
            {"name": one.name, "address": one.address, "typed": typed}
            for one in suggestion.offered
            for typed in as_typed({"cc": [{"name": one.name, "address": one.address}]}).values()
        ],
        "contact": contact_of(conversation).address,
        "lost": list(suggestion.lost),
    }
