"""Settings: where conversations come from."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import stumbling
from accounts.http import WorkspaceRequest
from accounts.permissions import Permission, requires
from inbox.actions.channels import change_channel, create_webchat
from inbox.enums import ChannelKind
from inbox.forms.webchat import WebchatForm
from inbox.mail_health import alarmed_channels
from inbox.models import Channel
from inbox.put_aside import put_aside
from inbox.traffic import NONE, traffic_by_channel
from inbox.views import mail_health
from inbox.views.settings_shell import shell


@require_GET
@requires(Permission.MANAGE_CHANNELS)
def index(request: WorkspaceRequest) -> HttpResponse:
    query = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    everything = Channel.objects.for_list().select_related("team")
    context = {
        "channels": list(everything.called(query) if query else everything),
        "traffic": traffic_by_channel(timezone.now(), timezone.get_current_timezone()),
        "no_traffic": NONE,
        "alarmed": alarmed_channels(),
        "query": query,
        "put_aside": put_aside(timezone.now()),
    }
    return render(request, "settings/channels.html", context | shell(request))


@require_POST
@requires(Permission.MANAGE_CHANNELS)
def put_aside_again(request: WorkspaceRequest) -> HttpResponse:
    """Let the automatic steps that were given up begin anew."""
    stumbling.try_again()
    return redirect("channels")


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_CHANNELS)
def new(request: WorkspaceRequest) -> HttpResponse:
    form = WebchatForm(request.POST or None)
    if form.is_bound and form.is_valid():
        with form.naming():
            channel = create_webchat(
                name=form.cleaned_data["name"], config=form.config, actor=request.membership
            )
            return redirect("channel", channel.pk)
    return _form(request, form, None)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_CHANNELS)
def edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    channel = get_object_or_404(Channel.objects.all(), pk=pk)
    if channel.kind == ChannelKind.EMAIL and request.method == "POST":
        return HttpResponseNotAllowed(["GET"])
    if channel.kind == ChannelKind.EMAIL:
        return mail_health.show(request, channel)
    form = WebchatForm(request.POST or None, channel=channel)
    if form.is_bound and form.is_valid():
        with form.naming():
            changed = change_channel(
                channel,
                name=form.cleaned_data["name"],
                config=form.config,
                enabled=form.cleaned_data["enabled"],
                actor=request.membership,
            )
            return _saved(request, was=channel, now=changed)
    return _form(request, form, channel)


def _saved(request: WorkspaceRequest, *, was: Channel, now: Channel) -> HttpResponse:
    if was.webchat.button == now.webchat.button:
        return redirect("channel", now.pk)
    words = _("The button looks different now. Paste the new line over the old one on your site.")
    messages.warning(request, words, extra_tags="snippet")
    return redirect(f"{reverse('channel', args=[now.pk])}#install")


def _form(request: WorkspaceRequest, form: WebchatForm, channel: Channel | None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "channel": channel} | shell(request)
    return render(request, "settings/channel.html", context, status=status)
