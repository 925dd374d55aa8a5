"""Making one of two conversations: what would happen, doing it, and taking them apart."""

from typing import Any, ClassVar

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.errors import DomainError
from accounts.http import WorkspaceRequest
from accounts.tenancy import attempt
from inbox.actions.merging import merge_conversations, take_apart, why_not
from inbox.actions.recipients import contact_of
from inbox.models import Conversation
from inbox.search import numbered
from inbox.views.access import conversation_for
from inbox.views.conversations import render_beside
from inbox.views.state import changed, undoes

OFFERED = 8
LAST_WORDS = 3


class UnknownConversation(DomainError):
    code: ClassVar[str] = "unknown_conversation"
    status: ClassVar[int] = 422


@require_http_methods(["GET", "POST", "DELETE"])
def merge(request: WorkspaceRequest, number: int) -> HttpResponse:
    """POST makes the conversation a part of the one it names, DELETE has it stand alone again."""
    conversation, me = conversation_for(request, number, is_drawn=True), request.membership
    if request.method == "GET":
        return _choosing(request, conversation)
    if undoes(request):
        return changed(request, conversation, take_apart(conversation, actor=me))
    try:
        with attempt():
            into = _wanted(request, request.POST.get("into", ""))
            is_confirmed = "confirmed" in request.POST
            merge_conversations(conversation, into=into, actor=me, is_confirmed=is_confirmed)
    except DomainError as refusal:
        if request.htmx:
            raise
        return _choosing(request, conversation, refusal)
    return _merged(request, conversation, into)


def _wanted(request: WorkspaceRequest, said: str) -> Conversation:
    """
    Find the other one among what the person may see.

    :raises UnknownConversation: if it is not there.
    """
    number = numbered(said.strip())
    visible = Conversation.objects.for_list().visible_to(request.membership)
    found = visible.filter(number=number).first() if number is not None else None
    if found is None:
        raise UnknownConversation(_("There is no such conversation. Look at its number."))
    return found


def _merged(
    request: WorkspaceRequest, conversation: Conversation, into: Conversation
) -> HttpResponse:
    if not request.htmx:
        return redirect("conversation", into.number)
    whole = Conversation.objects.for_list().get(pk=into.pk)
    numbers = {"this": conversation.number, "other": whole.number}
    said = _("Merged #%(this)d into #%(other)d.") % numbers
    return render(request, "inbox/_merged.html", {"conversation": whole, "said": said})


def _choosing(
    request: WorkspaceRequest, conversation: Conversation, refusal: DomainError | None = None
) -> HttpResponse:
    said = request.POST.get("into") or request.GET.get("into", "")
    into = None
    try:
        into = _wanted(request, said) if said else None
    except UnknownConversation as unknown:
        refusal = refusal or unknown
    visible = Conversation.objects.visible_to(request.membership).with_people()
    theirs = visible.filter(contact=conversation.contact_id, is_spam=False, merged_into=None)
    newest = theirs.exclude(pk=conversation.pk).order_by("-last_activity_at", "-pk")
    merging = {
        "one": _card(conversation),
        "into": _card(into) if into else None,
        "others": [] if into else list(newest[:OFFERED]),
        "said": said,
        "refusal": str(refusal or (why_not(conversation, into) if into else "")),
        "is_other_customer": into is not None and into.contact_id != conversation.contact_id,
        "answers_to": contact_of(into).address if into else "",
    }
    return render_beside(request, {"merging": merging}, status=refusal.status if refusal else 200)


def _card(conversation: Conversation) -> dict[str, Any]:
    """Show of a conversation what tells it from another."""
    said = conversation.messages.public()
    last = list(said.select_related("author__user").reverse()[:LAST_WORDS])
    return {"conversation": conversation, "last": last[::-1], "count": said.count()}
