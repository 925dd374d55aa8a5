"""Commands that change tables run as the tables' owner, with no flag to remember."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS


class OwnerCommand(BaseCommand):
    def execute(self, *args: Any, **options: Any) -> str | None:
        if options["database"] == DEFAULT_DB_ALIAS:
            if "owner" not in settings.DATABASES:
                raise CommandError("Set DATABASE_OWNER_URL: the app role owns no tables.")
            options["database"] = "owner"
        return super().execute(*args, **options)
