"""Migration operations for the second wall: row-level security, and the doors through it."""

# ruff: noqa: SLF001 (a model's _meta is public in all but name)
from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunSQL
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from accounts.tenancy import SETTING

# After a transaction-local setting ends, PostgreSQL leaves '' behind rather than NULL.
CURRENT = f"NULLIF(current_setting('{SETTING}', true), '')::bigint"
MINE = f"workspace_id = {CURRENT}"


def app_role() -> str:
    """Name the role of the runtime, the only one that policies let in."""
    return str(settings.DATABASES["default"]["USER"])


class GuardModel(Operation):
    """
    Let the app role see and write only the current workspace's rows of a model.

    Two policies: one permissive lets the app role in, one restrictive holds it to its
    workspace, so that a policy added carelessly later cannot widen anything. PostgreSQL
    checks foreign keys past every policy, so each reference to another owned model is
    made together with the workspace; each gets an index that begins with it.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, name: str) -> None:
        self.name = name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.name)
        table = model._meta.db_table
        for statement in (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f'CREATE POLICY app_rows ON {table} AS PERMISSIVE TO "{app_role()}" '
            "USING (true) WITH CHECK (true)",
            f"CREATE POLICY one_workspace ON {table} AS RESTRICTIVE "
            f"USING ({MINE}) WITH CHECK ({MINE})",
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_owned UNIQUE (workspace_id, id)",
        ):
            schema_editor.execute(statement)
        for field in owned_references(model):
            schema_editor.execute(_composite_key(table, field))
            if not _is_indexed(model, field.name):
                schema_editor.execute(
                    f"CREATE INDEX {table}_by_{field.name} ON {table} "
                    f"(workspace_id, {field.column})"
                )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = from_state.apps.get_model(app_label, self.name)
        table = model._meta.db_table
        for field in owned_references(model):
            schema_editor.execute(f"DROP INDEX IF EXISTS {table}_by_{field.name}")
            schema_editor.execute(
                f"ALTER TABLE {table} DROP CONSTRAINT {table}_{field.name}_same_workspace"
            )
        schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_owned")
        schema_editor.execute(f"DROP POLICY one_workspace ON {table}")
        schema_editor.execute(f"DROP POLICY app_rows ON {table}")
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")

    def describe(self) -> str:
        return f"Guard {self.name} by workspace"


class GuardReference(Operation):
    """Hold a reference that a guarded model got later to the workspace, as GuardModel does."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, model: str, field: str) -> None:
        self.model, self.field = model, field

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model)
        field = next(one for one in owned_references(model) if one.name == self.field)
        schema_editor.execute(_composite_key(model._meta.db_table, field))

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table = from_state.apps.get_model(app_label, self.model)._meta.db_table
        schema_editor.execute(
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_{self.field}_same_workspace"
        )

    def describe(self) -> str:
        return f"Guard {self.model}.{self.field} by workspace"


def is_owned(model: type[models.Model]) -> bool:
    return any(field.name == "workspace" for field in model._meta.concrete_fields)


def owned_references(model: type[models.Model]) -> list[models.ForeignKey[Any, Any]]:
    """List the foreign keys that point at other rows a workspace owns."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and is_owned(field.related_model)
    ]


def open_door(name: str, *, arguments: str, returns: str, body: str) -> RunSQL:
    """
    Create a function that looks across workspaces on the owner's behalf.

    Doors return ids and nothing else; what they point at is read inside a scope.
    """
    create = (
        f"CREATE FUNCTION {name}({arguments}) RETURNS {returns} LANGUAGE sql "
        f"SECURITY DEFINER SET search_path = public, pg_temp AS $door$ {body} $door$"
    )
    types = ", ".join(argument.split(None, 1)[1] for argument in arguments.split(",") if argument)
    return RunSQL(create, f"DROP FUNCTION {name}({types})")


def call_door(name: str, *arguments: Any) -> list[tuple[Any, ...]]:
    from django.db import connection

    marks = ", ".join(["%s"] * len(arguments))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {name}({marks})", arguments)  # noqa: S608
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _composite_key(table: str, field: models.ForeignKey[Any, Any]) -> str:
    target = field.related_model._meta.db_table
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{field.name}_same_workspace "
        f"FOREIGN KEY (workspace_id, {field.column}) REFERENCES {target} (workspace_id, id) "
        "DEFERRABLE INITIALLY DEFERRED"
    )


def _is_indexed(model: type[models.Model], name: str) -> bool:
    """Tell whether an index of the model already begins with the workspace and this field."""
    constraints = (c for c in model._meta.constraints if isinstance(c, models.UniqueConstraint))
    lists = [list(c.fields) for c in constraints if c.condition is None]
    lists += [list(index.fields) for index in model._meta.indexes if index.condition is None]
    return any(fields[:2] == ["workspace", name] for fields in lists)
