"""Questions about numbers that are asked before any workspace is known."""

from accounts.rls import call_door


def workspaces_to_roll_up(most: int) -> list[int]:
    """Return ids of workspaces that have hours to roll up."""
    return [row[0] for row in call_door("workspaces_to_roll_up", most)]
