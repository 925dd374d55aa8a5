"""Run a few programs together: prefixed logs, restarts with back-off, one way out."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from helpdesk.children import CannotStart, die_with_parent, give_way

PATIENCE = 5  # seconds that a program has to end by itself
STEADY = 60  # a program that ran this long starts again with the shortest delay
LONGEST_DELAY = 30
LONGEST_LINE = 1 << 20


@dataclass(frozen=True)
class Program:
    """A command that should always be running."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    gives_way: bool = False  # nobody waits for it at a screen


class Server(Protocol):
    """A server that was started before Django, and is watched from here on."""

    name: str

    @property
    def code(self) -> int | None: ...

    def spawn(self) -> None: ...


class Supervisor:
    """Keeps programs and servers alive until someone presses Ctrl-C."""

    def __init__(self, programs: Sequence[Program], servers: Sequence[Server] = ()) -> None:
        self.programs, self.servers = programs, servers
        self._stopping = asyncio.Event()
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._errands: list[asyncio.Task[None]] = []
        self._is_ready = False
        self._blame = ""

    def run(self, starting: Callable[[], Awaitable[None]]) -> None:
        """
        Return when everything has ended because someone asked for it.

        A program that dies before ``starting`` is done has a flaw that no restart mends;
        later ones are started again for ever, since the others are of use without it.

        :raises CannotStart: naming the program that could not start.
        """
        asyncio.run(self._run(starting))
        if self._blame:
            raise CannotStart(self._blame)

    def run_once(self, program: Program) -> None:
        """Run a program beside the others until it ends by itself, or they all do."""
        self._errands.append(asyncio.ensure_future(self._see_to(program)))

    def give_up(self, why: str) -> None:
        self._blame = self._blame or f"Stopped: {why}"
        self._stopping.set()

    async def _run(self, starting: Callable[[], Awaitable[None]]) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._ask_to_stop)
        keeping = [asyncio.ensure_future(self._keep(program)) for program in self.programs]
        others = [asyncio.ensure_future(self._watch(server)) for server in self.servers]
        others.append(asyncio.ensure_future(self._start_up(starting)))
        await self._stopping.wait()
        for task in others:
            task.cancel()
        await asyncio.gather(*(self._end(process) for process in self._running.values()))
        await asyncio.wait(keeping, timeout=0.5)  # their last lines
        for task in keeping + self._errands:
            task.cancel()
        await asyncio.gather(*keeping, *self._errands, *others, return_exceptions=True)

    async def _start_up(self, starting: Callable[[], Awaitable[None]]) -> None:
        await starting()
        self._is_ready = True

    def _ask_to_stop(self) -> None:
        if self._stopping.is_set():  # asked twice: someone is in a hurry
            for process in self._running.values():
                kill_group(process.pid)
        self._stopping.set()

    async def _keep(self, program: Program) -> None:
        deaths = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            process = self._running[program.name] = await _start(program)
            copying = asyncio.ensure_future(_copy(program.name, process))
            code = await _ending_of(process)
            kill_group(process.pid)  # what a killed program leaves, such as Celery's children
            await copying
            if not self._stopping.is_set():
                deaths = 1 if time.monotonic() - began > STEADY else deaths + 1
                await self._pause(f"the {program.name} process {_words_for(code)}", deaths)

    async def _see_to(self, program: Program) -> None:
        process = self._running[program.name] = await _start(program)
        copying = asyncio.ensure_future(_copy(program.name, process))
        code = await _ending_of(process)
        kill_group(process.pid)
        await copying
        del self._running[program.name]
        if code and not self._stopping.is_set():
            say(f"the {program.name} process {_words_for(code)}; it is not started again.")

    async def _watch(self, server: Server) -> None:
        began, deaths = time.monotonic(), 0
        while True:
            await asyncio.sleep(0.2)
            if (code := server.code) is None:
                continue
            deaths = 1 if time.monotonic() - began > STEADY else deaths + 1
            await self._pause(f"{server.name} {_words_for(code)}", deaths)
            began = time.monotonic()
            try:
                # Not on a thread: a child is told of the death of the thread that made it.
                server.spawn()
            except CannotStart as error:
                say(str(error))

    async def _pause(self, what: str, deaths: int) -> None:
        if not self._is_ready:
            self.give_up(f"{what} while starting; its words are above.")
            return
        delay = min(2 ** (deaths - 1), LONGEST_DELAY)
        say(f"{what}; starting it again in {delay} s.")
        await asyncio.sleep(delay)

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        with suppress(ProcessLookupError):
            process.terminate()
            process.send_signal(signal.SIGCONT)
        with suppress(TimeoutError):
            await asyncio.wait_for(_ending_of(process), PATIENCE)
        kill_group(process.pid)
        await _ending_of(process)


async def _start(program: Program) -> asyncio.subprocess.Process:
    # Asked politely, an orphaned worker may wait for a Redis that died with us.
    dies_with_us = die_with_parent(signal.SIGKILL)
    # A session of its own, so that Ctrl-C reaches us alone and each is asked once.
    return await asyncio.create_subprocess_exec(
        *program.command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=LONGEST_LINE,
        start_new_session=True,
        preexec_fn=lambda: _prepare(program, dies_with_us),
        env={**program.environment, "PYTHONUNBUFFERED": "1"},
    )


def _prepare(program: Program, dies_with_us: Callable[[], None]) -> None:
    dies_with_us()
    if program.gives_way:
        give_way()


async def _ending_of(process: asyncio.subprocess.Process) -> int:
    """Return the code; ``wait()`` would also wait for children that hold on to the output."""
    while (code := process.returncode) is None:  # noqa: ASYNC110 - nobody else tells us
        await asyncio.sleep(0.05)
    return code


async def _copy(name: str, process: asyncio.subprocess.Process) -> None:
    while process.stdout:
        try:
            line = await process.stdout.readline()
        except ValueError:  # longer than any line should be
            continue
        if not line:
            return
        say(line.decode(errors="replace").rstrip("\n"), name)


def say(line: str, name: str = "up") -> None:
    with suppress(OSError):  # nobody reads, or the log's disk is full: neither may end what runs
        sys.stdout.write(f"{name:>6} | {line}\n")
        sys.stdout.flush()


def _words_for(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with code {code}"


def kill_group(leader: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
