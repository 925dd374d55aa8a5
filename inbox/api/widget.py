"""The chat widget's doors (docs/widget-api.md)."""

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.tenancy import current_workspace, scope_of
from inbox import doors, file_links
from inbox.actions.visitors import identify_visitor
from inbox.api.articles import offered_to
from inbox.api.serializers import IdentitySerializer
from inbox.api.visitors import VisitorView
from inbox.models import Channel

RIGHT_TO_LEFT = {"ar", "fa", "he", "ur", "ps", "yi"}


@require_GET
@gzip_page
@cache_control(public=True, max_age=300)
def loader(request: HttpRequest) -> HttpResponse:
    """Serve the line of code that customers put on their sites."""
    return HttpResponse(
        _loader(),
        content_type="text/javascript; charset=utf-8",
        headers={"Cross-Origin-Resource-Policy": "cross-origin"},
    )


@cache
def _loader() -> bytes:
    return Path(str(finders.find("widget/loader.js"))).read_bytes()


@require_GET
@gzip_page
def panel(request: HttpRequest, key: str) -> HttpResponse:
    """Show the chat, in a frame that only the channel's own sites may hold."""
    workspace_id = doors.workspace_of_channel(key)
    if workspace_id is None:
        raise Http404
    with scope_of(pk=workspace_id):
        return _panel(request, Channel.objects.get(key=key))


def _panel(request: HttpRequest, channel: Channel) -> HttpResponse:
    ours = urlsplit(request.build_absolute_uri("/"))
    own = f"{ours.scheme}://{ours.netloc}"
    language = channel.webchat.language_for(_languages(request))
    with override(language):
        context = panel_context(channel, language) | offered_to(request)
        context |= {"origins": [*channel.origins, own]}
        return framed(render(request, "widget/panel.html", context), request, channel.origins)


def framed(response: HttpResponse, request: HttpRequest, origins: list[str]) -> HttpResponse:
    """Say what the panel may do, and who may hold it in a frame."""
    ours = urlsplit(request.build_absolute_uri("/"))
    socket = f"{'wss' if request.is_secure() else 'ws'}://{ours.netloc}"
    response["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        f"style-src-attr 'unsafe-inline'; img-src 'self' data: blob: {file_links.home()}; "
        f"connect-src 'self' {socket}; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors 'self' {' '.join(origins)}"
    )
    response["Vary"] = "Accept-Language"
    return response


def panel_context(channel: Channel, language: str) -> dict[str, Any]:
    """Return what the panel says and how it looks in one language."""
    return {
        "channel": channel,
        "workspace_name": current_workspace().name,
        "chat": channel.webchat,
        "texts": channel.webchat.texts_in(language),
        "topics": channel.webchat.topics_in(language),
        "language_code": language,
        "direction": "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr",
        "preview": None,
    }


def _languages(request: HttpRequest) -> list[str]:
    """Return what the visitor reads: what the host page says, then what the browser says."""
    accepted = parse_accept_lang_header(request.headers.get("Accept-Language", "")[:200])
    asked = request.GET.get("language", "")[:35]
    return [asked] * bool(asked) + [language for language, _quality in accepted]


class IdentityView(VisitorView):
    def post(self, request: Request) -> Response:
        """Bind the token to a customer whom the site has signed in."""
        parsed = IdentitySerializer(data=request.data)
        parsed.is_valid(raise_exception=True)
        session = identify_visitor(
            self.channel, token=self.token, identity=parsed.validated_data["identity"]
        )
        return Response({"name": session.name})
