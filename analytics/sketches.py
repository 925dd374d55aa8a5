"""
Quantiles of durations in a few numbers that can be added up.

A sketch counts values in bins whose bounds grow by a constant factor, so that whatever quantile is
asked for is within ``ACCURACY`` of a value that was there, and the sketch of two sets is the sum of
theirs (Masson, Rim, Lee: DDSketch, VLDB 2019). Its bins are kept as JSON: {"bin": count}.
"""

import math
from collections.abc import Iterable, Mapping

ACCURACY = 0.01
_GROWTH = math.log((1 + ACCURACY) / (1 - ACCURACY))
_MIDDLE = 1 - ACCURACY
# Below it, durations are one: nobody asks for parts of a second.
SMALLEST = 1.0

Sketch = dict[str, int]


def sketch_of(values: Iterable[float]) -> Sketch:
    bins: Sketch = {}
    for value in values:
        name = str(math.ceil(math.log(max(value, SMALLEST)) / _GROWTH))
        bins[name] = bins.get(name, 0) + 1
    return bins


def add_to(total: Sketch, sketch: Mapping[str, int]) -> None:
    """Let a sketch hold what another holds, too."""
    for name, count in sketch.items():
        total[name] = total.get(name, 0) + count


def quantile(sketch: Mapping[str, int], share: float) -> float | None:
    """Return the value that this share of all is not above; of two in the middle, the lower."""
    total = sum(sketch.values())
    if not total:
        return None
    rank, seen = max(math.ceil(share * total), 1), 0
    for name in sorted(sketch, key=int):
        seen += sketch[name]
        if seen >= rank:
            break
    return math.exp(int(name) * _GROWTH) * _MIDDLE
