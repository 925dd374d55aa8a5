"""Take a backup back."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpdesk.backups import Refused
from helpdesk.backups.restoring import restore
from helpdesk.backups.words import explained, summed_up
from helpdesk.doctor import database

BEHIND = "migrations"  # may be due: an older release's tables are brought up to date next


class Command(BaseCommand):
    help = (
        "Verify a backup and put it into an empty place, with everything else stopped: all tables "
        "or none."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="what manage.py backup has made")
        parser.add_argument(
            "--replace", action="store_true", help="delete the tables that are here"
        )
        parser.add_argument(
            "--other-keys", action="store_true", help="do without what only lost keys can read"
        )

    def handle(
        self, *args: Any, folder: Path, replace: bool, other_keys: bool, **options: Any
    ) -> None:
        try:
            with explained():
                manifest = restore(folder.absolute(), replace=replace, other_keys=other_keys)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{folder} is back, from {manifest.made_at}: {summed_up(manifest)}.")
        found = list(database.check())
        for finding in found:
            mark = "ok    " if finding.ok else "FAILED"
            self.stdout.write(f"{mark}  {finding.name:<20} {finding.says}")
        if not all(finding.ok or finding.name == BEHIND for finding in found):
            raise SystemExit(1)
