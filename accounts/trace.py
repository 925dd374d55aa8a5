"""What is under way here: told by every line of the log, and to the worker that a bell wakes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from accounts import tenancy


@dataclass(frozen=True, slots=True)
class Work:
    """A request, a task, a sweeper's turn or a mailbox's fetching."""

    request_id: str = ""  # of the request that is answered, or that has asked for this task
    task: str = ""
    workspace_id: int | None = None
    request: HttpRequest | None = None


_work: ContextVar[Work] = ContextVar("traced", default=Work())  # noqa: B039 - frozen


@contextmanager
def begun(work: Work) -> Iterator[None]:
    token = _work.set(work)
    try:
        yield
    finally:
        _work.reset(token)


def facts() -> dict[str, Any]:
    """Say what is known, by numbers alone; nothing is asked of PostgreSQL for it."""
    work = _work.get()
    membership = getattr(work.request, "membership", None)
    known = {
        "request": work.request_id,
        "task": work.task,
        "workspace": _workspace_of(work),
        "person": membership.user_id if membership else None,
    }
    return {name: value for name, value in known.items() if value}


def headers() -> dict[str, Any]:
    """Return what goes with a bell."""
    return {"rung_at": time.time(), "request_id": _work.get().request_id}


def _workspace_of(work: Work) -> int | None:
    if tenancy.in_scope():
        return tenancy.current_workspace().pk
    workspace = getattr(work.request, "workspace", None)
    return workspace.pk if workspace else work.workspace_id
