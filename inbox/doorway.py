"""Who comes in, where many come at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Doorway:
    """
    Lets so many through at a time; the others wait, and cost next to nothing if they go meanwhile.

    If all were seen to at once, all would be done at the end only, when none of them waits any more. For
    the same reason whoever came last is next: they wait longest yet. The others come back as the last.
    """

    def __init__(self, width: int) -> None:
        self._width, self._inside = width, 0
        self._outside: dict[asyncio.Future[bool], None] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    async def enter(self, tell_when_gone: Callable[[Callable[[], object]], None]) -> bool:
        """Return True when it is one's turn, or False when one has gone."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._inside, self._outside = loop, 0, {}
        if self._inside < self._width:
            self._inside += 1
            return True
        turn: asyncio.Future[bool] = loop.create_future()
        self._outside[turn] = None
        tell_when_gone(lambda: self._answer(turn, has_turn=False))
        return await turn

    def leave(self) -> None:
        self._inside -= 1
        while self._outside and self._inside < self._width:
            self._inside += self._answer(next(reversed(self._outside)), has_turn=True)

    def _answer(self, turn: asyncio.Future[bool], *, has_turn: bool) -> bool:
        """Tell who waits; return whether they have come in."""
        was_outside = turn in self._outside
        self._outside.pop(turn, None)
        if not was_outside or turn.done():  # they have come in before, or ended with the process
            return False
        turn.set_result(has_turn)
        return has_turn
