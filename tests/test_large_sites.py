"""Large sites first: bounds by head and never above the best plan; sites proven within the gap."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from data.errors import PlanError
from optimize.highs import SolverSettings, deadline_of
from optimize.large_sites import LargeFirst, LargeSites, counted
from optimize.master import Master, ask
from optimize.matrix import compile_model
from optimize.model import build_model
from optimize.near_sites import Stop, fixed_at, search_sites
from optimize.proof import Proof
from optimize.solve import solve
from tests.small_problems import (
    cost_table,
    demand_of,
    dispatch_of,
    headroom,
    members,
    random_problem,
    site_table,
    two_sites,
)
from tests.test_solve import optimum_myen

EXACT = SolverSettings(gap_share=1e-7)
few = settings(max_examples=8, deadline=None, derandomize=True)


def matrix_of(problem):
    return compile_model(build_model(problem))


def two_large(*, wanted_mw, ramp_mw=1000.0):
    """Two large sites of 30 to 40 MW at 1 M¥ a year per MW, a small one of 2 to 4 MW at 10."""
    large = {"min_mw": 30.0, "max_mw": 40.0, "ramp_mw_per_year": ramp_mw}
    return two_sites(
        sites=site_table(one=large, other=large, small={"min_mw": 2.0, "max_mw": 4.0}),
        costs=cost_table(one=(0, 1), other=(0, 1), small=(0, 10)),
        demand=demand_of(training={2026: wanted_mw}),
    )


def first_of(part):
    return LargeFirst(part, LargeSites.of(part), EXACT, deadline_of(EXACT))


def relaxed_of(matrix):
    return Master(matrix, EXACT, deadline_of(EXACT)).relax()


def bound_myen(search, counts):
    proof = Proof(EXACT)
    proof.learn(search._counted(counts).bound)
    return 1000.0 * proof.bound


def test_counts_by_head():
    # 45 MW: one large and the small site hold 44, so two large ones of 30 stand; fractions need 45
    matrix = matrix_of(two_large(wanted_mw=45.0))
    relaxed = relaxed_of(matrix)
    assert 1000.0 * relaxed.getInfo().objective_function_value == pytest.approx(45.0)
    search = first_of(matrix)
    assert bound_myen(search, search.large.by_year) == pytest.approx(60.0)
    assert bound_myen(search, search.large.by_area) == pytest.approx(60.0)
    assert solve(matrix, EXACT).cost_myen == pytest.approx(60.0)


def test_no_more_grows_than_is_built():
    # 35 MW at 30 MW a year: of two sites, each by half, 17.5 MW each, no more than one is built;
    # with the ramp of what is built, one holds 30 MW and 4 MW in the small one are not enough
    matrix = matrix_of(two_large(wanted_mw=35.0, ramp_mw=30.0))
    large = LargeSites.of(matrix)
    plain = search_sites(counted(matrix, large.by_year), EXACT, deadline_of(EXACT), Stop(nodes=100))
    assert 1000.0 * plain.bound == pytest.approx(35.0)
    assert bound_myen(first_of(matrix), large.by_year) == pytest.approx(60.0)
    assert solve(matrix, EXACT).cost_myen == pytest.approx(60.0)


def test_sites_by_head():
    matrix = matrix_of(two_large(wanted_mw=45.0))
    relaxed, proof = relaxed_of(matrix), Proof(EXACT)
    values = np.asarray(relaxed.getSolution().col_value)
    whole = first_of(matrix).sites(None, values, proof)
    built = [v.index()[0] for v in np.array(matrix.variables)[matrix.integer][whole > 0.5]]
    assert built == ["one", "other"]
    assert 1000.0 * proof.bound == pytest.approx(60.0)


def test_where_no_site_keeps_the_counts_others_are_tried():
    # 25 MW each: half of either holds 20 of 40 MW, so one stands by the counts and 35 MW cost 35;
    # whole, one holds no more than 25 and 4 in the small one, so both stand with 20 each
    large = {"min_mw": 20.0, "max_mw": 40.0}
    problem = two_sites(
        sites=site_table(one=large, other=large, small={"min_mw": 2.0, "max_mw": 4.0}),
        costs=cost_table(one=(0, 1), other=(0, 1), small=(0, 10)),
        demand=demand_of(training={2026: 35.0}),
        groups=headroom({("left", 2026): 25.0, ("right", 2026): 25.0}),
        group_sites=members(left=["one"], right=["other"]),
    )
    matrix = matrix_of(problem)
    values = np.asarray(relaxed_of(matrix).getSolution().col_value)
    search, proof = first_of(matrix), Proof(SolverSettings(gap_share=0.2))
    assert bound_myen(search, search.large.by_year) == pytest.approx(35.0)
    whole = search.sites(None, values, proof)
    built = [v.index()[0] for v in np.array(matrix.variables)[matrix.integer][whole > 0.5]]
    assert built == ["one", "other"]
    assert 1000.0 * proof.bound == pytest.approx(35.0)
    assert solve(matrix, EXACT).cost_myen == pytest.approx(40.0)


def test_sites_of_one_size_are_not_told_apart():
    same = {"min_mw": 10.0, "max_mw": 40.0}
    problem = two_sites(
        sites=site_table(one=same, other=same), costs=cost_table(one=(0, 1), other=(0, 2))
    )
    assert LargeSites.of(matrix_of(problem)) is None


def test_an_infinite_bound_is_none():
    proof = Proof(EXACT, 3.0)
    proof.learn(np.inf)
    proof.learn(2.0)
    assert proof.bound == 3.0


@given(seed=st.integers(0, 10**6))
@few
def test_bounds_lie_between_the_relaxation_and_the_best_plan(seed):
    matrix = matrix_of(random_problem(seed, sites=6))
    master = Master(matrix, EXACT, deadline_of(EXACT))
    large = LargeSites.of(master.part)
    assume(large is not None)
    search = LargeFirst(master.part, large, EXACT, deadline_of(EXACT))
    best_myen = solve(matrix, EXACT).cost_myen
    relaxed_myen = 1000.0 * master.relaxed.getInfo().objective_function_value
    for counts in (large.by_year, large.by_area):
        found = bound_myen(search, counts)
        assert relaxed_myen - 1e-5 * abs(relaxed_myen) <= found <= best_myen + 1e-5 * abs(best_myen)


@given(seed=st.integers(0, 10**6))
@few
def test_sites_found_cost_what_is_proven_within_the_gap(seed):
    gap = SolverSettings(gap_share=0.02)
    matrix = matrix_of(random_problem(seed, sites=6))
    master = Master(matrix, EXACT, deadline_of(EXACT))
    large = LargeSites.of(master.part)
    assume(large is not None)
    values = np.asarray(master.relaxed.getSolution().col_value)[~master.dispatch]
    proof = Proof(gap, float(master.relaxed.getInfo().objective_function_value))
    step = SolverSettings(gap_share=0.004)
    whole = LargeFirst(master.part, large, step, deadline_of(gap)).sites(None, values, proof)
    best_myen = solve(matrix, EXACT).cost_myen
    assert 1000.0 * proof.bound <= best_myen * (1 + 1e-5)
    assert whole is not None
    priced = ask(fixed_at(master.part, whole), EXACT, deadline_of(EXACT))
    assert proof.bound <= priced.cost * (1 + 1e-6)
    assert priced.cost <= proof.most() * (1 + 1e-6)


def test_a_plan_that_the_years_leave_open_is_proven_by_counts(monkeypatch):
    """45 MW in the second year: two large sites of 30 stand, where year by year proves 45 MW."""
    ends = []

    def at_once(*args):
        ends.append(args)
        raise PlanError("not asked here")

    monkeypatch.setattr("optimize.solve.propose_at_once", at_once)
    years = (2026, 2027)
    problem = replace(
        two_large(wanted_mw=4.0),
        years=years,
        demand=demand_of(training={2026: 4.0, 2027: 45.0}),
        dispatch=dispatch_of(
            years,
            demand={"north": [0.0, 0.0]},
            supply={("north", "gas"): (1000.0, 0.0, np.nan, 1.0)},
        ),
    )
    told = []
    found = solve(matrix_of(problem), EXACT, progress=lambda share, text: told.append(text))
    assert ends == []
    assert "search" not in told
    # the small site for a year, then two large ones beside it
    assert found.cost_myen == pytest.approx(optimum_myen(matrix_of(problem)))
