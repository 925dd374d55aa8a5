"""What ``manage.py up`` needs Django for: tables, files and a first workspace, before anything starts."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from helpdesk import first_run
from helpdesk.address import Address


class Command(BaseCommand):
    help = "Start everything, with PostgreSQL and Redis under DATA_DIR unless their URLs are set."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, and tell the launcher what to say; it starts the programs."""
        call_command("prepare")
        self.stdout.write(json.dumps(asdict(first_run.ensure(Address.from_environment()))))
