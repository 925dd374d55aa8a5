"""Questions about routing that are asked before any workspace is known."""

from accounts.rls import call_door


def workspaces_to_route(most: int) -> list[int]:
    """Return the ids of workspaces where a conversation waits for somebody, in no order."""
    return [row[0] for row in call_door("workspaces_to_route", most)]
