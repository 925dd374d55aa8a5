"""Fill the workspace ``acme`` with a bicycle shop's people and three months of conversations."""

import os
from datetime import timedelta
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Workspace
from accounts.progress import Bar
from accounts.tenancy import scope
from helpdesk.demo import fill as filling
from helpdesk.demo import people, plan
from inbox.models import Conversation


class Command(BaseCommand):
    help = "Make the workspace acme: three teams, eight people, 300 conversations of 90 days."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="beside other workspaces, too")
        parser.add_argument("--really", action="store_true", help="say it twice")
        parser.add_argument(
            "--fill", action="store_true", help="only add what is missing of the conversations"
        )

    def handle(self, *args: Any, yes: bool, really: bool, fill: bool, **options: Any) -> None:
        acme = Workspace.objects.filter(slug=people.SLUG).first()
        if fill:
            self._fill(acme or _refuse("There is no workspace acme to fill."))
            return
        if Workspace.objects.exclude(slug=people.SLUG).exists() and not (yes and really):
            _refuse("Other workspaces live here: say --yes --really to put the demo beside them.")
        if acme and _has_conversations(acme):
            _refuse("The workspace acme has conversations already; nothing was changed.")
        self._fill(acme or people.create(_password(), at=timezone.now() - timedelta(plan.DAYS)))
        for line in people.sign_ins(os.environ.get("DEMO_PASSWORD", "")):
            self.stdout.write(f"  {line}")

    def _fill(self, acme: Workspace) -> None:
        bar = Bar("Conversations", None)

        def show(done: int, most: int) -> None:
            bar.most = most
            bar.advance(done - bar.done)

        told = filling.fill(acme, progress=show)
        bar.end()
        self.stdout.write(f"The workspace acme has {told} more conversations.")


def _refuse(why: str) -> NoReturn:
    raise CommandError(why)


def _has_conversations(workspace: Workspace) -> bool:
    with scope(workspace):
        return Conversation.objects.exists()


def _password() -> str:
    return os.environ.get("DEMO_PASSWORD") or _refuse(
        "Set DEMO_PASSWORD: the password of the people to be made."
    )
