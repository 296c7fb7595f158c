"""What `siting robust` counts, draws and compares, by head and against scipy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from siting.robust.draws import draw_samples, ends_of
from siting.robust.importance import rank_correlation, ranks_of, swing_row, swing_summary
from siting.robust.sets import count_sets, set_rows, sets_to_try
from siting.robust.shares import site_rows, wilson_interval
from siting.scenario_uncertain import Uncertain, UncertainInput

PRICE = UncertainInput(field="costs.discount_share", low=2.0, high=6.0)
CASE = UncertainInput(field="headroom.case", choices=("low", "mid", "high"))
BOTH = Uncertain(inputs={"price": PRICE, "case": CASE})


def plan(cost, *sites, bound=None, mw=10.0, start=2030):
    """A solve as it is kept: every site with the same size and year."""
    rows = {
        site: {"mw": mw, "start_fiscal_year": start, "name": {"ja": site, "en": site}, "area": "x"}
        for site in sites
    }
    bound = cost if bound is None else bound
    return {"status": "plan", "cost_myen": cost, "bound_myen": bound, "sites": rows}


NO_PLAN = {"status": "infeasible", "reason": "No plan meets all limits."}
UNSETTLED = {"status": "unsettled", "reason": "time"}


# --- draws ----------------------------------------------------------------------------------


@given(st.integers(2, 40), st.integers(0, 10**6))
def test_every_nth_of_a_range_has_one_draw_and_choices_come_alike(samples, seed):
    draws = list(draw_samples(BOTH, samples, seed).values())
    share = [(draw["price"] - 2.0) / 4.0 for draw in draws]
    assert sorted(math.floor(one * samples) for one in share) == list(range(samples))
    counts = [sum(draw["case"] == choice for draw in draws) for choice in CASE.choices]
    assert sum(counts) == samples
    assert max(counts) - min(counts) <= 2  # a stratum may straddle two choices at both its ends


def test_draws_are_those_of_the_seed():
    assert draw_samples(BOTH, 5, 7) == draw_samples(BOTH, 5, 7)
    assert draw_samples(BOTH, 5, 7) != draw_samples(BOTH, 5, 8)


def test_ends_are_both_ends_or_all_choices():
    assert ends_of(PRICE) == [2.0, 6.0]
    assert ends_of(CASE) == ["low", "mid", "high"]


# --- shares ---------------------------------------------------------------------------------


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_that_of_scipy(pair):
    found = stats.binomtest(*pair).proportion_ci(0.95, method="wilson")
    assert wilson_interval(*pair) == pytest.approx((found.low, found.high), abs=1e-6)


def test_sites_by_head():
    base = plan(1.0, "a", "b")
    plans = [plan(1.0, "a", mw=10.0, start=2029), plan(1.0, "a", "c", mw=30.0, start=2032)]
    rows = {row["site"]: row for row in site_rows(base, plans)}
    assert [row["site"] for row in site_rows(base, plans)] == ["a", "c", "b"]
    assert {site: row["share"] for site, row in rows.items()} == {"a": 1.0, "c": 0.5, "b": 0.0}
    assert rows["a"]["mw"] == pytest.approx([12.0, 20.0, 28.0])
    assert set(rows["a"]["start_fiscal_year"]) <= {2029, 2032}  # never a year between the two
    assert rows["b"]["mw"] is None
    assert rows["b"]["in_plan"]


# --- sets and regret ------------------------------------------------------------------------


def test_own_set_first_then_that_of_the_dearest_sample_then_the_most_usual():
    base = plan(1.0, "a")
    plans = [plan(1.0, "b"), plan(1.0, "c", "d"), plan(1.0, "c", "d"), plan(1.0, "b", "c", "d")]
    plans.append(plan(9.0, "z"))
    # once each: {b, c, d} is one site from {c, d} twice, two from {b} and four from {z}: 8; {b} is
    # three from {c, d} twice, two from {b, c, d} and two from {z}: 10
    assert sets_to_try(base, plans, 4) == [("a",), ("z",), ("c", "d"), ("b", "c", "d")]
    assert sets_to_try(base, plans, 9)[-1] == ("b",)
    assert count_sets(base, plans) == 5


def test_regret_by_hand():
    # in sample 1 set a is best with 10, b costs 14; in sample 2 b is best with 20, a costs 27
    plans = {"1": plan(10.0, "a"), "2": plan(20.0, "b")}
    cells = {
        "1": [plans["1"], {"status": "plan", "cost_myen": 14.0, "bound_myen": 14.0}],
        "2": [{"status": "plan", "cost_myen": 27.0, "bound_myen": 27.0}, plans["2"]],
    }
    rows, choice = set_rows([("a",), ("b",)], cells, plans)
    assert [row["sites"] for row in rows] == [["b"], ["a"]]
    assert [row["largest_myen"] for row in rows] == [4.0, 7.0]
    assert [row["mean_myen"] for row in rows] == [2.0, 3.5]
    assert [row["own"] for row in rows] == [False, True]
    assert choice == {"set": 1, "proven": True}


def test_a_wide_gap_leaves_the_choice_open():
    plans = {"1": plan(10.0, "a"), "2": plan(20.0, "b")}
    cells = {
        "1": [plans["1"], {"status": "plan", "cost_myen": 14.0, "bound_myen": 9.0}],
        "2": [{"status": "plan", "cost_myen": 27.0, "bound_myen": 19.0}, plans["2"]],
    }
    rows, choice = set_rows([("a",), ("b",)], cells, plans)
    assert rows[0]["sites"] == ["b"]
    assert not choice["proven"]


@pytest.mark.parametrize(("failed", "counted"), [(NO_PLAN, (1, 0)), (UNSETTLED, (0, 1))])
def test_a_set_without_a_plan_somewhere_is_not_of_least_regret(failed, counted):
    plans = {"1": plan(10.0, "a"), "2": plan(20.0, "b")}
    cells = {"1": [plans["1"], {**plans["1"], "cost_myen": 99.0}], "2": [failed, plans["2"]]}
    rows, choice = set_rows([("a",), ("b",)], cells, plans)
    assert choice["set"] == 1
    assert rows[0]["sites"] == ["b"]
    assert rows[1]["largest_myen"] is None
    assert (rows[1]["without_plan"], rows[1]["unsettled"]) == counted
    # what was not settled might have been better than 89
    assert choice["proven"] == (failed is NO_PLAN)


def test_sets_that_all_fail_somewhere_leave_none():
    plans = {"1": plan(10.0, "a"), "2": plan(20.0, "b")}
    cells = {"1": [plans["1"], NO_PLAN], "2": [NO_PLAN, plans["2"]]}
    rows, choice = set_rows([("a",), ("b",)], cells, plans)
    assert choice["set"] is None
    assert [row["number"] for row in rows] == [1, 2]


def test_regret_counts_the_best_plan_even_if_its_set_is_not_tried():
    plans = {"1": plan(10.0, "z")}
    cells = {"1": [{"status": "plan", "cost_myen": 13.0, "bound_myen": 13.0}]}
    assert set_rows([("a",)], cells, plans)[0][0]["largest_myen"] == 3.0
    rows, choice = set_rows([("a",)], {"1": [NO_PLAN]}, plans)
    assert (rows[0]["largest_myen"], choice["set"]) == (None, None)


# --- what matters ---------------------------------------------------------------------------


def test_swings_by_hand():
    base = plan(100.0, "a", "b", bound=99.0)
    low = swing_row(2.0, base, plan(90.0, "a", "b", bound=89.5))
    high = swing_row(6.0, base, plan(100.5, "a", "c", bound=99.5))
    assert (low["extra_myen"], low["sure"]) == (-10.0, True)
    assert (high["extra_myen"], high["sure"]) == (0.5, False)  # bound 99.5 is below 100
    assert (high["comes"], high["leaves"]) == (["c"], ["b"])
    assert swing_summary([low, high]) == {
        "swing_myen": 10.5,
        "sites_changed": 2,
        "without_plan": 0,
    }
    failed = swing_row(6.0, base, NO_PLAN)
    assert (failed["extra_myen"], swing_summary([failed])["without_plan"]) == (None, 1)


def test_rank_correlation_by_hand():
    # one pair of neighbours out of order: 1 - 6 * 2 / (5 * 24) = 0.9
    assert rank_correlation([1, 2, 3, 4, 5], [1, 2, 3, 9, 8])["rho"] == pytest.approx(0.9)
    assert rank_correlation([1, 2, 3], [1, 2, 3]) == {"rho": None, "p_value": None}
    assert rank_correlation([1, 1, 1, 1], [1, 2, 3, 4])["rho"] is None


def test_the_p_value_counts_orders():
    # of the 24 orders of four, only the same and the reverse are perfect
    assert rank_correlation([1, 2, 3, 4], [5, 6, 7, 8])["p_value"] == pytest.approx(2 / 24)
    assert rank_correlation([1, 2, 3, 4], [8, 7, 6, 5])["p_value"] == pytest.approx(2 / 24)


@pytest.mark.parametrize("seed", range(5))
def test_rank_correlation_is_that_of_scipy(seed):
    draws = np.random.default_rng(seed)
    values = draws.integers(0, 30, 40)  # with ties
    results = values + draws.normal(0.0, 20.0, 40)
    found, peer = rank_correlation(values, results), stats.spearmanr(values, results)
    assert found["rho"] == pytest.approx(peer.statistic, abs=1e-9)
    # scipy's is the t approximation, sound for so many; five standard errors of 10,000 draws
    assert found["p_value"] == pytest.approx(peer.pvalue, abs=0.01)


def test_words_rank_in_the_order_they_are_listed():
    plans = {str(n): plan(float(n), *["a", "b"][: n % 2 + 1]) for n in range(5)}
    values = ["low", "low", "mid", "high", "high"]
    found = ranks_of(values, ["low", "mid", "high"], plan(0.0, "a"), plans)
    expected = stats.spearmanr([0, 0, 1, 2, 2], np.arange(5)).statistic
    assert found["cost"]["rho"] == pytest.approx(expected)
    assert found["sites"]["rho"] == pytest.approx(
        stats.spearmanr([0, 0, 1, 2, 2], [0, 1, 0, 1, 0]).statistic
    )
