from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import browsers
from accounts.models import User
from accounts.second_factor import remove_second_factor


class Command(BaseCommand):
    help = "Remove the second step of somebody who has lost it, and sign them out everywhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--remove", required=True, metavar="EMAIL", help="whose")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["remove"].strip().lower()
        user = User.objects.filter(email=email).first()
        if user is None:
            raise CommandError(f"Nobody here has the address {email}.")
        removed = remove_second_factor(user)
        browsers.end(user)
        self.stdout.write(f"Removed {removed}; {email} signs in with the password alone.")
