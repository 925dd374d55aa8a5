"""What every socket of ours does: move between groups, forward what was rendered, keep measure."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, ClassVar

from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings

UNAUTHORIZED = 4403
TOO_MANY = 4429
PROTOCOL_ERROR = 1008
TOO_LARGE = 1009
LARGEST_FRAME = 65_536  # characters
SPREAD = 1.0  # seconds within which screens are asked to fetch, so that they do not all at once
TYPING_PAUSE = 1.5  # seconds between two typing frames that are passed on


class Hearing:
    """What the other side says, heard one message ahead: we know at once when it has gone."""

    def __init__(self, first: Any, receive: Callable[[], Awaitable[Any]]) -> None:
        self._first, self._receive = first, receive
        self._is_open = True
        self._at_the_end: Callable[[], object] | None = None
        self._ahead = self._listen()

    async def __call__(self) -> Any:
        if self._first:
            message, self._first = self._first, None
            return message
        message = await self._ahead
        if self._is_open:
            self._ahead = self._listen()
        return message

    def end(self) -> None:
        self._ahead.cancel()

    def is_wanted(self) -> bool:
        """Tell whether the other side is not known to have gone."""
        return self._is_open

    def at_the_end(self, call: Callable[[], object]) -> None:
        """Have this called when the other side goes."""
        self._at_the_end = call

    def _listen(self) -> asyncio.Task[Any]:
        return asyncio.ensure_future(self._hear())

    async def _hear(self) -> Any:
        message = await self._receive()
        self._is_open = message["type"] != "websocket.disconnect"
        if self._at_the_end and not self._is_open:
            self._at_the_end()
        return message


class LiveSocket(AsyncJsonWebsocketConsumer):
    """Forwards pushes as they are; a frame it does not know ends it."""

    words: ClassVar[frozenset[str]]  # what a client's frame may hold

    polls_every: ClassVar[float] = 5.0  # seconds, while nothing can be heard

    language = settings.LANGUAGE_CODE
    hearing: Hearing

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.joined: dict[str, set[str]] = {}
        self._frames, self._since = 0, time.monotonic()
        self._typed_at = self._polled_at = float("-inf")
        self._resync: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """
        Live until the other side is heard to have gone, which alone ends us in order.

        What is said after that, or after our own last word, goes nowhere (ASGI: an ``OSError``): it
        must not end us before we have left our groups and are seen to go.
        """
        is_over = False
        self.hearing = Hearing(await receive(), receive)

        async def say(message: Any) -> None:
            nonlocal is_over
            if is_over:
                return
            is_over = message["type"] == "websocket.close"
            with suppress(OSError):
                await send(message)

        try:
            if await self.may_come():
                await super().__call__(scope, self.hearing, say)
        finally:
            self.hearing.end()
            if self._resync:
                self._resync.cancel()

    async def dispatch(self, message: Any) -> None:
        """Channels would look after the connections of a thread, shared with all pages, that we never use."""
        await getattr(self, get_handler_name(message))(message)

    async def websocket_disconnect(self, message: Any) -> None:
        await self.disconnect(message["code"])
        raise StopConsumer  # without looking after that thread, either

    async def may_come(self) -> bool:
        """Wait until there is room for another; tell whether the other side has waited, too."""
        return True

    async def join(self, slot: str, groups: set[str]) -> None:
        """Replace the groups of one slot, leaving only after joining."""
        before, self.joined[slot] = self.joined.get(slot, set()), groups
        for group in groups - before:
            await self.channel_layer.group_add(group, self.channel_name)
        for group in before - groups:
            await self.channel_layer.group_discard(group, self.channel_name)

    async def leave_all(self) -> None:
        for slot in list(self.joined):
            await self.join(slot, set())

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **_: Any
    ) -> None:
        """Read one frame: a small JSON object, not too often."""
        if len(text_data or "") > LARGEST_FRAME:
            await self.close(code=TOO_LARGE)
            return
        try:
            content = json.loads(text_data or "")
        except (ValueError, RecursionError):
            content = None
        known = isinstance(content, dict) and content.keys() <= self.words
        if not known or self._is_flooded():
            await self.close(code=PROTOCOL_ERROR)
            return
        await self.receive_json(content)

    def may_pass_on_typing(self) -> bool:
        now = time.monotonic()
        if now - self._typed_at < TYPING_PAUSE:
            return False
        self._typed_at = now
        return True

    async def live_push(self, event: dict[str, Any]) -> None:
        drawn = event["drawn"]
        if drawn is None:
            await self.send_json(event["push"])
        elif self.language in drawn:
            await self.send_json(event["push"] | drawn[self.language])
        else:
            # Whoever rendered had not heard yet of a screen in this language: it fetches instead.
            await self.send_json({"kind": "resync"})

    async def live_resync(self, _: dict[str, Any]) -> None:
        """Something was lost and must be fetched: soon, and once for all that was lost until then."""
        if self._resync is None:
            self._resync = asyncio.create_task(self._have_fetched())

    async def live_deaf(self, event: dict[str, Any]) -> None:
        """Redis is away: the screen looks by itself, now and then."""
        if time.monotonic() - self._polled_at > self.polls_every:
            self._polled_at = time.monotonic()
            await self.live_resync(event)

    async def _have_fetched(self) -> None:
        await asyncio.sleep(random.uniform(0, SPREAD))  # noqa: S311
        self._resync = None
        await self.send_json({"kind": "resync"})

    def _is_flooded(self) -> bool:
        now, (most, seconds) = time.monotonic(), settings.LIMITS["frame"]
        if now - self._since > seconds:
            self._frames, self._since = 0, now
        self._frames += 1
        return self._frames > most
