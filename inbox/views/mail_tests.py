"""Settings: try both directions of a mail channel. Each lane is walked outside every transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import Unfinished, WorkspaceRequest
from accounts.limits import spend
from accounts.permissions import Permission, requires
from accounts.tenancy import scope
from inbox.actions.mail_tests import is_test, new_mark
from inbox.connectors.mail.checking import Lane, try_sending, write_test
from inbox.mail_advice import advice_on
from inbox.mail_server import smtp_of
from inbox.models import Channel
from inbox.views.mail_channels import mail_channel, page

Walk = Callable[[], Lane]


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_CHANNELS)
def test(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """POST begins a test: a script then asks for each lane, and a plain form waits for both."""
    channel = mail_channel(pk)
    if request.method == "GET":
        return page(request, "mail-test", channel, lanes=None)
    _spend(request)
    mark = new_mark()
    if request.htmx:
        context = {"channel": channel, "lanes": {}, "mark": mark, "sides": list(WALKS)}
        return render(request, "settings/_mail_lanes.html", context)
    walks = {side: walk(channel, mark) for side, walk in WALKS.items()}

    def finish() -> HttpResponse:
        lanes = {side: walk() for side, walk in walks.items()}
        with scope(request.workspace):
            context = {"lanes": lanes, "mark": mark, "sides": list(WALKS), "advice": advice_on}
            return page(request, "mail-test", channel, **context)

    return Unfinished(finish)


@require_POST
@requires(Permission.MANAGE_CHANNELS)
def lane(request: WorkspaceRequest, pk: int, side: str) -> HttpResponse:
    """Walk one lane of a test that was begun."""
    channel, mark = mail_channel(pk), request.POST.get("mark", "")
    if side not in WALKS or not is_test(mark):
        raise Http404
    _spend(request)
    walk = WALKS[side](channel, mark)

    def finish() -> HttpResponse:
        walked = walk()
        with scope(request.workspace):
            context: dict[str, Any] = {"channel": channel, "side": side, "lane": walked}
            more = {"mark": mark, "advice": advice_on}
            return render(request, "settings/_mail_lane.html", context | more)

    return Unfinished(finish)


def _sending(channel: Channel, mark: str) -> Walk:
    server, address = smtp_of(channel), channel.address
    subject = _("Test of %(address)s") % {"address": address}
    text = _("This mail went from your mailbox to itself, to see that both directions work.")
    raw = write_test(address, f"{mark}@{address.rpartition('@')[2]}", subject=subject, text=text)
    return lambda: try_sending(server, address, raw)


def _spend(request: WorkspaceRequest) -> None:
    spend("mail-test", str(request.membership.pk), most=120, seconds=600)


WALKS: dict[str, Callable[[Channel, str], Walk]] = {"sending": _sending}
