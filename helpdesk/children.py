"""Child processes that never outlive us, and what to do about those that did."""

import ctypes
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PR_SET_PDEATHSIG = 1
MODESTY = 5  # of 19: a third of the processor's time of whoever is not modest, where both want it
INSTANCE = "HELPDESK_INSTANCE"  # in the environment of every program that ``up`` runs
LEFTOVER_PATIENCE = 8
_libc = ctypes.CDLL(None)


class CannotStart(SystemExit):
    """One sentence for the person at the console, on stderr, with exit code 1."""


def hear_of_parents_death(number: int) -> None:
    """Ask the kernel for a signal when the thread that made this process ends."""
    _libc.prctl(PR_SET_PDEATHSIG, number)


def die_with_parent(number: int) -> Callable[[], None]:
    """Return what a child calls before it becomes another program, so that no kill orphans it."""
    parent = os.getpid()

    def prepare() -> None:
        hear_of_parents_death(number)
        if os.getppid() != parent:  # we died before the call above
            os._exit(1)

    return prepare


def give_way() -> None:
    """Leave the processor to others while they want it."""
    os.nice(MODESTY)
    # Where the kernel shares time between sessions first, a process is modest only within its own (sched(7)).
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(MODESTY))


def works_in(process: int, folder: Path) -> bool:
    try:
        return Path(f"/proc/{process}/cwd").readlink() == folder.resolve()
    except OSError:
        return False


def process_in(folder: Path) -> int | None:
    """Return the process that works in the folder: Redis goes where its data is."""
    everyone = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return next((process for process in everyone if works_in(process, folder)), None)


def processes_with(variable: str, value: str) -> list[int]:
    """Return the processes whose environment says so."""
    wanted, found = f"{variable}={value}".encode(), []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with suppress(OSError):
                if wanted in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
    return found


def end_leftover(process: int | None, farewell: int) -> None:
    """End what a killed start left behind: ask, wait, insist."""
    if process is None:
        return
    with suppress(ProcessLookupError):
        os.kill(process, farewell)
        os.kill(process, signal.SIGCONT)
        deadline = time.monotonic() + LEFTOVER_PATIENCE
        while time.monotonic() < deadline:
            if is_gone(process):
                return
            time.sleep(0.02)
        os.kill(process, signal.SIGKILL)
        while not is_gone(process):
            time.sleep(0.02)


def is_gone(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"
