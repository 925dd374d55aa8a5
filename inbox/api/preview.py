"""The chat as a form would make it, before anything is saved."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.http import require_POST

from accounts.http import WorkspaceRequest
from accounts.permissions import Permission, requires
from inbox.api.widget import framed, panel_context
from inbox.forms.webchat import WebchatForm
from inbox.models import Channel
from inbox.models.webchat import Offline

STATES = ("hello", "form", "talk", "away")


@require_POST
@requires(Permission.MANAGE_CHANNELS)
def preview(request: WorkspaceRequest) -> HttpResponse:
    """Show the panel with what of the form makes sense."""
    form = WebchatForm(request.POST)
    form.is_valid()
    channel = Channel(key="preview", config=form.config)
    language = channel.webchat.languages[0]
    state = request.POST.get("state", "")
    shown = _sample(request, channel, state if state in STATES else "hello")
    with override(language):
        context = panel_context(channel, language) | {
            "origins": [],
            "preview": shown,
            "help": "",
            "offered": [],
        }
        return framed(render(request, "widget/panel.html", context), request, [])


def _sample(request: WorkspaceRequest, channel: Channel, state: str) -> dict[str, Any]:
    """Make up a moment: who is here is whoever looks."""
    online, chat = state != "away", channel.webchat
    asks = chat.to_ask((), staffed=online) if state in {"form", "away"} else {}
    you = request.membership.user.for_customers
    form_stands = state == "form" or (state == "away" and chat.offline == Offline.FORM)
    return {
        "state": state,
        "online": online,
        "team": [you] * online,
        "asks": asks if form_stands else {},
        "you": you,
    }
