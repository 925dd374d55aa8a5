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
from inbox.actions.mailboxes import INBOX
from inbox.connectors.mail.checking import ENOUGH, Lane, try_receiving, try_sending, write_test
from inbox.mail_advice import advice_on
from inbox.mail_server import api_of, mailbox_of, smtp_of
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
    mark, sides = new_mark(), _sides(channel)
    if request.htmx:
        context = {"channel": channel, "lanes": {}, "mark": mark, "sides": sides}
        return render(request, "settings/_mail_lanes.html", context)
    walks = {side: WALKS[side](channel, mark, 0) for side in sides}

    def finish() -> HttpResponse:
        lanes = {side: walk() for side, walk in walks.items()}
        with scope(request.workspace):
            context = {"lanes": lanes, "mark": mark, "sides": sides, "advice": advice_on}
            return page(request, "mail-test", channel, **context)

    return Unfinished(finish)


@require_POST
@requires(Permission.MANAGE_CHANNELS)
def lane(request: WorkspaceRequest, pk: int, side: str) -> HttpResponse:
    """Walk one lane of a test that was begun."""
    channel, mark = mail_channel(pk), request.POST.get("mark", "")
    if side not in _sides(channel) or not is_test(mark):
        raise Http404
    _spend(request)
    waited = request.POST.get("waited", "")
    is_sane = waited.isascii() and waited.isdecimal() and len(waited) < 5  # noqa: PLR2004
    walk = WALKS[side](channel, mark, int(waited) if is_sane else ENOUGH)

    def finish() -> HttpResponse:
        walked = walk()
        with scope(request.workspace):
            context: dict[str, Any] = {"channel": channel, "side": side, "lane": walked}
            more = {"mark": mark, "advice": advice_on}
            return render(request, "settings/_mail_lane.html", context | more)

    return Unfinished(finish)


def _sending(channel: Channel, mark: str, waited: int) -> Walk:
    address = channel.address
    subject = _("Test of %(address)s") % {"address": address}
    text = _("This mail went from your mailbox to itself, to see that both directions work.")
    raw = write_test(address, f"{mark}@{address.rpartition('@')[2]}", subject=subject, text=text)
    if service := api_of(channel):
        return lambda: service.try_sending(address, raw)
    return lambda: try_sending(lambda: smtp_of(channel), address, raw)


def _receiving(channel: Channel, mark: str, waited: int) -> Walk:
    watched = channel.setting("fetching", {}).get("folders") or [INBOX]
    return lambda: try_receiving(lambda: mailbox_of(channel), watched[0], mark, waited=waited)


def _sides(channel: Channel) -> list[str]:
    return [side for side in WALKS if side != "receiving" or channel.setting("imap")]


def _spend(request: WorkspaceRequest) -> None:
    spend("mail-test", str(request.membership.pk))


WALKS: dict[str, Callable[[Channel, str, int], Walk]] = {
    "sending": _sending,
    "receiving": _receiving,
}
