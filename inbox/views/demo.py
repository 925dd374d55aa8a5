"""A made-up customer's site that carries the widget of the demo workspace."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.tenancy import scope_of
from inbox import doors
from inbox.models import Channel

CHANNEL_KEY = "demo"


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    return _page(request, "demo/index.html")


@require_GET
def bikes(request: HttpRequest) -> HttpResponse:
    return _page(request, "demo/bikes.html")


def _page(request: HttpRequest, template: str) -> HttpResponse:
    workspace_id = doors.workspace_of_channel(CHANNEL_KEY)
    if workspace_id is None:
        raise Http404
    with scope_of(pk=workspace_id):
        button = Channel.objects.get(key=CHANNEL_KEY).webchat.button
    context = {
        "button": button,
        "base_url": request.build_absolute_uri("/").rstrip("/"),
        "channel_key": CHANNEL_KEY,
        "product_name": settings.PRODUCT_NAME,
    }
    return render(request, template, context)
