"""Fetch the mail of every mailbox until told to stop."""

import logging
import signal
from typing import Any

from django.core.management.base import BaseCommand

from accounts import sockets
from inbox.fetching.fetcher import Fetcher


class Command(BaseCommand):
    help = "Fetch mail by IMAP as it comes. One is enough; several share the mailboxes."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        sockets.begin()
        fetch()


def fetch() -> None:
    logging.getLogger("imapclient").setLevel(logging.WARNING)  # or it names every farewell
    fetcher = Fetcher()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, fetcher.stop)
    fetcher.run()
