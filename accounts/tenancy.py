"""
The current workspace: one scope around each unit of work, required by every query.

A scope is one transaction. PostgreSQL hears of the workspace through a setting local to
that transaction, so that a pooled connection can never remember the last one's.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass, field
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Expression, Func, Value
from django.db.models.functions import Cast
from django.urls import get_script_prefix, get_urlconf, set_script_prefix, set_urlconf

if TYPE_CHECKING:
    from accounts.models import Workspace
    from accounts.prepared import Prepared

SETTING = "app.workspace_id"

M = TypeVar("M", bound=models.Model)
P = ParamSpec("P")
C = TypeVar("C", bound=Callable[[], None])


class NoWorkspace(RuntimeError):
    """A workspace's data was asked for outside any workspace."""


class WrongWorkspace(RuntimeError):
    """One unit of work tried to reach into a second workspace."""


@dataclass(slots=True)
class _Work:
    workspace: Workspace
    collectors: dict[Hashable, Callable[[], None]] = field(default_factory=dict)


_work: ContextVar[_Work | None] = ContextVar("work", default=None)


@contextmanager
def scope(workspace: Workspace, *, is_redone: bool = False) -> Iterator[None]:
    """
    Do one unit of work for one workspace, in one transaction.

    :param is_redone: if a power cut loses it, it is found to be owed still: nobody waits for the disk.
    :raises WrongWorkspace: if another workspace's work is under way.
    """
    if outer := _work.get():
        # PostgreSQL keeps an inner setting after its savepoint ends well, so none may differ.
        if outer.workspace.pk != workspace.pk:
            raise WrongWorkspace(f"{workspace} inside {outer.workspace}")
        yield
        return

    with transaction.atomic(durable=True):
        _tell_postgres(workspace.pk, is_redone=is_redone)
        with _begun(workspace):
            yield


@contextmanager
def scope_of(*, is_redone: bool = False, **lookup: object) -> Iterator[Workspace | None]:
    """Find a workspace, such as ``slug="acme"``, and enter its scope, in one statement."""
    with transaction.atomic(durable=True):
        workspace = _telling(is_redone, *lookup).first(**lookup)
        if workspace is None:
            yield None
            return
        with _begun(workspace):
            yield workspace


@cache
def _telling(is_redone: bool, name: str) -> Prepared[Workspace]:
    """Have PostgreSQL hear of a workspace by fetching it."""
    from accounts.models import Workspace
    from accounts.prepared import Prepared

    found = Workspace.objects.annotate(told=_set(SETTING, Cast("pk", models.TextField())))
    if is_redone:
        found = found.annotate(hurried=_set("synchronous_commit", Value("off")))
    return Prepared(found.filter, name)


def _set(name: str, value: Expression) -> Func:
    arguments = (Value(name), value, Value(value=True))
    return Func(*arguments, function="set_config", output_field=models.TextField())


@contextmanager
def scope_of_new(workspace: Workspace) -> Iterator[None]:
    """Save a new workspace and enter its scope, both or neither."""
    with transaction.atomic(durable=True):
        workspace.save(force_insert=True)
        _tell_postgres(workspace.pk)
        with _begun(workspace):
            yield


@contextmanager
def _begun(workspace: Workspace) -> Iterator[None]:
    work = _Work(workspace)
    token = _work.set(work)
    try:
        with _mounted(workspace):
            yield
            _finish(work)
    finally:
        _work.reset(token)


@contextmanager
def scope_to_prepare(place: Expression) -> Iterator[None]:
    """Let a query be made, never asked, that is about whatever workspace it is asked in."""
    token = _work.set(_Work(cast("Workspace", SimpleNamespace(pk=place))))
    try:
        yield
    finally:
        _work.reset(token)


def current_workspace() -> Workspace:
    return _current().workspace


def in_scope() -> bool:
    return _work.get() is not None


def collector(key: Hashable, make: Callable[[], C]) -> C:
    """
    Return this unit of work's collector; it is called once, when the work is done but uncommitted.

    It can be copied: what it collects in an attempt that fails is forgotten.
    """
    return cast(C, _current().collectors.setdefault(key, make()))


@contextmanager
def attempt() -> Iterator[None]:
    """Try work that may fail without failing the unit: undo its rows and what it collected."""
    work = _current()
    before = {key: copy(made) for key, made in work.collectors.items()}
    try:
        with transaction.atomic():
            yield
    except BaseException:
        work.collectors = before
        raise


def after_commit(function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Run a function once the work is committed; should it fail, it fails alone."""

    # A named function, because Django's report of a failed partial fails itself.
    def call() -> None:
        function(*args, **kwargs)

    call.__qualname__ = getattr(function, "__qualname__", repr(function))
    transaction.on_commit(call, robust=True)


def _current() -> _Work:
    if work := _work.get():
        return work
    raise NoWorkspace("Enter a workspace with tenancy.scope(workspace) first.")


@contextmanager
def _mounted(workspace: Workspace) -> Iterator[None]:
    """Make URLs reversed anywhere, a worker included, lead into the workspace."""
    before = get_script_prefix(), get_urlconf()
    set_script_prefix(f"/{workspace.slug}/")
    set_urlconf(settings.WORKSPACE_URLCONF)
    try:
        yield
    finally:
        set_script_prefix(before[0])
        set_urlconf(before[1])


def _tell_postgres(workspace_id: int, *, is_redone: bool = False) -> None:
    told = "SELECT set_config(%s, %s, true)"
    if is_redone:
        told += ", set_config('synchronous_commit', 'off', true)"
    with connection.cursor() as cursor:
        cursor.execute(told, [SETTING, str(workspace_id)])


def _finish(work: _Work) -> None:
    while work.collectors and not connection.needs_rollback:
        key = next(iter(work.collectors))
        work.collectors.pop(key)()


@lru_cache(10_000)
def _rows_of(
    queryset: type[models.QuerySet[M]], model: type[M], using: str | None, workspace_id: int
) -> models.QuerySet[M]:
    """Build the filter once: a page asks some fifty times for it, and a copy costs a fraction."""
    return queryset(model=model, using=using).filter(workspace_id=workspace_id)


class ScopedManager(models.Manager[M]):
    """Default manager of every row a workspace owns: no workspace, no rows."""

    def get_queryset(self) -> models.QuerySet[M]:
        kind: type[models.QuerySet[M]] = self._queryset_class  # type: ignore[attr-defined]
        return _rows_of(kind, self.model, self._db, current_workspace().pk).all()
