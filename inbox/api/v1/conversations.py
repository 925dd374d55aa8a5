"""Conversations: find them, read them, begin them."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.idempotency import once
from accounts.models import Membership, Team
from inbox.actions.outbound import begin_conversation
from inbox.actions.recipients import HEADERS, as_typed, read_recipients
from inbox.api.v1 import serializers as show
from inbox.api.v1.base import ApiView, Page
from inbox.api.v1.describing import describe
from inbox.models import Channel, Contact, Conversation, Tag
from inbox.models.conversation_queries import ConversationQuerySet
from inbox.sidebar import View


class ConversationsView(ApiView):
    query = show.ConversationQuery

    @describe("list_conversations", show.Conversation, asks=show.ConversationQuery, pages=True)
    def get(self, request: Request) -> Response:
        """List conversations, the most lately active first; spam only in its own view."""
        rows = self._viewed().filter(_wanted(self.asked, self.actor)).for_list()
        rows = rows.select_related("merged_into")
        page = Page(rows, self.asked, "last_activity_at", "pk", descending=True)
        return page.answer(show.Conversation)

    @describe("begin_conversation", show.Conversation, takes=show.Opening, status=201)
    @once
    def post(self, request: Request) -> Response:
        """Write to somebody first, by mail; the conversation is for whoever's token it is."""
        said = self.parse(show.Opening)
        typed = {header: ", ".join(said.pop(header, None) or []) for header in HEADERS}
        if "contact" in said:
            typed["to"] = self._address_of(said.pop("contact"))
        channel = Channel.objects.get(
            pk=_existing(Channel.objects.filter(pk=said.pop("channel")), "channel")
        )
        begun = begin_conversation(
            channel, recipients=read_recipients(typed), actor=self.actor, client_id=uuid4(), **said
        )
        shown = Conversation.objects.for_list().get(pk=begun.pk)
        return Response(show.Conversation(shown).data, status=201)

    def _address_of(self, contact: int) -> str:
        found = Contact.objects.visible_to(self.bearer).filter(pk=contact).first()
        if found is None or not found.email:
            raise ValidationError({"contact": _("There is none such, or none with an address.")})
        person = [{"name": found.name, "address": found.email}]
        return as_typed({"to": person})["to"]

    def _viewed(self) -> ConversationQuerySet:
        view = self.asked.get("view")
        if view is None:
            return self.conversations().filter(is_spam=False)
        if view == "mine" and self.actor is None:
            raise ValidationError({"view": _nobody()})
        return View(view).conversations(self.bearer).visible_to(self.bearer)


class ConversationView(ApiView):
    @describe("retrieve_conversation", show.Conversation)
    def get(self, request: Request, number: int) -> Response:
        """Show one conversation."""
        return Response(show.Conversation(self.conversation(number)).data)


def _wanted(asked: Mapping[str, Any], me: Membership | None) -> Q:
    """Turn the filters into a condition; each names something of this workspace."""
    wanted = Q()
    if status := asked.get("status"):
        wanted &= Q(status=status)
    if said := asked.get("assignee"):
        wanted &= Q(assignee=_assignee(said, me))
    if team := asked.get("team"):
        wanted &= Q(team=_existing(Team.objects.filter(pk=team), "team"))
    if channel := asked.get("channel"):
        wanted &= Q(channel=_existing(Channel.objects.filter(pk=channel), "channel"))
    if name := asked.get("tag"):
        tag = _existing(Tag.objects.filter(name=Tag.canonical(name)), "tag")
        wanted &= Q(taggings__tag=tag)
    return wanted


def _assignee(said: str, me: Membership | None) -> int | None:
    if said == "none":
        return None
    if said == "me":
        if me is None:
            raise ValidationError({"assignee": _nobody()})
        return me.pk
    return _existing(Membership.objects.filter(pk=int(said)), "assignee")


def _existing(rows: Any, field: str) -> int:
    pk: int | None = rows.values_list("pk", flat=True).first()
    if pk is None:
        raise ValidationError({field: _("There is none such.")})
    return pk


def _nobody() -> str:
    return _("This token is the workspace's own: nothing is assigned to it.")
