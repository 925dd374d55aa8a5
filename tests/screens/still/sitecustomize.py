"""Python reads this first where the folder is on its path: every process tells one time for ever."""

import os

import time_machine

time_machine.travel(os.environ["SCREENS_AT"], tick=False).start()
