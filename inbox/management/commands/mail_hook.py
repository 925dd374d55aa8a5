"""Let a mail service post a channel's mails to us, and say to which address."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Workspace
from accounts.tenancy import scope
from inbox.actions.mail_channels import change_mail_channel
from inbox.enums import ChannelKind
from inbox.models import Channel

# What proves that a post comes from the service, and who knows it first.
KEYS = {
    "mailgun": "Mailgun's webhook signing key",
    "mandrill": "the webhook's key in Mandrill",
    "postmark": "",
    "sendgrid": "",
    "ses": "the ARN of the SNS topic",
}


class Command(BaseCommand):
    help = "Have a mail service post a channel's mails to an address that this command prints."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workspace", required=True, help="its address, such as acme")
        parser.add_argument("--channel", required=True, help="its mail address")
        parser.add_argument("--service", required=True, choices=KEYS)
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
        if KEYS[service] and not key:
            raise CommandError(f"Name {KEYS[service]} with --key.")
        key = key if KEYS[service] else f"desk:{secrets.token_urlsafe(24)}"
        with scope(place):
            channels = Channel.objects.filter(kind=ChannelKind.EMAIL)
            box = channels.with_address(channel).first()
            if box is None:
                raise CommandError(f"The workspace {workspace} has no mail channel {channel}.")
            change_mail_channel(box, said={"hook": service}, secrets={"hook": key}, actor=None)
        scheme, _, rest = settings.BASE_URL.partition("://")
        login = "" if KEYS[service] else f"{key}@"
        self.stdout.write(f"{scheme}://{login}{rest}/hooks/mail/{service}/{box.key}/")
