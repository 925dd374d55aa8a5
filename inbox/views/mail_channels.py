"""Settings: a mail channel is set up in steps, and changed in tabs; both show the same forms."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import Unfinished, WorkspaceRequest
from accounts.limits import spend
from accounts.permissions import Permission, requires
from accounts.tenancy import scope
from inbox.actions.mail_channels import (
    begin_mail_channel,
    change_fetching,
    change_mail_channel,
    change_servers,
    finish_mail_channel,
)
from inbox.connectors.mail.detecting import Detected, detect, guess
from inbox.enums import ChannelKind
from inbox.forms.mail import AddressForm, DestinationForm, FetchingForm, ServersForm
from inbox.mail_health import alarmed_channels
from inbox.models import Channel, MailGrant
from inbox.oauth_services import offered_for, service_of
from inbox.views.settings_shell import shell

STEPS = ("mail-address", "mail-servers", "mail-test", "mail-fetching", "mail-destination")


def mail_channel(pk: int) -> Channel:
    channels = Channel.objects.select_related("team", "workspace")
    return get_object_or_404(channels, kind=ChannelKind.EMAIL, pk=pk)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_CHANNELS)
def new(request: WorkspaceRequest) -> HttpResponse:
    form = AddressForm(request.POST or None)
    if form.is_bound and form.is_valid():
        with form.naming():
            name = form.cleaned_data["name"]
            channel = begin_mail_channel(name=name, config=form.config, actor=request.membership)
            return redirect("mail-servers", channel.pk)
    return page(request, "mail-address", None, form=form)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_CHANNELS)
def address(request: WorkspaceRequest, pk: int) -> HttpResponse:
    channel = mail_channel(pk)
    form = AddressForm(request.POST or None, channel=channel)
    if form.is_bound and form.is_valid():
        with form.naming():
            name, actor = form.cleaned_data["name"], request.membership
            change_mail_channel(channel, said=form.config, name=name, actor=actor)
            return onward(channel, "mail-address")
    return page(request, "mail-address", channel, form=form)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_CHANNELS)
def servers(request: WorkspaceRequest, pk: int) -> HttpResponse:
    channel = mail_channel(pk)
    guessed = None if _is_known(channel) else guess(channel.address)
    form = ServersForm(request.POST or None, channel=channel, found=_suggested(guessed))
    if form.is_bound and form.is_valid():
        change_servers(channel, servers=form.config, secrets=form.secrets, actor=request.membership)
        return onward(channel, "mail-servers")
    known = guessed if guessed and guessed.provider else None
    seek = guessed is not None and known is None and not form.is_bound
    seen = {"detected": known, "seek": seek} | signing_in(channel)
    return page(request, "mail-servers", channel, form=form, **seen)


@require_GET
@requires(Permission.MANAGE_CHANNELS)
def detection(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Ask the servers that the address's domain would have, and suggest those that answer."""
    channel = mail_channel(pk)
    spend("detection", str(request.membership.pk))

    def finish() -> HttpResponse:
        found = detect(channel.address, is_trusted=settings.ALLOW_PRIVATE_SERVERS)
        with scope(request.workspace):
            form = ServersForm(channel=channel, found=_suggested(found))
            seen = {"detected": found, "seek": False} | signing_in(channel)
            context = {"channel": channel, "form": form} | seen
            return render(request, "settings/_mail_servers.html", context)

    return Unfinished(finish)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_CHANNELS)
def fetching(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Which folder is read, what becomes of its mails, and how many days of old ones come."""
    channel = mail_channel(pk)
    form = FetchingForm(request.POST or None, mailbox=channel.mailboxes.first())
    if not channel.setting("imap") and form.is_bound:
        return onward(channel, "mail-fetching")
    if form.is_bound and form.is_valid():
        change_fetching(channel, actor=request.membership, **form.cleaned_data)
        return onward(channel, "mail-fetching")
    return page(request, "mail-fetching", channel, form=form)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_CHANNELS)
def destination(request: WorkspaceRequest, pk: int) -> HttpResponse:
    channel = mail_channel(pk)
    form = DestinationForm(request.POST or None, channel=channel)
    if form.is_bound and form.is_valid():
        said = dict(form.cleaned_data)
        team = said.pop("team")
        change = finish_mail_channel if channel.is_unfinished else change_mail_channel
        change(channel, said=said, team=team, actor=request.membership)
        return redirect("channel" if channel.is_unfinished else "mail-destination", channel.pk)
    return page(request, "mail-destination", channel, form=form)


def page(
    request: WorkspaceRequest, step: str, channel: Channel | None, **context: Any
) -> HttpResponse:
    """Draw a step: one of several while the channel is being set up, a tab afterwards."""
    form = context.get("form")
    status = 422 if form is not None and form.is_bound else 200
    context |= {"channel": channel, "step": step, "steps": STEPS} | shell(request)
    if channel and not channel.is_unfinished:
        context["alarmed"] = alarmed_channels()
    return render(request, "settings/mail.html", context, status=status)


def onward(channel: Channel, step: str) -> HttpResponse:
    """Go to the next step, or stay on the tab."""
    following = STEPS[STEPS.index(step) + 1] if channel.is_unfinished else step
    return redirect(following, channel.pk)


def signing_in(channel: Channel) -> dict[str, Any]:
    """Say who has signed in, and where somebody could."""
    offered, is_known = offered_for(channel)
    return {
        "service": service_of(channel.setting("oauth")),
        "grant": MailGrant.objects.filter(channel=channel).first(),
        "offered": offered,
        "is_known": is_known,
    }


def _is_known(channel: Channel) -> bool:
    return bool(channel.setting("imap") or channel.setting("smtp"))


def _suggested(found: Detected | None) -> dict[str, Any]:
    """Return what the form shows of what was found."""
    places = {"imap": found.imap, "smtp": found.smtp} if found else {}
    return {
        f"{side}_{part}": getattr(place, part)
        for side, place in places.items()
        if place
        for part in ("host", "port", "tls")
    }
