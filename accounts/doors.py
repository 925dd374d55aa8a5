"""Questions that no single workspace can answer. Doors return ids and nothing else."""

from datetime import datetime, timedelta

from accounts.models import User, Workspace
from accounts.rls import call_door


def workspaces_of(user: User) -> list[Workspace]:
    ids = [row[0] for row in call_door("workspaces_of_user", user.pk)]
    return list(Workspace.objects.filter(pk__in=ids).order_by("name", "pk"))


def workspace_of_invitation(token_hash: str) -> Workspace | None:
    rows = call_door("workspace_of_invitation", token_hash)
    return Workspace.objects.filter(pk=rows[0][0]).first() if rows else None


def claim_overdue_follow_ups(
    now: datetime, patience: timedelta, limit: int
) -> list[tuple[int, int, str]]:
    """Take hold of overdue follow-ups for a while; return workspace, id and task of each."""
    claimed = call_door("claim_overdue_follow_ups", now, patience, limit)
    return [(row[0], row[1], row[2]) for row in claimed]


def workspace_of_api_token(token_hash: str) -> int | None:
    """Return the id of the workspace that an API token opens."""
    found = call_door("workspace_of_api_token", token_hash)
    return found[0][0] if found else None


def answers_to_forget(before: datetime, most: int) -> list[tuple[int, int]]:
    """Return workspace and id of answers kept for repeated calls since before a moment."""
    return [(row[0], row[1]) for row in call_door("answers_to_forget", before, most)]


def letters_to_send(now: datetime, most: int) -> list[tuple[int, int]]:
    """Return workspace and id of mails whose time has come."""
    return [(row[0], row[1]) for row in call_door("letters_to_send", now, most)]


def letters_to_forget(before: datetime, most: int) -> list[tuple[int, int]]:
    """Return workspace and id of mails that were sent or given up, owed before a moment."""
    return [(row[0], row[1]) for row in call_door("letters_to_forget", before, most)]
