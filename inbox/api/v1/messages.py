"""Messages and notes of a conversation."""

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.idempotency import once
from inbox.actions.messaging import add_note, send_message
from inbox.actions.recipients import HEADERS, read_recipients
from inbox.api.v1 import serializers as show
from inbox.api.v1.base import ApiView, Page, PageQuery
from inbox.api.v1.describing import describe
from inbox.enums import MessageState
from inbox.models.message import with_files


class MessagesView(ApiView):
    query = PageQuery

    @describe("list_messages", show.Message, asks=PageQuery, pages=True)
    def get(self, request: Request, number: int) -> Response:
        """List messages and notes, the oldest first."""
        messages = self.conversation(number).messages.for_timeline()
        messages = messages.exclude(state=MessageState.WITHDRAWN)
        page = Page(messages, self.asked, "seq")
        page.rows = with_files(page.rows)
        return page.answer(show.Message)

    @describe("reply", show.Message, takes=show.Replying, status=201)
    @once
    def post(self, request: Request, number: int) -> Response:
        """Reply to the contact; the message is `queued` until its channel has taken it."""
        said = self.parse(show.Replying)
        typed = {header: said.pop(header, None) for header in HEADERS}
        if any(listed is not None for listed in typed.values()):
            said["recipients"] = read_recipients(
                {header: ", ".join(listed or []) for header, listed in typed.items()}
            )
        message = send_message(self.conversation(number), actor=self.actor, **said)
        return Response(show.Message(message).data, status=201)


class NotesView(ApiView):
    @describe("add_note", show.Message, takes=show.Writing, status=201)
    @once
    def post(self, request: Request, number: int) -> Response:
        """Leave a note for colleagues."""
        said = self.parse(show.Writing)
        message = add_note(self.conversation(number), actor=self.actor, **said)
        return Response(show.Message(message).data, status=201)
