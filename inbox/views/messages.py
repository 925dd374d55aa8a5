"""Writing into a conversation."""

from datetime import datetime

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.enums import Taking
from accounts.http import WorkspaceRequest
from inbox.actions.answering import answer_conversation
from inbox.actions.collisions import NewerReply
from inbox.actions.messaging import add_note
from inbox.actions.outgoing import retry_message
from inbox.actions.recipients import as_typed
from inbox.actions.withdrawing import release_message, withdraw_message
from inbox.connectors.mail.rich import clean
from inbox.enums import DraftKind
from inbox.forms.conversations import ReplyForm, WritingForm
from inbox.models import Conversation, Draft, Message
from inbox.views.access import conversation_for
from inbox.views.conversations import render_conversation


@require_POST
def create(request: WorkspaceRequest, number: int) -> HttpResponse:
    """Reply to the contact."""
    conversation, said = conversation_for(request, number), ReplyForm.parse(request)
    try:
        message = answer_conversation(conversation, actor=request.membership, **said)
    except NewerReply as newer:
        return _held(request, conversation, newer)
    if request.htmx:
        return JsonResponse(_offers(request, conversation, message))
    return redirect("conversation", conversation.number)


@require_POST
def note(request: WorkspaceRequest, number: int) -> HttpResponse:
    """Leave a note for colleagues."""
    conversation = conversation_for(request, number)
    add_note(conversation, actor=request.membership, **WritingForm.parse(request))
    return _written(request, conversation)


@require_POST
def retry(request: WorkspaceRequest, number: int, pk: int) -> HttpResponse:
    """Send a failed message again, or a mail to one of those who did not get it."""
    conversation = conversation_for(request, number)
    message = get_object_or_404(conversation.messages, pk=pk)
    address = request.POST.get("address", "")
    retry_message(message, actor=request.membership, address=address)
    return _written(request, conversation)


@require_POST
def withdrawal(request: WorkspaceRequest, number: int, pk: int) -> HttpResponse:
    """Take back what has not gone out; ``discard`` throws its words away."""
    conversation = conversation_for(request, number)
    message = get_object_or_404(conversation.messages, pk=pk)
    keeps, reopens = "discard" not in request.POST, "reopen" in request.POST
    withdraw_message(message, actor=request.membership, keeps=keeps, reopens=reopens)
    return _written(request, conversation)


@require_POST
def release(request: WorkspaceRequest, number: int, pk: int) -> HttpResponse:
    """Send now what was meant for later, or was held."""
    conversation = conversation_for(request, number)
    message = get_object_or_404(conversation.messages, pk=pk)
    release_message(message, actor=request.membership)
    return _written(request, conversation)


def _written(request: WorkspaceRequest, conversation: Conversation) -> HttpResponse:
    """A script hears the entry over its socket, as everyone does; a plain form gets the page."""
    if request.htmx:
        return HttpResponse(status=204)
    return redirect("conversation", conversation.number)


def _offers(
    request: WorkspaceRequest, conversation: Conversation, message: Message
) -> dict[str, str | float | bool]:
    """Tell a screen for how long it may undo the reply, and whether to ask who takes it on."""
    me = request.membership
    is_free = message.conversation.assignee_id is None
    return {
        "undo": reverse("message-withdrawal", args=[conversation.number, message.pk]),
        "seconds": 0 if message.is_scheduled else _left(message.send_at),
        "take": is_free and me.takes_on_reply == Taking.ASK,
    }


def _left(send_at: datetime | None) -> float:
    return max(0.0, (send_at - timezone.now()).total_seconds()) if send_at else 0.0


def _held(request: WorkspaceRequest, conversation: Conversation, newer: NewerReply) -> HttpResponse:
    """Show the colleague's reply above the words that wait; nothing was sent."""
    context = {"conversation": conversation, "held": newer.reply, "n": conversation.number}
    if request.htmx:
        response = render(request, "inbox/_held.html", context, status=newer.status)
        response["X-Refusal"] = newer.code
        return response
    said = ReplyForm.parse(request)
    words = Draft(kind=DraftKind.REPLY, text=said["text"], client_id=said["client_id"], version=0)
    words.seen_seq, words.html = newer.reply.seq, clean(said["html"])
    if said["recipients"]:
        words.recipients = as_typed(said["recipients"].people())
    shown = {"held": newer.reply, "words": words}
    return render_conversation(request, conversation, shown, status=newer.status)
