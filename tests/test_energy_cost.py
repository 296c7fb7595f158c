"""Energy, carbon and latency of the sites add up to what the whole system costs more."""

import numpy as np
import pytest

from optimize.base import base_dispatch
from siting.energy_cost import (
    mean_by_area_year,
    shared_costs,
    site_emissions_t,
    system_cost_myen,
)


@pytest.fixture(scope="module")
def base(small_study):
    return base_dispatch(small_study.question.problem)


@pytest.fixture(scope="module")
def costs(small_study, base):
    return shared_costs(small_study.question.problem, small_study.plan, base)["myen"]


def test_system_cost_is_fuel_times_price(small_study):
    dispatch, plan = small_study.question.problem.dispatch, small_study.plan
    hours, price = dispatch.hours_per_year(), dispatch.supply["cost_myen_per_mwh"]
    year = 2035
    fuel = sum(
        plan.balance.loc[(area, year, time), f"{tech}_mw"] * price[area, tech] * hours[time]
        for area, tech in price.index
        for time in hours.index
    )
    assert plan.balance["unserved_mw"].max() == 0
    carried_mwh = sum(
        row.mw * hours[row.slice] for row in plan.flows.xs(year, level=2).reset_index().itertuples()
    )
    whole = system_cost_myen(small_study.question.problem, plan)[year]
    assert whole == pytest.approx(fuel + carried_mwh * 1e-6, rel=1e-12)


def test_energy_of_the_sites_is_the_increase_of_the_whole(small_study, base, costs):
    energy = costs.xs("energy", level="item").groupby(level="fiscal_year").sum()
    whole = system_cost_myen(small_study.question.problem, small_study.plan)
    increase = whole - base.cost_by_year_myen
    assert (increase > 0).all()
    np.testing.assert_allclose(energy, increase, rtol=1e-9)


def test_energy_lies_between_the_cheapest_and_the_dearest_plant(small_study, costs):
    price = small_study.question.problem.dispatch.supply["cost_myen_per_mwh"]
    mwh = small_study.plan.sites["energy_gwh"] * 1000
    energy = costs.xs("energy", level="item").reindex(mwh.index)
    assert (energy[mwh > 0] >= price.min() * mwh[mwh > 0]).all()
    assert (energy[mwh > 0] <= price.max() * mwh[mwh > 0]).all()
    assert (energy[mwh == 0] == 0).all()


def test_carbon_price_is_paid_on_every_tonne(small_study, costs):
    carbon = costs.xs("carbon_price", level="item").groupby(level="fiscal_year").sum()
    emitted_t = small_study.plan.carbon["emitted_t"]
    yen_per_t = {2029: 1700 + 3 / 4 * 213, 2032: 1913, 2035: 1913}
    for year, price in yen_per_t.items():
        assert carbon[year] == pytest.approx(emitted_t[year] * price / 1e6, rel=1e-6)


def test_emissions_of_the_sites_are_those_of_the_plan(small_study):
    by_site = site_emissions_t(small_study.question.problem, small_study.plan)
    np.testing.assert_allclose(
        by_site.groupby(level="fiscal_year").sum(),
        small_study.plan.carbon["emitted_t"],
        rtol=1e-6,
    )


def test_latency_is_distance_times_served_load(small_study, costs):
    pairs, served = small_study.question.problem.pairs, small_study.plan.serve["it_mw"]
    by_year = costs.xs("latency", level="item").groupby(level="fiscal_year").sum()
    paid = sum(
        it_mw * pairs.loc[(metro, site), "myen_per_mw_year"]
        for (metro, site, year), it_mw in served.items()
        if year == 2035
    )
    assert paid > 0
    assert by_year[2035] == pytest.approx(paid)


def test_items_add_up_to_the_cost_of_the_plan(small_study, base):
    """Present value of all items told = what the solver minimised, less today's supply."""
    problem, plan = small_study.question.problem, small_study.plan
    weights = problem.year_weights()
    told = sum(row["cost_myen"] * weights[row["fiscal_year"]] for row in summary_rows(small_study))
    over = plan.forecast["over_mw"] * problem.forecast["over_price_myen_per_mw"]
    slack = sum(over[:, year].sum() * weight for year, weight in weights.items())
    # Left out: the token price of help at the peak, a thousand yen per MW and year.
    imports = plan.reserve["net_import_mw"].clip(lower=0).groupby(level="fiscal_year").sum()
    token = sum(imports[year] * 1e-3 * weight for year, weight in weights.items())
    assert plan.record.cost_myen == pytest.approx(told + slack + token, abs=3 * token + 1)


def summary_rows(study):
    return study.answer.summary["kpis"]


def test_mean_price_where_nothing_draws_is_the_mean_over_hours(small_study):
    problem, plan = small_study.question.problem, small_study.plan
    mean = mean_by_area_year(problem, plan, "price")
    hours = problem.dispatch.hours_per_year()
    here = plan.balance.loc[("okinawa", 2035)]
    assert (here["draw_mw"] == 0).all()
    expected = np.average(here["price_myen_per_mwh"], weights=hours.reindex(here.index))
    assert mean["okinawa", 2035] == pytest.approx(expected)
