"""Let a mail service post a channel's mails to us, and say to which address."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Workspace
from accounts.tenancy import scope
from inbox.actions.mail_hooks import TOLD_A_PASSWORD, set_up_hook
from inbox.enums import MailService
from inbox.mail_server import hook_address
from inbox.models import Channel

# What proves that a post comes from a service that signs.
KEYS = {
    MailService.MAILGUN: "Mailgun's webhook signing key",
    MailService.MANDRILL: "the webhook's key in Mandrill",
    MailService.SES: "the ARN of the SNS topic",
}


class Command(BaseCommand):
    help = "Have a mail service post a channel's mails to an address that this command prints."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workspace", required=True, help="its address, such as acme")
        parser.add_argument("--channel", required=True, help="its mail address")
        parser.add_argument("--service", required=True, choices=MailService.values)
        parser.add_argument("--key", default="", help="what the service has drawn to prove itself")

    def handle(
        self,
        *args: Any,
        workspace: str,
        channel: str,
        service: str,
        key: str,
        **options: Any,
    ) -> None:
        place = Workspace.objects.filter(slug=workspace).first()
        if place is None:
            raise CommandError(f"There is no workspace {workspace}.")
        if service not in TOLD_A_PASSWORD and not key:
            raise CommandError(f"Name {KEYS[MailService(service)]} with --key.")
        with scope(place):
            box = Channel.objects.all().with_address(channel).first()
            if box is None:
                raise CommandError(f"The workspace {workspace} has no mail channel {channel}.")
            box, login = set_up_hook(box, service=service, key=key, draw=True, actor=None)
        self.stdout.write(hook_address(box, service, login))
