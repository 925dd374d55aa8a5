"""Draw a fair sample: pure, and the same whenever the same is drawn with the same seed."""

from collections.abc import Mapping, Sequence
from random import Random

Work = Mapping[int, Sequence[int]]  # whose, and the conversations


def drawn(work: Work, *, each: int, seed: int) -> list[tuple[int, int]]:
    """
    Return operators and conversations: of everybody as many, or all that there are, in no order.

    What is drawn of one depends on nobody else's.
    """
    found = [
        (operator, conversation)
        for operator in sorted(work)
        for conversation in _some(sorted(work[operator]), each, f"{seed}/{operator}")
    ]
    Random(seed).shuffle(found)  # noqa: S311 (chance, not a secret)
    return found


def _some(conversations: Sequence[int], most: int, seed: str) -> list[int]:
    return Random(seed).sample(conversations, min(most, len(conversations)))  # noqa: S311
