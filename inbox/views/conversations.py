"""The inbox: a list, a conversation, and the pieces that screens fetch again."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET

from accounts.doors import workspaces_of
from accounts.http import WorkspaceRequest
from accounts.keys import Shortcut, by_group, shortcuts_of
from accounts.models import Membership, Team
from accounts.permissions import Permission, may
from accounts.prepared import Place, Prepared
from accounts.tenancy import current_workspace
from inbox import presence, rows, sidebar
from inbox import timeline as timelines
from inbox.actions.merging import why_not
from inbox.enums import ChannelKind, ListOrder
from inbox.forms.conversations import SNOOZES
from inbox.models import Channel, Conversation, Tag
from inbox.models.conversation_queries import ConversationQuerySet
from inbox.panels import panels_of
from inbox.sidebar import UnknownView, View
from inbox.views.access import Visible, conversation_for
from inbox.views.attachments import waiting_files
from inbox.views.drafts import for_composer
from inbox.views.recipients import addressing

PAGE = 50
OF_OTHERS = (
    *("number", "subject", "status", "is_spam", "merged_into", "contact", "last_activity_at"),
    *("preview", "preview_photos", "channel__kind"),
)


def _others(rows: ConversationQuerySet, contact: Place, but: Place) -> ConversationQuerySet:
    theirs = rows.filter(contact=contact, is_spam=False).exclude(pk=but)
    newest = theirs.order_by("-last_activity_at", "-pk")[:5]
    return newest.select_related("channel").only(*OF_OTHERS)


OTHERS = Visible(_others, "contact", "but")
MEMBERS = Prepared(Membership.objects.for_list)


@require_GET
def index(request: WorkspaceRequest) -> HttpResponse:
    """Show one view of the sidebar; a script gets the list alone."""
    listed = _list(request)
    if request.htmx and not request.htmx.boosted:
        return render(request, "inbox/_list.html", listed)
    return render(request, "inbox/index.html", listed | _shell(request) | {"conversation": None})


@require_GET
def show(request: WorkspaceRequest, number: int) -> HttpResponse:
    """Show a conversation beside its list; a script gets the conversation alone."""
    conversation = conversation_for(request, number, is_drawn=True)
    if request.htmx and not request.htmx.boosted:
        opened = _conversation(request, conversation) | _menus()
        return render(request, "inbox/_conversation.html", opened)
    return render_conversation(request, conversation)


def render_conversation(
    request: WorkspaceRequest,
    conversation: Conversation,
    more: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Show a conversation beside its list, with what a refused form leaves behind."""
    context = _conversation(request, conversation) | _list(request) | _shell(request)
    return render(request, "inbox/index.html", context | (more or {}), status=status)


def render_beside(
    request: WorkspaceRequest, shown: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Show something else than a conversation beside the list."""
    context = _list(request) | _shell(request) | {"conversation": None}
    return render(request, "inbox/index.html", context | shown, status=status)


@require_GET
def timeline(request: WorkspaceRequest, number: int) -> HttpResponse:
    """Show what a screen has missed after a number, or a page: before, from or around one."""
    conversation = conversation_for(request, number, is_drawn=True)
    template = "inbox/_earlier.html"
    if (after := _number(request, "after")) is not None:
        page, template = timelines.since(conversation, after), "inbox/_caught_up.html"
    elif (start := _number(request, "from")) is not None:
        page = timelines.following(conversation, start)
    elif (middle := _number(request, "around")) is not None:
        page = timelines.around(conversation, middle)
    else:
        page = timelines.newest(conversation, before=_number(request, "before"))
    context = {"conversation": conversation, "entries": page.entries, "page": page}
    return render(request, template, context)


@require_GET
def card(request: WorkspaceRequest, number: int) -> HttpResponse:
    """Show the customer."""
    conversation = conversation_for(request, number, is_drawn=True)
    return render(request, "inbox/_card.html", _customer(request, conversation))


@require_GET
def counts(request: WorkspaceRequest) -> HttpResponse:
    """Count every view of the sidebar."""
    return JsonResponse(sidebar.count(request.membership))


def _list(request: WorkspaceRequest) -> dict[str, Any]:
    try:
        view = View.parse(request.GET.get("view", "open"))
    except UnknownView as error:
        raise Http404 from error
    order = _order(request)
    conversations = rows.fetched(view.conversations(request.membership).for_list(order))
    if before := _position(request.GET.get("before", "")):
        conversations = conversations.beyond(order, *before)
    found = list(conversations[: PAGE + 1])
    query = {"view": view.key}
    if order != ListOrder.NEWEST:
        query["sort"] = order.value
    return {
        "view": view,
        "order": order,
        "query": query,
        "subject": _subject(view),
        "rows": rows.drawn(found[:PAGE], request.membership.pk),
        "before": _place(found[PAGE - 1], order) if len(found) > PAGE else "",
    }


def _order(request: WorkspaceRequest) -> ListOrder:
    try:
        return ListOrder(request.GET.get("sort", ListOrder.NEWEST))
    except ValueError as error:
        raise Http404 from error


def _subject(view: View) -> Channel | Team | Tag | None:
    """Return the channel, team or tag that a numbered view is about."""
    models: dict[str, type[Channel | Team | Tag]] = {"channel": Channel, "team": Team, "tag": Tag}
    model = models.get(view.name)
    return get_object_or_404(model.objects.all(), pk=view.argument) if model else None


def _conversation(request: WorkspaceRequest, conversation: Conversation) -> dict[str, Any]:
    page = timelines.newest(conversation)
    unread = timelines.first_unread(conversation, request.membership)
    if page.has_earlier and 0 < unread < page.entries[0].seq:
        page = timelines.around(conversation, unread)
    context: dict[str, Any] = {"entries": page.entries, "page": page, "first_unread": unread}
    context |= {"held": None, "words": None, "me": request.membership, "keys": _keys(request)}
    context |= waiting_files(request, conversation) | for_composer(request, conversation)
    is_mail = conversation.channel.kind == ChannelKind.EMAIL
    may_block = is_mail and may(request.membership, Permission.MANAGE_CHANNELS)
    context |= {"addressing": addressing(conversation), "may_block": may_block}
    context |= _customer(request, conversation)
    return context | {"twin": _twin(conversation, context["others"])}


def _twin(conversation: Conversation, others: list[Conversation]) -> dict[str, Any] | None:
    """Offer to merge with another conversation of the same customer that is in work, too."""
    other = next((one for one in others if not one.is_closed), None)
    if other is None or conversation.is_closed:
        return None
    here, there = not why_not(other, conversation), not why_not(conversation, other)
    return {"other": other, "here": here, "there": there} if here or there else None


def _customer(request: WorkspaceRequest, conversation: Conversation) -> dict[str, Any]:
    return {
        "conversation": conversation,
        "here": presence.here(current_workspace().pk),
        "others": OTHERS(request.membership, contact=conversation.contact_id, but=conversation.pk),
        "panels": panels_of(conversation),
    }


def _menus() -> dict[str, Any]:
    """What a conversation, or several, can be given to or put off to."""
    return {"members": MEMBERS(), "snoozes": SNOOZES}


def _shell(request: WorkspaceRequest) -> dict[str, Any]:
    channels = list(Channel.objects.for_list())
    teams, tags = list(Team.objects.order_by("name")), list(Tag.objects.order_by("name"))
    return _menus() | {
        "workspace": request.workspace,
        "me": request.membership,
        "may_manage": may(request.membership, Permission.MANAGE_CHANNELS),
        "channels": channels,
        "teams": teams,
        "tags": tags,
        "counts": sidebar.count(request.membership),
        "workspaces": workspaces_of(request.user),
        "is_empty": not Conversation.objects.exists(),
        "keys": _keys(request),
        "key_groups": list(by_group(shortcuts_of(request.user))),
        "base_url": settings.BASE_URL,
    }


def _keys(request: WorkspaceRequest) -> dict[str, Shortcut]:
    return {one.name: one for one in shortcuts_of(request.user)}


def _number(request: WorkspaceRequest, name: str) -> int | None:
    said = request.GET.get(name)
    if said is None:
        return None
    if not (said.isascii() and said.isdecimal() and len(said) < 10):  # noqa: PLR2004
        raise Http404
    return int(said)


def _place(conversation: Conversation, order: ListOrder) -> str:
    at, pk = conversation.place_in(order)
    return f"{at.isoformat()}_{pk}"


def _position(said: str) -> tuple[datetime, int] | None:
    """Read where a list goes on: ``<ISO time>_<id>``."""
    if not said:
        return None
    at, _, pk = said.rpartition("_")
    try:
        moment = parse_datetime(at)
        moment = moment.astimezone(UTC) if moment and moment.tzinfo else None
    except (ValueError, OverflowError) as error:
        raise Http404 from error
    if moment is None or not pk.isdecimal() or len(pk) > 18:  # noqa: PLR2004
        raise Http404
    return moment, int(pk)
