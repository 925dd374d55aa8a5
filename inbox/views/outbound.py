"""Writing first: a new message, and passing on what was said."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.errors import DomainError
from accounts.http import WorkspaceRequest
from inbox.actions.outbound import FORWARDED, begin_conversation, forward_messages
from inbox.actions.recipients import HEADERS
from inbox.connectors.mail.rich import LONGEST, clean
from inbox.enums import ChannelKind, MessageState
from inbox.forms.outbound import ForwardForm, OutboundForm
from inbox.models import Channel, Conversation
from inbox.models.message import with_files
from inbox.views.access import conversation_for
from inbox.views.attachments import chosen_files, limits
from inbox.views.conversations import render_beside, render_conversation

MOST_OFFERED = 20


@require_http_methods(["GET", "POST"])
def new(request: WorkspaceRequest) -> HttpResponse:
    """Write to somebody first; what is refused stands there as it was typed."""
    if request.method == "GET":
        return _composing(request)
    try:
        said = OutboundForm.parse(request)
        me = request.membership
        wait = timedelta(seconds=me.undo_seconds)
        conversation = begin_conversation(actor=me, wait=wait, **said)
    except DomainError as refusal:
        return _composing(request, refusal)
    return redirect("conversation", conversation.number)


@require_http_methods(["GET", "POST"])
def forward(request: WorkspaceRequest, number: int) -> HttpResponse:
    """Pass on what was said to somebody outside."""
    conversation = conversation_for(request, number, is_drawn=True)
    if request.method == "GET":
        return _forwarding(request, conversation)
    try:
        said = ForwardForm.parse(request)
        forward_messages(conversation, actor=request.membership, **said)
    except DomainError as refusal:
        return _forwarding(request, conversation, refusal)
    return redirect("conversation", number)


def _composing(request: WorkspaceRequest, refusal: DomainError | None = None) -> HttpResponse:
    typed = _typed(request) | {"channels": _channels(), "refusal": refusal}
    return render_beside(request, {"composing": typed}, status=refusal.status if refusal else 200)


def _forwarding(
    request: WorkspaceRequest, conversation: Conversation, refusal: DomainError | None = None
) -> HttpResponse:
    said = conversation.messages.filter(kind__in=FORWARDED).exclude(state=MessageState.WITHDRAWN)
    newest = with_files(said.for_timeline().reverse()[:MOST_OFFERED])
    chosen = request.POST.getlist("messages")
    if request.method == "GET":
        named = request.GET.get("message") or (str(newest[0].pk) if newest else "")
        chosen = [named]
    typed = _typed(request) | {
        "channels": _channels(conversation.channel),
        "refusal": refusal,
        "messages": newest[::-1],
        "chosen": chosen,
        "files": request.POST.getlist("attachments"),
        "is_begun": request.method == "POST",
    }
    typed["subject"] = typed["subject"] or f"Fwd: {conversation.title}"
    status = refusal.status if refusal else 200
    return render_conversation(request, conversation, {"forwarding": typed}, status=status)


def _channels(own: Channel | None = None) -> list[Channel]:
    """List the channels that a mail may go out by, the conversation's own first."""
    found = list(Channel.objects.for_list().filter(kind=ChannelKind.EMAIL, enabled=True))
    return sorted(found, key=lambda one: own is None or one.pk != own.pk)


def _typed(request: WorkspaceRequest) -> dict[str, Any]:
    said = request.POST
    return {
        "people": {header: said.get(header, request.GET.get(header, "")) for header in HEADERS},
        "subject": said.get("subject", ""),
        "text": said.get("text", ""),
        "uploads": chosen_files(request),
        "limits": limits(),
        "html": clean(said.get("html", "")[:LONGEST]),
        "channel": said.get("channel", ""),
        "client_id": said.get("client_id") or uuid4(),
    }
