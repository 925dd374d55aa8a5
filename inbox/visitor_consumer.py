"""A visitor's tab: JSON only, and only what the visitor may know (docs/widget-api.md)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from accounts import limits
from accounts.errors import DomainError
from accounts.http import network_of
from accounts.models import Workspace
from accounts.sockets import EVERYONE, in_workspace, outside_workspace, publish
from inbox import doors, live, presence, viewing
from inbox.actions.outgoing import record_receipt
from inbox.actions.visitors import sender_of_token
from inbox.enums import MessageKind, MessageState
from inbox.live_socket import TOO_MANY, UNAUTHORIZED, LiveSocket
from inbox.models import Channel, Conversation

MOST_CONVERSATIONS = 50
PATIENCE = 10  # seconds until the first frame must say who it is


class VisitorConsumer(LiveSocket):
    """Frames in: ``{"visitor": token}`` first, then ``{"typing": id}`` and ``{"ping": 1}``."""

    words = frozenset({"visitor", "typing", "ping"})
    polls_every = 30.0  # there are many
    workspace: Workspace
    key: str
    token = ""
    handle_value: str | None = None
    conversations: Mapping[object, int] = {}
    deadline: asyncio.TimerHandle | None = None

    async def connect(self) -> None:
        self.key = self.scope["url_route"]["kwargs"]["key"]
        found, has_place = await outside_workspace(self._come)
        if found is None:
            await self.close(code=UNAUTHORIZED)
            return
        self.workspace = found
        await self.accept()
        if has_place:
            self._expect_introduction()
        else:
            await self.close(code=TOO_MANY)

    async def disconnect(self, code: int) -> None:
        self._stop_waiting()
        await outside_workspace(limits.release, "visitor-socket", self._address, self.channel_name)
        await self._forget()
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
        value = await in_workspace(self.workspace, _handle_value, self.key, token)
        if value is None:
            await self.close(code=UNAUTHORIZED)
            return
        self.token = token
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
        latest, seq = await in_workspace(self.workspace, _latest, self.key, value)
        online = await outside_workspace(self._arrive_and_look)
        watching = {"kind": "watching", "conversation": latest, "seq": seq, "online": online}
        await self.send_json(watching)

    async def _show_life(self) -> None:
        """Ask again who this is: meanwhile identities end and channels are switched off."""
        await outside_workspace(self._take_place)
        value = await in_workspace(self.workspace, _handle_value, self.key, self.token)
        if value == self.handle_value:
            await outside_workspace(self._arrive)
        else:
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
        if self.handle_value is not None:
            await outside_workspace(self._leave)

    @property
    def _address(self) -> str:
        return network_of((self.scope.get("client") or ("", 0))[0] or "")

    def _come(self) -> tuple[Workspace | None, bool]:
        """Find whose channel it is, and a place; in one go, since thousands may come back at once."""
        workspace_id = doors.workspace_of_channel(self.key)
        if workspace_id is None:
            return None, False
        return Workspace.objects.get(pk=workspace_id), self._take_place()

    def _take_place(self) -> bool:
        if not self._address:  # a server behind a Unix socket may not know
            return True
        return limits.hold("visitor-socket", self._address, self.channel_name)

    def _arrive(self) -> None:
        who = presence.visitor(self.handle_value or "")
        if presence.arrive(self.workspace.pk, who, self.channel_name):
            presence.announce(self.workspace.pk, [who], presence.ON)

    def _arrive_and_look(self) -> bool:
        """Be seen, and see whether somebody is here who could answer."""
        self._arrive()
        return presence.is_staffed(self.workspace.pk)

    def _leave(self) -> None:
        who = presence.visitor(self.handle_value or "")
        if presence.leave(self.workspace.pk, who, self.channel_name):
            presence.announce(self.workspace.pk, [who], presence.OFF)

    def _expect_introduction(self) -> None:
        loop = asyncio.get_running_loop()
        give_up = lambda: loop.create_task(self.close(code=UNAUTHORIZED))  # noqa: E731
        self.deadline = loop.call_later(PATIENCE, give_up)

    def _stop_waiting(self) -> None:
        if self.deadline:
            self.deadline.cancel()


def _handle_value(key: str, token: str) -> str | None:
    try:
        return sender_of_token(Channel.objects.get(key=key, enabled=True), token).value
    except (DomainError, Channel.DoesNotExist):
        return None


def _latest(key: str, handle_value: str) -> tuple[str | None, int]:
    """Return the public id and number of the visitor's latest conversation, if there is one."""
    theirs = Conversation.objects.filter(channel__key=key, handle__value=handle_value)
    found = theirs.order_by("-pk").values_list("public_id", "public_seq").first()
    return (str(found[0]), found[1]) if found else (None, 0)


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
