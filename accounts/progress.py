"""How far a command has come, drawn on stderr where somebody looks."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

WIDTH = 30
PAUSE = 0.1  # seconds between two drawings


class Bar:
    """A bar, or a mere count where nobody knows the end."""

    def __init__(self, what: str, most: int | None, unit: str = "") -> None:
        self.what, self.most, self.unit = what, most, unit and f" {unit}"
        self.done = 0
        self._is_watched = sys.stderr.isatty()
        self._drawn_at = 0.0

    def advance(self, by: int = 1) -> None:
        self.done += by
        if self._is_watched and time.monotonic() - self._drawn_at > PAUSE:
            self._draw("")

    def end(self) -> None:
        if self._is_watched:
            self._draw("\n")

    def _draw(self, ending: str) -> None:
        self._drawn_at = time.monotonic()
        if self.most is None:
            sys.stderr.write(f"\r{self.what} {self.done:,}{self.unit}{ending}")
        else:
            full = WIDTH * self.done // max(self.most, 1)
            bar = "█" * full + "░" * (WIDTH - full)
            told = f"{self.done:,} of {self.most:,}{self.unit}"
            sys.stderr.write(f"\r{self.what} {bar} {told}{ending}")
        sys.stderr.flush()


def watched(what: str, items: Iterable[T], most: int | None, unit: str = "") -> Iterator[T]:
    """Pass on what is done, one by one."""
    bar = Bar(what, most, unit)
    for item in items:
        yield item
        bar.advance()
    bar.end()
