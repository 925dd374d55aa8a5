"""Who gets the next one, tried with thousands of teams."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from routing.enums import Strategy
from routing.strategies import Candidate, choose

MONDAY = datetime(2026, 3, 9, tzinfo=UTC)
times = st.none() | st.integers(0, 1000).map(lambda n: MONDAY + timedelta(minutes=n))
people = st.lists(
    st.builds(
        Candidate,
        pk=st.integers(1, 50),
        load=st.integers(0, 6),
        capacity=st.integers(0, 6),
        is_here=st.booleans(),
        last_at=times,
    ),
    max_size=8,
    unique_by=lambda one: one.pk,
)
automatic = st.sampled_from([Strategy.ROUND_ROBIN, Strategy.LEAST_LOADED])


@given(automatic, people, st.sets(st.integers(1, 50)))
def test_whoever_gets_it_is_here_has_room_and_was_not_spared(strategy, team, spared):
    found = choose(strategy, team, spared=spared)

    fit = [one for one in team if one.is_here and one.load < one.capacity and one.pk not in spared]
    assert (found is None) == (not fit)
    assert found is None or found in fit


@given(people)
def test_the_least_loaded_has_no_more_than_anybody_who_could_have_it(team):
    found = choose(Strategy.LEAST_LOADED, team)

    assert found is None or found.load == min(one.load for one in team if one.is_free)


@given(people)
def test_nobody_gets_what_is_given_by_hand(team):
    assert choose(Strategy.BY_HAND, team) is None


@given(people, st.integers(0, 60))
def test_rounds_are_fair_and_end_when_all_are_full(team, conversations):
    """Between people who stay free nobody is ever two turns ahead."""
    got = {one.pk: 0 for one in team}
    for n in range(conversations):
        free_before = {one.pk for one in team if one.is_free}
        found = choose(Strategy.ROUND_ROBIN, team)
        if found is None:
            assert not free_before
            break
        found.load, found.last_at = found.load + 1, MONDAY + timedelta(days=30, minutes=n)
        got[found.pk] += 1
        turns = [got[one.pk] for one in team if one.is_free]
        assert not turns or max(turns) - min(turns) <= 1
    assert all(one.load <= max(one.capacity, one.load - got[one.pk]) for one in team)


@given(people, st.randoms())
def test_the_order_in_which_people_are_named_does_not_matter(team, dice):
    shuffled = dice.sample(team, len(team))
    for strategy in (Strategy.ROUND_ROBIN, Strategy.LEAST_LOADED):
        assert choose(strategy, team) == choose(strategy, shuffled)
