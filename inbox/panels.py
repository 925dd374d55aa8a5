"""What rooms above this one show beside a conversation: a template each, and what it needs."""

from collections.abc import Callable
from typing import Any

from inbox.models import Conversation

Panel = tuple[str, dict[str, Any]]

_asked: list[Callable[[Conversation], Panel | None]] = []


def shown_by(panel: Callable[[Conversation], Panel | None]) -> None:
    """Ask this function, too; ``helpdesk/wiring.py`` is the only caller."""
    if panel not in _asked:
        _asked.append(panel)


def panels_of(conversation: Conversation) -> list[Panel]:
    return [panel for ask in _asked if (panel := ask(conversation))]
