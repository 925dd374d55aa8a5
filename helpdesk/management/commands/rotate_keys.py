"""Encrypt all that is kept encrypted with the newest key, so that older ones may go."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from accounts.encryption import fernet
from accounts.progress import watched
from inbox.models.fields import EncryptedJSONField

Turn = Callable[[str], str]


class Command(BaseCommand):
    help = (
        "Encrypt channels' secrets and second factors with the first of CHANNEL_SECRETS_KEY, while "
        "everything runs: afterwards the others may be left out."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if "owner" not in settings.DATABASES:
            raise CommandError("Set DATABASE_OWNER_URL: the app role may not read every workspace.")
        turned, lost = 0, []
        for table, column, turn in places():
            for pk, value in watched(table, rows_of(table, column), None, "rows"):
                try:
                    turned += replace(table, column, pk, value, turn(value))
                except InvalidToken:
                    lost.append(f"{table} {pk}")
        self.stdout.write(f"{turned} values are encrypted with the newest key.")
        if lost:
            raise CommandError(f"No key here can read {', '.join(lost)}: put the missing one back.")


def places() -> Iterator[tuple[str, str, Turn]]:
    """Say where something is encrypted, and how it is encrypted anew."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:  # noqa: SLF001 (public in all but name)
            if isinstance(field, EncryptedJSONField):
                yield model._meta.db_table, str(field.column), turned  # noqa: SLF001
    yield Authenticator._meta.db_table, "data", turned_inside  # noqa: SLF001


def turned(value: str) -> str:
    return fernet().rotate(value.encode()).decode()


def turned_inside(value: str) -> str:
    """Of a second factor some texts are encrypted, and others never were."""
    return json.dumps({name: _turned_text(text) for name, text in json.loads(value).items()})


def _turned_text(text: Any) -> Any:
    if isinstance(text, list):
        return [_turned_text(one) for one in text]
    # All of them begin so: version 128, and a time of this century.
    return turned(text) if isinstance(text, str) and text.startswith("gAAAAA") else text


def rows_of(table: str, column: str) -> list[tuple[int, str]]:
    with connections["owner"].cursor() as cursor:
        wanted = f'SELECT id, "{column}"::text FROM {table} WHERE "{column}" IS NOT NULL'  # noqa: S608
        cursor.execute(wanted)
        found: list[tuple[int, str]] = cursor.fetchall()
        return found


def replace(table: str, column: str, pk: int, old: str, new: str) -> int:
    """Leave alone what was written anew meanwhile: that has the newest key already."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            f'UPDATE {table} SET "{column}" = %s WHERE id = %s AND "{column}"::text = %s',  # noqa: S608
            [new, pk, old],
        )
        return int(cursor.rowcount)
