"""The supervisor on small programs: what it says, and when it gives up."""

import asyncio
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from helpdesk.children import CannotStart, is_gone
from helpdesk.processes import Program, Supervisor


def program(name, code, **options):
    return Program(name, [sys.executable, "-c", code], **options)


async def at_once():
    pass


async def soon():
    await asyncio.sleep(60)


def stop_after(seconds):
    async def stop():
        await asyncio.sleep(seconds)
        asyncio.get_running_loop().call_later(0.2, os.kill, os.getpid(), signal.SIGTERM)

    return stop


def test_lines_carry_their_programs_name(capfd):
    talker = program("talker", "import time; print('word'); print('x' * 2_000_000); time.sleep(9)")

    Supervisor([talker]).run(stop_after(0.5))

    assert "talker | word\n" in capfd.readouterr().out


def test_a_log_on_a_full_disk_holds_nobody_up(monkeypatch, tmp_path):
    code = "for _ in range(80): print('x' * 100_000, flush=True)\n"
    code += f"open({str(tmp_path / 'done')!r}, 'w'); import time; time.sleep(9)"

    async def until_done():
        for _ in range(400):
            await asyncio.sleep(0 if (tmp_path / "done").exists() else 0.05)
        asyncio.get_running_loop().call_later(0.1, os.kill, os.getpid(), signal.SIGTERM)

    with Path("/dev/full").open("w") as full, monkeypatch.context() as disk:
        disk.setattr(sys, "stdout", full)
        Supervisor([program("talker", code)]).run(until_done)
        with suppress(OSError):
            full.close()

    assert (tmp_path / "done").exists()


def test_a_death_while_starting_stops_everything():
    steady = program("steady", "import time; time.sleep(60)")
    broken = program("broken", "raise SystemExit(3)")

    with pytest.raises(CannotStart) as refusal:
        Supervisor([steady, broken]).run(soon)

    assert str(refusal.value) == (
        "Stopped: the broken process ended with code 3 while starting; its words are above."
    )


def test_a_death_later_is_mended_with_growing_delays(capfd):
    broken = program("broken", "import time; time.sleep(0.2); raise SystemExit(3)")

    async def ready_then_stop():
        asyncio.get_running_loop().call_later(2.8, os.kill, os.getpid(), signal.SIGTERM)

    Supervisor([broken]).run(ready_then_stop)

    told = [line for line in capfd.readouterr().out.splitlines() if "starting it again" in line]
    assert [line.rpartition("again ")[2] for line in told] == ["in 1 s.", "in 2 s."]


def test_a_deaf_program_is_killed_with_its_children(capfd, tmp_path):
    deaf = (
        "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); os.fork(); "
        f"open({str(tmp_path / 'pid')!r}, 'a').write(f'{{os.getpid()}} '); time.sleep(60)"
    )

    began = time.monotonic()
    Supervisor([program("deaf", deaf)]).run(stop_after(0.5))

    assert time.monotonic() - began < 50  # of the minute that it would sleep
    pids = (tmp_path / "pid").read_text().split()
    assert len(pids) == 2
    assert all(is_gone(int(pid)) for pid in pids)


def test_children_of_a_dead_program_are_killed_before_it_starts_again(capfd, tmp_path):
    """They hold on to its output, which must not delay the next start."""
    leaver = (
        "import os, time\n"
        f"if os.fork() == 0: open({str(tmp_path / 'pid')!r}, 'a').write(f'{{os.getpid()}} ')\n"
        "else: time.sleep(0.3); os._exit(1)\n"
        "time.sleep(60)"
    )

    async def ready_then_stop():
        asyncio.get_running_loop().call_later(2.2, os.kill, os.getpid(), signal.SIGTERM)

    Supervisor([program("leaver", leaver)]).run(ready_then_stop)

    pids = (tmp_path / "pid").read_text().split()
    assert len(pids) == 2
    assert all(is_gone(int(pid)) for pid in pids)


def test_an_errand_is_run_once_and_ends_with_the_others(capfd):
    steady = program("steady", "import time; time.sleep(60)")
    supervisor = Supervisor([steady])

    async def ready_then_stop():
        supervisor.run_once(program("short", "print('told'); raise SystemExit(2)"))
        supervisor.run_once(program("long", "import time; time.sleep(60)"))
        asyncio.get_running_loop().call_later(1.5, os.kill, os.getpid(), signal.SIGTERM)

    began = time.monotonic()
    supervisor.run(ready_then_stop)

    assert time.monotonic() - began < 50  # of the minute that it would sleep
    words = capfd.readouterr().out
    assert words.count("short | told") == 1
    assert "the short process ended with code 2; it is not started again." in words


def test_a_program_that_nobody_waits_for_gives_way_to_the_others(capfd):
    ask = "import os, time; print('has', os.nice(0), end=' '); "
    ask += "print(*open('/proc/self/autogroup')) if os.path.exists('/proc/self/autogroup') else print(); time.sleep(9)"
    web, worker = program("web", ask), program("worker", ask, gives_way=True)

    Supervisor([web, worker]).run(stop_after(1))

    lines = dict(line.split(" | ") for line in capfd.readouterr().out.splitlines() if "has" in line)
    said = {name.strip(): words.split() for name, words in lines.items()}
    assert int(said["worker"][1]) == int(said["web"][1]) + 5
    assert said["web"][-1] != "5"
    if len(said["worker"]) > 2:  # where there are such groups
        assert said["worker"][-2:] == ["nice", "5"]
