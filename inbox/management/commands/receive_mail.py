"""
Take one mail from a mail server: its pipe, with its exit codes (sysexits.h).

Whatever we did not expect is answered with "try again": a mail server keeps the mail until we can.
"""

import os
import sys
from argparse import ArgumentParser
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError

from accounts import courier
from inbox import postbox
from inbox.connectors.mail.archives import LARGEST

CODES = {
    postbox.NoSuchAddress: os.EX_NOUSER,
    postbox.BadMail: os.EX_DATAERR,
    postbox.NotNow: os.EX_TEMPFAIL,
}


class Command(BaseCommand):
    help = "Take one mail on stdin, for the channel that has its envelope's recipient as address."
    requires_system_checks = ()
    stealth_options = ("stdin",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", required=True, metavar="ADDRESS", help="envelope's recipient")
        parser.add_argument("--from", dest="sender", metavar="ADDRESS", help="envelope's sender")
        parser.add_argument(
            "--workspace", default="", help="its address, if several could be meant"
        )

    def run_from_argv(self, argv: list[str]) -> None:
        """Leave with a code that a mail server reads rightly, even if the command is misspelt."""
        try:
            super().run_from_argv(argv)
        except SystemExit as leaving:
            if leaving.code not in {os.EX_OK, *CODES.values()}:
                sys.exit(os.EX_TEMPFAIL)
            raise

    def handle(
        self, *args: Any, to: str, sender: str | None, workspace: str, **options: Any
    ) -> None:
        stdin: IO[bytes] = options.get("stdin") or sys.stdin.buffer
        try:
            place, channel = postbox.channel_for(to, slug=workspace)
            raw = stdin.read(LARGEST + 1)
            postbox.bring(place, channel, raw, sender=sender, recipient=to)
        except tuple(CODES) as refusal:
            raise CommandError(str(refusal), returncode=CODES[type(refusal)]) from refusal
        except Exception as error:
            raise CommandError(f"Try again: {error!r}", returncode=os.EX_TEMPFAIL) from error
        courier.flush()
