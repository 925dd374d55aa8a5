"""A visitor's tab: JSON only, and only what the visitor may know (docs/widget-api.md)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from accounts.http import network_of
from accounts.models import Workspace
from accounts.sockets import EVERYONE, in_workspace, outside_workspace, publish
from inbox import live, viewing, visitor_tabs
from inbox.actions.outgoing import record_receipt
from inbox.doorway import Doorway
from inbox.enums import MessageKind, MessageState
from inbox.live_socket import TOO_MANY, UNAUTHORIZED, LiveSocket
from inbox.models import Conversation

MOST_CONVERSATIONS = 50
PATIENCE = 10  # seconds until the first frame must say who it is
DOORWAY = Doorway(100)  # a copy's: those who have come and are not greeted yet
HURRY = 0.5  # seconds that one may stand in it without a word


class VisitorConsumer(LiveSocket):
    """Frames in: ``{"visitor": token}`` first, then ``{"typing": id}`` and ``{"ping": 1}``."""

    words = frozenset({"visitor", "typing", "ping"})
    polls_every = 30.0  # there are many
    workspace: Workspace
    key: str
    address: str
    token = ""
    handle_value: str | None = None
    is_here = False  # as visitors are who have been greeted
    conversations: Mapping[object, int] = {}
    deadline: asyncio.TimerHandle | None = None
    hurry: asyncio.TimerHandle | None = None
    is_in_doorway = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._leave_doorway()

    async def may_come(self) -> bool:
        self.is_in_doorway = await DOORWAY.enter(self.hearing.at_the_end)
        return self.is_in_doorway

    async def connect(self) -> None:
        self.key = self.scope["url_route"]["kwargs"]["key"]
        self.address = network_of((self.scope.get("client") or ("", 0))[0] or "")
        found = await visitor_tabs.come(self, self.hearing.is_wanted)
        if found is None:
            await self.close(code=UNAUTHORIZED)
            return
        self.workspace, has_place = found
        await self.accept()
        if has_place:
            self._expect_introduction()
        else:
            self._leave_doorway()  # the other side may take its time to go
            await self.close(code=TOO_MANY)

    async def disconnect(self, code: int) -> None:
        self._stop_waiting()
        if hasattr(self, "workspace"):
            await visitor_tabs.go(self)
        await self.leave_all()

    async def receive_json(self, content: Any, **_: Any) -> None:
        if "visitor" in content:
            await self._introduce(str(content["visitor"]))
        elif self.handle_value is None:
            await self.close(code=UNAUTHORIZED)
        elif isinstance(content.get("typing"), bool | str):
            await self._pass_on_typing(content["typing"])
        elif "ping" in content:
            await self._show_life()

    async def live_push(self, event: dict[str, Any]) -> None:
        """Pass on, and note that an operator's words have arrived."""
        await super().live_push(event)
        told = event["push"]
        if told["kind"] == "message" and told["message"]["kind"] == MessageKind.OUTGOING:
            seq = told["message"]["seq"]
            await in_workspace(self.workspace, _delivered, told["conversation"], seq)

    async def _introduce(self, token: str) -> None:
        self._stop_waiting()
        self.token = token
        value = await visitor_tabs.introduce(self, self.hearing.is_wanted)
        if value is None:
            await self.close(code=UNAUTHORIZED)
            return
        if value != self.handle_value:
            await self._forget()
            self.conversations = {}
        self.handle_value = value
        # Join before reading the number, so that nothing can fall in between.
        groups = {
            live.visitor_group(self.workspace.pk, value),
            live.visitors_group(self.workspace.pk),
            EVERYONE,
        }
        await self.join("visitor", groups)
        found = await visitor_tabs.greet(self, self.hearing.is_wanted)
        if found is None:
            return
        self.is_here, (latest, online) = True, found
        public_id, seq = latest or (None, 0)
        watching = {"kind": "watching", "conversation": public_id, "seq": seq, "online": online}
        await self.send_json(watching)
        self._leave_doorway()

    async def _show_life(self) -> None:
        """Ask again who this is: meanwhile identities end and channels are switched off."""
        if await visitor_tabs.stay(self, self.hearing.is_wanted) is False:
            await self._introduce(self.token)

    async def _pass_on_typing(self, where: object) -> None:
        if not self.may_pass_on_typing() or self.handle_value is None:
            return
        if where not in self.conversations:  # it may have been opened since
            found = await in_workspace(self.workspace, _conversations, self.key, self.handle_value)
            self.conversations = found
        if where in self.conversations:
            group = live.conversation_group(self.conversations[where])
            publish([(group, live.push("typing", who="contact"))])
            row = (self.workspace.pk, self.conversations[where], "row_typing")
            await outside_workspace(viewing.tell_rows, *row, who="contact")

    async def _forget(self) -> None:
        if self.is_here:
            self.is_here = False
            await outside_workspace(visitor_tabs.part, [self])

    def _expect_introduction(self) -> None:
        loop = asyncio.get_running_loop()
        give_up = lambda: loop.create_task(self.close(code=UNAUTHORIZED))  # noqa: E731
        self.deadline = loop.call_later(PATIENCE, give_up)
        self.hurry = loop.call_later(HURRY, self._leave_doorway)

    def _stop_waiting(self) -> None:
        if self.deadline:
            self.deadline.cancel()

    def _leave_doorway(self) -> None:
        if self.hurry:
            self.hurry.cancel()
        if self.is_in_doorway:
            self.is_in_doorway = False
            DOORWAY.leave()


def _conversations(key: str, handle_value: str) -> dict[object, int]:
    """Return the ids of the visitor's conversations by what they may call them; true: the latest."""
    theirs = Conversation.objects.filter(channel__key=key, handle__value=handle_value)
    found = theirs.order_by("-pk").values_list("public_id", "pk")[:MOST_CONVERSATIONS]
    by_name: dict[object, int] = {str(public_id): pk for public_id, pk in found}
    if found:
        by_name[True] = found[0][1]
    return by_name


def _delivered(public_id: str, seq: int) -> None:
    conversation = Conversation.objects.filter(public_id=public_id).first()
    if conversation:
        record_receipt(conversation, state=MessageState.DELIVERED, up_to=seq, at=timezone.now())
