"""Frontiers against plans made anew for each limit, and by head."""

import threading
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InfeasibleError, InputError, PlanError
from optimize import frontier
from optimize.epsilon import Epsilon, Found
from optimize.frontier import Along, carbon_frontier, waiting_frontier
from optimize.highs import Solution
from optimize.plan import choose_sites
from optimize.solve import SolverSettings
from optimize.tried import Tried, beaten, left_out
from tests.small_problems import (
    carbon_table,
    cost_table,
    demand_of,
    dispatch_of,
    headroom,
    members,
    random_problem,
    reinforcement_table,
    site_table,
    two_sites,
    wanted_by,
    workload_table,
)

EXACT = SolverSettings(gap_share=1e-7)
GAP = SolverSettings(gap_share=0.01)
few = settings(max_examples=3, deadline=None, derandomize=True)
GAS = (1000.0, 0.0, np.nan, 1.0)


def clean_and_cheap():
    """30 MW; `cheap` (1/MW) in the north at 0.5 t/MWh, `clean` (3/MW) in the south at 0.1."""
    return two_sites(
        sites=site_table(cheap={"max_mw": 30.0}, clean={"max_mw": 30.0, "area": "south"}),
        costs=cost_table(cheap=(0, 1), clean=(0, 3)),
        dispatch=dispatch_of(
            [2026],
            demand={"north": [0.0, 0.0], "south": [0.0, 0.0]},
            supply={("north", "gas"): GAS, ("south", "gas"): GAS},
            intensity={"north": [0.5, 0.5], "south": [0.1, 0.1]},
        ),
    )


def test_carbon_by_head():
    # all cheap: 30 x 8760 x 0.5 = 131.4 kt at 30; all clean: 26.28 kt at 90; a line between them
    found = carbon_frontier(clean_and_cheap(), EXACT, points=5)
    kt = [1000.0 * point.value for point in found.points]
    # the least is approached to a thousandth of it
    assert kt == pytest.approx(np.linspace(131.4, 26.28 * 1.001, 5), rel=3e-4)
    costs = [point.plan.record.cost_myen for point in found.points]
    assert costs == pytest.approx(30.0 + 60.0 * (131.4 - np.array(kt)) / 105.12, rel=3e-5)
    # 2 M¥ for 0.4 t x 8760 h, in M¥ per Mt
    assert found.points[2].price_myen == pytest.approx(2.0 / (0.4 * 8760) * 1e6, rel=1e-5)
    assert found.least_at_least == pytest.approx(0.02628, rel=1e-5)
    assert found.unit == "Mt"
    assert found.dropped.empty
    assert found.points[0].limit == np.inf
    it_mw = found.points[2].plan.sites["it_mw"]
    assert it_mw.to_dict() == pytest.approx(
        {("cheap", 2026): 15.0, ("clean", 2026): 15.0}, rel=3e-4
    )


def emitted_mt(plan):
    """One modelled year stands for one year here."""
    return plan.carbon["emitted_t"].sum() / 1e6


@pytest.mark.parametrize("shift_share", [0.0, 0.3])
@given(seed=st.integers(0, 10**6))
@few
def test_each_point_is_the_plan_made_anew_under_that_cap(seed, shift_share):
    problem = random_problem(seed, sites=4, years=(2028,), shift_share=shift_share)
    found = carbon_frontier(problem, EXACT, points=4)
    unmet = found.points[0].plan.shortfall["unmet"]
    for point in found.points:
        assert emitted_mt(point.plan) == pytest.approx(point.value, rel=1e-6)
        assert point.value <= point.limit * (1 + 2e-6) + 3e-6
        assert (point.plan.shortfall["unmet"] <= unmet + 2e-3).all()
    # anew: demand that the cheapest plan meets has to be met, and each cap is a cap of the problem
    if unmet.max() == 0.0:
        must = problem.workloads.assign(shortfall_price_myen=np.nan)
        price = problem.carbon["price_myen_per_t"].iloc[0]
        for point in found.points[1:]:
            cap_t = 1e6 * point.limit * (1 + 1e-6) + 1.0
            anew = replace(problem, workloads=must, carbon=carbon_table({2028: (cap_t, price)}))
            anew_myen = choose_sites(anew, EXACT).record.cost_myen
            assert point.plan.record.cost_myen == pytest.approx(anew_myen, rel=5e-5)


@given(seed=st.integers(0, 10**6))
@few
def test_costs_rise_as_emissions_fall_and_every_point_is_proven(seed):
    problem = random_problem(seed, sites=5, years=(2027, 2029))
    found = carbon_frontier(problem, GAP, points=5)
    values = [point.value for point in found.points]
    costs = [point.plan.record.cost_myen for point in found.points]
    bounds = [point.plan.record.bound_myen for point in found.points]
    assert values == sorted(values, reverse=True)
    assert costs == sorted(costs)
    assert bounds == sorted(bounds)
    for point in found.points:
        record = point.plan.record
        assert record.bound_myen <= record.cost_myen
        assert record.cost_myen - record.bound_myen <= 0.01 * abs(record.cost_myen) * (1 + 1e-9)
    assert found.least_at_least <= min(values) * (1 + 1e-6)
    assert min(values) <= found.least_at_least * 1.02


def test_nothing_emits_less_than_the_least():
    problem = random_problem(5, sites=4, years=(2028,))
    found = carbon_frontier(problem, EXACT, points=3)
    must = problem.workloads.assign(shortfall_price_myen=np.nan)
    assert found.points[0].plan.shortfall["unmet"].max() == 0.0
    cap_t = 0.999e6 * found.least_at_least
    with pytest.raises(InfeasibleError):
        choose_sites(replace(problem, workloads=must, carbon=carbon_table({2028: (cap_t, 0.0)})))


def late_or_dear():
    """10 MW wanted from 2026: at once through works (50 a year), or in 2028 for nothing more."""
    years = (2026, 2027, 2028)
    return two_sites(
        years=years,
        sites=site_table(here={}),
        costs=cost_table(here=(0, 1)),
        workloads=workload_table(training={"shortfall_price_myen": 0.0}),
        demand=demand_of(training={2028: 10.0}),
        groups=headroom({("bank", 2026): 0.0, ("bank", 2027): 4.0, ("bank", 2028): 10.0}),
        group_sites=members(bank=["here"]),
        reinforcements=reinforcement_table(line=("bank", 10.0, 2026, 50.0)),
        waiting=wanted_by(dict.fromkeys(years, 10.0)),
    )


def test_waiting_by_head():
    problem = replace(late_or_dear(), workloads=workload_table(training={}))
    found = waiting_frontier(problem, EXACT, points=3)
    # contract by 2028 only: 2 years late for all; 4 MW of it in 2027 cost 4; works from 2026 150
    assert [point.value for point in found.points] == pytest.approx([2.0, 1.0, 0.0], abs=1e-3)
    costs = [point.plan.record.cost_myen for point in found.points]
    # one year late for all: 4 MW early in 2027 are 0.4; the rest takes the works from 2027 on
    assert costs == pytest.approx([10.0, 10.0 + 10.0 + 100.0, 10.0 + 20.0 + 150.0], abs=0.1)
    assert found.unit == "years"


def tried(limit, value, cost_myen):
    none = np.empty(0)
    solution = Solution(none, none, none, cost_myen, 0.0, 1.0, highs_seconds=0.0)
    return Tried(limit, value, Found(solution, none, "near"), seconds=0.0)


def test_points_left_out_are_said():
    points = [
        tried(np.inf, 9.0, 10.0),
        tried(8.0, 7.5, 14.0),  # the next keeps its limit for less
        tried(7.0, 7.0, 13.0),
        tried(6.0, 6.0, 20.0),
        tried(6.0, 6.0, 20.0),  # the same again
    ]
    assert beaten(points) == {1: 2, 4: 3}
    dropped = left_out(points)
    assert dropped["limit"].tolist() == [8.0, 6.0]
    assert dropped["by_value"].tolist() == [7.0, 6.0]
    assert dropped["by_cost_myen"].tolist() == [13.0, 20.0]
    assert left_out([points[0], points[2], points[3]]).empty


class StopError(Exception):
    """Somebody pressed Ctrl-C."""


def test_one_that_was_broken_off_goes_on_with_the_same_points(monkeypatch):
    problem, searched = random_problem(5, sites=5, years=(2027, 2029)), []
    whole = carbon_frontier(problem, GAP, points=4)
    original = Epsilon._near

    def counted(self, below=np.inf, **more):
        searched.append(below)
        if len(searched) == 3:
            raise StopError
        return original(self, below, **more)

    monkeypatch.setattr(Epsilon, "_near", counted)
    kept = {}
    with pytest.raises(StopError):
        carbon_frontier(problem, GAP, points=4, along=Along(kept=kept))
    assert sum("limit " in name for name in kept) == 2  # the cheapest and the next
    resumed = carbon_frontier(problem, GAP, points=4, along=Along(kept=kept))
    # the third again, and the fourth
    assert len([below for below in searched if below == np.inf]) == 3 + 2
    assert told(resumed) == pytest.approx(told(whole), rel=1e-9)
    searched.clear()
    again = carbon_frontier(problem, GAP, points=4, along=Along(kept=kept))
    assert [below for below in searched if below == np.inf] == []
    assert told(again) == pytest.approx(told(whole), rel=1e-9)
    assert all(point.plan.record.gap_share <= 0.01 for point in again.points)


def told(found):
    rows = [(p.value, p.plan.record.cost_myen, p.plan.record.bound_myen) for p in found.points]
    return np.array(rows)


def test_a_point_that_is_not_proven_in_time_costs_no_other(monkeypatch):
    whole = carbon_frontier(clean_and_cheap(), EXACT, points=5)
    original = Epsilon.within

    def slow(self, limit, taken=None):
        if limit == whole.points[2].limit:
            raise PlanError("out of time")
        return original(self, limit, taken)

    monkeypatch.setattr(Epsilon, "within", slow)
    found = carbon_frontier(clean_and_cheap(), EXACT, points=5)
    assert found.missed == (whole.points[2].limit,)
    rest = [told(whole)[i] for i in (0, 1, 3, 4)]
    assert np.array(told(found)) == pytest.approx(np.array(rest), rel=1e-9)


@pytest.mark.parametrize("late_end", ["loose", "tight"])
def test_points_do_not_depend_on_which_end_is_quicker(monkeypatch, late_end):
    problem = random_problem(5, sites=5, years=(2027, 2029))
    whole = carbon_frontier(problem, GAP, points=6)
    original = Epsilon.within

    def late(self, limit, taken=None):
        is_tight = threading.current_thread().name == "tightest limits"
        if is_tight == (late_end == "tight"):
            time.sleep(0.3)
        return original(self, limit, taken)

    monkeypatch.setattr(Epsilon, "within", late)
    assert np.array_equal(told(carbon_frontier(problem, GAP, points=6)), told(whole))


def test_what_both_ends_found_is_taken_over(monkeypatch):
    problem, kept = random_problem(5, sites=5, years=(2027, 2029)), {}
    whole = carbon_frontier(problem, GAP, points=6, along=Along(kept=kept))

    def search(self):
        raise AssertionError("searched again")

    for way in ("_near", "_at_once", "_by_year", "_search"):
        monkeypatch.setattr(Epsilon, way, search)
    again = carbon_frontier(problem, GAP, points=6, along=Along(kept=kept))
    assert told(again) == pytest.approx(told(whole), rel=1e-9)


def test_the_tightest_limits_are_missed_or_refused_as_the_others_are(monkeypatch):
    whole = carbon_frontier(clean_and_cheap(), EXACT, points=6)
    error, original = PlanError, Epsilon.within

    def fails(self, limit, taken=None):
        if limit == whole.points[-1].limit:
            assert threading.current_thread().name == "tightest limits"
            raise error("as asked")
        return original(self, limit, taken)

    monkeypatch.setattr(Epsilon, "within", fails)
    found = carbon_frontier(clean_and_cheap(), EXACT, points=6)
    assert found.missed == (whole.points[-1].limit,)
    assert told(found) == pytest.approx(told(whole)[:-1], rel=1e-9)
    error = InfeasibleError
    with pytest.raises(InfeasibleError, match="as asked"):
        carbon_frontier(clean_and_cheap(), EXACT, points=6)


def test_broken_off_neither_end_goes_on(monkeypatch):
    sought, ends = [], []
    begun, broken_off = threading.Event(), threading.Event()
    stop = Epsilon.stop

    def stopped(self):
        stop(self)
        broken_off.set()

    def within(self, limit, taken=None):
        if threading.current_thread().name != "tightest limits":
            assert begun.wait(60)
            raise StopError
        sought.append(limit)
        begun.set()
        assert broken_off.wait(60)
        ends.append(self.master.deadline.left_s())
        raise PlanError("out of time")

    monkeypatch.setattr(Epsilon, "within", within)
    monkeypatch.setattr(Epsilon, "stop", stopped)
    with pytest.raises(StopError):
        carbon_frontier(clean_and_cheap(), EXACT, points=9)
    assert "tightest limits" not in {thread.name for thread in threading.enumerate()}
    assert len(sought) == 1  # two limits are the tightest of eight
    assert ends == [0.0]


def test_a_plan_that_got_better_keeps_what_is_proven():
    problem = replace(clean_and_cheap(), carbon=carbon_table({2026: (np.nan, 0.0)}))
    posed = frontier._Question(problem, "emitted_kt", {2026: 1.0}, "Mt", 0.0).measured
    hot = Epsilon(posed.matrix, posed.row, posed.weights, EXACT)
    cheapest = hot.cheapest()
    dear = hot.within(posed.value(cheapest) / 2.0)
    found = hot.better(np.inf, dear)
    assert found.solution.cost_myen == pytest.approx(30.0)
    assert found.bound_myen == pytest.approx(30.0)


def test_another_model_or_gap_takes_nothing_over():
    problem, kept = random_problem(5, sites=4, years=(2028,)), {}
    carbon_frontier(problem, GAP, points=3, along=Along(kept=kept))
    dearer = replace(problem, costs=problem.costs * 1.01)
    carbon_frontier(dearer, GAP, points=3, along=Along(kept=kept))
    carbon_frontier(problem, EXACT, points=3, along=Along(kept=kept))
    assert len({name.split(" ")[0] for name in kept}) == 3


def test_one_point_where_nothing_can_be_less():
    one_site = two_sites(
        sites=site_table(cheap={"max_mw": 30.0}),
        costs=cost_table(cheap=(0, 1)),
        dispatch=clean_and_cheap().dispatch,
    )
    found = carbon_frontier(one_site, EXACT, points=4)
    assert len(found.points) == 1
    assert found.dropped.empty


def test_what_is_missing_is_named():
    with pytest.raises(InputError, match="typical days"):
        carbon_frontier(two_sites())
    with pytest.raises(InputError, match=r"limits\.waiting"):
        waiting_frontier(two_sites())


def test_last_year_only():
    problem = random_problem(3, sites=4, years=(2027, 2029))
    found = carbon_frontier(problem, GAP, points=3, last_year_only=True)
    for point in found.points:
        emitted_mt = point.plan.carbon.loc[2029, "emitted_t"] / 1e6
        assert point.value == pytest.approx(emitted_mt, rel=1e-6)
    assert isinstance(found.dropped, pd.DataFrame)
