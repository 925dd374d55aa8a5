"""Saved replies and articles where they are needed: beside what is written in a conversation."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import WorkspaceRequest
from accounts.models import Membership
from accounts.tenancy import current_workspace
from inbox.models import Conversation
from inbox.search import numbered
from inbox.views.access import conversation_for
from knowledgebase.actions.help_center import help_center
from knowledgebase.actions.insertions import insert_article, insert_reply
from knowledgebase.models import ArticleTranslation, SavedReply
from knowledgebase.offering import offered
from knowledgebase.search import Hit, find, snippet
from knowledgebase.words import fill, mistakes

MOST = 20
MOST_ARTICLES = 8
RECENT = 8  # customers that a reply can be tried with
LONGEST = 200
MONTH = timedelta(days=30)


@require_http_methods(["GET", "POST"])
def index(request: WorkspaceRequest, number: int) -> HttpResponse:
    """List what words or a short word find, filled for a conversation; POST takes one of it."""
    conversation, me = conversation_for(request, number), request.membership
    if request.method == "POST":
        return _take(request)
    query = request.GET.get("q", "").replace("\x00", "")[:LONGEST]
    found = SavedReply.objects.visible_to(me).counted(timezone.now() - MONTH).found_by(query)
    replies = list(found.order_by("near", "-uses", "name", "pk")[:MOST])
    facts = facts_of(conversation, me)
    context = {
        "filled": [(reply, fill(reply.text, facts)) for reply in replies],
        "hits": _articles(conversation, me, query),
        "query": query.strip(),
    }
    return render(request, "inbox/_insertions.html", context)


def _take(request: WorkspaceRequest) -> HttpResponse:
    """Count what was taken; of an article, answer with the words that go into the text."""
    me, said = request.membership, request.POST
    if "article" not in said:
        replies = SavedReply.objects.visible_to(me)
        insert_reply(get_object_or_404(replies, pk=numbered(said.get("reply", ""))), actor=me)
        return HttpResponse(status=204)
    readable = ArticleTranslation.objects.readable_by(me).select_related("article")
    words = insert_article(
        get_object_or_404(readable, pk=numbered(said["article"])),
        for_customer=said.get("into") != "note",
        is_whole=said.get("as") == "text",
        actor=me,
    )
    return JsonResponse({"text": words.text, "html": words.html})


def _articles(conversation: Conversation, me: Membership, query: str) -> list[Hit]:
    """Find what somebody may read, in the customer's language as far as it is written in it."""
    readable = ArticleTranslation.objects.readable_by(me)
    told = str(conversation.contact.visit.get("language") or "").partition("-")[0].lower()
    otherwise = help_center().default_language
    how: dict[str, Any] = {"language": told or otherwise, "otherwise": otherwise}
    if words := query.strip().removeprefix("/"):
        return find(words, readable, most=MOST_ARTICLES, **how)
    best = offered(readable, now=timezone.now(), most=MOST_ARTICLES, **how)
    return [Hit(one, snippet(one.live_text, [], "")) for one in best]


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
