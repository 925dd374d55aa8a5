"""
A workspace as large as one likes: the demo's conversations, many times over.

PostgreSQL copies them itself, row by row with other ids, names and times. So what is measured holds the
texts, tags, notes, ratings and events of real use, and no line here has to know what a message is made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg
from django.db import models
from psycopg import IsolationLevel, sql
from rich.progress import Progress

from accounts.actions.workspaces import create_workspace
from accounts.models import Event, User, Workspace
from accounts.tenancy import scope
from analytics.actions import rollups
from analytics.models import Fact
from inbox.models import (
    Contact,
    ContactHandle,
    Conversation,
    ConversationCounter,
    ConversationTag,
    Mail,
    Message,
    ReadMark,
)

STRIDE = 10_000_000  # between the ids of two copies: more than all that live use will draw
LENGTHENED = 10**17  # and more: the ids of what makes one conversation long
YEAR = 365 * 86_400
AT_ONCE = 20  # copies in one statement
LINES = 2  # that copy at the same time
COPIED = [
    Contact,
    ContactHandle,
    Conversation,
    ConversationTag,
    Message,
    Mail,
    ReadMark,
    Event,
    Fact,
]
# What must not be the same twice, and what would have something done at once.
CHANGED: dict[tuple[type[models.Model], str], str] = {
    (Conversation, "number"): "number + copy * {span}",
    (Conversation, "public_id"): "gen_random_uuid()",
    (Conversation, "snoozed_until"): "snoozed_until + interval '10 years'",
    (Conversation, "mail_due_at"): "NULL",
    (Conversation, "due_at"): "NULL",
    (Conversation, "due_from"): "NULL",
    (ContactHandle, "value"): "value || '-' || copy",
    (
        Message,
        "external_id",
    ): "CASE WHEN external_id = '' THEN '' ELSE external_id || '-' || copy END",
    (Message, "client_id"): "CASE WHEN client_id IS NULL THEN NULL ELSE gen_random_uuid() END",
    (Message, "has_attachments"): "false",
    (Mail, "mail_id"): "mail_id || '-' || copy",
    (Event, "subject_id"): "subject_id + copy * {stride}",
    (Event, "data"): "CASE WHEN data ? 'messages' THEN data || jsonb_build_object('messages', ("
    "SELECT jsonb_agg(pk::bigint + copy * {stride}) FROM jsonb_array_elements_text(data -> 'messages') AS pk"
    ")) ELSE data END",
    (Fact, "hour"): "date_trunc('hour', at - {shift}, 'UTC')",
}
# Spread over a year without two copies at the same times; Knuth's multiplicative hash.
SHIFT = sql.SQL("make_interval(secs => mod(copy * 2654435761, {}))").format(sql.Literal(YEAR))


def grow(admin: psycopg.Connection, workspace: Workspace, wanted: int) -> int:
    """Copy until the workspace has about so many conversations; return how many it has."""
    with scope(workspace):
        known = Conversation.objects.filter(pk__lt=STRIDE).count()
        copies = Conversation.objects.filter(pk__gte=STRIDE).count() // known
    aim = max(wanted // known - 1, copies)
    spans = [
        (first, min(first + AT_ONCE - 1, aim)) for first in range(copies + 1, aim + 1, AT_ONCE)
    ]
    with Progress() as progress, _made_for_writing(admin):
        task = progress.add_task(f"{(aim + 1) * known:,} conversations", total=len(spans))

        def copy(mine: list[tuple[int, int]]) -> None:
            with psycopg.connect(admin.info.dsn, autocommit=True) as line:
                # A conversation and its events as they were at one moment, though somebody may be at it.
                line.isolation_level = IsolationLevel.REPEATABLE_READ
                line.execute("SET session_replication_role = replica")
                line.execute("SET synchronous_commit = off")
                for first, last in mine:
                    span = {"first": first, "last": last}
                    with line.transaction():
                        for model in COPIED:
                            line.execute(_copying(model, workspace, known), span)
                    progress.advance(task)

        with ThreadPoolExecutor(LINES) as lines:
            list(lines.map(copy, [spans[n::LINES] for n in range(LINES)]))
        progress.update(task, description="indexes and statistics")
        admin.execute("VACUUM ANALYZE")
    with scope(workspace):
        # Not what was counted: a folder that is kept has those of earlier measures, too.
        ConversationCounter.objects.update(
            **Conversation.objects.aggregate(last=models.Max("number"))
        )
    return (aim + 1) * known


@contextmanager
def _made_for_writing(admin: psycopg.Connection) -> Iterator[None]:
    """Let PostgreSQL write as much as it likes at a stretch, and everything be on the disk at the end."""
    admin.execute("ALTER SYSTEM SET max_wal_size = '16GB'")
    admin.execute("SELECT pg_reload_conf()")
    try:
        yield
    finally:
        admin.execute("ALTER SYSTEM RESET max_wal_size")
        admin.execute("SELECT pg_reload_conf()")
        admin.execute("CHECKPOINT")


def roll_up(workspace: Workspace) -> None:
    """Sum up what the facts say, as the product does by itself for what comes in."""
    with scope(workspace):
        rollups.distrust_all()
    with Progress() as progress:
        task = progress.add_task("hours summed up", total=None)
        done = -1
        while done:
            with scope(workspace):
                done = rollups.roll_up()
            progress.advance(task, max(done, 0))


def lengthen(admin: psycopg.Connection, conversation: Conversation, wanted: int) -> None:
    """Let a conversation have so many messages, each with its event."""
    with scope(conversation.workspace):
        message = Message.objects.filter(conversation=conversation, kind="incoming").latest("pk")
        event = Event.objects.about(conversation).get(seq=message.seq)
        more = wanted - Message.objects.filter(conversation=conversation).count()
    last, public = conversation.last_seq, conversation.public_seq
    own_id = f"{LENGTHENED + conversation.pk * STRIDE} + n"
    changed = {
        "id": own_id,
        "seq": f"{last} + n",
        "public_seq": f"{public} + n",
        "external_id": "external_id || '-long-' || n",
        "client_id": "gen_random_uuid()",
    }
    of_event = {
        "id": own_id,
        "seq": changed["seq"],
        "data": f"jsonb_build_object('messages', jsonb_build_array({own_id}))",
    }
    for model, row in ((Message, message), (Event, event)):
        own = of_event if model is Event else changed
        names = _columns(model)
        values: list[sql.Composable] = [
            sql.SQL(own[name]) if name in own else sql.Identifier(name) for name in names
        ]
        admin.execute(
            sql.SQL(
                "INSERT INTO {table} ({names}) SELECT {values} FROM {table}, generate_series(1, {more}) AS n WHERE id = {row}"
            ).format(
                table=sql.Identifier(model._meta.db_table),
                names=sql.SQL(", ").join(map(sql.Identifier, names)),
                values=sql.SQL(", ").join(values),
                more=sql.Literal(more),
                row=sql.Literal(row.pk),
            )
        )
    with scope(conversation.workspace):
        Conversation.objects.filter(pk=conversation.pk).update(
            last_seq=last + more, public_seq=public + more, incoming_seq=public + more
        )


def insert_rows(
    admin: psycopg.Connection, model: type[models.Model], rows: Iterable[Mapping[str, object]]
) -> None:
    """Put rows in by COPY; of what they do not say, the model's default is taken."""
    fields = model._meta.concrete_fields
    table, names = sql.Identifier(model._meta.db_table), map(sql.Identifier, _columns(model))
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(table, sql.SQL(", ").join(names))
    admin.execute("SET session_replication_role = replica")
    with admin.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row([_value(field, row) for field in fields])
    admin.execute("SET session_replication_role = origin")


def _value(field: models.Field[Any, Any], row: Mapping[str, object]) -> object:
    column = field.column or ""
    return row[column] if column in row else field.get_default()


def neighbours(count: int) -> None:
    """See that so many small workspaces are beside the large one."""
    known = Workspace.objects.filter(slug__startswith="n-").count()
    with Progress() as progress:
        for _ in progress.track(range(known, count), description=f"{count} small workspaces"):
            mark = uuid4().hex[:8]
            owner = User.objects.create_user(f"{mark}@neighbours.test", None, name="Olive")
            create_workspace(name=f"Neighbour {mark}", slug=f"n-{mark}", owner=owner)


def _columns(model: type[models.Model]) -> list[str]:
    return [field.column or "" for field in model._meta.concrete_fields]


def _copying(model: type[models.Model], workspace: Workspace, span: int) -> sql.Composed:
    names = _columns(model)
    table = sql.Identifier(model._meta.db_table)
    of_demo = sql.SQL("workspace_id = {} AND id < {}").format(
        sql.Literal(workspace.pk), sql.Literal(STRIDE)
    )
    if model is Event:
        of_demo += sql.SQL(" AND subject_kind = 'conversation'")
    return sql.SQL(
        "INSERT INTO {table} ({names}) SELECT {values} FROM {table}, "
        "generate_series(%(first)s::bigint, %(last)s) AS copy WHERE {of_demo}"
    ).format(
        table=table,
        names=sql.SQL(", ").join(map(sql.Identifier, names)),
        values=sql.SQL(", ").join(_values(model, span)),
        of_demo=of_demo,
    )


def _values(model: type[models.Model], span: int) -> Iterator[sql.Composable]:
    for field in model._meta.concrete_fields:
        column = sql.Identifier(field.column or "")
        is_copied = field.related_model in COPIED if field.is_relation else field.primary_key
        if rule := CHANGED.get((model, field.attname)):
            yield sql.SQL(rule).format(
                span=sql.Literal(span), stride=sql.Literal(STRIDE), shift=SHIFT
            )
        elif is_copied:
            yield sql.SQL("{} + copy * {}").format(column, sql.Literal(STRIDE))
        elif isinstance(field, models.DateTimeField):
            yield sql.SQL("{} - {}").format(column, SHIFT)
        else:
            yield column
