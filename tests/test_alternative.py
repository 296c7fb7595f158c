"""The next-best place of a site, and the limits that hold it, by head."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from optimize.alternative import binding, next_best
from optimize.plan import choose_sites
from optimize.problem import Spread
from optimize.solve import SolverSettings
from tests.small_problems import (
    carbon_table,
    cost_table,
    demand_of,
    dispatch_of,
    headroom,
    keyed,
    members,
    random_problem,
    reserve_table,
    site_table,
    two_sites,
    two_years,
)

EXACT = SolverSettings(gap_share=1e-9)


def three_sites(**changes):
    """10 MW: `cheap` has them, `middle` and `dear` wait; all alike but for their cost."""
    base = two_sites(
        sites=site_table(cheap={}, middle={}, dear={"area": "south"}),
        costs=cost_table(cheap=(10, 1), middle=(12, 1), dear=(10, 3)),
        demand=demand_of(training={2026: 10.0}),
    )
    return replace(base, **changes)


def next_of(problem, site="cheap"):
    row = next_best(problem, choose_sites(problem, EXACT)).loc[site]
    return row["next_site"], row["extra_myen_per_year"]


def changed(**sites):
    """The site table of `three_sites` with other numbers for some sites."""
    base = {"cheap": {}, "middle": {}, "dear": {"area": "south"}}
    return site_table(**{name: row | sites.get(name, {}) for name, row in base.items()})


def test_the_cheapest_other_candidate_is_next():
    assert next_of(three_sites()) == ("middle", pytest.approx(2.0))


def test_only_chosen_sites_have_a_next_place():
    problem = three_sites()
    assert list(next_best(problem, choose_sites(problem)).index) == ["cheap"]


@pytest.mark.parametrize(
    "row",
    [
        {"first_fiscal_year": 2027},
        {"max_mw": 9.0},
        {"min_mw": 11.0},
        {"ramp_mw_per_year": 9.0},
    ],
)
def test_a_place_that_cannot_take_it_is_passed_over(row):
    # dear costs 3 - 1 = 2 a MW more
    assert next_of(three_sites(sites=changed(middle=row))) == ("dear", pytest.approx(20.0))


def test_headroom_of_every_group_is_respected():
    problem = three_sites(
        groups=headroom({("bank", 2026): 9.0, ("upper", 2026): 50.0}),
        group_sites=members(bank=["middle"], upper=["middle", "dear"]),
    )
    assert next_of(problem)[0] == "dear"


def test_headroom_that_the_site_itself_uses_is_free_once_it_leaves():
    problem = three_sites(
        groups=headroom({("upper", 2026): 10.0}), group_sites=members(upper=["cheap", "middle"])
    )
    assert next_of(problem)[0] == "middle"


def test_a_zone_cap_is_respected():
    sites = changed(middle={"seismic_zone": "nankai"})
    problem = three_sites(sites=sites, spread=Spread(zone_cap_mw={"nankai": 9.0}))
    assert next_of(problem)[0] == "dear"


def test_nowhere_else_is_missing_not_zero():
    small = {"max_mw": 1.0}
    table = next_best(
        problem := three_sites(sites=changed(middle=small, dear=small)), choose_sites(problem)
    )
    assert table["next_site"].isna().all()
    assert table["extra_myen_per_year"].isna().all()


def test_a_chosen_site_with_room_left_needs_no_new_fixed_cost():
    # cheap is full at 20 MW; dear holds 10 of 100 MW and could hold all 30 for 2 a MW more,
    # which saves the 10 that cheap costs standing
    problem = two_sites(sites=site_table(cheap={"max_mw": 20.0}, dear={}))
    assert next_of(problem) == ("dear", pytest.approx(20 * 2 - 10))
    assert next_of(problem, "dear")[0] is np.nan


def test_a_place_that_cools_worse_needs_more_contract():
    # the same IT power takes 12 MW there
    warm = {"pue_peak": 1.2, "pue_annual": 1.2}
    small = {"max_mw": 5.0}
    problem = three_sites(sites=changed(middle=warm, dear=small))
    assert next_of(problem) == ("middle", pytest.approx(12 - 10 + 2 * 1))
    tight = changed(middle=warm | {"max_mw": 11.9}, dear=small)
    assert next_of(three_sites(sites=tight))[0] is np.nan


def test_energy_and_carbon_count_at_their_mean():
    # gas 0.01 in the north, 0.012 in the south; 0.5 and 0.3 t/MWh at 0.004 M¥/t
    days = dispatch_of(
        [2026],
        demand={"north": [50.0, 50.0], "south": [50.0, 50.0]},
        supply={
            ("north", "gas"): (500.0, 0.01, np.nan, 1.0),
            ("south", "gas"): (500.0, 0.012, np.nan, 1.0),
        },
        intensity={"north": [0.4, 0.6], "south": [0.3, 0.3]},
    )
    problem = three_sites(
        sites=changed(middle={"max_mw": 1.0}),
        dispatch=days,
        carbon=carbon_table({2026: (np.nan, 0.004)}),
    )
    mwh = 10 * 8760
    expected = 10 * 2 + mwh * 0.002 - mwh * 0.2 * 0.004
    assert next_of(problem) == ("dear", pytest.approx(expected))


def test_every_year_counts_not_only_the_last():
    # middle has room for 10 MW in 2027 but for none in 2026, when cheap starts
    problem = two_years(
        sites=changed(),
        costs=three_sites().costs,
        demand=demand_of(training={2026: 5.0, 2027: 10.0}),
        groups=headroom({("bank", 2026): 0.0, ("bank", 2027): 50.0}),
        group_sites=members(bank=["middle"]),
    )
    assert next_of(problem)[0] == "dear"


def held(problem):
    rows = binding(problem, choose_sites(problem, EXACT))
    return {(row.site, row.limit, row.key): row.price_myen for row in rows.itertuples()}


def test_a_full_site_is_held_by_its_size():
    # one more MW at cheap saves 3 - 1
    assert held(two_sites())["cheap", "size_at_most", "cheap"] == pytest.approx(2.0)
    assert not [key for key in held(two_sites()) if key[0] == "dear"]


def test_a_small_contract_is_held_by_its_least_size():
    sites = site_table(cheap={"max_mw": 20.0}, dear={"min_mw": 15.0})
    found = held(two_sites(sites=sites))
    assert found["dear", "size_at_least", "dear"] == pytest.approx(2.0)


def test_groups_zones_and_ramps_hold():
    limited = two_sites(groups=headroom({("bank", 2026): 8.0}), group_sites=members(bank=["cheap"]))
    assert held(limited) == {("cheap", "respect_headroom", "bank"): pytest.approx(2.0)}
    shaky = site_table(cheap={"seismic_zone": "nankai"}, dear={})
    capped = two_sites(sites=shaky, spread=Spread(zone_cap_mw={"nankai": 8.0}))
    assert held(capped) == {("cheap", "zone_cap", "nankai"): pytest.approx(2.0)}
    slow = two_sites(sites=site_table(cheap={"ramp_mw_per_year": 8.0}, dear={}))
    assert held(slow) == {("cheap", "ramp_up", "cheap"): pytest.approx(2.0)}


def test_area_limits_hold_the_sites_of_the_area():
    shared = two_sites(spread=Spread(largest_area_share=0.5))
    assert ("cheap", "largest_area_share", "north") in held(shared)
    table = {("north", "h3", "summer", 2026): (110.0, 90.0, 0.1)}
    reserve = held(two_sites(reserve=reserve_table(table)))
    # 1 MW of supply lets 1 / 1.1 MW move to the cheap site
    assert reserve == {("cheap", "keep_reserve", "north"): pytest.approx(2 / 1.1)}
    limit = keyed({("nn", 2026): 5.0}, ["group", "fiscal_year"]).to_frame("limit_mw")
    counted = two_sites(
        forecast=limit.assign(over_price_myen_per_mw=1.5),
        forecast_areas=pd.DataFrame({"group": ["nn"], "area": ["north"]}),
    )
    assert held(counted)["cheap", "stay_in_forecast", "nn"] == pytest.approx(1.5)


def test_before_its_first_year_a_site_is_held_by_the_wait():
    sites = site_table(cheap={"max_mw": 20.0, "first_fiscal_year": 2027}, dear={})
    found = held(two_years(sites=sites))
    assert ("cheap", "wait_for_power", "cheap") in found


def test_the_dearest_limit_of_a_site_comes_first():
    problem = random_problem(21)
    rows = binding(problem, choose_sites(problem, EXACT))
    for _, table in rows.groupby("site"):
        assert table["price_myen"].is_monotonic_decreasing
    assert (rows["price_myen"] > 0).all()
