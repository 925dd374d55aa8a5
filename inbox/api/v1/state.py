"""
What is decided about a conversation.

Each address is a thing: PUT makes it so, DELETE undoes it; both answer with the conversation.
"""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.idempotency import once
from accounts.models import Membership
from inbox.actions import assignment, lifecycle, merging, spam, triage
from inbox.api.v1 import serializers as show
from inbox.api.v1.base import ApiView, Nothing
from inbox.api.v1.describing import describe
from inbox.enums import Priority
from inbox.models import Conversation, Tag


def _now(conversation: Conversation) -> Response:
    return Response(show.Conversation(conversation).data)


class AssignmentView(ApiView):
    @describe("assign", show.Conversation, takes=show.Assignment)
    def put(self, request: Request, number: int) -> Response:
        """Make a member responsible."""
        chosen = self.parse(show.Assignment)["assignee"]
        conversation = self.conversation(number)
        members = Membership.objects.active().select_related("user")
        to = members.filter(pk=chosen).first()
        if to is None:
            raise ValidationError({"assignee": _("There is no such member.")})
        return _now(assignment.assign_conversation(conversation, to=to, actor=self.actor))

    @describe("unassign", show.Conversation)
    def delete(self, request: Request, number: int) -> Response:
        """Give the conversation back to everybody."""
        conversation = self.conversation(number)
        return _now(assignment.unassign_conversation(conversation, actor=self.actor))


class ClosureView(ApiView):
    @describe("close", show.Conversation)
    def put(self, request: Request, number: int) -> Response:
        """Close the conversation, until its contact writes again."""
        self.parse(Nothing)
        return _now(lifecycle.close_conversation(self.conversation(number), actor=self.actor))

    @describe("reopen", show.Conversation)
    def delete(self, request: Request, number: int) -> Response:
        """Take the closed conversation back into work."""
        return _now(lifecycle.reopen_conversation(self.conversation(number), actor=self.actor))


class SpamView(ApiView):
    @describe("mark_spam", show.Conversation)
    def put(self, request: Request, number: int) -> Response:
        """Close the conversation as spam: it is in no view but its own."""
        self.parse(Nothing)
        return _now(spam.mark_spam(self.conversation(number), actor=self.actor))

    @describe("clear_spam", show.Conversation)
    def delete(self, request: Request, number: int) -> Response:
        """Take the conversation back into work: it is no spam."""
        return _now(spam.clear_spam(self.conversation(number), actor=self.actor))


class MergeView(ApiView):
    @describe("merge", show.Conversation, takes=show.Merge)
    @once
    def post(self, request: Request, number: int) -> Response:
        """Make the conversation a part of another one, which is answered."""
        said = self.parse(show.Merge)
        into = self.conversation(said["into"])
        conversation = self.conversation(number)
        whole = merging.merge_conversations(
            conversation, into=into, actor=self.actor, is_confirmed=said["confirmed"]
        )
        return _now(whole)

    @describe("take_apart", show.Conversation)
    def delete(self, request: Request, number: int) -> Response:
        """Have the conversation stand on its own again."""
        return _now(merging.take_apart(self.conversation(number), actor=self.actor))


class PriorityView(ApiView):
    @describe("prioritize", show.Conversation, takes=show.Prioritizing)
    def put(self, request: Request, number: int) -> Response:
        """Say how urgent it is: 0 is low, 1 normal, 2 high, 3 urgent."""
        to = Priority(self.parse(show.Prioritizing)["priority"])
        conversation = self.conversation(number)
        return _now(triage.prioritize_conversation(conversation, to=to, actor=self.actor))


class SnoozeView(ApiView):
    @describe("snooze", show.Conversation, takes=show.Snooze)
    def put(self, request: Request, number: int) -> Response:
        """Put the conversation off until a time, or until its contact writes."""
        until = self.parse(show.Snooze)["until"]
        conversation = self.conversation(number)
        return _now(lifecycle.snooze_conversation(conversation, until=until, actor=self.actor))

    @describe("wake", show.Conversation)
    def delete(self, request: Request, number: int) -> Response:
        """Bring the snoozed conversation back."""
        return _now(lifecycle.wake_conversation(self.conversation(number), actor=self.actor))


class TagsView(ApiView):
    @describe("list_tags_of_conversation", show.Tags)
    def get(self, request: Request, number: int) -> Response:
        """List the conversation's tags."""
        tags = self.conversation(number).tags.all()
        return Response({"tags": sorted(tag.name for tag in tags)})


class TagView(ApiView):
    @describe("tag", show.Conversation)
    def put(self, request: Request, number: int, name: str) -> Response:
        """Put a tag on the conversation, making the tag if it is new."""
        self.parse(Nothing)
        conversation = self.conversation(number)
        return _now(triage.tag_conversation(conversation, name=name, actor=self.actor))

    @describe("untag", show.Conversation)
    def delete(self, request: Request, number: int, name: str) -> Response:
        """Take a tag off the conversation."""
        conversation = self.conversation(number)
        tag = get_object_or_404(Tag.objects.all(), name=Tag.canonical(name))
        return _now(triage.untag_conversation(conversation, tag=tag, actor=self.actor))


class ReadView(ApiView):
    @describe("mark_read", show.Conversation)
    def put(self, request: Request, number: int) -> Response:
        """Note that everything the contact wrote has been read; the contact is told."""
        self.parse(Nothing)
        return _now(triage.mark_read(self.conversation(number), actor=self.actor))
