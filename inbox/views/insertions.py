"""Saved replies where they are needed: filled for a conversation, beside what is written in it."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import WorkspaceRequest
from accounts.models import Membership
from accounts.tenancy import current_workspace
from inbox.models import Conversation
from inbox.search import numbered
from inbox.views.access import conversation_for
from knowledgebase.actions.saved_replies import note_use
from knowledgebase.models import SavedReply
from knowledgebase.words import fill, mistakes

MOST = 20
RECENT = 8  # customers that a reply can be tried with
LONGEST = 200
MONTH = timedelta(days=30)


@require_http_methods(["GET", "POST"])
def index(request: WorkspaceRequest, number: int) -> HttpResponse:
    """List what words or a shortcut find, filled for a conversation; POST counts what was taken."""
    conversation, me = conversation_for(request, number), request.membership
    visible = SavedReply.objects.visible_to(me)
    if request.method == "POST":
        said = numbered(request.POST.get("reply", ""))
        note_use(get_object_or_404(visible, pk=said), actor=me)
        return HttpResponse(status=204)
    query = request.GET.get("q", "").replace("\x00", "")[:LONGEST]
    found = visible.counted(timezone.now() - MONTH).found_by(query)
    replies = list(found.order_by("near", "-uses", "name", "pk")[:MOST])
    facts = facts_of(conversation, me)
    filled = [(reply, fill(reply.text, facts)) for reply in replies]
    return render(request, "inbox/_insertions.html", {"filled": filled, "query": query.strip()})


@require_POST
def preview(request: WorkspaceRequest) -> HttpResponse:
    """Draw a text as a recent customer would read it."""
    visible = Conversation.objects.visible_to(request.membership).filter(is_spam=False)
    recent = visible.select_related("contact").order_by("-last_activity_at", "-pk")[:RECENT]
    number = numbered(request.POST.get("with", ""))
    tried = visible.select_related("contact").filter(number=number).first() if number else None
    tried = tried or recent.first()
    text = request.POST.get("text", "").replace("\x00", "")[:10_000]
    facts = facts_of(tried, request.membership)
    context = {"filled": fill(text, facts), "mistakes": mistakes(text), "tried": tried}
    return render(request, "knowledge/_preview.html", context | {"recent": list(recent)})


def facts_of(conversation: Conversation | None, writer: Membership) -> dict[str, str]:
    """Tell what the variables of a saved reply stand for in a conversation, if there is one."""
    user = writer.user
    facts = {
        "operator.first_name": user.first_name,
        "operator.name": user.display_name,
        "workspace.name": current_workspace().name,
    }
    if conversation is None:
        return facts
    contact = conversation.contact
    return facts | {
        "contact.first_name": (contact.name.split() or [""])[0],
        "contact.name": contact.name,
        "contact.email": contact.email,
        "conversation.number": str(conversation.number),
    }
