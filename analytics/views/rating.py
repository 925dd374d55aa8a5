"""The page that a mail leads a contact to: it shows, and only its button rates."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.errors import DomainError
from accounts.http import place_of
from accounts.limits import spend
from accounts.models import Membership, User, Workspace
from accounts.tenancy import current_workspace, scope
from analytics.actions.ratings import is_refused, refuse_requests
from analytics.rating_links import StaleLink, read_link
from inbox.actions.ratings import rate_conversation
from inbox.enums import Rating
from inbox.models import Conversation

LONGEST = 2000
WISHES = {"never", "again"}


@csrf_exempt  # The link is the proof; whoever has none cannot have others press its button.
@never_cache
@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, token: str) -> HttpResponse:
    spend("rating", place_of(request))
    try:
        workspace_id, public_id = read_link(token)
        with scope(Workspace.objects.get(pk=workspace_id)):
            conversation = Conversation.objects.with_people().get(public_id=public_id)
            return _answer(request, conversation)
    except (StaleLink, Workspace.DoesNotExist, Conversation.DoesNotExist):
        return render(request, "analytics/rate_stale.html", status=404)


def _answer(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    value = (request.POST or request.GET).get("value", "")
    chosen = value if value in Rating.values else ""
    context: dict[str, Any] = {
        "workspace": current_workspace(),
        "conversation": conversation,
        "chosen": chosen,
        "is_given": bool(conversation.rating),
        "is_unchosen": False,
        "refusal": "",
    }
    wish = request.POST.get("ask", "")
    if request.method == "POST" and (wish or not conversation.rating) and _works_here(request.user):
        return render(request, "analytics/rate_stale.html", {"is_colleague": True}, status=403)
    if wish in WISHES:
        refuse_requests(conversation, refused=wish == "never")
    context["is_refused"] = is_refused(conversation.contact.email)
    if request.method == "GET" or wish or conversation.rating:
        return render(request, "analytics/rate.html", context)
    if not chosen:
        return render(request, "analytics/rate.html", context | {"is_unchosen": True}, status=422)
    try:
        comment = request.POST.get("comment", "").replace("\x00", "").strip()[:LONGEST]
        rate_conversation(conversation, value=Rating(chosen), comment=comment)
    except DomainError as error:
        return render(request, "analytics/rate.html", context | {"refusal": str(error)}, status=409)
    return render(request, "analytics/rate.html", context | {"is_given": True})


def _works_here(user: User | AnonymousUser) -> bool:
    """Nobody rates their own work, whatever link they found."""
    return user.is_authenticated and Membership.objects.active().filter(user=user).exists()
