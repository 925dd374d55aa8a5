"""How long an operator waits for lists, conversations, counters and reports."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator
from functools import partial

from benchmarks.people import Operator, address, at_once, repeated
from benchmarks.report import Figure, samples, single

TIMES = 60
DEEP = 10_000  # rows
PAGE = 50
CLIENTS = 8
FOUR = ("list, first page", "list, 10,000 rows deep", "open, 50 messages", "open, 5,000 messages")
MORE = re.compile(rb'class="list__more">.*?href="([^"]+)"', re.DOTALL)


def deep_page(operator: Operator, first: str) -> str:
    """Go down a list page by page, as scrolling does; return where the last page began."""
    path = first
    for _ in range(DEEP // PAGE):
        found = MORE.search(operator.get(path))
        if not found:
            return path
        path = found[1].decode().replace("&amp;", "&")
    return path


def read(operator: Operator, paths: dict[str, str]) -> dict[str, list[float]]:
    """Return the milliseconds of each path."""
    return {
        name: repeated(lambda _, path=path: operator.get(path), TIMES)
        for name, path in paths.items()
    }


def of_lists(
    operator: Operator, first: str, short: int, long: int
) -> tuple[dict[str, list[float]], list[Figure]]:
    """Measure lists and conversations, alone and with others at it at the same time."""
    wanted = [
        first,
        deep_page(operator, first),
        address(f"inbox/{short}/"),
        address(f"inbox/{long}/"),
    ]
    paths = dict(zip(FOUR, wanted, strict=True))
    taken = read(operator, paths)
    middle = {name: statistics.median(times) for name, times in taken.items()}
    aims = (20, 20, 25, 25)
    figures = [
        samples(name, taken[name], "ms", aim=aim) for name, aim in zip(FOUR, aims, strict=True)
    ]
    figures += [
        single("list, deep beside first", middle[FOUR[1]] / middle[FOUR[0]], "times", aim=1.3),
        single(
            "open, 5,000 beside 50 messages", middle[FOUR[3]] / middle[FOUR[2]], "times", aim=1.3
        ),
    ]
    for name in FOUR[:3]:
        twins = [operator.twin() for _ in range(CLIENTS)]
        works = [partial(_get, twin, paths[name]) for twin in twins]
        slower = statistics.median(at_once(works, TIMES // CLIENTS * 2)) / middle[name]
        figures.append(
            single(f"{name}, {CLIENTS} at once beside one", slower, "times", aim=4, n=CLIENTS)
        )
    return taken, figures


def _get(operator: Operator, path: str, _: int) -> bytes:
    return operator.get(path)


def of_counters(operator: Operator) -> Figure:
    counted = operator.get(address("inbox/counts/")).count(b":")
    taken = repeated(lambda _: operator.get(address("inbox/counts/")), TIMES)
    return samples("sidebar counters", taken, "ms", aim=15, note=f"{counted} views")


def of_reports(
    manager: Operator, *, aim_page: float = 300, aim_drill: float = 50
) -> Iterator[Figure]:
    taken = repeated(
        lambda _: manager.get(address("reports/", days="90"), of_page=False), TIMES // 3
    )
    yield samples("dashboard of 90 days", taken, "ms", aim=aim_page)
    path = address("reports/conversations/", days="90", what="opened")
    taken = repeated(lambda _: manager.get(path, of_page=False), TIMES // 3)
    yield samples("drill-down, first page", taken, "ms", aim=aim_drill)


def growth(stages: dict[int, dict[str, list[float]]]) -> Iterator[Figure]:
    """Compare what each of the first four costs in the largest and in the smallest workspace."""
    least, most = min(stages), max(stages)
    for name in FOUR:
        middle = {count: statistics.median(times[name]) for count, times in stages.items()}
        said = ", ".join(f"{count:,}: {value:.1f} ms" for count, value in sorted(middle.items()))
        yield single(f"{name}, growth", middle[most] / middle[least], "times", aim=1.3, note=said)
