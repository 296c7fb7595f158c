"""Why there is no plan: the limits named, and that the relaxation named is enough and needed."""

import math
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.errors import InfeasibleError
from optimize.explain import LIMITS, explain_clash
from optimize.model import build_model
from optimize.plan import choose_sites
from optimize.problem import Spread
from optimize.solve import SolverSettings
from tests.small_clean import claiming, every_kind
from tests.small_problems import (
    carbon_table,
    demand_of,
    dispatch_of,
    everything,
    headroom,
    keyed,
    members,
    random_problem,
    reserve_table,
    site_table,
    tie_table,
    two_sites,
    workload_table,
)

EXACT = SolverSettings(gap_share=1e-6, time_limit_s=30.0)
DEMAND = "demand.workloads"
HEADROOM = "headroom"
WAIT = "assumptions.lead_time_by_voltage_years"
RAMP = "facility.ramp_mw_per_year"
LARGEST = "facility.largest_site_mw"
SMALLEST = "facility.smallest_site_mw"
RESERVE = "limits.reserve"
FENCES = "ties.fence_mw"
CARBON = "limits.carbon.cap_kt_by_year"
SHARE = "limits.spread.largest_area_share"
MIN_SITES = "limits.spread.min_sites"
MAX_SITES = "limits.spread.max_sites"
ZONE = "limits.spread.seismic_zone_cap_mw"
BUDGET = "limits.spread.budget_myen"
LATENCY = "latency.bound_ms"

GAS = (1000.0, 0.01, np.nan, 1.0)
YEAR = 2026


def too_much_demand():
    # both sites together hold 50 MW
    return two_sites(demand=demand_of(training={YEAR: 60.0})), {DEMAND: 10.0, LARGEST: 10.0}


def too_little_headroom():
    groups = headroom({("upper", YEAR): 25.0})
    problem = two_sites(groups=groups, group_sites=members(upper=["cheap", "dear"]))
    return problem, {HEADROOM: 5.0, DEMAND: 5.0}


def too_early():
    late = {"first_fiscal_year": 2027}
    sites = site_table(cheap=late, dear=late)
    problem = two_sites(sites=sites, demand=demand_of(training={YEAR: 10.0}))
    return problem, {WAIT: 10.0, DEMAND: 10.0}


def too_slow():
    # 6 MW each in the first year: 18 of 30 MW are missing
    slow = {"ramp_mw_per_year": 6.0}
    return two_sites(sites=site_table(cheap=slow, dear=slow)), {RAMP: 18.0, DEMAND: 18.0}


def too_little_reserve():
    # room for 10 MW in the north and 5 in the south; 15 MW more need 1.1 times that in supply
    reserve = {
        ("north", "h3", "summer", YEAR): (110.0, 90.0, 0.1),
        ("south", "h3", "summer", YEAR): (104.5, 90.0, 0.1),
    }
    return two_sites(reserve=reserve_table(reserve)), {RESERVE: 16.5, DEMAND: 15.0}


def fenced_in():
    # the north lacks 11 MW of reserve without data centres, and may take in only 4
    reserve = {
        ("north", "h3", "summer", YEAR): (88.0, 90.0, 0.1),
        ("south", "h3", "summer", YEAR): (500.0, 90.0, 0.1),
    }
    fences = keyed({("north", YEAR): 4.0}, ["area", "fiscal_year"]).to_frame("net_mw")
    problem = two_sites(
        reserve=reserve_table(reserve),
        ties=tie_table([YEAR], link=("south", "north", 50.0, 50.0)),
        fences=fences,
    )
    return problem, {RESERVE: 7.0, FENCES: 7.0}


def too_much_carbon():
    # 30 MW at 0.5 t/MWh emit 131.4 kt
    days = dispatch_of(
        [YEAR],
        demand={"north": [100.0, 100.0], "south": [100.0, 100.0]},
        supply={("north", "gas"): GAS, ("south", "gas"): GAS},
    )
    problem = two_sites(dispatch=days, carbon=carbon_table({YEAR: (100e3, 0.0)}))
    return problem, {CARBON: 31.4, DEMAND: 31.4 / 4.38}


def all_in_one_area():
    sites = site_table(cheap={}, dear={})
    problem = two_sites(sites=sites, spread=Spread(largest_area_share=0.5))
    return problem, {SHARE: 15.0, DEMAND: 30.0}


def too_few_candidates():
    return two_sites(spread=Spread(min_sites=3)), {MIN_SITES: 1.0}


def too_few_sites_allowed():
    problem = two_sites(demand=demand_of(training={YEAR: 40.0}), spread=Spread(max_sites=1))
    return problem, {MAX_SITES: 1.0, DEMAND: 10.0, LARGEST: 10.0}


def too_much_in_a_zone():
    shaky = {"seismic_zone": "nankai"}
    sites = site_table(cheap=shaky, dear=shaky)
    problem = two_sites(sites=sites, spread=Spread(zone_cap_mw={"nankai": 20.0}))
    return problem, {ZONE: 10.0, DEMAND: 10.0}


def too_little_money():
    # 30 MW cost 70 at the least; with 58 dear takes 4 MW less, and a larger cheap site takes 6 more
    problem = two_sites(spread=Spread(budget_myen=58.0))
    return problem, {BUDGET: 12.0, DEMAND: 4.0, LARGEST: 6.0}


def too_large_a_connection():
    # the smallest contract of the only site exceeds what the grid can give
    sites = site_table(cheap={"min_mw": 40.0})
    problem = two_sites(
        sites=sites,
        costs=two_sites().costs.iloc[:1],
        groups=headroom({("bank", YEAR): 35.0}),
        group_sites=members(bank=["cheap"]),
    )
    return problem, {SMALLEST: 5.0, HEADROOM: 5.0, DEMAND: 30.0}


def too_far_from_the_city():
    problem = two_sites(
        workloads=workload_table(training={}, inference={"latency_bound": True}),
        demand=demand_of(training={YEAR: 18.0}),
        metros=keyed({("city", YEAR): 12.0}, ["metro", "fiscal_year"]).to_frame("it_mw"),
        pairs=keyed({}, ["metro", "site"]).to_frame("myen_per_mw_year"),
    )
    return problem, {LATENCY: 12.0}


KINDS = [
    too_much_demand,
    too_little_headroom,
    too_early,
    too_slow,
    too_little_reserve,
    fenced_in,
    too_much_carbon,
    all_in_one_area,
    too_few_candidates,
    too_few_sites_allowed,
    too_much_in_a_zone,
    too_little_money,
    too_large_a_connection,
    too_far_from_the_city,
]


def amounts_of(clash):
    """{place: amount} out of the text a person reads."""
    found = re.findall(r"(?:^|; )(.*?) by ([\d.,e+-]+)(?=;|$)", clash.where)
    return {place: float(number.replace(",", "")) for place, number in found}


def relaxed(problem, field, amounts):
    """The problem with the relaxation written into its own tables."""
    x = sum(amounts.values())
    first = {place.split(", ")[0]: mw for place, mw in amounts.items()}
    sites, spread = problem.sites, problem.spread
    by_site = pd.Series(first).reindex(sites.index).fillna(0.0)
    changes = {
        DEMAND: lambda: {"demand": problem.demand - x},
        HEADROOM: lambda: {"groups": problem.groups + x},
        WAIT: lambda: {
            "sites": sites.assign(first_fiscal_year=YEAR),
            "groups": headroom({("early", YEAR): x}),
            "group_sites": members(early=list(sites.index)),
        },
        RAMP: lambda: {"sites": sites.assign(ramp_mw_per_year=sites.ramp_mw_per_year + by_site)},
        LARGEST: lambda: {"sites": sites.assign(max_mw=sites.max_mw + by_site)},
        SMALLEST: lambda: {"sites": sites.assign(min_mw=sites.min_mw - by_site)},
        RESERVE: lambda: {"reserve": with_supply(problem.reserve, first)},
        FENCES: lambda: {"fences": problem.fences + x},
        CARBON: lambda: {"carbon": problem.carbon.assign(cap_t=problem.carbon.cap_t + 1000 * x)},
        MIN_SITES: lambda: {"spread": replace(spread, min_sites=math.ceil(spread.min_sites - x))},
        MAX_SITES: lambda: {"spread": replace(spread, max_sites=math.floor(spread.max_sites + x))},
        ZONE: lambda: {"spread": replace(spread, zone_cap_mw={"nankai": 20.0 + x})},
        BUDGET: lambda: {"spread": replace(spread, budget_myen=spread.budget_myen + x)},
        # the row is share x all contract power: 30 MW in the one case that meets it
        SHARE: lambda: {"spread": replace(spread, largest_area_share=0.5 + x / 30.0)},
        LATENCY: lambda: {"metros": problem.metros - x},
    }
    return replace(problem, **changes[field]())


def with_supply(reserve, by_area):
    more = pd.Series(by_area).reindex(reserve.index.get_level_values("area")).fillna(0.0)
    return reserve.assign(supply_mw=reserve["supply_mw"] + more.to_numpy())


@pytest.mark.parametrize("kind", KINDS)
def test_clashing_limits_are_named_with_the_least_relaxation(kind):
    problem, expected = kind()
    with pytest.raises(InfeasibleError):
        choose_sites(problem)
    found = explain_clash(problem, EXACT)
    assert "Any one of these would free it" in str(found)
    assert {c.limit: c.relax_by for c in found.clashes} == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_the_relaxation_is_enough_and_no_less_is(kind):
    problem, expected = kind()
    for clash in explain_clash(problem, EXACT).clashes:
        amounts = amounts_of(clash)
        assert sum(amounts.values()) == pytest.approx(expected[clash.limit], rel=1e-3)
        more = {place: mw * 1.001 for place, mw in amounts.items()}
        less = {place: mw * 0.97 for place, mw in amounts.items()}
        if clash.limit == DEMAND:
            more = {place: min(mw, problem.demand.sum()) for place, mw in more.items()}
        if clash.limit == LATENCY:
            more = amounts
        assert choose_sites(relaxed(problem, clash.limit, more)).record.cost_myen >= 0
        with pytest.raises(InfeasibleError):
            choose_sites(relaxed(problem, clash.limit, less))


def test_two_limits_that_only_together_would_free_it():
    # too many sites asked for, and a city out of reach: neither alone is enough
    problem = replace(too_far_from_the_city()[0], spread=Spread(min_sites=3))
    found = explain_clash(problem, EXACT)
    assert "would have to give together" in str(found)
    assert {c.limit: c.relax_by for c in found.clashes} == pytest.approx(
        {LATENCY: 12.0, MIN_SITES: 1.0}
    )


def test_many_places_of_one_limit_are_counted():
    sites = site_table(**{f"s{i}": {"ramp_mw_per_year": 1.0, "max_mw": 10.0} for i in range(6)})
    costs = two_sites().costs.iloc[:0]
    problem = two_sites(sites=sites, costs=costs, demand=demand_of(training={YEAR: 60.0}))
    ramp = next(c for c in explain_clash(problem, EXACT).clashes if c.limit == RAMP)
    assert ramp.relax_by == pytest.approx(54.0)
    assert ramp.where.endswith("; and 3 more")
    assert ramp.where.count("FY2026 by 9") == 3


def test_training_that_moves_can_keep_a_carbon_cap():
    """Explaining must not forget it: a cap that moving keeps is no clash."""
    days = dispatch_of(
        [YEAR],
        demand={"north": [100.0, 100.0]},
        supply={("north", "gas"): GAS},
        draw_share={"training": [0.5, 0.5]},
        intensity={"north": [0.5, 0.1]},
    )
    problem = two_sites(
        sites=site_table(cheap={}),
        costs=two_sites().costs.iloc[:1],
        workloads=workload_table(training={"shift_share": 1.0}),
        demand=demand_of(training={YEAR: 10.0}),
        dispatch=days,
        carbon=carbon_table({YEAR: (5000.0, 0.0)}),
    )
    # all 10 MW in the clean half of the day: 10 x 4380 x 0.1 = 4380 t; steady it is 13140 t
    assert choose_sites(problem).carbon.loc[YEAR, "emitted_t"] <= 5000.0
    found = explain_clash(replace(problem, carbon=carbon_table({YEAR: (4000.0, 0.0)})), EXACT)
    assert {c.limit: c.relax_by for c in found.clashes}[CARBON] == pytest.approx(0.38)


def test_a_problem_with_a_plan_has_no_clash():
    found = explain_clash(two_sites())
    assert found.clashes == ()
    assert "there is a plan" in str(found)


def test_what_is_not_settled_in_time_is_said():
    problem = random_problem(1, sites=40)
    needed = workload_table(training={}, inference={"latency_bound": True})
    problem = replace(problem, workloads=needed, spread=Spread(budget_myen=2000.0))
    assert BUDGET in {clash.limit for clash in explain_clash(problem).clashes}
    found = explain_clash(problem, SolverSettings(time_limit_s=0.0))
    assert BUDGET not in {clash.limit for clash in found.clashes}
    assert re.search(rf"no time to settle .*{BUDGET}", str(found))


def test_every_limit_that_can_be_relaxed_exists_in_the_model():
    problems = (everything(), every_kind(), claiming(every_kind(), 0.9))
    models = [build_model(problem) for problem in problems]
    assert set(LIMITS) <= {c.name for model in models for c in model.component_objects()}
