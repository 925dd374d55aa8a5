"""Python reads this first where the folder is on its path: every process tells one time for ever."""

import os
import sys

import time_machine

# Workers and their clock wait by it, and nothing that they write is drawn with its time.
ticks = any(word in ("celery", "clock") for word in sys.orig_argv)
time_machine.travel(os.environ["SCREENS_AT"], tick=ticks).start()
