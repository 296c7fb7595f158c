"""The solver's answers: by head, against HiGHS directly, and what is not an answer."""

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from data.errors import InfeasibleError, InputError, PlanError
from optimize.highs import Deadline, load_highs, run
from optimize.matrix import compile_model
from optimize.model import build_model
from optimize.plan import choose_sites
from optimize.problem import Spread
from optimize.solve import SolverSettings, solve
from tests.small_problems import demand_of, headroom, members, random_problem, two_sites

seeds = st.integers(0, 10**6)
few = settings(max_examples=25, deadline=None, derandomize=True)


def optimum_myen(matrix):
    """The whole model at once by another interface to HiGHS; infinite if there is no plan."""
    found = milp(
        matrix.cost,
        integrality=matrix.integer.astype(int),
        bounds=Bounds(matrix.lower, matrix.upper),
        constraints=LinearConstraint(matrix.rows, matrix.row_lower, matrix.row_upper),
        options={"mip_rel_gap": 1e-9},
    )
    if found.status == 2:  # infeasible
        return np.inf
    assert found.status == 0, found.message
    return 1000.0 * (found.fun + matrix.offset)


@given(seeds)
@few
def test_bound_and_cost_enclose_the_optimum(seed):
    matrix = compile_model(build_model(random_problem(seed)))
    best = optimum_myen(matrix)
    found = solve(matrix, SolverSettings(gap_share=0.005))
    assert found.bound_myen <= best * (1 + 1e-7)
    assert best <= found.cost_myen * (1 + 1e-7)
    assert found.cost_myen - found.bound_myen <= 0.005 * found.cost_myen + 1e-6


@pytest.mark.thorough
@given(seeds)
@few
def test_a_tight_gap_is_reached_by_searching_the_whole_model(seed):
    matrix = compile_model(build_model(random_problem(seed)))
    found = solve(matrix, SolverSettings(gap_share=1e-8))
    assert found.cost_myen == pytest.approx(optimum_myen(matrix), rel=1e-7)


@given(seeds)
@few
def test_the_gap_is_a_share_of_what_the_plan_itself_costs(seed):
    """Costs that no decision changes are taken off before the gap is measured."""
    problem = random_problem(seed)
    matrix = compile_model(build_model(problem))
    base = 0.8 * optimum_myen(matrix)
    found = solve(matrix, SolverSettings(gap_share=0.01), base_cost_myen=base)
    assert found.gap_share <= 0.01
    assert found.cost_myen == pytest.approx(optimum_myen(matrix) - base, rel=0.0101)


def test_two_runs_are_identical():
    first, second = (choose_sites(random_problem(7), SolverSettings(0.01)) for _ in range(2))
    for field in fields(first):
        one, other = (getattr(plan, field.name) for plan in (first, second))
        if isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(one, other)
    assert first.record.cost_myen == second.record.cost_myen
    assert first.record.bound_myen == second.record.bound_myen


@pytest.mark.parametrize("factor", [1e-3, 1e3])
def test_money_has_no_scale(factor):
    problem = random_problem(3)
    problem = replace(problem, ties=problem.ties.iloc[:0])  # a yen per MWh of flow stays a yen
    exact = SolverSettings(gap_share=1e-7)
    once = choose_sites(problem, exact)
    other = choose_sites(with_dearer_money(problem, factor), exact)
    assert other.record.cost_myen == pytest.approx(factor * once.record.cost_myen, rel=1e-6)
    pd.testing.assert_frame_equal(other.sites, once.sites, atol=1e-3)


def with_dearer_money(problem, factor):
    """Every price times `factor`."""
    dispatch = problem.dispatch
    price = "shortfall_price_myen"
    return replace(
        problem,
        costs=problem.costs * factor,
        workloads=problem.workloads.assign(**{price: problem.workloads[price] * factor}),
        reinforcements=problem.reinforcements.assign(
            myen_per_year=problem.reinforcements["myen_per_year"] * factor
        ),
        forecast=problem.forecast.assign(
            over_price_myen_per_mw=problem.forecast["over_price_myen_per_mw"] * factor
        ),
        carbon=problem.carbon.assign(price_myen_per_t=problem.carbon["price_myen_per_t"] * factor),
        pairs=problem.pairs * factor,
        dispatch=replace(
            dispatch,
            supply=dispatch.supply.assign(
                cost_myen_per_mwh=dispatch.supply["cost_myen_per_mwh"] * factor
            ),
            unserved_price_myen_per_mwh=dispatch.unserved_price_myen_per_mwh * factor,
        ),
    )


def test_too_much_demand_is_infeasible_not_a_result():
    with pytest.raises(InfeasibleError):
        choose_sites(two_sites(demand=demand_of(training={2026: 51.0})))


def test_infeasible_only_with_whole_sites():
    # 7 of the sites' 5 to 6 MW or 10 to 12 MW: fractions of a site could, whole sites cannot
    sites = two_sites().sites.assign(min_mw=[5.0, 10.0], max_mw=[6.0, 12.0])
    problem = two_sites(
        sites=sites,
        demand=demand_of(training={2026: 7.0}),
        spread=Spread(max_sites=1),
        groups=headroom({("bank", 2026): 8.0}),
        group_sites=members(bank=["cheap", "dear"]),
    )
    with pytest.raises(InfeasibleError):
        choose_sites(problem)


def test_infeasible_with_typical_days():
    problem = random_problem(1)
    zero = problem.workloads.assign(shortfall_price_myen=np.nan)
    much = problem.demand * 50.0
    with pytest.raises(InfeasibleError):
        choose_sites(replace(problem, workloads=zero, demand=much))


@pytest.mark.parametrize("limit_s", [0.0, 1e-4])
def test_no_time_is_no_result(limit_s):
    with pytest.raises(PlanError, match="that is no result") as raised:
        choose_sites(random_problem(2, sites=12), SolverSettings(1e-9, time_limit_s=limit_s))
    assert not isinstance(raised.value, InfeasibleError)


def test_the_time_limit_is_of_all_steps_together():
    matrix = compile_model(build_model(random_problem(2)))
    highs = load_highs(matrix, SolverSettings())
    with pytest.raises(PlanError):
        run(highs, Deadline(at=0.0))


def test_a_number_that_is_not_finite_is_refused():
    matrix = compile_model(build_model(two_sites()))
    broken = replace(matrix, cost=np.full_like(matrix.cost, np.nan))
    with pytest.raises(PlanError, match="not a finite number"):
        solve(broken, SolverSettings())


def test_highs_prints_nothing(capfd):
    choose_sites(two_sites())
    assert capfd.readouterr() == ("", "")


def test_progress_is_told_in_order():
    told = []
    choose_sites(random_problem(4), progress=lambda share, text: told.append((share, text)))
    shares = [share for share, _ in told]
    assert [text for _, text in told][-1] in ("plan", "prices")
    assert shares == sorted(set(shares))
    assert 0 < shares[0] < shares[-1] < 1


def test_every_problem_of_the_tables_is_listed_at_once():
    sites = two_sites().sites.assign(max_mw=[-1.0, 30.0], pue_peak=[0.9, 1.0], min_mw=[0.0, 40.0])
    with pytest.raises(InputError) as raised:
        two_sites(
            sites=sites,
            demand=demand_of(other={2026: 1.0}),
            groups=headroom({("bank", 2027): 5.0}),
            group_sites=members(bank=["nowhere"]),
        )
    places = [problem.where for problem in raised.value.problems]
    assert places == [
        "sites[cheap].max_mw",
        "sites[cheap].pue_peak",
        "sites[cheap]",
        "sites[dear]",
        "group_sites[nowhere]",
        "demand[other]",
        "groups[bank]",
    ]
