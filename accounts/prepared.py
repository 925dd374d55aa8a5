"""
Questions that nearly every request asks: Django writes the statement once, with places for what differs.

Writing one takes Django longer than PostgreSQL takes to answer it: 0.4 ms for a table, over a millisecond for
a conversation and its people. Whatever differs between two askings must be a place, since the rest is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from functools import cached_property
from types import SimpleNamespace
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.db import connection, models
from django.db.models import Lookup, Value
from psycopg import Cursor

from accounts.tenancy import current_workspace, scope_to_prepare

M = TypeVar("M")

_is_direct: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()

WORKSPACE = "workspace"
BIGGEST = models.BigIntegerField.MAX_BIGINT


class Place(Value):
    """Stands in a query for a value that is given each time it is asked."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


@models.BigAutoField.register_lookup
@models.CharField.register_lookup
class AnyOf(Lookup):
    """Compare with each of a list, which ``__in`` would need a place for each of: ``pk__any_of=pks``."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        left, params = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", [*params, self.rhs]


class Prepared(Generic[M]):
    """
    A query in which everything that differs is a place. It fetches nothing beforehand (``prefetch_related``).

    :param ask: makes the query of a place for each parameter, which is given by the same name.
    """

    def __init__(self, ask: Callable[..., models.QuerySet[Any, M]], *names: str) -> None:
        self._ask, self._names = ask, names

    def __call__(self, **given: Any) -> list[M]:
        """Ask; of the current workspace, where the query is about one's rows."""
        return self._fetch(given)

    def first(self, **given: Any) -> M | None:
        return next(iter(self._fetch(given)), None)

    @cached_property
    def _made(self) -> SimpleNamespace:
        with scope_to_prepare(Place(WORKSPACE)):
            queryset = self._ask(**{name: Place(name) for name in self._names})
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([one[0] for one in compiler.select])
        compiler.connection = None  # that of the thread which happens to ask first
        return SimpleNamespace(
            model=queryset.model,
            iterable=queryset._iterable_class,  # noqa: SLF001 (what makes rows of what is answered)
            compiler=compiler,
            sql=sql,
            params=params,
            is_scoped=any(isinstance(one, Place) and one.value == WORKSPACE for one in params),
            converters=converters,
        )

    def _fetch(self, given: dict[str, Any]) -> list[M]:
        made = self._made
        if made.is_scoped:
            given[WORKSPACE] = current_workspace().pk
        # No row has such a number, and PostgreSQL would look at each for it.
        if any(isinstance(one, int) and abs(one) > BIGGEST for one in given.values()):
            return []
        params = tuple(given[one.value] if isinstance(one, Place) else one for one in made.params)
        rows = _rows(made.sql, params)
        compiler = copy(made.compiler)
        compiler.connection = connection  # this thread's
        compiler.execute_sql = lambda *_, **__: [rows]
        compiler.get_converters = lambda _: made.converters
        asked = SimpleNamespace(
            db=connection.alias,
            model=made.model,
            query=SimpleNamespace(get_compiler=lambda *_, **__: compiler),
            _known_related_objects={},
        )
        return list(made.iterable(asked))


def _rows(statement: str, params: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        # Whoever logs statements wants to read them with their values.
        if not connection.queries_logged and _keeps_plans(connection.connection):
            cursor.cursor = _PlannedCursor(connection.connection)
        cursor.execute(statement, params)
        return list(cursor.fetchall())


class _PlannedCursor(Cursor[Any]):
    """Has PostgreSQL plan a statement once for each connection, which costs it more than to answer."""

    def execute(self, query: Any, params: Any = None, **_: Any) -> Any:
        self.connection.prepare_threshold = 0  # what Django asks by other cursors is never the same
        try:
            return super().execute(query, params, prepare=True)
        finally:
            self.connection.prepare_threshold = None


def _keeps_plans(line: Any) -> bool:
    """Tell whether PostgreSQL itself is at the other end, and not a pool that changes whom it asks."""
    if (is_direct := _is_direct.get(line)) is None:
        # A pool tells of a number of its own (PostgreSQL, "BackendKeyData").
        [served_by] = line.execute("SELECT pg_backend_pid()").fetchone()
        is_direct = _is_direct[line] = served_by == line.info.backend_pid
    return is_direct
