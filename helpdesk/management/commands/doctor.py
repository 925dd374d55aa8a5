"""Say what is well and what is not, and what to do about it."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from helpdesk.doctor import examine


class Command(BaseCommand):
    help = "Look at database, Redis, worker, clock, disk, address, sockets, mail and secrets."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for machines: a list of findings")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = []
        for finding in examine():
            findings.append(finding)
            if not options["json"]:
                mark = "ok    " if finding.ok else "FAILED"
                self.stdout.write(f"{mark}  {finding.name:<20} {finding.says}")
        if options["json"]:
            self.stdout.write(json.dumps([asdict(finding) for finding in findings], indent=2))
        if not all(finding.ok for finding in findings):
            raise SystemExit(1)
