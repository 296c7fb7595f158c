"""Scores: shapes, what is unknown, weights."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from siting.scenario_screen import ScoreRule
from siting.screen.score import Scores, criterion_score, weighted_score

NAN = float("nan")


def scored(numbers, numbers_of=None, **shape):
    rule = ScoreRule(layer="any", **shape)
    return criterion_score(rule, np.array(numbers, dtype=np.float32), numbers_of).tolist()


def same(found, wanted):
    np.testing.assert_allclose(found, wanted, atol=1e-6)


def test_linear_falls_or_rises_and_is_flat_outside():
    same(scored([0, 5, 20, 40, NAN], linear=(20, 0)), [1, 0.75, 0, 0, NAN])
    same(scored([-5, 0, 10, 20, NAN], linear=(0, 20)), [0, 0, 0.5, 1, NAN])
    same(scored([29, 23.5, 18, 10], linear=(29, 18)), [0, 0.5, 1, 1])
    same(scored([-np.inf, np.inf], linear=(0, 1)), [0, 1])


def test_piecewise_through_its_corners():
    corners = ((1, 1), (5, 0.5), (20, 0.2))
    same(
        scored([0, 1, 3, 5, 12.5, 20, 99, NAN], piecewise=corners),
        [1, 1, 0.75, 0.5, 0.35, 0.2, 0.2, NAN],
    )
    bump = ((0, 0), (10, 1), (30, 0))
    same(scored([-1, 5, 10, 20, 31], piecewise=bump), [0, 0.5, 1, 0.5, 0])


def test_classes_not_listed_are_not_known():
    numbers = {"field": 0.0, "town": 2.0, "moor": NAN}
    found = scored([0, 1, 2, NAN], numbers, classes={"field": 1.0, "town": 0.2, "moor": 0.5})
    same(found, [1, NAN, 0.2, NAN])
    same(scored([0, 1], {}, classes={"field": 1.0}), [NAN, NAN])


def test_unknown_is_left_out_or_has_the_score_stated():
    same(scored([0, NAN], linear=(20, 0), unknown=0.5), [1, 0.5])
    same(scored([0, NAN], linear=(20, 0), unknown=0.0), [1, 0])
    same(scored([0, NAN], linear=(20, 0), unknown="leave_out"), [1, NAN])
    same(scored([1, 3], {"a": 1.0}, classes={"a": 1.0}, unknown=0.25), [1, 0.25])


def test_weighted_mean_by_hand():
    by_criterion = np.array([[1, 1, NAN, NAN], [0.5, NAN, 0.2, NAN]], dtype=np.float32)
    scores = Scores(("power", "flood"), by_criterion, np.array([3.0, 1.0]))
    same(scores.total(), [3.5 / 4, 1, 0.2, NAN])
    same(scores.known_weight_share(), [1, 0.75, 0.25, 0])


def test_stated_scores_carry_weight():
    """A criterion left out lifts a cell to its other scores; one stated as 0 pulls it down."""
    left_out = np.array([[0.8], [NAN]], dtype=np.float32)
    stated = np.array([[0.8], [0.0]], dtype=np.float32)
    weights = np.array([1.0, 1.0])
    same(weighted_score(left_out, weights), [0.8])
    same(weighted_score(stated, weights), [0.4])


score_tables = hnp.arrays(
    np.float32,
    st.tuples(st.integers(1, 5), st.integers(1, 6)),
    elements=st.one_of(st.floats(0, 1, width=32), st.just(NAN)),
)


@given(score_tables, st.data())
def test_total_is_a_mean_and_only_ratios_of_weights_count(table, data):
    weights = np.array(
        data.draw(st.lists(st.floats(0.01, 100), min_size=len(table), max_size=len(table)))
    )
    factor = data.draw(st.floats(0.01, 100))
    total = weighted_score(table, weights)
    np.testing.assert_allclose(weighted_score(table, weights * factor), total, rtol=1e-5, atol=1e-7)
    masked = np.ma.masked_invalid(table.astype(float))
    wanted = np.ma.average(masked, axis=0, weights=weights).filled(NAN)
    np.testing.assert_allclose(total, wanted, rtol=1e-5, atol=1e-6)
    known = ~np.isnan(total)
    np.testing.assert_array_equal(known, (~np.isnan(table)).any(axis=0))


@given(score_tables)
def test_a_better_criterion_never_lowers_the_total(table):
    weights = np.arange(1.0, len(table) + 1)
    better = table.copy()
    better[0] = np.minimum(table[0] + 0.1, 1)
    before, after = weighted_score(table, weights), weighted_score(better, weights)
    known = ~np.isnan(before)
    assert (after[known] >= before[known] - 1e-6).all()


@given(st.floats(-50, 50), st.floats(0.5, 50), st.floats(-100, 100))
def test_linear_is_a_broken_line_of_two_corners(low, width, value):
    line = scored([value], linear=(low, low + width))
    corners = scored([value], piecewise=((low, 0), (low + width, 1)))
    assert line == pytest.approx(corners, abs=1e-5)
