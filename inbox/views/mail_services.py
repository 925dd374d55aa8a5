"""Settings: the mail services of a channel."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import WorkspaceRequest
from accounts.permissions import Permission, requires
from inbox.actions.mail_hooks import TOLD_A_PASSWORD, set_up_hook, set_up_sender
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
    return _page(request, channel, form, SenderForm(channel=channel), login)


@require_POST
@requires(Permission.MANAGE_CHANNELS)
def sending(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """By whose API mails go out."""
    channel = mail_channel(pk)
    form = SenderForm(request.POST, channel=channel)
    if not channel.is_unfinished and form.is_valid():
        key, actor = form.cleaned_data["sender_key"], request.membership
        set_up_sender(channel, sender=form.sender_config, key=key, actor=actor)
        return redirect("mail-services", channel.pk)
    return _page(request, channel, HookForm(channel=channel), form)


def _page(
    request: WorkspaceRequest,
    channel: Channel,
    form: HookForm,
    sender: SenderForm,
    login: str = "",
) -> HttpResponse:
    service = channel.setting("hook")
    answer = page(
        *(request, "mail-services", channel),
        form=form,
        sender_form=sender,
        service=service,
        address=hook_address(channel, service, login) if service else "",
        login=login,
        told=TOLD_A_PASSWORD,
        seen=MailHook.objects.filter(channel=channel).first(),
    )
    answer.status_code = 422 if sender.is_bound else answer.status_code
    answer["Cache-Control"] = "no-store"
    return answer
