"""Every limit alone: as stored LP text, and as a case that can be solved by head."""

import io
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyomo.environ as pyo
import pytest
from pyomo.repn.plugins.lp_writer import LPWriter
from pyomo.repn.util import FileDeterminism

from optimize.matrix import compile_model
from optimize.model import build_model
from optimize.plan import choose_sites
from optimize.problem import Spread
from optimize.solve import SolverSettings, solve
from tests.small_problems import (
    carbon_table,
    cost_table,
    demand_of,
    dispatch_of,
    everything,
    headroom,
    keyed,
    members,
    reinforcement_table,
    reserve_table,
    site_table,
    tie_table,
    two_sites,
    two_years,
    workload_table,
)

EXPECTED = Path(__file__).parent / "expected"
EXACT = SolverSettings(gap_share=1e-9)
GAS = (1000.0, 0.01, np.nan, 1.0)


def limit_names():
    names = [c.name for c in build_model(everything()).component_objects(pyo.Constraint)]
    return [*names, "net_present_cost"]


def lp_of(name):
    """The model of `everything` with one constraint left, or with its objective alone."""
    return lp_text(build_model(everything()), name)


def lp_text(model, name):
    """A model with one constraint left, or with its objective alone, as LP text."""
    for component in model.component_objects(pyo.Constraint):
        if component.name != name:
            component.deactivate()
    if name != "net_present_cost":
        model.net_present_cost.deactivate()
        model.nothing = pyo.Objective(expr=0.0)
    text = io.StringIO()
    order = FileDeterminism.SORT_SYMBOLS
    LPWriter().write(model, text, symbolic_solver_labels=True, file_determinism=order)
    return text.getvalue()


def parsed(text):
    """Sections of an LP file without any order: rows as {variable: factor}, bounds, binaries."""
    lines = [line.strip() for line in text.splitlines() if line and not line.startswith("\\")]
    rows, bounds, binaries, row, section = {}, {}, set(), None, "rows"
    for line in lines:
        if line in ("min", "s.t.", "bounds", "binary", "end"):
            section = "rows" if line in ("min", "s.t.") else line
        elif section == "bounds":
            low, variable, high = re.fullmatch(r"(\S+) <= (\S+) <= (\S+)", line).groups()
            bounds[variable] = (float(low), float(high))
        elif section == "binary":
            binaries.add(line)
        elif line.endswith(":"):
            row = rows.setdefault(line[:-1], {})
        elif line:
            factor, what = line.split()
            side = factor in ("=", "<=", ">=")
            row[factor if side else what] = float(what if side else factor)
    return rows, bounds, binaries


@pytest.mark.parametrize("name", limit_names())
def test_every_limit_is_stated_as_stored(name):
    stored = EXPECTED / f"{name}.lp"
    assert stored.is_file(), f"{name} has no stored LP file: write lp_of('{name}') and read it"
    expected, found = parsed(stored.read_text(encoding="utf-8")), parsed(lp_of(name))
    assert found[0].keys() == expected[0].keys()
    for row, factors in expected[0].items():
        assert found[0][row] == pytest.approx(factors, rel=1e-12), row
    assert found[1] == expected[1]
    assert found[2] == expected[2]


def test_no_stored_file_is_left_over():
    assert {path.stem for path in EXPECTED.glob("*.lp")} == set(limit_names())


def test_the_comparison_sees_a_changed_factor():
    text = lp_of("size_at_most")
    assert parsed(text) != parsed(text.replace("-20.0", "-20.5"))


def contract(problem, year=2026):
    plan = choose_sites(problem, EXACT)
    return plan.sites["contract_mw"].xs(year, level="fiscal_year").round(6).to_dict()


def cost(problem):
    return choose_sites(problem, EXACT).record.cost_myen


def test_meet_compute_and_size_at_most():
    # cheap is full at 20 MW, the rest goes to dear: 10 + 20 x 1 + 10 + 10 x 3
    assert contract(two_sites()) == {"cheap": 20.0, "dear": 10.0}
    assert cost(two_sites()) == pytest.approx(70.0)


def test_meet_compute_counts_eflops_with_the_efficiency_of_their_year():
    names = ["workload", "fiscal_year"]
    problem = two_years(
        workloads=workload_table(training={"kind": "eflops"}),
        mw_per_eflops=keyed({("training", 2026): 1.0, ("training", 2027): 0.5}, names),
    )
    # 10 EFLOPS on 10 MW, then 20 more EFLOPS on only 10 MW more
    assert contract(problem, 2026) == {"cheap": 10.0, "dear": 0.0}
    assert contract(problem, 2027) == {"cheap": 20.0, "dear": 0.0}


def test_shortfall_is_allowed_at_its_price():
    # serving from dear costs 10 + 10 x 3 = 40, leaving 10 MW unmet at 2 costs 20
    paid = workload_table(training={"shortfall_price_myen": 2.0})
    plan = choose_sites(two_sites(workloads=paid), EXACT)
    assert plan.shortfall["unmet"].to_dict() == {("training", 2026): pytest.approx(10.0)}
    assert plan.record.cost_myen == pytest.approx(10 + 20 + 20)


def test_contract_covers_peak():
    sites = site_table(cheap={"pue_peak": 1.25}, dear={})
    problem = two_sites(sites=sites, overhead_share=0.2, demand=demand_of(training={2026: 10.0}))
    assert contract(problem) == {"cheap": 15.0, "dear": 0.0}


def test_release_unused_puts_the_whole_contract_to_use():
    # 10 MW is the smallest contract: by the third year after the start it has to be filled
    sites = site_table(cheap={"min_mw": 10.0})
    problem = two_sites(
        years=(2026, 2027, 2028, 2029),
        sites=sites,
        costs=cost_table(cheap=(10, 1)),
        demand=demand_of(training={2026: 4.0, 2029: 4.0}),
    )
    filled = choose_sites(problem, EXACT).sites["it_mw"].loc["cheap"]
    assert filled[2026] >= 4.0 - 1e-6
    assert filled[2029] == pytest.approx(10.0)


def test_size_at_least():
    sites = site_table(cheap={"max_mw": 20.0}, dear={"min_mw": 15.0})
    assert contract(two_sites(sites=sites)) == {"cheap": 15.0, "dear": 15.0}


@pytest.mark.parametrize("name", ["contract_mw", "it_mw", "built"])
def test_keep_what_is_built(name):
    falling = demand_of(training={2026: 30.0, 2027: 10.0})
    table = choose_sites(two_years(demand=falling), EXACT).sites[name].unstack("fiscal_year")
    assert (table[2027] >= table[2026] - 1e-6).all()
    assert table[2027].sum() == pytest.approx(2 if name == "built" else 30.0)


def test_wait_for_power():
    sites = site_table(cheap={"max_mw": 20.0, "first_fiscal_year": 2027}, dear={})
    problem = two_years(sites=sites)
    assert contract(problem, 2026) == {"cheap": 0.0, "dear": 10.0}
    assert contract(problem, 2027) == {"cheap": 20.0, "dear": 10.0}


def test_ramp_up_counts_the_first_modelled_year_as_one():
    problem = two_years(sites=site_table(cheap={"ramp_mw_per_year": 6.0}, dear={}))
    assert contract(problem, 2026) == {"cheap": 6.0, "dear": 4.0}
    assert contract(problem, 2027) == {"cheap": 12.0, "dear": 18.0}


def test_ramp_up_between_distant_years_counts_connected_years_only():
    # from 2026 to 2030, of which the connection stands in 2029 and 2030: two years of ramp
    sites = site_table(cheap={"ramp_mw_per_year": 6.0, "first_fiscal_year": 2029}, dear={})
    problem = two_sites(sites=sites, years=(2026, 2030), demand=demand_of(training={2030: 30.0}))
    assert contract(problem, 2030) == {"cheap": 12.0, "dear": 18.0}


def test_respect_headroom():
    limited = two_sites(groups=headroom({("bank", 2026): 8.0}), group_sites=members(bank=["cheap"]))
    assert contract(limited) == {"cheap": 8.0, "dear": 22.0}


def test_headroom_groups_nest():
    # each site could have 20, both together only 25: demand of 30 cannot be met, 25 can
    problem = two_sites(
        groups=headroom({("own", 2026): 20.0, ("upper", 2026): 25.0}),
        group_sites=members(own=["cheap"], upper=["cheap", "dear"]),
        demand=demand_of(training={2026: 25.0}),
    )
    assert contract(problem) == {"cheap": 20.0, "dear": 5.0}


@pytest.mark.parametrize(("myen", "taken"), [(23.9, True), (24.1, False)])
def test_reinforcement_is_taken_if_it_pays(myen, taken):
    # 12 MW more at cheap save 12 x (3 - 1) = 24 a year
    problem = two_sites(
        groups=headroom({("bank", 2026): 8.0}),
        group_sites=members(bank=["cheap"]),
        reinforcements=reinforcement_table(line=("bank", 12.0, 2026, myen)),
    )
    plan = choose_sites(problem, EXACT)
    assert plan.reinforcements["in_service"].to_dict() == {("line", 2026): taken}
    assert plan.groups.loc[("bank", 2026), "headroom_mw"] == pytest.approx(20.0 if taken else 8.0)


def test_reinforce_in_time_and_keep_reinforced():
    problem = two_sites(
        years=(2026, 2027, 2028),
        demand=demand_of(training={2026: 30.0, 2027: 30.0}),
        groups=headroom({("bank", y): 8.0 for y in (2026, 2027, 2028)}),
        group_sites=members(bank=["cheap"]),
        reinforcements=reinforcement_table(line=("bank", 50.0, 2027, 0.1)),
        sites=site_table(cheap={"max_mw": 30.0}, dear={"max_mw": 22.0}),
    )
    plan = choose_sites(problem, EXACT)
    assert plan.sites["contract_mw"]["cheap", 2026] == pytest.approx(8.0)
    service = plan.reinforcements["in_service"].loc["line"]
    assert not service[2026]
    assert service[2028] >= service[2027]


@pytest.mark.parametrize(("price", "north_mw"), [(1.5, 20.0), (2.5, 5.0)])
def test_stay_in_forecast_is_priced_not_forbidden(price, north_mw):
    # going over in the north costs `price`, moving to the south 3 - 1 = 2 a MW
    limit = keyed({("north", 2026): 5.0}, ["group", "fiscal_year"]).to_frame("limit_mw")
    problem = two_sites(
        forecast=limit.assign(over_price_myen_per_mw=price),
        forecast_areas=pd.DataFrame({"group": ["north"], "area": ["north"]}),
        costs=cost_table(cheap=(0, 1), dear=(0, 3)),
    )
    plan = choose_sites(problem, EXACT)
    row = plan.forecast.loc[("north", 2026)]
    assert plan.sites["contract_mw"]["cheap", 2026] == pytest.approx(north_mw)
    assert row["used_mw"] == pytest.approx(north_mw)
    assert row["over_mw"] == pytest.approx(max(north_mw - 5.0, 0.0))


NORTH = {("north", "h3", "summer", 2026): (110.0, 90.0, 0.1)}
SOUTH = {("south", "h3", "summer", 2026): (1000.0, 90.0, 0.1)}


def test_keep_reserve_in_an_area_without_ties():
    # 110 >= 1.1 (90 + x): x <= 10
    assert contract(two_sites(reserve=reserve_table(NORTH))) == {"cheap": 10.0, "dear": 20.0}


def test_keep_reserve_with_imports():
    # 5.5 MW over the tie: 115.5 >= 1.1 (90 + x): x <= 15
    ties = tie_table([2026], link=("south", "north", 5.5, 0.0))
    problem = two_sites(reserve=reserve_table(NORTH | SOUTH), ties=ties)
    plan = choose_sites(problem, EXACT)
    assert plan.sites["contract_mw"]["cheap", 2026] == pytest.approx(15.0)
    row = plan.reserve.loc[("north", "h3", "summer", 2026)]
    assert row["net_import_mw"] == pytest.approx(5.5)
    assert row["margin_share"] == pytest.approx(0.1)


def test_keep_reserve_imports_nothing_from_an_area_of_unknown_reserve():
    ties = tie_table([2026], link=("south", "north", 5.5, 0.0))
    assert contract(two_sites(reserve=reserve_table(NORTH), ties=ties))["cheap"] == 10.0


def test_reserve_fences_limit_the_sum_of_ties():
    ties = tie_table([2026], one=("south", "north", 5.5, 0.0), other=("south", "north", 5.5, 0.0))
    fence = keyed({("north", 2026): 2.2}, ["area", "fiscal_year"]).to_frame("net_mw")
    problem = two_sites(reserve=reserve_table(NORTH | SOUTH), ties=ties, fences=fence)
    assert contract(problem)["cheap"] == pytest.approx(12.0)


def test_reserve_counts_coincident_power():
    sites = site_table(cheap={"coincidence_share": 0.8}, dear={"area": "south"})
    assert contract(two_sites(sites=sites, reserve=reserve_table(NORTH)))["cheap"] == 12.5


def supplied(**changes):
    """No ties, 100 MW of demand in each area, gas at 0.01 M¥/MWh; data centres draw steadily."""
    days = {
        "demand": {"north": [100.0, 100.0], "south": [100.0, 100.0]},
        "supply": {("north", "gas"): GAS, ("south", "gas"): GAS},
    }
    return two_sites(dispatch=dispatch_of([2026], **days | changes))


def test_balance_power():
    # 230 MW for 8760 hours at 0.01
    assert cost(supplied()) == pytest.approx(70.0 + 230 * 8760 * 0.01)


def test_balance_leaves_demand_unserved_at_its_price():
    poor = (110.0, 0.01, np.nan, 1.0)
    plan = choose_sites(supplied(supply={("north", "gas"): poor, ("south", "gas"): GAS}), EXACT)
    # 10 MW of gas are left in the north: beyond them cheap would run on unserved power
    assert plan.balance["unserved_mw"].max() == pytest.approx(0.0, abs=1e-6)
    assert plan.sites["contract_mw"]["cheap", 2026] == pytest.approx(10.0)
    dark = supplied(supply={("north", "gas"): GAS})
    short = choose_sites(replace(dark, demand=demand_of(training={2026: 0.0})), EXACT)
    assert short.balance.loc["south", "unserved_mw"].tolist() == pytest.approx([100.0, 100.0])
    assert short.record.cost_myen == pytest.approx(100 * 8760 * (0.01 + 0.5))


def test_limit_daily_energy():
    # water for 12 h of full power: hydro gives half of the energy, gas the rest
    hydro = (100.0, 0.0, 0.5, 1.0)
    supply = {("north", "hydro"): hydro, ("north", "gas"): GAS, ("south", "gas"): GAS}
    problem = replace(supplied(supply=supply), demand=demand_of(training={2026: 0.0}))
    assert cost(problem) == pytest.approx((50 + 100) * 8760 * 0.01)


def tied(**changes):
    """Gas at 0.01 in the south, at 0.005 in the north, 40 MW of tie; no data centres."""
    cheap = (1000.0, 0.005, np.nan, 1.0)
    problem = supplied(supply={("north", "gas"): cheap, ("south", "gas"): GAS})
    return replace(
        problem,
        demand=demand_of(training={2026: 0.0}),
        ties=tie_table([2026], link=("north", "south", 40.0, 5.0)),
        **changes,
    )


def test_flow_limits_by_direction():
    flows = choose_sites(tied(), EXACT).flows["mw"].groupby("direction").max()
    assert flows.to_dict() == {"forward": pytest.approx(40.0), "reverse": 0.0}


def test_respect_fences():
    fence = keyed({("south", 2026): 10.0}, ["area", "fiscal_year"]).to_frame("net_mw")
    balance = choose_sites(tied(fences=fence), EXACT).balance
    assert balance.loc["south", "net_import_mw"].tolist() == pytest.approx([10.0, 10.0])


def test_shift_within_day_moves_draw_to_the_sun():
    # half of full power is drawn; all of it may move into the second slice, which it then fills
    sun = (1000.0, 0.0, np.nan, (0.0, 1.0))
    problem = supplied(
        demand={"north": [0.0, 0.0], "south": [0.0, 0.0]},
        supply={("north", "gas"): GAS, ("north", "sun"): sun},
        draw_share={"training": [0.5, 0.5]},
    )
    problem = replace(
        problem,
        workloads=workload_table(training={"shift_share": 1.0}),
        demand=demand_of(training={2026: 10.0}),
    )
    balance = choose_sites(problem, EXACT).balance
    assert balance.loc["north", "draw_mw"].tolist() == pytest.approx([0.0, 10.0])
    assert balance["gas_mw"].max() == pytest.approx(0.0)


def test_cap_carbon_moves_power_to_the_clean_area():
    # 10 MW at 0.5 t/MWh and 20 MW at 0.1 t/MWh emit 8760 x 7 t
    problem = replace(
        supplied(intensity={"north": [0.5, 0.5], "south": [0.1, 0.1]}),
        carbon=carbon_table({2026: (8760 * 7.0, 0.0)}),
    )
    plan = choose_sites(problem, EXACT)
    assert plan.sites["contract_mw"]["cheap", 2026] == pytest.approx(10.0)
    assert plan.carbon.loc[2026, "emitted_t"] == pytest.approx(8760 * 7.0)


@pytest.mark.parametrize(("price", "cheap_mw"), [(0.0005, 20.0), (0.0006, 0.0)])
def test_count_carbon_prices_emissions(price, cheap_mw):
    # the north emits 0.4 x 8760 = 3504 t a MW more, the south costs 2 M¥ a MW more: 0.00057 M¥/t
    problem = replace(
        supplied(intensity={"north": [0.5, 0.5], "south": [0.1, 0.1]}),
        carbon=carbon_table({2026: (np.nan, price)}),
        costs=cost_table(cheap=(0, 1), dear=(0, 3)),
    )
    assert contract(problem)["cheap"] == pytest.approx(cheap_mw)


def inference(**changes):
    """12 of 30 MW serve a city that only the dear site can reach."""
    base = two_sites(
        workloads=workload_table(training={}, inference={"latency_bound": True}),
        demand=demand_of(training={2026: 18.0}, inference={2026: 12.0}),
        metros=keyed({("city", 2026): 12.0}, ["metro", "fiscal_year"]).to_frame("it_mw"),
        pairs=keyed({("city", "dear"): 0.5}, ["metro", "site"]).to_frame("myen_per_mw_year"),
    )
    return replace(base, **changes)


def test_serve_metros_within_it():
    plan = choose_sites(inference(), EXACT)
    assert plan.sites["contract_mw"].to_dict() == {
        ("cheap", 2026): pytest.approx(18.0),
        ("dear", 2026): pytest.approx(12.0),
    }
    assert plan.record.cost_myen == pytest.approx(10 + 18 + 10 + 36 + 12 * 0.5)


def test_count_unmet_takes_unserved_metros_off_the_workload():
    paid = {"latency_bound": True, "shortfall_price_myen": 1.0}
    nobody = keyed({}, ["metro", "site"]).to_frame("myen_per_mw_year")
    problem = inference(workloads=workload_table(training={}, inference=paid), pairs=nobody)
    plan = choose_sites(problem, EXACT)
    assert plan.shortfall["unmet"]["inference", 2026] == pytest.approx(12.0)
    assert plan.record.cost_myen == pytest.approx(10 + 18 + 12)


def test_link_pairs_makes_a_relaxed_site_whole():
    # 10 MW of 100: without the link a tenth of the site would do, with it the whole fixed cost
    problem = two_sites(
        sites=site_table(cheap={}),
        costs=cost_table(cheap=(10, 0)),
        workloads=workload_table(inference={"latency_bound": True}),
        demand=demand_of(inference={2026: 10.0}),
        metros=keyed({("city", 2026): 10.0}, ["metro", "fiscal_year"]).to_frame("it_mw"),
        pairs=keyed({("city", "cheap"): 0.0}, ["metro", "site"]).to_frame("myen_per_mw_year"),
    )
    costs = []
    for tight in (False, True):
        matrix = compile_model(build_model(replace(problem, tight_assignment=tight)))
        relaxed = replace(matrix, integer=np.zeros_like(matrix.integer))
        costs.append(solve(relaxed, EXACT).cost_myen)
    assert costs == pytest.approx([1.0, 10.0])


def spread(**limits):
    return two_sites(spread=Spread(**limits))


def test_largest_area_share():
    assert contract(spread(largest_area_share=0.5)) == {"cheap": 15.0, "dear": 15.0}


def test_largest_area_share_holds_in_the_last_year_only():
    problem = two_years(spread=Spread(largest_area_share=0.5))
    assert contract(problem, 2026) == {"cheap": 10.0, "dear": 0.0}
    assert contract(problem, 2027) == {"cheap": 15.0, "dear": 15.0}


def test_min_sites():
    problem = two_sites(
        spread=Spread(min_sites=2),
        demand=demand_of(training={2026: 10.0}),
        sites=site_table(cheap={}, dear={"min_mw": 1.0}),
    )
    assert contract(problem) == {"cheap": 9.0, "dear": 1.0}


def test_max_sites():
    problem = two_sites(spread=Spread(max_sites=1), demand=demand_of(training={2026: 25.0}))
    assert contract(problem) == {"cheap": 0.0, "dear": 25.0}


def test_zone_cap():
    sites = site_table(cheap={"seismic_zone": "nankai"}, dear={})
    problem = two_sites(sites=sites, spread=Spread(zone_cap_mw={"nankai": 6.0}))
    assert contract(problem) == {"cheap": 6.0, "dear": 24.0}


def test_budget_leaves_the_rest_unmet():
    # 10 + 20 for cheap, 10 + 3 x for dear, at most 58: x = 6, so 4 of 30 MW are unmet
    paid = workload_table(training={"shortfall_price_myen": 100.0})
    plan = choose_sites(two_sites(workloads=paid, spread=Spread(budget_myen=58.0)), EXACT)
    assert plan.sites["contract_mw"]["dear", 2026] == pytest.approx(6.0)
    assert plan.shortfall["unmet"]["training", 2026] == pytest.approx(4.0)


def test_present_value_counts_every_year_until_the_next():
    # 2026 stands for two years, 2028 as well: 1 + 1/1.1, then 1/1.1^2 + 1/1.1^3
    problem = two_sites(years=(2026, 2028), discount_share=0.1)
    weights = problem.year_weights()
    assert weights[2026] == pytest.approx(1 + 1 / 1.1)
    assert weights[2028] == pytest.approx(1 / 1.1**2 + 1 / 1.1**3)
