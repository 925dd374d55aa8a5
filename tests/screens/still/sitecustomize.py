"""Python reads this first where the folder is on its path: every process tells one time for ever."""

import os
import sys

import time_machine

# A worker waits by it, and nothing that it writes is drawn with its time.
ticks = "celery" in sys.orig_argv
time_machine.travel(os.environ["SCREENS_AT"], tick=ticks).start()
