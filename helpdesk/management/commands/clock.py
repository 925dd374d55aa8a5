"""Run the sweepers of the schedule until told to stop."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from accounts import sockets
from helpdesk.clock import Clock
from helpdesk.schedule import SWEEPERS


class Command(BaseCommand):
    help = "Run every sweeper of the schedule at its period. One is enough; two do no harm."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        clock = Clock(SWEEPERS)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, clock.stop)
        sockets.begin()
        clock.run()
