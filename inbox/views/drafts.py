"""What people have written and not sent."""

from typing import Any
from uuid import uuid4

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import WorkspaceRequest
from accounts.prepared import Prepared
from inbox.actions.drafts import discard_draft, save_draft
from inbox.connectors.mail.rich import clean
from inbox.enums import DraftKind
from inbox.forms.conversations import DraftForm
from inbox.models import Conversation, Draft
from inbox.views.access import conversation_for

MOST = 1000
DRAFTS = Prepared(
    lambda conversation: Draft.objects.filter(conversation=conversation).order_by("-updated_at"),
    "conversation",
)


@require_http_methods(["GET", "POST"])
def mine(request: WorkspaceRequest, number: int) -> HttpResponse:
    """GET tells a screen what the person is writing here; POST keeps it."""
    conversation, me = conversation_for(request, number), request.membership
    if "discard" in request.POST:
        discard_draft(conversation, kind=DraftKind.REPLY, actor=me)
        return redirect("conversation", number)
    if request.method == "POST":
        kept = save_draft(conversation, actor=me, **DraftForm.parse(request))
        facts = {"version": kept.version, "replaced": kept.replaced, "sent": kept.sent}
        return JsonResponse(facts)
    drafts = conversation.drafts.filter(membership=me)
    return JsonResponse({draft.kind: _facts(draft) for draft in drafts})


@require_GET
def of_colleague(request: WorkspaceRequest, number: int, pk: int) -> HttpResponse:
    """Show what a colleague is writing, who does not mind."""
    conversation = conversation_for(request, number)
    drafts = list(conversation.drafts.shared().filter(membership=pk))
    if not drafts:
        raise Http404
    return render(request, "inbox/_draft.html", {"drafts": drafts, "n": number})


@require_GET
def index(request: WorkspaceRequest) -> HttpResponse:
    """Tell in which conversations the person has left words unsent."""
    visible = Conversation.objects.visible_to(request.membership)
    mine = Draft.objects.filter(membership=request.membership, conversation__in=visible)
    found = mine.order_by("-pk").values_list("conversation__number", "kind")[:MOST]
    return JsonResponse({"drafts": [f"{number}:{kind}" for number, kind in found]})


def for_composer(request: WorkspaceRequest, conversation: Conversation) -> dict[str, Any]:
    """Find the drafts that a conversation is opened with: one's own, and who else writes."""
    drafts = DRAFTS(conversation=conversation.pk)
    prefetch_related_objects(
        [one for one in drafts if one.membership_id != request.membership.pk], "membership__user"
    )
    mine = {draft.kind: draft for draft in drafts if draft.membership_id == request.membership.pk}
    others = [
        draft
        for draft in drafts
        if draft.membership_id != request.membership.pk
        and draft.membership.shares_drafts
        and draft.membership.is_active
    ]
    blank = {kind: Draft(kind=kind, client_id=uuid4(), version=0) for kind in DraftKind.values}
    begun = [
        {
            "who": f"m{draft.membership_id}",
            "name": draft.membership.user.first_name,
            "what": draft.kind,
        }
        for draft in others
    ]
    return {"drafts": blank | mine, "others_drafts": others, "others_begun": begun}


def _facts(draft: Draft) -> dict[str, Any]:
    return {
        "text": draft.text,
        "html": clean(draft.html),
        "people": draft.recipients,
        "id": str(draft.client_id),
        "seen": draft.seen_seq,
        "version": draft.version,
    }
