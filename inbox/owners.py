"""Whether a conversation's owner keeps it: asked of whoever knows, which is a room above this one."""

from collections.abc import Callable

from inbox.models import Conversation

Answer = Callable[[Conversation], bool]

_asked: list[Answer] = []


def answered_by(answer: Answer) -> None:
    """Ask this function from now on; ``helpdesk/wiring.py`` is the only caller."""
    _asked[:] = [answer]


def is_kept(conversation: Conversation) -> bool:
    """Tell whether nobody may take it over from who is responsible for it."""
    return bool(_asked) and _asked[0](conversation)
