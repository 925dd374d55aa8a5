"""Bring tables and static files up to date, before the processes of a release start."""

from time import sleep
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

from helpdesk import static_files

TRIES = 60  # a table may be in use for as long as one statement of the app takes, 30 s
PAUSE = 1.0
IN_USE = "55P03"


class Command(BaseCommand):
    help = "Apply migrations and collect static files: once for each release, before it starts."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        migrate()
        static_files.collect()


def migrate() -> None:
    """Bring the tables up to date; a plan costs a fifth of what a run with nothing to do does."""
    executor = MigrationExecutor(connections["owner" if "owner" in connections else "default"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        _migrate_between_others()


def _migrate_between_others() -> None:
    """Try again where a table is in use: what was migrated before that stays so."""
    for _ in range(TRIES):
        try:
            call_command("migrate", verbosity=0)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) != IN_USE:
                raise
            sleep(PAUSE)
        else:
            return
    raise CommandError("A table is in use all the time, so it cannot be migrated: try again later.")
