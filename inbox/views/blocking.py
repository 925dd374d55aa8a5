"""Whose mails are spam, whatever they say: in the settings, and from a conversation."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import WorkspaceRequest
from accounts.permissions import Permission, requires
from accounts.tenancy import attempt
from accounts.views.frame import frame
from inbox.actions.blocking import BadSender, block_contact, block_sender, unblock_sender
from inbox.models import BlockedSender
from inbox.views.access import conversation_for
from inbox.views.state import changed

MOST = 500  # that one page lists, the newest


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_CHANNELS)
def index(request: WorkspaceRequest) -> HttpResponse:
    """POST blocks an address or a domain."""
    said, mistake = request.POST.get("sender", ""), ""
    if request.method == "POST":
        try:
            with attempt():
                block_sender(said, actor=request.membership)
            return redirect("blocked-senders")
        except BadSender as refusal:
            mistake = str(refusal)
    rows = BlockedSender.objects.select_related("blocked_by__user").order_by("-pk")
    context = {"blocked": list(rows[:MOST]), "said": said, "mistake": mistake} | frame(request)
    return render(request, "settings/blocked.html", context, status=422 if mistake else 200)


@require_POST
@requires(Permission.MANAGE_CHANNELS)
def removal(request: WorkspaceRequest, pk: int) -> HttpResponse:
    unblock_sender(get_object_or_404(BlockedSender.objects.all(), pk=pk), actor=request.membership)
    return redirect("blocked-senders")


@require_POST
@requires(Permission.MANAGE_CHANNELS)
def block(request: WorkspaceRequest, number: int) -> HttpResponse:
    """Block whoever wrote a conversation; the undoing of its event lets them in again."""
    conversation = conversation_for(request, number)
    blocked = block_contact(conversation, actor=request.membership)
    said = _("Blocked %s.") % conversation.handle.value
    return changed(request, conversation, blocked, said)
