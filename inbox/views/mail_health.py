"""Settings: how a mail channel fares, and what is the matter with it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import Unfinished, WorkspaceRequest
from accounts.models import Workspace
from accounts.permissions import Permission, requires
from accounts.tenancy import scope
from inbox import storage
from inbox.actions.mail_channels import fetch_now, read_again, switch_mail_channel
from inbox.intake import take_as_it_is
from inbox.mail_advice import advice_on
from inbox.mail_health import health_of, unreadable_in
from inbox.models import Channel, Delivery, MailAlarm
from inbox.oauth_services import service_of
from inbox.put_aside import given_up
from inbox.views.mail_channels import mail_channel, page
from inbox.views.state import number_in


def show(request: WorkspaceRequest, channel: Channel) -> HttpResponse:
    """Show how a channel fares; one that is not finished is to be finished."""
    if channel.is_unfinished:
        return redirect("mail-servers", channel.pk)
    return page(request, "mail-health", channel, **_told(channel))


@require_GET
@requires(Permission.MANAGE_CHANNELS)
def health(request: WorkspaceRequest, pk: int) -> HttpResponse:
    channel = mail_channel(pk)
    context = {"channel": channel} | _told(channel)
    return render(request, "settings/_mail_health.html", context)


@require_GET
@requires(Permission.MANAGE_CHANNELS)
def alarms(request: WorkspaceRequest) -> HttpResponse:
    """Say on every page which mail stands still, and that steps were given up, as no other page does."""
    raised = MailAlarm.objects.filter(ended_at=None, channel__enabled=True)
    found = list(raised.select_related("channel").order_by("pk")[:20])
    context = {"alarms": found, "given_up": given_up()}
    return render(request, "settings/_mail_alarms.html", context)


@require_POST
@requires(Permission.MANAGE_CHANNELS)
def switch(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Pause a channel, or let it fetch and send again; one that is not finished does neither."""
    channel = mail_channel(pk)
    if not channel.is_unfinished:
        enabled = bool(request.POST.get("enabled"))
        switch_mail_channel(channel, enabled=enabled, actor=request.membership)
    return redirect("channel", channel.pk)


@require_POST
@requires(Permission.MANAGE_CHANNELS)
def fetch(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Look into the mailbox at once, also when it had been given up."""
    channel = mail_channel(pk)
    fetch_now(channel)
    return redirect("channel", channel.pk)


@require_POST
@requires(Permission.MANAGE_CHANNELS)
def retry(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Try once more to read what could not be read: one mail, or all."""
    channel = mail_channel(pk)
    one = number_in(request.POST, "delivery")
    if "delivery" in request.POST:
        get_object_or_404(unreadable_in(channel), pk=one)
    read_again(channel, one)
    return redirect("channel", channel.pk)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_CHANNELS)
def unreadable(request: WorkspaceRequest, pk: int, delivery: int) -> HttpResponse:
    """GET gives a mail that could not be read as it came; POST makes a conversation of it."""
    channel = mail_channel(pk)
    if request.method == "GET":
        mail = get_object_or_404(unreadable_in(channel).exclude(raw_key=""), pk=delivery)
        return Unfinished(lambda: _given(mail))
    kept = Delivery.objects.select_related("channel", "message__conversation")
    mail = get_object_or_404(kept.exclude(raw_key=""), channel=channel, pk=delivery)
    if mail.message:  # somebody was first
        return redirect("conversation", mail.message.conversation.number)
    get_object_or_404(unreadable_in(channel), pk=delivery)
    return Unfinished(lambda: _made(request.workspace, mail))


def _told(channel: Channel) -> dict[str, Any]:
    service = service_of(channel.setting("oauth"))
    health = health_of(channel, timezone.now())
    return {"health": health, "advice": advice_on, "service": service}


def _made(workspace: Workspace, mail: Delivery) -> HttpResponse:
    number = take_as_it_is(workspace, mail)
    with scope(workspace):
        return redirect("conversation", number)


def _given(mail: Delivery) -> HttpResponse:
    with storage.piece(mail.raw_key, 0, mail.raw_size) as file:
        raw = file.read(mail.raw_size)
    headers = {"Content-Disposition": f'attachment; filename="mail-{mail.pk}.eml"'}
    return HttpResponse(raw, content_type="application/octet-stream", headers=headers)
