"""The chat widget's doors (docs/widget-api.md)."""

from pathlib import Path
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.limits import spend
from accounts.tenancy import current_workspace, scope_of
from inbox import doors, presence
from inbox.actions.delivery import accept_delivery
from inbox.actions.outgoing import record_receipt
from inbox.actions.visitors import identify_visitor
from inbox.api.serializers import (
    AfterSerializer,
    IdentitySerializer,
    MessageSerializer,
    ReadSerializer,
)
from inbox.api.visitors import VisitorView
from inbox.connectors.webchat import external_id, new_envelope
from inbox.enums import MessageState
from inbox.models import Channel, Conversation
from inbox.models.message import with_files

MESSAGES_PER_MINUTE = 30
# From one address: a token costs nothing, a conversation is a row on every operator's screen.
CONVERSATIONS_PER_MINUTE = 120
DEFAULTS = {"greeting": "", "colour": "#1c5a8c"}
HISTORY = 200  # messages given at once


@require_GET
@gzip_page
@cache_control(public=True, max_age=300)
def loader(request: HttpRequest) -> HttpResponse:
    """Serve the line of code that customers put on their sites."""
    found = finders.find("widget/loader.js")
    return HttpResponse(
        Path(str(found)).read_bytes(),
        content_type="text/javascript; charset=utf-8",
        headers={"Cross-Origin-Resource-Policy": "cross-origin"},
    )


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
    context = {
        "channel": channel,
        "workspace_name": current_workspace().name,
        "config": DEFAULTS | channel.config,
        "origins": [*channel.origins, own],
    }
    response = render(request, "widget/panel.html", context)
    socket = f"{'wss' if request.is_secure() else 'ws'}://{ours.netloc}"
    response["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        "style-src-attr 'unsafe-inline'; img-src 'self' data:; "
        f"connect-src 'self' {socket}; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors 'self' {' '.join(channel.origins)}"
    )
    return response


class IdentityView(VisitorView):
    def post(self, request: Request) -> Response:
        """Bind the token to a customer whom the site has signed in."""
        parsed = IdentitySerializer(data=request.data)
        parsed.is_valid(raise_exception=True)
        session = identify_visitor(
            self.channel, token=self.token, identity=parsed.validated_data["identity"]
        )
        return Response({"name": session.name})


class ConversationView(VisitorView):
    def get(self, request: Request) -> Response:
        """Give what the visitor has missed."""
        parsed = AfterSerializer(data=request.query_params)
        parsed.is_valid(raise_exception=True)
        online = presence.is_staffed(current_workspace().pk)
        conversation = self._conversation()
        if conversation is None:
            nothing = {"conversation": None, "status": None, "seq": 0, "read_seq": 0}
            return Response(nothing | {"online": online, "messages": []})
        after = max(parsed.validated_data["after"], conversation.public_seq - HISTORY)
        public = conversation.messages.public().select_related("author__user")
        return Response(
            {
                "conversation": str(conversation.public_id),
                "status": "closed" if conversation.is_closed else "open",
                "seq": conversation.public_seq,
                "read_seq": conversation.read_seq,
                "online": online,
                "messages": [
                    said.for_visitor() for said in with_files(public.filter(public_seq__gt=after))
                ],
            }
        )

    def _conversation(self) -> Conversation | None:
        return conversation_of(self.channel, self.sender().value)


class MessagesView(VisitorView):
    def post(self, request: Request) -> Response:
        """Keep what the visitor says; the same ``client_id`` again is the same message."""
        spend("visitor-message", self.token, most=MESSAGES_PER_MINUTE, seconds=60)
        parsed = MessageSerializer(data=request.data)
        parsed.is_valid(raise_exception=True)
        said, sender, now = parsed.validated_data, self.sender(), timezone.now()
        delivery = accept_delivery(
            self.channel,
            external_id=external_id(sender.value, said["client_id"]),
            raw=new_envelope(
                sender=sender,
                client_id=said["client_id"],
                text=said["text"],
                at=now,
                page=said.get("page"),
            ),
        )
        if delivery.message is None:
            # Kept, but not understood yet: the widget repeats it, and the clock tries too.
            self.keeps = True
            refusal = {
                "detail": _("We are slow just now. Your message is safe."),
                "code": "delayed",
            }
            return Response(refusal, status=503, headers={"Retry-After": "5"})
        new = delivery.message.created_at == now
        if new and delivery.message.public_seq == 1:
            address = request.META["REMOTE_ADDR"]
            most = CONVERSATIONS_PER_MINUTE
            spend("visitor-conversation", address, most=most, seconds=60)
        return Response(delivery.message.for_visitor(), status=201 if new else 200)


class ReadView(VisitorView):
    def post(self, request: Request) -> Response:
        """Note how far the visitor has read."""
        parsed = ReadSerializer(data=request.data)
        parsed.is_valid(raise_exception=True)
        if conversation := conversation_of(self.channel, self.sender().value):
            up_to = parsed.validated_data["seq"]
            record_receipt(conversation, state=MessageState.READ, up_to=up_to, at=timezone.now())
        return Response(status=204)


def conversation_of(channel: Channel, handle_value: str) -> Conversation | None:
    theirs = Conversation.objects.filter(channel=channel, handle__value=handle_value)
    return theirs.order_by("-pk").first()
