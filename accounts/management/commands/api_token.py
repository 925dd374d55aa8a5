from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.actions.api_tokens import create_personal_token, create_workspace_token
from accounts.enums import Role, TokenScope
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.tenancy import scope_of


class Command(BaseCommand):
    help = "Make a token for the API and print it, once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workspace", required=True, help="its address, such as acme")
        parser.add_argument("--email", required=True, help="the person it acts as")
        parser.add_argument("--name", default="Command line")
        parser.add_argument("--days", type=int, default=30, help="how long it lives")
        parser.add_argument("--scope", choices=TokenScope.values, default=TokenScope.WRITE)
        parser.add_argument(
            "--role",
            choices=Role.values,
            help="make it the workspace's own, with this role; the person must be a super admin",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 < options["days"] <= 366:  # noqa: PLR2004
            raise CommandError("Choose between 1 and 366 days.")
        with scope_of(slug=options["workspace"]) as workspace:
            if workspace is None:
                raise CommandError(f"There is no workspace {options['workspace']}.")
            people = Membership.objects.active().select_related("user")
            person = people.filter(user__email=options["email"].strip().lower()).first()
            if person is None:
                raise CommandError(f"{options['email']} does not work in {workspace}.")
            try:
                secret = _make(person, options)
            except DomainError as error:
                raise CommandError(str(error)) from error
        self.stdout.write(secret)


def _make(person: Membership, options: dict[str, Any]) -> str:
    facts = {
        "name": options["name"],
        "scope": TokenScope(options["scope"]),
        "expires_at": timezone.now() + timedelta(days=options["days"]),
    }
    if options["role"]:
        return create_workspace_token(role=Role(options["role"]), actor=person, **facts)[1]
    return create_personal_token(person, actor=None, **facts)[1]
