"""Time to power: megawatt-years late against a wanted path, priced and limited, by head."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InfeasibleError, InputError
from optimize.explain import explain_clash
from optimize.highs import solve_arrays
from optimize.matrix import compile_model
from optimize.model import build_model
from optimize.plan import choose_sites
from optimize.read_robust import read_waiting
from optimize.solve import SolverSettings
from siting.candidates import find_candidates
from siting.question import pose
from tests.small_problems import (
    cost_table,
    demand_of,
    random_problem,
    site_table,
    two_sites,
    wanted_by,
    workload_table,
)
from tests.small_studies import small_scenario

EXACT = SolverSettings(gap_share=1e-9)
YEARS = (2026, 2028, 2029)
"""They stand for two, one and one years."""


def late_site(waiting=None, **changes):
    """10 MW are asked for in 2029; `near` is ready at once at 5 M¥/MW, `far` from 2028 at 1."""
    problem = two_sites(
        years=YEARS,
        sites=site_table(near={}, far={"first_fiscal_year": 2028}),
        costs=cost_table(near=(0, 5), far=(0, 1)),
        demand=demand_of(training={2029: 10.0}),
        waiting=waiting,
    )
    return replace(problem, **changes)


def at_once(**more):
    return wanted_by(dict.fromkeys(YEARS, 10.0), **more)


def plan_of(problem):
    plan = choose_sites(problem, EXACT)
    return plan, read_waiting(problem, plan)


def test_waiting_is_counted_without_changing_the_plan():
    plan, table = plan_of(late_site(at_once()))
    assert plan.record.cost_myen == pytest.approx(choose_sites(late_site(), EXACT).record.cost_myen)
    # nothing is connected before 2029: 10 MW wait for 2 + 1 years
    assert table["late_it_mw"].to_dict() == pytest.approx({2026: 10.0, 2028: 10.0, 2029: 0.0})
    assert table["late_mw_years"].sum() == pytest.approx(30.0)


def test_without_the_limit_there_is_no_row_and_no_table():
    problem = late_site()
    model = build_model(problem)
    names = ("late_mw", "count_waiting", "limit_waiting", "connect_by")
    assert [model.component(name) for name in names] == [None] * 4
    assert read_waiting(problem, choose_sites(problem, EXACT)).empty


@pytest.mark.parametrize(
    ("price", "mw_years"),
    # a MW at far in 2028 costs 1 and saves one year: from 1 up. In 2026 only near is ready: 5 M¥
    # for each of four years instead of 1 for two, 20 - 2 = 18 more, saves two years: from 9 up.
    [(0.9, 30.0), (1.1, 20.0), (8.9, 20.0), (9.1, 0.0)],
)
def test_price_of_waiting_buys_time(price, mw_years):
    _, table = plan_of(late_site(at_once(price_myen_per_mw_year=price)))
    assert table["late_mw_years"].sum() == pytest.approx(mw_years)


def test_price_is_paid_for_every_year_that_is_late():
    plan, table = plan_of(late_site(at_once(price_myen_per_mw_year=0.5)))
    assert table["late_mw_years"].sum() == pytest.approx(30.0)
    assert plan.record.cost_myen == pytest.approx(10.0 + 0.5 * 30)


@pytest.mark.parametrize(
    ("mean_years", "myen"),
    # 3 years: far in 2029 alone. 2 years: far in 2028 too, 10 more. 1 year: half at near from
    # 2026 (5 MW x 5 x 4), half at far from 2028 (5 x 1 x 2). 0 years: all at near.
    [(3.0, 10.0), (2.0, 20.0), (1.0, 110.0), (0.0, 200.0)],
)
def test_mean_wait_is_limited(mean_years, myen):
    plan, table = plan_of(late_site(at_once(mean_years=mean_years)))
    assert plan.record.cost_myen == pytest.approx(myen)
    assert table["late_mw_years"].sum() / 10.0 <= mean_years + 1e-6


@pytest.mark.parametrize(("year", "myen"), [(2029, 10.0), (2028, 20.0), (2026, 200.0)])
def test_nothing_waits_from_a_year_on(year, myen):
    plan, table = plan_of(late_site(at_once(full_from=year)))
    assert plan.record.cost_myen == pytest.approx(myen)
    assert (table["late_it_mw"].loc[year:] <= 1e-6).all()


def test_a_year_between_the_modelled_ones_binds_from_the_next():
    _, table = plan_of(late_site(at_once(full_from=2027)))
    assert table["late_it_mw"].to_dict() == pytest.approx({2026: 10.0, 2028: 0.0, 2029: 0.0})


def test_connected_power_counts_after_overhead_and_cooling():
    sites = site_table(near={"pue_peak": 1.25}, far={"first_fiscal_year": 2028, "pue_peak": 1.5})
    problem = late_site(at_once(full_from=2028), sites=sites, overhead_share=0.2)
    plan, table = plan_of(problem)
    assert plan.sites["contract_mw"]["far", 2028] == pytest.approx(10 * 1.2 * 1.5)
    assert table["connected_it_mw"].loc[2028] == pytest.approx(10.0)


def test_what_waits_for_the_demand_itself_is_its_shortfall():
    # 10 MW are asked for in every year; near costs 5 against a price of 3: 2026 stays unmet
    problem = late_site(
        wanted_by(dict.fromkeys(YEARS, 10.0)),
        demand=demand_of(training=dict.fromkeys(YEARS, 10.0)),
        workloads=workload_table(training={"shortfall_price_myen": 3.0}),
    )
    plan, table = plan_of(problem)
    unmet = plan.shortfall["unmet"].loc["training"]
    assert unmet.to_dict() == pytest.approx({2026: 10.0, 2028: 0.0, 2029: 0.0})
    assert table["late_it_mw"].to_dict() == pytest.approx(unmet.to_dict())


def test_more_than_wanted_does_not_make_up_for_other_years():
    # 30 MW stand in 2029 for the demand, 10 are wanted: nothing is early, 10 MW wait 3 years
    problem = late_site(at_once(), demand=demand_of(training={2029: 30.0}))
    _, table = plan_of(problem)
    assert table["late_mw_years"].to_dict() == pytest.approx({2026: 20.0, 2028: 10.0, 2029: 0.0})


@given(st.integers(0, 10**6))
@settings(max_examples=6, deadline=None, derandomize=True)
def test_cost_falls_as_waiting_is_allowed(seed):
    problem = random_problem(seed, sites=4)
    most = 0.9 * float(problem.demand.groupby(level="fiscal_year").sum().max())
    costs = []
    for mean_years in (0.5, 1.5, 3.0, math.nan):
        wanted = wanted_by(dict.fromkeys(problem.years, most), mean_years=mean_years)
        matrix = compile_model(build_model(replace(problem, waiting=wanted)))
        try:
            costs.append(solve_arrays(matrix, EXACT).cost_myen)
        except InfeasibleError:
            costs.append(np.inf)
    assert np.isfinite(costs[-1])
    assert all(a >= b * (1 - 1e-7) for a, b in pairwise(costs))


@pytest.mark.parametrize(
    ("more", "field", "relax_by"),
    [({"mean_years": 1.0}, "limits.waiting.mean_years", 10.0),
     ({"full_from": 2026}, "limits.waiting.full_from", 10.0)],
)  # fmt: skip
def test_clash_names_the_limit(more, field, relax_by):
    sites = site_table(near={"first_fiscal_year": 2028}, far={"first_fiscal_year": 2028})
    problem = late_site(at_once(**more), sites=sites)
    with pytest.raises(InfeasibleError):
        choose_sites(problem, EXACT)
    clash = {c.limit: c.relax_by for c in explain_clash(problem).clashes}
    assert clash[field] == pytest.approx(relax_by)


@pytest.mark.parametrize(
    ("waiting", "where"),
    [
        (wanted_by({2026: 1.0, 2028: 1.0}), "waiting.wanted_it_mw[2029]"),
        (wanted_by({2026: 1.0, 2028: -1.0, 2029: 1.0}), "waiting.wanted_it_mw[2028]"),
        (at_once(price_myen_per_mw_year=-1.0), "waiting.price_myen_per_mw_year"),
        (at_once(price_myen_per_mw_year=math.nan), "waiting.price_myen_per_mw_year"),
        (at_once(mean_years=-1.0), "waiting.mean_years"),
        (at_once(full_from=2030), "waiting.full_from"),
    ],
)
def test_wrong_waiting_is_named(waiting, where):
    with pytest.raises(InputError) as caught:
        late_site(waiting)
    assert [p.where for p in caught.value.problems] == [where]


# --- from the scenario -----------------------------------------------------------------------


def posed(folder, *sets):
    scenario = small_scenario(folder, *sets)
    return pose(scenario, find_candidates(scenario)).problem


def test_scenario_states_neither_unless_asked(tmp_path):
    problem = posed(tmp_path)
    assert problem.waiting is None
    assert problem.low_headroom.gamma == 0


def test_scenario_wants_the_demand_by_its_years_or_at_once(tmp_path):
    by_demand = posed(tmp_path, "limits.waiting={mean_years: 1.5}").waiting
    at_start = posed(
        tmp_path,
        "limits.waiting={wanted: at_once, price_myen_per_mw_year: 7.0, full_from: 2032}",
    ).waiting
    assert by_demand.mean_years == 1.5
    assert by_demand.wanted_it_mw.is_monotonic_increasing
    assert by_demand.wanted_it_mw.iloc[0] < by_demand.wanted_it_mw.iloc[-1]
    assert set(at_start.wanted_it_mw) == {by_demand.wanted_it_mw.max()}
    assert (at_start.price_myen_per_mw_year, at_start.full_from) == (7.0, 2032)
    assert math.isnan(at_start.mean_years)


def test_scenario_gamma_brings_the_low_ends(tmp_path):
    problem = posed(tmp_path, "headroom.gamma=2")
    low = posed(tmp_path, "headroom.case=low").groups["headroom_mw"]
    ends = problem.low_headroom.low_mw.reindex(problem.groups.index)
    shared = low.index.intersection(ends.index)
    assert problem.low_headroom.gamma == 2
    assert len(shared)
    assert ends[shared].tolist() == low[shared].tolist()
    assert (ends <= problem.groups["headroom_mw"]).all()


def test_gamma_beside_the_low_case_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"headroom\.gamma: found 1 beside case: low"):
        small_scenario(tmp_path, "headroom.gamma=1", "headroom.case=low")


def test_works_of_the_scenario_lift_further_groups(tmp_path):
    groups = list(dict.fromkeys(posed(tmp_path).group_sites["group"]))[:2]
    works = f"{{group: {groups[0]}, also_lifts: [{groups[1]}], added_mw: 5.0, "
    works += "lead_years: 1.0, cost_myen: 10.0}"
    problem = posed(tmp_path, f"reinforcements.line={works}")
    lifted = problem.lifted()
    assert lifted["group"].tolist() == groups
    assert lifted["added_mw"].tolist() == [5.0, 5.0]


def test_works_that_lift_a_group_twice_are_refused(tmp_path):
    works = "{group: a, also_lifts: [a], added_mw: 5.0, lead_years: 1.0, cost_myen: 10.0}"
    with pytest.raises(InputError, match="each group once"):
        small_scenario(tmp_path, f"reinforcements.line={works}")
