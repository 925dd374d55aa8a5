"""A visitor's conversations: listed, read, written, rated (docs/widget-api.md)."""

from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.http import place_of
from accounts.limits import spend
from accounts.tenancy import current_workspace
from inbox import presence
from inbox.actions.delivery import accept_delivery
from inbox.actions.outgoing import record_receipt
from inbox.actions.ratings import rate_conversation
from inbox.actions.visitors import answers_to, known_of
from inbox.actions.visits import note_visit
from inbox.api.availability import team_here, usual_wait
from inbox.api.serializers import (
    AfterSerializer,
    MessageSerializer,
    RatingSerializer,
    ReadSerializer,
    TranscriptSerializer,
    VisitSerializer,
)
from inbox.api.visitors import UnknownChannel, VisitorView
from inbox.connectors.addresses import browser_of
from inbox.connectors.webchat import external_id, new_envelope
from inbox.enums import MessageKind, MessageState, Rating
from inbox.hours import back_at
from inbox.models import Conversation, Delivery, Message
from inbox.models.message import with_files
from inbox.transcript_mail import send_transcript

# From one address: a token costs nothing, a conversation is a row on every operator's screen.
HISTORY = 200  # messages given at once
LISTED = 50  # conversations


class ChatView(VisitorView):
    """Knows which conversations are the visitor's own."""

    def parsed(self, kind: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
        """Read what a visitor says, once it is known who they are."""
        self.sender  # noqa: B018 (refuses whom it does not know)
        parsed = kind(data=data)
        parsed.is_valid(raise_exception=True)
        return dict(parsed.validated_data)

    def conversations(self) -> Any:
        value = self.sender.value
        return Conversation.objects.filter(channel=self.channel, handle__value=value)

    def conversation(self, wanted: UUID | None) -> Conversation | None:
        found: Conversation | None = self._meant(wanted).order_by("-pk").first()
        return found

    def has_conversation(self, wanted: UUID | None) -> bool:
        return bool(self._meant(wanted).exists())

    def _meant(self, wanted: UUID | None) -> Any:
        theirs = self.conversations()
        return theirs.filter(public_id=wanted) if wanted else theirs


class HomeView(ChatView):
    def get(self, request: Request) -> Response:
        """Give what a visitor sees before a conversation: who is here, and what was said."""
        workspace_id = current_workspace().pk
        online = presence.is_staffed(workspace_id)
        known = known_of(self.channel, self.sender)
        return Response(
            {
                "online": online,
                "team": team_here(self.channel, workspace_id),
                "replies_in": usual_wait(self.channel) if online else None,
                "back_at": None if online else back_at(self.channel, timezone.now()),
                "asks": self.channel.webchat.to_ask(known, staffed=online),
                "conversations": self._listed(),
            }
        )

    def _listed(self) -> list[dict[str, Any]]:
        new = Q(
            messages__kind=MessageKind.OUTGOING,
            messages__public_seq__isnull=False,
            messages__state__in=[MessageState.SENT, MessageState.DELIVERED],
        )
        theirs = self.conversations().annotate(unseen=Count("messages", filter=new))
        listed = list(theirs.order_by("-last_activity_at", "-pk")[:LISTED])
        last = Message.objects.filter(
            conversation__in=listed, public_seq=F("conversation__public_seq")
        )
        newest = with_files(last.select_related("author__user"))
        said = {one.conversation_id: one for one in newest}
        return [
            {
                "conversation": str(one.public_id),
                "status": "closed" if one.is_closed else "open",
                "unseen": one.unseen,
                "last": said[one.pk].for_visitor(),
            }
            for one in listed
            if one.pk in said
        ]


class ConversationView(ChatView):
    def get(self, request: Request) -> Response:
        """Give what the visitor has missed."""
        asked = self.parsed(AfterSerializer, request.query_params)
        online = presence.is_staffed(current_workspace().pk)
        conversation = self.conversation(asked["conversation"])
        if conversation is None:
            nothing = {"conversation": None, "status": None, "seq": 0, "read_seq": 0, "rating": ""}
            return Response(nothing | {"online": online, "messages": []})
        after = max(asked["after"], conversation.public_seq - HISTORY)
        public = conversation.messages.public().select_related("author__user")
        return Response(
            {
                "conversation": str(conversation.public_id),
                "status": "closed" if conversation.is_closed else "open",
                "rating": conversation.rating,
                "seq": conversation.public_seq,
                "read_seq": conversation.read_seq,
                "online": online,
                "messages": [
                    said.for_visitor() for said in with_files(public.filter(public_seq__gt=after))
                ],
            }
        )


class MessagesView(ChatView):
    def post(self, request: Request) -> Response:
        """Keep what the visitor says; the same ``client_id`` again is the same message."""
        spend("visitor-message", self.token)
        said, now = self.parsed(MessageSerializer, request.data), timezone.now()
        delivery = self._accept(said, now)
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
            spend("conversation", place_of(request))
            spend("conversation-workspace", str(current_workspace().pk))
        return Response(delivery.message.for_visitor(), status=201 if new else 200)

    def _accept(self, said: dict[str, Any], now: Any) -> Delivery:
        sender, wanted = self.sender, said["conversation"]
        answers: list[dict[str, str]] = []
        if not self.has_conversation(wanted):
            taken = wanted and Conversation.objects.filter(public_id=wanted).exists()
            if taken:
                raise UnknownChannel(_("There is no such conversation."))
            sender, answers = answers_to(self.channel, sender, said.get("form") or {})
        return accept_delivery(
            self.channel,
            external_id=external_id(sender.value, said["client_id"]),
            raw=new_envelope(
                sender=sender,
                client_id=said["client_id"],
                text=said["text"],
                at=now,
                page=said.get("page"),
                conversation=wanted,
                answers=answers,
                attachments=said["attachments"],
            ),
        )


class ReadView(ChatView):
    def post(self, request: Request) -> Response:
        """Note how far the visitor has read."""
        read = self.parsed(ReadSerializer, request.data)
        if conversation := self.conversation(read["conversation"]):
            now = timezone.now()
            record_receipt(conversation, state=MessageState.READ, up_to=read["seq"], at=now)
        return Response(status=204)


class RatingView(ChatView):
    def post(self, request: Request) -> Response:
        """Keep what the visitor thought of the help they got, once."""
        said = self.parsed(RatingSerializer, request.data)
        conversation = self.conversation(said["conversation"])
        if conversation is None:
            raise UnknownChannel(_("There is no such conversation."))
        rated = rate_conversation(
            conversation, value=Rating(said["value"]), comment=said["comment"].strip()
        )
        return Response({"rating": rated.rating}, status=201)


class TranscriptView(ChatView):
    def post(self, request: Request) -> Response:
        """Mail a copy, once a person has answered: before, it would carry anybody's words to anybody."""
        asked = self.parsed(TranscriptSerializer, request.data)
        conversation = self.conversation(asked["conversation"])
        public = conversation.messages.public() if conversation else Message.objects.none()
        answers = public.filter(kind=MessageKind.OUTGOING, is_automatic=False)
        if conversation is None or not answers.exists():
            raise UnknownChannel(_("There is nothing to send yet."))
        for who in (self.token, asked["email"].lower(), place_of(request)):
            spend("transcript", who)
        send_transcript(conversation, email=asked["email"])
        return Response(status=204)


class VisitView(ChatView):
    def post(self, request: Request) -> Response:
        """Note where the visitor looks, once they have written; before that, nothing is kept."""
        visit = self.parsed(VisitSerializer, request.data)
        if conversation := self.conversation(None):
            browser = browser_of(request.headers.get("User-Agent", "")[:500])
            note_visit(conversation.contact_id, visit | {"browser": browser}, at=timezone.now())
        return Response(status=204)
