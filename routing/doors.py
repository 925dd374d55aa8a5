"""Questions about routing that are asked before any workspace is known."""

from datetime import datetime

from accounts.rls import call_door


def workspaces_to_route(most: int) -> list[int]:
    """Return the ids of workspaces where a conversation waits for somebody, in no order."""
    return [row[0] for row in call_door("workspaces_to_route", most)]


def clocks_to_tell(now: datetime, most: int) -> list[tuple[int, int]]:
    """Return workspace and clock ids of promises about which something is to be told."""
    return [(row[0], row[1]) for row in call_door("clocks_to_tell", now, most)]
