"""How long an operator waits for what they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from uuid import uuid4

from benchmarks.people import Operator, address, repeated
from benchmarks.report import Figure, samples

TIMES = 40


def of_actions(operator: Operator, numbers: Sequence[int]) -> Iterator[Figure]:
    """Do each thing to one open conversation after another; what is done differs every time."""
    turn = count()

    def on(what: str, **said: str) -> Callable[[int], object]:
        def act(n: int) -> object:
            number = numbers[next(turn) % len(numbers)]
            return operator.post(
                address(f"inbox/{number}/{what}/"),
                **{key: value.replace("*", str(n)) for key, value in said.items()},
            )

        return act

    def reply(_: int) -> object:
        number = numbers[next(turn) % len(numbers)]
        return operator.post(
            address(f"inbox/{number}/messages/"),
            text="It is on its way to you.",
            client_id=str(uuid4()),
        )

    acts = {
        "send reply": reply,
        "assign": on("assignment"),
        "tag": on("tags", name="measure *"),
        "snooze": on("snooze", until="tomorrow"),
        "close": on("closure"),
    }
    for name, act in acts.items():
        yield samples(name, repeated(act, TIMES), "ms", aim=25)
