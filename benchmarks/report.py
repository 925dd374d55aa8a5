"""What was measured, as a table for people and as JSON for comparing."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from helpdesk.env import BASE_DIR
from helpdesk.wheels import POSTGRES_VERSION

PACKAGES = ("Django", "psycopg", "celery", "channels", "uvicorn", "redis")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: ``aim`` is what the judged value has to keep, as a sign and a number."""

    measure: str
    unit: str
    aim: str
    median: float
    p95: float
    p99: float
    n: int
    met: bool
    note: str = ""


def samples(
    measure: str,
    taken: Sequence[float],
    unit: str,
    *,
    aim: float,
    judged: str = "p95",
    note: str = "",
) -> Figure:
    """Judge many samples by their median, p95 or p99, which may be ``aim`` at most."""
    hundredths = statistics.quantiles(taken, n=100, method="inclusive")
    found = {"median": statistics.median(taken), "p95": hundredths[94], "p99": hundredths[98]}
    met = found[judged] <= aim
    return Figure(measure, unit, f"{judged} ≤ {aim:g}", **found, n=len(taken), met=met, note=note)


def single(
    measure: str,
    value: float,
    unit: str,
    *,
    aim: float,
    at_least: bool = False,
    n: int = 1,
    note: str = "",
) -> Figure:
    """Judge one value, such as a rate or a ratio."""
    met = value >= aim if at_least else value <= aim
    sign = "≥" if at_least else "≤"
    return Figure(measure, unit, f"{sign} {aim:g}", value, value, value, n, met, note)


def write(figures: Iterable[Figure], into: Path, *, heading: str) -> None:
    """Write ``into`` with ``.json``, and beside it the same to read with ``.md``."""
    found = list(figures)
    into.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(asdict(one), ensure_ascii=False) for one in found]
    into.with_suffix(".json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
    into.with_suffix(".md").write_text("\n".join(_readable(found, heading)) + "\n")


def say(figure: Figure) -> None:
    verdict = "" if figure.met else "  MISSED"
    values = f"{figure.median:9.2f} {figure.p95:9.2f} {figure.p99:9.2f} {figure.unit:9}"
    print(f"{figure.measure:58} {values} [{figure.aim}]{verdict}", flush=True)


def _readable(figures: Sequence[Figure], heading: str) -> Iterable[str]:
    missed = [one for one in figures if not one.met]
    kept = f"{len(figures) - len(missed)} of {len(figures)} aims are kept"
    yield f"# {heading}"
    yield ""
    yield f"{kept}{'; missed: ' + ', '.join(one.measure for one in missed) if missed else ''}."
    yield ""
    yield f"Measured on {datetime.now(UTC):%Y-%m-%d} on {_machine()}, with {_versions()}."
    yield ""
    yield "Where the time goes is told in docs/speed.md."
    yield ""
    yield "| measure | aim | median | p95 | p99 | unit | n | |"
    yield "|---|---|--:|--:|--:|---|--:|---|"
    for one in figures:
        values = " | ".join(f"{value:,.2f}" for value in (one.median, one.p95, one.p99))
        said = " ".join(filter(None, ["" if one.met else "**missed**", one.note]))
        yield f"| {one.measure} | {one.aim} | {values} | {one.unit} | {one.n} | {said} |"


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}, load {load:.1f} at the end"


def _versions() -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    python = f"Python {platform.python_version()}, PostgreSQL {POSTGRES_VERSION}"
    return f"{python}, {packages}" + (f" at commit {commit}" if commit else "")
