"""Count everything again from the event log; whatever was right stays as it is."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Workspace
from accounts.tenancy import scope
from analytics.actions import rollups
from analytics.models import Fact


class Command(BaseCommand):
    help = "Count everything again from the event log, for one workspace or for all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workspace", help="the address of one workspace; without it, all")

    def handle(self, *args: Any, workspace: str | None, **options: Any) -> None:
        found = Workspace.objects.order_by("pk")
        if workspace:
            found = found.filter(slug=workspace)
            if not found:
                raise CommandError(f"There is no workspace {workspace}.")
        for one in found:
            self.stdout.write(f"{one.slug}: {rebuild(one)} facts")


def rebuild(workspace: Workspace) -> int:
    """Work in small units, so that nobody waits for it; return how many facts there are."""
    last = -1
    while last:
        with scope(workspace):
            last = rollups.recount(max(last, 0))
    with scope(workspace):
        rollups.distrust_all()
    done = -1
    while done:
        with scope(workspace):
            done = rollups.roll_up()
    with scope(workspace):
        return Fact.objects.count()
