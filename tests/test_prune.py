"""Sites left out of the plan: it costs the same without them, and those that matter stay."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InfeasibleError
from optimize.plan import choose_sites
from optimize.problem import SiteProblem, Spread
from optimize.prune import needless_sites
from optimize.solve import SolverSettings
from tests.small_problems import (
    cost_table,
    demand_of,
    dispatch_of,
    headroom,
    keyed,
    members,
    per_year,
    random_problem,
    reinforcement_table,
    reserve_table,
    site_table,
    workload_table,
)

EXACT = SolverSettings(gap_share=0.0)
YEARS = (2026, 2029)


def cost(problem):
    """Cost of the best plan; infinite where there is none."""
    try:
        return choose_sites(problem, EXACT).record.cost_myen
    except InfeasibleError:
        return np.inf


def without(problem, names):
    """The same question without some sites."""
    left = set(names)
    sites = problem.sites[~problem.sites.index.isin(left)]
    costs, pairs, groups = problem.costs, problem.pairs, problem.group_sites
    return replace(
        problem,
        sites=sites,
        costs=costs[~costs.index.get_level_values("site").isin(left)],
        pairs=pairs[~pairs.index.get_level_values("site").isin(left)],
        group_sites=groups[~groups["site"].isin(left)],
    )


def costs_the_same_without(problem):
    """Sites left out, once the two plans have been seen to cost the same."""
    left = needless_sites(problem, list(problem.sites.index))
    if left:
        assert cost(without(problem, left)) == pytest.approx(cost(problem), rel=1e-6, abs=1e-6)
    assert set(left.values()).isdisjoint(left)
    return left


# --- by head -----------------------------------------------------------------------------------


def one_point(good=None, worse=None, **changes):
    """Two sites under one limit of 30 MW that need 20 MW each; `good` costs 10 less a year."""
    years = changes.get("years", (2026, 2027))
    plain = {"min_mw": 20.0, "max_mw": 30.0}
    problem = SiteProblem(
        years=years,
        sites=site_table(good=plain | (good or {}), worse=plain | (worse or {})),
        costs=cost_table(good=(10, 1), worse=(20, 1)),
        workloads=workload_table(training={"shortfall_price_myen": 1000.0}),
        demand=demand_of(training=dict.fromkeys(years, 20.0)),
        groups=headroom(per_year(years, point=30.0)),
        group_sites=members(point=["good", "worse"]),
    )
    return replace(problem, **changes)


def limit(mw, years=(2026, 2027), **more):
    return headroom(per_year(years, point=mw, **more))


def demand(mw, years=(2026, 2027), workload="training"):
    return demand_of(**{workload: dict.fromkeys(years, mw)})


def served_city(good_myen, worse_myen):
    """Work for one metropolis that 25 MW have to serve."""
    pairs = {("city", "good"): good_myen, ("city", "worse"): worse_myen}
    known = {pair: myen for pair, myen in pairs.items() if myen is not None}
    return {
        "workloads": workload_table(
            inference={"latency_bound": True, "shortfall_price_myen": 1000.0}
        ),
        "demand": demand(25.0, workload="inference"),
        "metros": keyed(
            {("city", year): 25.0 for year in (2026, 2027)}, ["metro", "fiscal_year"]
        ).to_frame("it_mw"),
        "pairs": keyed(known, ["metro", "site"]).to_frame("myen_per_mw_year"),
    }


def powered(years=(2026, 2027)):
    """Energy at 10 yen a kWh in the only area."""
    supply = {("north", "gas"): (500.0, 0.01, np.nan, 1.0)}
    return dispatch_of(years, demand={"north": [100.0, 100.0]}, supply=supply)


def spare(north_mw, south_mw=0.0):
    """Areas that can take so much more at the peak."""
    mw = {"north": north_mw, "south": south_mw}
    return reserve_table(
        {
            (area, "h3", "summer", year): (100.0 + mw[area], 100.0, 0.0)
            for area in mw
            for year in (2026, 2027)
        }
    )


def test_the_dearer_of_two_that_exclude_each_other_is_left_out():
    assert costs_the_same_without(one_point()) == {"worse": "good"}


def test_of_equal_sites_as_many_stay_as_the_limit_holds():
    names = [f"s{i}" for i in range(5)]
    problem = replace(
        one_point(),
        sites=site_table(**{name: {"min_mw": 20.0, "max_mw": 30.0} for name in names}),
        costs=cost_table(**dict.fromkeys(names, (10, 1))),
        group_sites=members(point=names),
        groups=limit(59.0),
        demand=demand(45.0),
    )
    left = costs_the_same_without(problem)
    assert len(left) == 3


def test_only_sites_that_may_be_left_out_are():
    assert needless_sites(one_point(), ["good"]) == {}
    assert needless_sites(one_point(), []) == {}


def test_better_in_everything_else_is_no_reason_to_stay():
    better = {"min_mw": 10.0, "max_mw": 40.0, "ramp_mw_per_year": 2000.0, "pue_annual": 1.0}
    problem = one_point(better, {"seismic_zone": "nankai", "pue_annual": 1.1}, groups=limit(30.0))
    # two of 10 MW would fit beside each other: the limit has room for three
    assert needless_sites(problem, ["worse"]) == {}
    assert costs_the_same_without(replace(problem, groups=limit(19.0))) == {"worse": "good"}


def test_a_limit_of_its_own_that_never_binds_is_none():
    own = {"group_sites": members(point=["good", "worse"], own=["good"], other=["worse"])}
    wide = limit(30.0, own=30.0, other=30.0)
    assert costs_the_same_without(one_point(groups=wide, **own)) == {"worse": "good"}


NEEDED = {
    "both fit": one_point(groups=limit(40.0), demand=demand(40.0)),
    "small ones fit": one_point(
        {"min_mw": 15.0, "max_mw": 15.0}, {"min_mw": 15.0, "max_mw": 15.0}, demand=demand(30.0)
    ),
    "no smallest size": one_point(
        {"min_mw": 0.0, "max_mw": 15.0}, {"min_mw": 0.0, "max_mw": 15.0}, demand=demand(30.0)
    ),
    "the other is smaller at the least": one_point(
        {"min_mw": 8.0, "max_mw": 20.0}, {"max_mw": 20.0}, demand=demand(28.0)
    ),
    "room after reinforcement": one_point(
        reinforcements=reinforcement_table(line=("point", 10.0, 2026, 1.0)), demand=demand(40.0)
    ),
    "headroom grows": one_point(
        groups=headroom({("point", 2026): 30.0, ("point", 2027): 40.0}),
        demand=demand_of(training={2026: 20.0, 2027: 40.0}),
    ),
    "other area": one_point({"area": "south"}, reserve=spare(100.0, 0.0)),
    "other zone": one_point(
        {"seismic_zone": "nankai"}, spread=Spread(zone_cap_mw={"nankai": 0.0})
    ),
    "out of reach": one_point(**served_city(None, 1.0)),
    "far from users": one_point(**served_city(5.0, 1.0)),
    "smaller": one_point({"max_mw": 20.0}, demand=demand(30.0)),
    "larger at the least": replace(
        one_point({"min_mw": 25.0}), costs=cost_table(good=(10, 5), worse=(20, 5))
    ),
    "later": one_point({"first_fiscal_year": 2027}),
    "slower": one_point({"ramp_mw_per_year": 10.0}),
    "warmer at the peak": one_point({"pue_peak": 1.5}, demand=demand(30.0)),
    "warmer over the year": one_point({"pue_annual": 1.2}, dispatch=powered()),
    "dearer by MW": replace(one_point(), costs=cost_table(good=(10, 3), worse=(20, 1))),
    "dearer": replace(one_point(), costs=cost_table(good=(30, 1), worse=(20, 1))),
    "more at the common peak": one_point(
        {"coincidence_share": 1.0}, {"coincidence_share": 0.5}, reserve=spare(12.0)
    ),
    "a limit of its own": one_point(
        groups=limit(30.0, own=10.0),
        group_sites=members(point=["good", "worse"], own=["good"]),
    ),
    # power that is not used would be released: the better cooled has to run twice the servers
    "cooler at the peak": one_point(
        {"min_mw": 20.0, "pue_peak": 1.0},
        {"min_mw": 20.0, "pue_peak": 2.0},
        years=(2026, 2029),
        demand=demand(10.0, (2026, 2029)),
        groups=limit(30.0, (2026, 2029)),
        dispatch=powered((2026, 2029)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NEEDED)
def test_a_site_that_is_needed_stays(case):
    problem = NEEDED[case]
    assert cost(without(problem, ["worse"])) > cost(problem) + 1e-3
    assert needless_sites(problem, ["worse"]) == {}


def test_a_limit_shared_with_a_third_site_may_bind():
    problem = one_point()
    third = replace(
        problem,
        sites=pd.concat([problem.sites, site_table(third={"max_mw": 30.0})]),
        costs=cost_table(good=(10, 1), worse=(20, 1), third=(0, 0)),
        groups=limit(30.0, bank=30.0),
        group_sites=members(point=["good", "worse"], bank=["good", "third"]),
        demand=demand(50.0),
    )
    assert cost(without(third, ["worse"])) > cost(third) + 1e-3
    assert needless_sites(third, ["worse"]) == {}


# --- many random questions ---------------------------------------------------------------------


def crowded(seed, *, with_power):
    """A small nation whose sites crowd at two points, drawn so that many dominate each other."""
    rng = np.random.default_rng(seed)
    names = [f"s{i}" for i in range(int(rng.integers(5, 8)))]
    count = len(names)
    base = random_problem(seed, sites=count, years=YEARS)

    def mostly(common, *others):
        """The common value at six sites of seven."""
        return np.where(rng.random(count) < 6 / 7, common, rng.choice(others, count))

    sites = site_table(**{name: {} for name in names}).assign(
        area=mostly("north", "south"),
        seismic_zone=mostly("", "nankai"),
        min_mw=mostly(10.0, 8.0, 15.0),
        max_mw=mostly(40.0, 25.0),
        first_fiscal_year=mostly(2026, 2027),
        ramp_mw_per_year=mostly(30.0, 15.0),
        pue_peak=mostly(1.2, 1.4),
        pue_annual=mostly(1.1, 1.15),
    )
    metros = ("near", "far")
    pairs = {(m, s): rng.uniform(0, 0.5) for m in metros for s in names if rng.random() < 0.95}
    groups, mw = _crowded_groups(rng, names)
    line = reinforcement_table(line=("east", 6.0, 2028, rng.uniform(1, 30)))
    return replace(
        base,
        sites=sites,
        costs=cost_table(**{n: (rng.uniform(20, 300), rng.choice([60.0, 60.5])) for n in names}),
        groups=headroom(per_year(YEARS, **mw)),
        group_sites=members(**groups),
        reinforcements=line if rng.random() < 0.4 and "east" in groups else line.iloc[:0],
        pairs=keyed(pairs, ["metro", "site"]).to_frame("myen_per_mw_year"),
        metros=base.metros.rename(index={"east": "near", "west": "far"}, level="metro"),
        spread=_spread(rng),
        **({} if with_power else {"dispatch": None, "carbon": base.carbon.iloc[:0]}),
    )


def _crowded_groups(rng, names):
    """Two points, limits of single sites, and an upper system of all but one."""
    at = rng.choice(["east", "west"], len(names))
    groups = {p: [n for n, q in zip(names, at, strict=True) if p == q] for p in ("east", "west")}
    mw = {point: float(rng.choice([14.0, 19.0, 29.0, 35.0])) for point in groups}
    for name in names:
        if rng.random() < 0.4:
            groups[f"own-{name}"] = [name]
            mw[f"own-{name}"] = float(rng.choice([25.0, 40.0]))
    groups["upper"] = names[int(rng.integers(0, 2)) :]
    mw["upper"] = float(rng.choice([40.0, 60.0, 90.0]))
    used = [group for group in groups if groups[group]]
    return {group: groups[group] for group in used}, {group: mw[group] for group in used}


def _spread(rng):
    """One of the limits that keep a plan from leaning on one place, or none."""
    return [
        Spread(),
        Spread(zone_cap_mw={"nankai": 20.0}),
        Spread(largest_area_share=0.7),
        Spread(max_sites=2),
        Spread(budget_myen=20000.0),
        Spread(zone_cap_mw={"nankai": 10.0}, largest_area_share=0.8, max_sites=3),
    ][int(rng.integers(0, 6))]


def test_the_best_plan_costs_the_same_without_them():
    left = [costs_the_same_without(crowded(seed, with_power=False)) for seed in range(60)]
    # not by leaving nothing out
    assert sum(map(len, left)) >= 15


def test_the_same_with_typical_days_and_carbon():
    left = [costs_the_same_without(crowded(seed, with_power=True)) for seed in range(200, 212)]
    assert sum(map(len, left)) >= 3


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_the_order_of_tables_does_not_matter(seed):
    problem = crowded(seed, with_power=False)
    rng = np.random.default_rng(seed)
    names = ["sites", "costs", "groups", "group_sites", "pairs"]
    mixed = {name: getattr(problem, name).sample(frac=1.0, random_state=rng) for name in names}
    every = list(problem.sites.index)
    assert needless_sites(replace(problem, **mixed), every[::-1]) == needless_sites(problem, every)
