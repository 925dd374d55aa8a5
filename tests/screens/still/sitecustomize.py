"""Python reads this first where the folder is on its path: every process tells one time for ever."""

import os
import sys
from datetime import datetime

AT = os.environ["SCREENS_AT"]

if "celery" in sys.orig_argv:
    # What a worker waits by has to go on; what it writes is told by Django.
    from django.utils import timezone

    timezone.now = lambda: datetime.fromisoformat(AT)
else:
    import time_machine

    time_machine.travel(AT, tick=False).start()
