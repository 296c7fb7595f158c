"""Clean power under contract: cases solvable by head, an independent store, and invariants."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyomo.environ as pyo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from data.errors import InfeasibleError, InputError
from optimize.clean import CLEAN_DISPATCH
from optimize.explain import explain_clash
from optimize.highs import solve_arrays
from optimize.matrix import compile_model
from optimize.model import build_model
from optimize.plan import choose_sites
from optimize.solve import SolverSettings, solve
from tests.small_clean import (
    clean_of,
    every_kind,
    remote,
    repeated_days,
    sunny,
)
from tests.small_problems import demand_of, random_problem, two_sites
from tests.test_model_limits import lp_text, parsed

EXPECTED = Path(__file__).parent / "expected" / "clean"
EXACT = SolverSettings(gap_share=1e-9)
STEP = 1e-7  # M¥/MWh of excess and of discharge
HALF = 4380.0  # hours of a year by day, and as many by night


def changed(problem, **changes):
    return replace(problem, clean=replace(problem.clean, **changes))


def cost(problem):
    return choose_sites(problem, EXACT).record.cost_myen


def clean(problem):
    return choose_sites(problem, EXACT).clean


# ---- how much the share costs


@pytest.mark.parametrize(("share", "solar_mw", "night_mw"), [
    (0.0, 0.0, 0.0),
    (0.25, 5.0, 0.0),
    (0.5, 10.0, 0.0),
    (0.75, 10.0 + 5.0 / 0.72, 5.0),
    (1.0, 10.0 + 10.0 / 0.72, 10.0),
])  # fmt: skip
def test_sun_by_day_then_a_battery_for_the_night(share, solar_mw, night_mw):
    # each MW of the night takes 12 / 0.8 MWh of store, filled with 1 / (0.8 x 0.9) MW by day
    plan = choose_sites(sunny(share), EXACT)
    gas_mwh = HALF * (20.0 - min(solar_mw, 10.0) - night_mw)
    power_mw, energy_mwh = night_mw / 0.72, night_mw * 12.0 / 0.8
    expected = 100 * solar_mw + 0.01 * gas_mwh + 5 * power_mw + energy_mwh
    assert plan.record.cost_myen == pytest.approx(expected + STEP * HALF * night_mw, rel=1e-9)
    assert plan.clean.contracts["mw"].item() == pytest.approx(solar_mw)
    store = plan.clean.stores.loc[("north", "battery", 2026)]
    assert (store["mw"], store["mwh"]) == pytest.approx((power_mw, energy_mwh))
    assert plan.clean.years.loc[2026, "hourly_share"] == pytest.approx(share)


def test_annual_matching_needs_no_store():
    # 20 MW of sun give as much as 10 MW draw all year; half of it feeds the area by day
    days = {"demand": {"north": [50.0, 50.0]}}
    problem = sunny(1.0, days=days, matching="annual")
    plan = choose_sites(problem, EXACT)
    assert plan.clean.stores["mw"].item() == 0.0
    year = plan.clean.years.loc[2026]
    assert year["annual_share"] == pytest.approx(1.0)
    assert year["hourly_share"] == pytest.approx(0.5)
    energy = 0.01 * HALF * (120.0 - 20.0)
    assert plan.record.cost_myen == pytest.approx(2000 + energy + STEP * HALF * 10.0, rel=1e-9)


def test_annual_matching_does_not_count_what_nobody_can_use():
    # nobody else draws: sun beyond 10 MW by day is curtailed, and losses of a store do not count
    without = sunny(0.75, matching="annual", stores={})
    with pytest.raises(InfeasibleError):
        choose_sites(without, EXACT)
    answer = clean(sunny(0.75, matching="annual"))
    assert answer.years.loc[2026, "hourly_share"] == pytest.approx(0.75)
    assert answer.stores["both_mw"].max() == 0.0


def test_excess_beyond_its_share_has_to_be_stored_or_forgone():
    days = {"demand": {"north": [50.0, 50.0]}}
    allowed = sunny(0.75, days=days, matching="annual", stores={}, excess_share=0.25)
    assert clean(allowed).years.loc[2026, "excess_gwh"] == pytest.approx(0.25 * 87.6)
    with pytest.raises(InfeasibleError):
        choose_sites(changed(allowed, excess_share=0.2), EXACT)
    stored = sunny(0.75, days=days, matching="annual", excess_share=0.2)
    answer = clean(stored)
    # 0.05 of the draw, 1 MW by night, come out of the store
    assert answer.years.loc[2026, "excess_gwh"] == pytest.approx(0.2 * 87.6)
    assert answer.stores["discharged_gwh"].item() == pytest.approx(1.0 * HALF / 1000)
    assert cost(stored) > cost(allowed)


def test_clean_power_of_the_grid_counts_in_what_is_not_matched():
    # 0.2 + 0.8 m >= 0.4: a quarter of the draw has to be matched, 5 MW by day
    problem = sunny(0.4)
    keys = pd.MultiIndex.from_product([[2026], problem.dispatch.slices.index])
    grid = pd.DataFrame({"north": 0.2}, index=keys.set_names(["fiscal_year", "slice"]))
    answer = clean(changed(problem, grid_clean_share=grid))
    assert answer.contracts["mw"].item() == pytest.approx(5.0)
    assert answer.years.loc[2026, "hourly_share"] == pytest.approx(0.4)
    assert answer.years.loc[2026, "grid_clean_gwh"] == pytest.approx(0.2 * (87.6 - 5 * HALF / 1000))


@settings(max_examples=6, deadline=None)
@given(
    sun=st.lists(st.sampled_from([0.0, 0.3, 1.0]), min_size=4, max_size=4).filter(any),
    price=st.floats(20.0, 300.0),
    lossless=st.booleans(),
    shares=st.lists(st.floats(0.0, 1.0), min_size=2, max_size=2).map(sorted),
)
def test_more_never_costs_less_and_by_the_hour_never_less_than_by_the_year(
    sun, price, lossless, shares
):
    days = {"hours": (6.0,) * 4, "demand": {"north": [30.0, 40.0, 60.0, 50.0]}}
    efficiency = {"efficiency_in": 1.0, "efficiency_out": 1.0} if lossless else {}
    more = {
        "offers": {("north", "solar"): ({"myen_per_mw_year": price}, sun)},
        "stores": {("north", "battery"): efficiency},
        "days": days,
    }
    low, high = (choose_sites(sunny(share, **more), EXACT) for share in shares)
    yearly = choose_sites(sunny(shares[1], matching="annual", **more), EXACT)
    tolerance = 1e-6 * high.record.cost_myen
    assert low.record.cost_myen <= high.record.cost_myen + tolerance
    assert yearly.record.cost_myen <= high.record.cost_myen + tolerance
    for plan in (low, high, yearly):
        assert plan.clean.stores["both_mw"].max() == 0.0
        assert_balanced(plan)
    assert high.clean.years["hourly_share"].item() >= shares[1] - 1e-6
    assert yearly.clean.years["annual_share"].item() >= shares[1] - 1e-6


def assert_balanced(plan):
    """What every slice gives and takes adds up, for all power and for clean power."""
    table = plan.balance.fillna(0.0)
    by_tech = [f"{tech}_mw" for tech in ("gas", "nuclear") if f"{tech}_mw" in table]
    given = table[[*by_tech, "unserved_mw", "contracted_mw", "stored_mw", "net_import_mw"]]
    taken = table["demand_mw"] + table["draw_mw"]
    assert (given.sum(axis=1) - taken).abs().max() < 1e-3
    match = plan.clean.matching
    assert (match["matched_mw"] <= match["draw_mw"] + 1e-3).all()
    own = match["gen_mw"] + match["discharge_mw"] - match["charge_mw"] + match["clean_import_mw"]
    assert (own - match["matched_mw"] - match["excess_mw"]).abs().max() < 1e-3


# ---- where clean power comes from


def nuclear(share, capacity, *, daily=np.nan, **offer):
    """A plant that stands already, and its output under contract at 1 M¥ a MW."""
    offer = {"additional": False, "myen_per_mw_year": 1.0} | offer
    gas = (1000.0, 0.01, np.nan, 1.0)
    supply = {("north", "gas"): gas, ("north", "nuclear"): (capacity, 0.001, daily, 1.0)}
    days = {"demand": {"north": [50.0, 50.0]}, "supply": supply}
    return sunny(share, offers={("north", "nuclear"): (offer, 1.0)}, stores={}, days=days)


def test_a_claim_on_a_plant_adds_no_power():
    claimed, free = choose_sites(nuclear(0.8, 8.0), EXACT), choose_sites(nuclear(0.0, 8.0), EXACT)
    assert claimed.balance["gas_mw"].tolist() == pytest.approx(free.balance["gas_mw"].tolist())
    assert claimed.balance["contracted_mw"].abs().max() == 0.0
    # 8 MW at 1 M¥ for the paper alone
    assert claimed.record.cost_myen - free.record.cost_myen == pytest.approx(8.0)
    row = claimed.clean.contracts.loc[("north", "nuclear", 2026)]
    assert (row["gwh"], row["plant_gwh"]) == pytest.approx((8 * 8.76, 8 * 8.76))


@pytest.mark.parametrize(("capacity", "daily", "most"), [(8.0, np.nan, 0.8), (10.0, 0.5, 0.5)])
def test_no_more_of_a_plant_can_be_claimed_than_it_runs(capacity, daily, most):
    # 8 MW of nuclear, or 10 MW of hydro with water for half of the day
    reached = clean(nuclear(most, capacity, daily=daily)).years.loc[2026, "hourly_share"]
    assert reached == pytest.approx(most)
    with pytest.raises(InfeasibleError):
        choose_sites(nuclear(most + 0.01, capacity, daily=daily), EXACT)


def test_a_new_plant_displaces_supply_even_where_it_is_not_matched():
    plan = choose_sites(sunny(0.5, days={"demand": {"north": [50.0, 50.0]}}), EXACT)
    assert plan.balance["contracted_mw"].tolist() == pytest.approx([10.0, 0.0])
    assert plan.balance["gas_mw"].tolist() == pytest.approx([50.0, 60.0])
    assert plan.balance["net_import_mw"].abs().max() == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("share", [0.2, 0.4])
def test_remote_clean_power_comes_over_the_tie(share):
    plan = choose_sites(remote(4.0, share), EXACT)
    match = plan.clean.matching["clean_import_mw"]
    assert match["north"].tolist() == pytest.approx([10 * share] * 2)
    assert match["south"].tolist() == pytest.approx([-10 * share] * 2)
    forward = plan.flows["mw"].xs("forward", level="direction").to_numpy()
    assert (forward >= 10 * share - 1e-6).all()
    assert plan.clean.years["against_flow_gwh"].item() == 0.0
    assert_balanced(plan)


def test_remote_clean_power_is_limited_by_the_tie():
    with pytest.raises(InfeasibleError):
        choose_sites(remote(4.0, 0.45), EXACT)


def cheap_north(tie_mw):
    """Gas at half the price in the north: left alone, the tie would carry power to the south."""
    problem = remote(tie_mw, 0.2, back_mw=10.0)
    supply = problem.dispatch.supply.copy()
    supply.loc[("north", "gas"), "cost_myen_per_mwh"] = 0.005
    return replace(problem, dispatch=replace(problem.dispatch, supply=supply))


def test_clean_power_goes_with_the_flow_if_that_costs_no_more_than_the_gap():
    loose = choose_sites(cheap_north(4.0), SolverSettings(gap_share=0.2))
    assert loose.clean.years["against_flow_gwh"].item() == 0.0
    exact = choose_sites(cheap_north(4.0), EXACT)
    assert exact.record.cost_myen < loose.record.cost_myen
    # where the gap allows no other plan, what one costs is told beside it
    assert exact.clean.one_way_cost_myen == pytest.approx(loose.record.cost_myen)
    assert loose.clean.one_way_cost_myen == loose.record.cost_myen
    # the bound is that of the model with both ways: the gap is stated, and true
    assert loose.record.bound_myen <= exact.record.cost_myen * (1 + 1e-9)
    gap = 1.0 - loose.record.bound_myen / loose.record.cost_myen
    assert loose.record.gap_share == pytest.approx(gap)
    assert 0.0 < gap < 0.2
    assert loose.clean.years["hourly_share"].item() >= 0.2 - 1e-6
    assert_balanced(loose)


def test_a_tie_runs_one_way_and_what_goes_against_it_is_reported():
    plan = choose_sites(cheap_north(4.0), EXACT)
    flow = plan.flows["mw"].unstack("direction")
    assert (flow["forward"] / 4.0 + flow["reverse"] / 10.0 <= 1 + 1e-6).all()
    clean_mw = plan.clean.matching["clean_import_mw"]["north"].to_numpy()
    net = (flow["forward"] - flow["reverse"]).clip(lower=0.0).to_numpy()
    beyond = np.clip(clean_mw - net, 0.0, None)
    assert plan.clean.years["against_flow_gwh"].item() == pytest.approx(beyond.sum() * HALF / 1000)
    assert beyond.max() > 0.1


# ---- stores


SOLAR, POWER, ENERGY, START = range(4)
GEN, CHARGE, DISCHARGE, MATCHED = range(4)
WIDE = 4 + 4 * 6


def column(kind, t):
    return 4 + 6 * kind + t


def line(terms):
    row = np.zeros(WIDE)
    for where, factor in terms.items():
        row[where] = factor
    return row


def slice_rows(sun):
    """Rows at most zero, and rows equal to zero, of every slice."""
    at_most, equal = [], []
    for t in range(6):
        gen, charge, discharge, matched = (column(kind, t) for kind in range(4))
        at_most.append(line({gen: 1.0, SOLAR: -sun[t]}))
        at_most.append(line({charge: 1.0, discharge: 1.0, POWER: -1.0}))
        equal.append(line({gen: 1.0, discharge: 1.0, charge: -1.0, matched: -1.0}))
    return at_most, equal


def level_rows(weights):
    """The store's level after every slice of every day, one after the other."""
    at_most, level = [], line({START: 1.0})
    for day, repeats in enumerate(weights):
        for t in [*range(3 * day, 3 * day + 3)] * repeats:
            level = level + line({column(CHARGE, t): 7.2, column(DISCHARGE, t): -10.0})
            at_most += [-level, level - line({ENERGY: 1.0})]
    return at_most, level - line({START: 1.0})


def explicit_days(problem, weights):
    """Least cost with every repeat of a day written out, the same use in each; by scipy alone."""
    hours = 8.0 * np.repeat(weights, 3)
    draw = 10.0 * problem.dispatch.draw_share["training"].to_numpy()
    at_most, equal = slice_rows(problem.clean.availability.to_numpy().ravel())
    levels, cycle = level_rows(weights)
    share = line({column(MATCHED, t): -hours[t] for t in range(6)})
    costs = line({SOLAR: 100.0, POWER: 5.0, ENERGY: 1.0})
    costs += line({column(MATCHED, t): -0.01 * hours[t] for t in range(6)})  # gas saved
    costs += line({column(DISCHARGE, t): STEP * hours[t] for t in range(6)})
    rows = [*at_most, *levels, share]
    bound = [0.0] * (len(rows) - 1) + [-0.95 * float(hours @ draw)]
    limits = [(0, None)] * (WIDE - 6) + [(0, mw) for mw in draw]
    equal = [*equal, cycle]
    found = linprog(costs, rows, bound, equal, np.zeros(len(equal)), limits, method="highs")
    return found.fun + 0.01 * float(hours @ draw), found.x[ENERGY]


@pytest.mark.parametrize("weights", [(1, 1), (3, 1), (2, 5), (4, 3)])
def test_repeated_days_cost_what_every_day_written_out_costs(weights):
    problem = repeated_days(weights)
    expected, energy_mwh = explicit_days(problem, weights)
    plan = choose_sites(problem, EXACT)
    assert plan.record.cost_myen == pytest.approx(expected, rel=1e-7)
    store = plan.clean.stores.iloc[0]
    assert store["mwh"] == pytest.approx(energy_mwh, rel=1e-5)


def test_a_short_store_has_no_more_energy_than_its_hours():
    stores = {("north", "battery"): {"most_hours": 6.0, "potential_mw": 20.0}}
    with pytest.raises(InfeasibleError):  # 12 / 0.8 MWh for each MW of the night: 8 MW at most
        choose_sites(sunny(1.0, stores=stores), EXACT)
    assert clean(sunny(0.9, stores=stores)).stores["mwh"].item() == pytest.approx(120.0)


@pytest.mark.parametrize("efficiency", [1.0, 0.9])
@pytest.mark.parametrize("matching", ["hourly", "annual"])
def test_a_store_never_charges_and_discharges_at_once(efficiency, matching):
    # far more sun than anybody can use, for nothing, and a store that costs nothing
    free = {"myen_per_mw_year": 0.0}
    store = free | {"myen_per_mwh_year": 0.0}
    store |= {"efficiency_in": efficiency, "efficiency_out": efficiency, "potential_mw": 50.0}
    problem = sunny(
        0.9,
        offers={("north", "solar"): (free, (1.0, 0.2))},
        stores={("north", "battery"): store},
        matching=matching,
    )
    assert clean(problem).stores["both_mw"].item() == 0.0


# ---- years, proof and explanation


def test_contracts_are_kept_and_wait_for_their_first_year():
    problem = every_kind()
    plan = choose_sites(problem, EXACT)
    mw = plan.clean.contracts["mw"].unstack("fiscal_year")
    assert mw.loc[("north", "wind"), 2026] == 0.0
    assert (mw[2030] >= mw[2026] - 1e-6).all()
    assert mw[2026].sum() > 1.0
    reached = plan.clean.years["hourly_share"]
    assert (reached >= problem.clean.share - 1e-6).all()
    most = problem.clean.excess_share * plan.clean.years["draw_gwh"]
    assert (plan.clean.years["excess_gwh"] <= most + 1e-6).all()
    assert_balanced(plan)


def test_a_falling_share_keeps_what_was_contracted():
    problem = every_kind()
    falling = pd.Series({2026: 0.5, 2030: 0.0})
    mw = clean(changed(problem, share=falling)).contracts["mw"].unstack("fiscal_year")
    kept = mw.loc[("south", "nuclear")]
    assert kept[2026] > 1.0
    assert kept[2030] >= kept[2026] - 1e-6


def test_contracts_are_paid_in_every_year_at_present_value():
    problem = two_years_of_sun()
    weights = problem.year_weights()
    once = 1000 + 0.01 * HALF * 10
    assert cost(problem) == pytest.approx(once * (weights[2026] + weights[2028]))


def two_years_of_sun():
    problem = sunny(0.5)
    dispatch = problem.dispatch
    both = pd.Series({2026: 0.5, 2028: 0.5})
    return replace(
        problem,
        clean=replace(problem.clean, share=both),
        years=(2026, 2028),
        discount_share=0.1,
        demand=demand_of(training={2026: 10.0, 2028: 10.0}),
        dispatch=dispatch,
    )


def contracted(seed):
    """A random nation with sun in the south, water in the north under claim, and a store."""
    problem = random_problem(seed)
    slices = problem.dispatch.slices.index
    offers = {
        ("south", "sun"): ({"myen_per_mw_year": 60.0}, (0, 0.9, 0.2, 0, 0.6, 0)),
        ("north", "hydro"): ({"additional": False, "myen_per_mw_year": 5.0}, 1.0),
    }
    asked = dict.fromkeys(problem.years, 0.6)
    stores = {("south", "battery"): {"most_hours": 12.0}}
    return replace(problem, clean=clean_of(slices, offers, share=asked, stores=stores))


@pytest.mark.parametrize("seed", range(3))
def test_the_bound_holds_and_the_steps_find_what_one_search_finds(seed):
    assert_steps_find_it(compile_model(build_model(contracted(seed))))


def assert_steps_find_it(matrix):
    """The answer of one search of the whole, which the steps have to reach within their gap."""
    whole = solve_arrays(matrix, SolverSettings(gap_share=1e-7))
    steps = solve(matrix, SolverSettings(gap_share=1e-4))
    assert steps.bound_myen <= whole.cost_myen * (1 + 1e-6)
    assert steps.cost_myen <= whole.cost_myen * (1 + 1.1e-4)
    assert steps.cost_myen >= whole.bound_myen * (1 - 1e-6)
    return whole


def test_every_clean_decision_of_a_slice_has_finite_bounds_and_is_there():
    matrix = compile_model(build_model(every_kind()))
    of_slice = np.isin(matrix.column_names, CLEAN_DISPATCH)
    assert set(matrix.column_names[of_slice]) == set(CLEAN_DISPATCH)
    assert np.isfinite(matrix.lower[of_slice]).all()
    assert np.isfinite(matrix.upper[of_slice]).all()
    for name in ("clean_mw", "store_mw", "store_mwh"):
        assert np.isfinite(matrix.upper[matrix.column_names == name]).all()


def test_a_share_out_of_reach_is_named_with_the_least_it_has_to_give():
    # all day from the sun, nothing by night: 50 % can be reached, 60 % is 0.1 x 87.6 GWh short
    error = explain_clash(sunny(0.6, stores={}))
    clash = next(clash for clash in error.clashes if clash.limit == "limits.clean.share_by_year")
    assert clash.relax_by == pytest.approx(8.76)


def test_a_problem_without_contracts_has_none_in_its_model():
    model = build_model(two_sites())
    names = {component.name for component in model.component_objects(pyo.Var)}
    assert not names & {*CLEAN_DISPATCH, "clean_mw", "store_mw", "store_mwh"}
    assert choose_sites(two_sites(), EXACT).clean is None


# ---- what is reported


def test_three_ways_of_counting_are_kept_apart():
    problem = sunny(0.5, residual_t_per_mwh=pd.Series({"north": 0.4}))
    year = clean(problem).years.loc[2026]
    assert year["location_t"] == pytest.approx(87600 * 0.5)  # intensity of the small problems
    assert year["market_t"] == pytest.approx(43800 * 0.4)
    assert (year["hourly_share"], year["annual_share"]) == pytest.approx((0.5, 0.5))
    assert clean(problem).contracts["emitted_t"].item() == pytest.approx(43800 * 0.03)


def test_an_unknown_residual_factor_leaves_the_tonnes_unknown_unless_all_is_covered():
    assert np.isnan(clean(sunny(0.5)).years.loc[2026, "market_t"])
    assert clean(sunny(1.0)).years.loc[2026, "market_t"] == 0.0


def test_what_one_area_has_left_over_covers_the_draw_of_another():
    # 20 MW of wind in the south, 10 MW drawn in the north and nothing carried there
    problem = changed(
        remote(0.0, 0.5, back_mw=0.0, matching="annual"),
        residual_t_per_mwh=pd.Series({"north": 0.4}),
    )
    year = clean(problem).years.loc[2026]
    assert year["hourly_share"] == 0.0
    assert year["annual_share"] == pytest.approx(0.5)
    assert year["market_t"] == pytest.approx(43800 * 0.4)


# ---- what is refused


def test_all_that_is_wrong_is_said_at_once():
    problem = sunny(0.5)
    offers = problem.clean.offers.assign(potential_mw=-1.0, additional=False)
    wrong = {
        "offers": offers,
        "share": pd.Series({2026: 1.5, 2031: 0.5}),
        "matching": "weekly",
        "excess_share": -0.1,
        "availability": problem.clean.availability * 2.0,
        "stores": problem.clean.stores.assign(efficiency_out=0.0),
        "residual_t_per_mwh": pd.Series({"north": -0.1}),
        "t_metric": "guess",
    }
    with pytest.raises(InputError) as raised:
        changed(problem, **wrong)
    text = str(raised.value)
    for where in (
        "clean.matching", "clean.t_metric", "clean.excess_share", "clean.share[2026]",
        "clean.share[2031]", "potential_mw", "clean.availability", "efficiency_out",
        "clean.residual_t_per_mwh[north]", "no such plant",
    ):  # fmt: skip
        assert where in text


def test_clean_power_needs_typical_days_in_order():
    with pytest.raises(InputError, match="typical days"):
        replace(sunny(0.5), dispatch=None)
    problem = sunny(0.5)
    turned = problem.dispatch.slices.assign(hour=[12.0, 0.0])
    with pytest.raises(InputError, match="in that order"):
        replace(problem, dispatch=replace(problem.dispatch, slices=turned))
    with pytest.raises(InputError, match="gaps"):
        changed(problem, grid_clean_share=pd.DataFrame(
            {"north": [0.1]}, index=pd.MultiIndex.from_tuples([(2026, "t0")])
        ))  # fmt: skip
    with pytest.raises(InputError, match="an unknown area"):
        sunny(0.5, offers={("nowhere", "solar"): ({}, 1.0)})


# ---- as stored


@cache
def model_of(matching):
    return build_model(changed(every_kind(), matching=matching))


def stated(name, matching="hourly"):
    model = model_of(matching)
    text = lp_text(model, name)
    model.del_component("nothing")
    for component in model.component_objects(pyo.Constraint):
        component.activate()
    model.net_present_cost.activate()
    return text


CLEAN_LIMITS = [
    "run_within_contract",
    "keep_clean",
    "claim_what_runs",
    "keep_store_mw",
    "keep_store_mwh",
    "store_within_power",
    "store_within_energy",
    "store_level",
    "store_season",
    "store_full_at_last",
    "store_empty_at_last",
    "clean_balance",
    "match_within_draw",
    "carry_on_flow",
    "one_way",
    "clean_share",
    "clean_excess",
    "balance_power",
    "net_present_cost",
]


@pytest.mark.parametrize("name", [*CLEAN_LIMITS, "clean_share-annual"])
def test_every_clean_limit_is_stated_as_stored(name):
    limit, _, matching = name.partition("-")
    expected = parsed((EXPECTED / f"{name}.lp").read_text(encoding="utf-8"))
    found = parsed(stated(limit, matching or "hourly"))
    assert found[0].keys() == expected[0].keys()
    for row, factors in expected[0].items():
        assert found[0][row] == pytest.approx(factors, rel=1e-12), row
    assert found[1:] == expected[1:]


def test_every_limit_that_contracts_bring_is_stored():
    with_contracts = {c.name for c in build_model(every_kind()).component_objects(pyo.Constraint)}
    plain = replace(every_kind(), clean=None)
    without = {c.name for c in build_model(plain).component_objects(pyo.Constraint)}
    assert with_contracts - without == set(CLEAN_LIMITS) - {"balance_power", "net_present_cost"}
    stored = {path.stem for path in EXPECTED.glob("*.lp")}
    assert stored == {*CLEAN_LIMITS, "clean_share-annual"}
