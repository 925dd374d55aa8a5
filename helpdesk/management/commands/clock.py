"""Run the sweepers of the schedule until told to stop, and fetch mail beside them if wanted."""

import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accounts import sockets
from helpdesk.clock import Clock
from helpdesk.copies import Copies
from helpdesk.schedule import SWEEPERS
from inbox.management.commands.fetch_mail import fetch


class Command(BaseCommand):
    help = "Run every sweeper of the schedule at its period. One is enough; two do no harm."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        word = "fetch mail as well, in a process that shares this one's memory"
        parser.add_argument("--and-mail", action="store_true", help=word)

    def handle(self, *args: Any, and_mail: bool, **options: Any) -> None:
        if and_mail:
            Copies("background", [tick, fetch]).run()
        else:
            sockets.begin()
            tick()


def tick() -> None:
    clock = Clock(SWEEPERS)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, clock.stop)
    clock.run()
