"""Settings: the mail services of a channel."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import WorkspaceRequest
from accounts.permissions import Permission, requires
from inbox.actions.mail_hooks import TOLD_A_PASSWORD, sender_of, set_up_hook, set_up_sender
from inbox.forms.mail_services import HookForm, SenderForm
from inbox.mail_server import hook_address
from inbox.models import Channel, MailHook
from inbox.views.mail_channels import mail_channel, page


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_CHANNELS)
def services(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Who brings mails; a login that was drawn is shown in the answer, and never again."""
    channel, login = mail_channel(pk), ""
    if channel.is_unfinished:
        return redirect("mail-servers", channel.pk)
    form = HookForm(request.POST or None, channel=channel)
    if form.is_bound and form.is_valid():
        channel, login = set_up_hook(channel, actor=request.membership, **form.cleaned_data)
        if not login:
            return redirect("mail-services", channel.pk)
        form = HookForm(channel=channel)
    return _page(request, channel, form=form, login=login)


@require_POST
@requires(Permission.MANAGE_CHANNELS)
def sending(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """By whose API mails go out; a login that was drawn for its reports is shown this once."""
    channel, login = mail_channel(pk), ""
    form = SenderForm(request.POST, channel=channel)
    if not channel.is_unfinished and form.is_valid():
        channel, login = set_up_sender(channel, actor=request.membership, **form.said)
        if not login:
            return redirect("mail-services", channel.pk)
        form = SenderForm(channel=channel)
    return _page(request, channel, sender_form=form, reports_login=login)


def _page(request: WorkspaceRequest, channel: Channel, **context: Any) -> HttpResponse:
    service, sender = channel.setting("hook"), sender_of(channel)
    login, reports_login = context.pop("login", ""), context.pop("reports_login", "")
    context = {
        "form": HookForm(channel=channel),
        "sender_form": SenderForm(channel=channel),
    } | context
    answer = page(
        *(request, "mail-services", channel),
        **context,
        service=service,
        address=hook_address(channel, service, login) if service else "",
        login=login,
        sender=sender,
        reports_address=hook_address(channel, sender, reports_login, brings=False)
        if sender
        else "",
        reports_login=reports_login,
        told=TOLD_A_PASSWORD,
        seen=MailHook.objects.filter(channel=channel).first(),
    )
    answer.status_code = 422 if context["sender_form"].is_bound else answer.status_code
    answer["Cache-Control"] = "no-store"
    return answer
