"""Take a backup: database, files, checksums, and a reminder of the keys that are not in it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpdesk.backups import Refused
from helpdesk.backups.taking import take
from helpdesk.backups.words import explained, of_keys, summed_up


class Command(BaseCommand):
    help = (
        "Write database and files into a new folder, while the product runs. It appears when it is "
        "whole; sha256sum -c SHA256SUMS in it proves it at any time."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that is to be made")
        parser.add_argument(
            "--no-files", action="store_true", help="leave files out, where a bucket keeps its own"
        )

    def handle(self, *args: Any, folder: Path, no_files: bool, **options: Any) -> None:
        try:
            with explained():
                manifest = take(folder.absolute(), with_files=not no_files)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{folder} is whole: {summed_up(manifest)}.")
        self.stdout.write(of_keys(manifest))
