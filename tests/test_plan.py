"""The tables of a plan agree with each other, with the problem and with the objective."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from optimize.model.cost import FLOW_PRICE_MYEN_PER_MWH, RESERVE_FLOW_PRICE_MYEN_PER_MW
from optimize.plan import choose_sites
from optimize.read_robust import read_waiting
from optimize.solve import SolverSettings
from tests.small_problems import everything, keyed, members, random_problem, two_years

EXACT = SolverSettings(gap_share=1e-7)


@cache
def solved(seed):
    problem = everything() if seed == "everything" else random_problem(seed)
    return problem, choose_sites(problem, EXACT)


cases = pytest.mark.parametrize("seed", [11, 12, 13, 14, "everything"])


def tech_columns(problem, balance):
    techs = dict.fromkeys(tech for _, tech in problem.dispatch.supply.index)
    return balance[[f"{tech}_mw" for tech in techs]]


def net_flow(problem, plan):
    """Net import of every area, year and slice, added up from the ties."""
    ends = problem.ties.reset_index().drop(columns="capacity_mw")
    flows = plan.flows.reset_index().merge(ends, on=["tie", "direction", "fiscal_year"])
    keys = ["area", "fiscal_year", "slice"]
    into = flows.rename(columns={"to_area": "area"}).groupby(keys)["mw"].sum()
    out = flows.rename(columns={"from_area": "area"}).groupby(keys)["mw"].sum()
    return into.sub(out, fill_value=0.0).reindex(plan.balance.index)


@cases
def test_energy_balance_closes_in_every_slice(seed):
    problem, plan = solved(seed)
    balance = plan.balance
    served = tech_columns(problem, balance).sum(axis=1) + balance["unserved_mw"]
    used = balance["demand_mw"] + balance["draw_mw"]
    gap = (served + net_flow(problem, plan) - used) / balance["demand_mw"]
    assert gap.abs().max() < 1e-6


@cases
def test_net_import_is_that_of_the_ties_and_sums_to_zero(seed):
    problem, plan = solved(seed)
    imports = plan.balance["net_import_mw"]
    assert imports.to_numpy() == pytest.approx(net_flow(problem, plan).to_numpy(), abs=1e-3)
    total = imports.groupby(level=["fiscal_year", "slice"]).sum()
    assert total.abs().max() < 1e-3


@cases
def test_demand_and_draw_are_those_of_the_problem(seed):
    problem, plan = solved(seed)
    for (area, _, slice_), mw in plan.balance["demand_mw"].items():
        assert mw == problem.dispatch.demand_mw.loc[slice_, area]
    hours = problem.dispatch.hours_per_year()
    drawn = plan.balance["draw_mw"].unstack("slice") @ hours / 1000.0
    assert drawn.groupby("fiscal_year").sum().to_dict() == pytest.approx(
        plan.carbon["energy_gwh"].to_dict(), rel=1e-6
    )


@cases
def test_shifted_draw_returns_within_its_day_and_below_full_power(seed):
    problem, plan = solved(seed)
    dispatch = problem.dispatch
    facility = (1 + problem.overhead_share) * problem.sites["pue_annual"]
    it_mw = plan.workloads["it_mw"].unstack("workload")
    full = it_mw.mul(facility.reindex(it_mw.index.get_level_values("site")).to_numpy(), axis=0)
    area = problem.sites["area"].reindex(full.index.get_level_values("site")).to_numpy()
    by_area = full.groupby([area, full.index.get_level_values("fiscal_year")]).sum()
    for (name, year), row in by_area.iterrows():
        draw = plan.balance["draw_mw"].loc[name, year]
        steady = dispatch.draw_share[by_area.columns] @ row
        moved = (draw - steady) * dispatch.slices["hours"]
        assert moved.groupby(dispatch.slices["day"]).sum().abs().max() < 1e-3
        assert (draw <= row.sum() + 1e-3).all()


def waiting_myen(problem, plan):
    price = 0.0 if problem.waiting is None else problem.waiting.price_myen_per_mw_year
    return (
        (price * read_waiting(problem, plan)["late_it_mw"]).reindex(list(problem.years)).fillna(0)
    )


@cases
def test_costs_sum_to_the_objective(seed):
    problem, plan = solved(seed)
    dispatch = problem.dispatch
    by_year = plan.costs["myen"].groupby("fiscal_year").sum()
    taken = plan.reinforcements["in_service"].unstack("fiscal_year")
    by_year += taken.mul(problem.reinforcements["myen_per_year"], axis=0).sum()
    served = plan.serve["it_mw"].unstack("fiscal_year")
    by_year += served.mul(problem.pairs["myen_per_mw_year"], axis=0).sum()
    by_year += plan.carbon["emitted_t"] * problem.carbon["price_myen_per_t"]
    over = plan.forecast["over_mw"] * problem.forecast["over_price_myen_per_mw"]
    by_year += over.groupby("fiscal_year").sum()
    short = plan.shortfall["unmet"].unstack("fiscal_year")
    prices = problem.workloads["shortfall_price_myen"].fillna(0.0)
    by_year += short.mul(prices, axis=0).sum()
    by_year += waiting_myen(problem, plan)
    by_year += energy_myen(problem, dispatch, plan)
    one_side = plan.reserve["net_import_mw"].clip(lower=0.0).groupby("fiscal_year").sum()
    by_year += one_side * RESERVE_FLOW_PRICE_MYEN_PER_MW
    total = float((by_year * pd.Series(problem.year_weights())).sum())
    assert total == pytest.approx(plan.record.cost_myen, rel=1e-7)


def energy_myen(problem, dispatch, plan):
    hours = dispatch.hours_per_year()
    total = pd.Series(0.0, index=pd.Index(problem.years, name="fiscal_year"))
    for (area, tech), row in dispatch.supply.iterrows():
        mw = plan.balance[f"{tech}_mw"].loc[area].unstack("slice")
        total += (mw @ hours) * row["cost_myen_per_mwh"]
    unserved = plan.balance["unserved_mw"].unstack("slice") @ hours
    total += unserved.groupby("fiscal_year").sum() * dispatch.unserved_price_myen_per_mwh
    flows = plan.flows["mw"].unstack("slice") @ hours
    return total + flows.groupby("fiscal_year").sum() * FLOW_PRICE_MYEN_PER_MWH


@cases
def test_sites_keep_their_own_limits(seed):
    problem, plan = solved(seed)
    table = plan.sites.reset_index().merge(problem.sites.reset_index(), on="site")
    built = table["built"]
    assert (table["contract_mw"] <= table["max_mw"] * built + 1e-3).all()
    assert (table["contract_mw"] >= table["min_mw"] * built - 1e-3).all()
    early = table["fiscal_year"] < table["first_fiscal_year"]
    assert early.any()
    assert table.loc[early, "contract_mw"].max() == 0.0
    peak = (1 + problem.overhead_share) * table["pue_peak"] * table["it_mw"]
    assert (table["contract_mw"] >= peak - 1e-3).all()
    growth = plan.sites["contract_mw"].unstack("fiscal_year").diff(axis=1).iloc[:, 1:]
    assert growth.min(axis=None) >= -1e-3


@pytest.mark.parametrize("seed", [11, 12, 13, 14])
def test_demand_is_met_or_reported_unmet(seed):
    problem, plan = solved(seed)
    met = plan.workloads["it_mw"].groupby(["workload", "fiscal_year"]).sum()
    left = problem.demand - met - plan.shortfall["unmet"]
    assert left.max() < 1e-3


@cases
def test_groups_stay_within_headroom(seed):
    problem, plan = solved(seed)
    assert (plan.groups["used_mw"] <= plan.groups["headroom_mw"] + 1e-3).all()
    for (group, year), used in plan.groups["used_mw"].items():
        sites = problem.group_sites.query("group == @group")["site"]
        assert used == pytest.approx(
            sum(plan.sites["contract_mw"][site, year] for site in sites), abs=1e-6
        )
        taken = problem.reinforcements.query("group == @group")
        in_service = plan.reinforcements["in_service"]
        added = sum(row.added_mw * in_service[row.Index, year] for row in taken.itertuples())
        headroom = problem.groups["headroom_mw"][group, year] + added
        assert plan.groups["headroom_mw"][group, year] == pytest.approx(headroom)


@cases
def test_reserve_margins_recomputed(seed):
    problem, plan = solved(seed)
    coincident = plan.sites["contract_mw"].unstack("fiscal_year")
    coincident = coincident.mul(problem.sites["coincidence_share"], axis=0)
    dc = coincident.groupby(problem.sites["area"]).sum()
    for (area, *_, year), row in plan.reserve.iterrows():
        dc_mw = dc.loc[area, year]
        assert row["dc_mw"] == pytest.approx(dc_mw, abs=1e-3)
        margin = (row["supply_mw"] + row["net_import_mw"]) / (row["demand_mw"] + dc_mw) - 1
        assert row["margin_share"] == pytest.approx(margin, abs=1e-6)
        assert row["margin_share"] >= row["required_share"] - 1e-6
    total = plan.reserve["net_import_mw"].groupby(["standard", "season", "fiscal_year"]).sum()
    assert total.abs().max() < 1e-3


@cases
def test_carbon_recomputed_from_the_tables(seed):
    problem, plan = solved(seed)
    intensity = problem.dispatch.intensity_t_per_mwh.rename_axis(columns="area").stack()
    intensity = intensity.reorder_levels(["area", "fiscal_year", "slice"])
    hours = problem.dispatch.hours_per_year()
    tonnes = plan.balance["draw_mw"] * intensity.reindex(plan.balance.index)
    emitted = tonnes.unstack("slice") @ hours
    assert emitted.groupby("fiscal_year").sum().to_dict() == pytest.approx(
        plan.carbon["emitted_t"].to_dict(), rel=1e-5, abs=1.0
    )


@cases
def test_flows_stay_within_capacity(seed):
    _, plan = solved(seed)
    assert (plan.flows["mw"] <= plan.flows["capacity_mw"] + 1e-3).all()


@cases
def test_curtailed_is_what_sun_could_and_did_not_give(seed):
    problem, plan = solved(seed)
    dispatch = problem.dispatch
    able = dispatch.availability["south", "solar"]
    able = able * dispatch.supply.loc[("south", "solar"), "capacity_mw"]
    south = plan.balance.loc["south"]
    expected = able.reindex(south.index.get_level_values("slice")).to_numpy() - south["solar_mw"]
    assert south["curtailed_mw"].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-6)
    assert plan.balance.loc["north", "curtailed_mw"].abs().max() == 0.0


@cases
def test_prices_lie_between_free_power_and_the_price_of_darkness(seed):
    problem, plan = solved(seed)
    price = plan.balance["price_myen_per_mwh"]
    assert price.min() >= 0.0
    assert price.max() <= problem.dispatch.unserved_price_myen_per_mwh + 1e-5
    partly = tech_columns(problem, plan.balance)
    gas = problem.dispatch.supply.loc[("south", "gas")]
    south = plan.balance.loc["south"]
    runs = partly.loc["south", "gas_mw"]
    share = problem.dispatch.availability["south", "gas"]
    room = share.reindex(south.index.get_level_values("slice")).to_numpy() * gas["capacity_mw"]
    marginal = (runs > 1e-3) & (runs < room - 1e-3)
    assert marginal.any()
    assert np.allclose(south.loc[marginal, "price_myen_per_mwh"], gas["cost_myen_per_mwh"])


@cases
def test_limits_have_prices_and_no_bookkeeping(seed):
    _, plan = solved(seed)
    assert (plan.limits["price_myen"].abs() > 0).all()
    assert not {"balance_power", "sum_of_draw", "sum_of_area"} & set(plan.limits["limit"])
    assert plan.limits["slack"].abs().max() < 1e-3


def test_a_step_between_years_is_a_row_of_the_later_year():
    # 30 MW in 2026 and nothing new in 2027: keeping the contract is what costs in 2027
    plan = choose_sites(two_years(demand=falling()), EXACT)
    steps = plan.limits[plan.limits["limit"].isin(["keep_contract", "keep_it"])]
    assert set(steps["fiscal_year"]) == {2027}
    assert set(steps["key"].str.split("/").str[0]) == {"cheap", "dear"}


def falling():
    values = {("training", 2026): 30.0, ("training", 2027): 10.0}
    return keyed(values, ["workload", "fiscal_year"])


def test_a_plan_without_typical_days_has_empty_tables_of_them():
    plan = choose_sites(two_years(), EXACT)
    assert plan.balance.empty
    assert plan.flows.empty
    assert plan.reserve.empty
    assert plan.groups.empty
    assert plan.sites["energy_gwh"].xs(2027, level="fiscal_year").sum() == pytest.approx(30 * 8.76)


def test_members_of_an_unlimited_group_are_unlimited():
    assert members(bank=[]).empty
    plan = choose_sites(two_years(group_sites=members(bank=[])), EXACT)
    assert plan.groups.empty


def test_the_record_says_how_the_answer_was_found():
    _, plan = solved(11)
    record = plan.record
    assert record.bound_myen <= record.cost_myen
    assert record.gap_share <= EXACT.gap_share
    assert record.binaries == 6 * 3 + 3
    assert {"pyomo", "highspy", "numpy", "python"} <= set(record.versions)
    assert min(record.build_seconds, record.hand_over_seconds, record.highs_seconds) > 0
