"""Print who may do what, as docs/permissions.md holds it."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.permissions import LADDER, table

HEAD = """# Who may do what

Written by `manage.py permissions`; the structure is `accounts/permissions.py`, which every door asks.
Everybody also changes what is their own. An operator may be *limited to teams*: they see the conversations of their
teams and those assigned to them. Admins and super admins see all. Nobody changes their own role, and a workspace
keeps at least one super admin.

"""


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(HEAD)
        self.stdout.write("| | " + " | ".join(str(role.label) for role in LADDER) + " |")
        self.stdout.write("|---" * (len(LADDER) + 1) + "|")
        for permission, granted in table():
            marks = " | ".join("yes" if one else "no" for one in granted)
            self.stdout.write(f"| {permission.label} (`{permission}`) | {marks} |")
