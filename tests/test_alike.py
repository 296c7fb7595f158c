"""Days that are alike answer for each other: by head, and against scipy on the whole."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimize.alike import TURNS, Alike, Turns
from optimize.day_mix import Answer, Mix
from optimize.day_parts import DayParts
from tests.test_by_day import assert_costs_the_whole, year_of


def mix_of(cost, *, prices=(), rewards=(), borrowed=0.0):
    return Mix(cost, borrowed, np.array(prices), np.array(rewards), np.empty(0), np.empty(0))


def parts_of(able, need=0.0):
    matrix, days = year_of(np.ones_like(able), able, need=need, asked=5.0)
    return DayParts.of(matrix, days)


def test_days_with_the_same_bounds_are_alike():
    able = np.array([[10.0], [7.0], [10.0], [10.0], [7.0]])
    assert Alike(parts_of(able)).groups == [[0, 2, 3], [1, 4]]


def test_an_answer_is_offered_where_it_fits():
    """8 of 10 keep the limits of both days of 10; the day of 7 is not alike. No day is its own."""
    parts = parts_of(np.array([[10.0], [7.0], [10.0]]))
    run = np.array([0.008, 0.0])  # GW: run, buy
    answer = Answer(0, 0.008, parts.days[0].gives @ run, run)
    (found,) = Alike(parts).offered([answer], None)
    assert (found.day, found.cost) == (2, pytest.approx(0.008))
    assert found.gives == pytest.approx(answer.gives)


def test_what_breaks_a_limit_of_the_other_day_is_not_offered():
    """Both days can run as much, but the second needs 9: its row says so, not its bounds."""
    parts = parts_of(np.array([[10.0], [10.0]]), need=5.0)
    parts.days[1].matrix.row_lower[:] = 0.009
    for mw, fits in ((8.0, False), (9.0, True)):
        run = np.array([mw / 1000.0, 0.0])
        answer = Answer(0, run[0], parts.days[0].gives @ run, run)
        assert bool(Alike(parts).offered([answer], None)) == fits


@pytest.mark.parametrize(("price", "helps"), [(2.0, True), (0.5, False)])
def test_only_what_makes_the_mix_cheaper_is_offered(price, helps):
    """At a price of 2 what costs 1 is worth running; at 0.5 it is not."""
    parts = parts_of(np.array([[10.0], [10.0]]))
    run = np.array([0.008, 0.0])
    answer = Answer(0, 0.008, parts.days[0].gives @ run, run)
    mix = mix_of(1.0, prices=[price], rewards=[0.0, 0.0])
    assert bool(Alike(parts).offered([answer], mix)) == helps


def test_some_days_are_asked_in_turn_and_all_once_that_helps_little():
    turns = Turns([list(range(2 * TURNS)), [2 * TURNS]])
    seen = []
    for _ in range(TURNS):
        seen += turns.asked()
        turns.told(mix_of(100.0 - len(seen)))
    alone = 2 * TURNS
    assert sorted(set(seen)) == list(range(alone + 1))
    assert seen.count(alone) == TURNS  # like no other: asked in every round
    assert len(seen) == alone + TURNS
    assert not turns.every
    for _ in range(TURNS + 1):
        turns.told(mix_of(1.0))
    assert turns.every
    assert turns.asked() == list(range(alone + 1))


def test_days_like_no_other_are_all_asked_from_the_first():
    assert Turns([[0], [1]]).every


@given(
    st.lists(st.integers(0, 2), min_size=4, max_size=14),
    st.lists(st.integers(0, 30), min_size=9, max_size=9),
    st.lists(st.integers(0, 12), min_size=9, max_size=9),
    st.integers(0, 8),
    st.integers(0, 20),
    st.integers(0, 300),
)
@settings(max_examples=40)
def test_a_year_of_days_that_are_alike_costs_what_the_whole_costs(
    kinds, costs, able, need, store, asked
):
    cost, most = (np.array(each, dtype=float).reshape(3, 3)[kinds] for each in (costs, able))
    assert_costs_the_whole(cost, most, need=need, store=store, asked=asked)
