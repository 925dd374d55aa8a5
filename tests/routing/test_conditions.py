"""Conditions of rules: what holds, why, and what no pattern may cost."""

import time

import pytest

from routing.conditions import (
    BadPattern,
    Facts,
    Unreadable,
    compile_conditions,
    compile_pattern,
)


def ask(what, *values, holds=True):
    return {"ask": what, "is": holds, "values": list(values)}


def every(*parts):
    return {"join": "all", "of": list(parts)}


def either(*parts):
    return {"join": "any", "of": list(parts)}


FACTS = Facts(
    channel=1,
    team=2,
    assignee=0,
    status="open",
    priority=3,
    language="pt-BR",
    is_vip=True,
    subject="Invoice 2026-08914",
    text="I want my MONEY back, Straße 5",
    tags=frozenset({"late"}),
    is_automatic=False,
    is_open_now=True,
    waited=45,
    rating="bad",
)


@pytest.mark.parametrize(
    ("what", "values", "found"),
    [
        ("channel", [1, 9], 1),
        ("channel", [9], None),
        ("team", [2], 2),
        ("team", [0], None),
        ("assigned", [], None),
        ("status", ["open"], "open"),
        ("priority", [2, 3], 3),
        ("language", ["PT"], "pt-BR"),
        ("language", ["pt_br"], "pt-BR"),
        ("language", ["p"], None),
        ("language", [""], None),
        ("vip", [], True),
        ("tag", ["vip", "late"], "late"),
        ("words", ["refund", "money back"], "money back"),
        ("words", ["invoice"], "invoice"),
        ("subject", ["money"], None),
        ("text", ["STRASSE"], "STRASSE"),
        ("text", [" "], None),
        ("pattern", [r"20\d\d-\d{5}"], "2026-08914"),
        ("pattern", ["^back"], None),
        ("automatic", [], None),
        ("hours", [], True),
        ("waiting", [30], 45),
        ("waiting", [46], None),
        ("rating", ["bad"], "bad"),
    ],
    ids=str,
)
def test_each_question_is_answered_with_what_was_found(what, values, found):
    holds = compile_conditions(every(ask(what, *values)))(FACTS)
    fails = compile_conditions(every(ask(what, *values, holds=False)))(FACTS)

    assert holds == (None if found is None else [{"ask": what, "is": True, "found": found}])
    assert fails == ([{"ask": what, "is": False, "found": None}] if found is None else None)


def test_groups_are_joined_by_and_or_or():
    yes, no = ask("vip"), ask("automatic")

    def holds(spec):
        return compile_conditions(spec)(FACTS) is not None

    assert [holds(spec) for spec in (every(), either())] == [True, True]
    assert holds(every(yes, either(no, yes)))
    assert not holds(every(yes, either(no, no)))
    assert not holds(either(no, every(yes, no)))
    assert compile_conditions(either(no, yes, ask("hours")))(FACTS) == [
        {"ask": "vip", "is": True, "found": True}
    ]


def test_what_nobody_understands_or_is_too_deep_is_refused():
    with pytest.raises(Unreadable):
        compile_conditions(every(ask("horoscope")))
    with pytest.raises(Unreadable):
        compile_conditions(every(every(every(every(ask("vip"))))))


@pytest.mark.parametrize("pattern", ["(", "a{2000}{2000}", r"(a)\1", "(?=a)", "x" * 301], ids=len)
def test_a_pattern_that_cannot_be_matched_in_linear_time_is_refused(pattern):
    with pytest.raises(BadPattern):
        compile_pattern(pattern)


def test_a_pattern_made_to_harm_costs_nothing():
    evil = compile_conditions(every(ask("pattern", r"^(a+)+$", r"(x|xx|xxx)*y")))
    began = time.process_time()

    assert evil(Facts(text="a" * 20_000 + "!", subject="x" * 20_000)) is None
    assert time.process_time() - began < 5
