"""What the plan's sites cost together beyond their own works: energy, carbon, latency.

Energy is counted as what supplying all areas costs more than without the sites. It is shared
among sites by their energy at their area's marginal price, so that the parts add up to the whole.
"""

from typing import Any

import pandas as pd

from optimize.base import BaseDispatch
from optimize.model.cost import FLOW_PRICE_MYEN_PER_MWH
from optimize.plan import Plan
from optimize.problem import Dispatch, SiteProblem

SITE_YEAR = ["site", "fiscal_year"]


def shared_costs(problem: SiteProblem, plan: Plan, base: BaseDispatch) -> pd.DataFrame:
    """Energy, carbon price and latency of each site and year.

    Parameters
    ----------
    problem : SiteProblem
        With typical days.
    plan : Plan
    base : BaseDispatch
        The same areas without the sites.

    Returns
    -------
    DataFrame, index (site, item, fiscal_year)
        myen, undiscounted. [M¥/a]
    """
    items = {
        "energy": _energy(problem, plan, base),
        "carbon_price": _carbon_price(problem, plan),
        "latency": _latency(problem, plan),
    }
    table = pd.concat(items, names=["item"]).rename("myen").to_frame()
    return table.reorder_levels(["site", "item", "fiscal_year"]).sort_index()


def site_emissions_t(problem: SiteProblem, plan: Plan) -> pd.Series:
    """Location-based emissions, index (site, fiscal_year): energy times the area's mean. [t]."""
    intensity = mean_by_area_year(problem, plan, "intensity")
    return plan.sites["energy_gwh"] * 1000.0 * _at_sites(problem, plan, intensity)


def mean_by_area_year(problem: SiteProblem, plan: Plan, what: str) -> pd.Series:
    """Mean of `price` [M¥/MWh] or `intensity` [t/MWh] over the draw, index (area, fiscal_year).

    Weighted by the draw of the area's sites; by hours where they draw nothing.
    """
    dispatch = _dispatch(problem)
    values = plan.balance["price_myen_per_mwh"] if what == "price" else _intensity(dispatch, plan)
    hours = dispatch.hours_per_year().reindex(plan.balance.index.get_level_values("slice"))
    hours = pd.Series(hours.to_numpy(), index=plan.balance.index)
    keys = ["area", "fiscal_year"]
    drawn = plan.balance["draw_mw"].groupby(level=keys).transform("sum") > 0
    weight = hours * plan.balance["draw_mw"].where(drawn, 1.0)
    return (values * weight).groupby(level=keys).sum() / weight.groupby(level=keys).sum()


def _energy(problem: SiteProblem, plan: Plan, base: BaseDispatch) -> pd.Series:
    added = system_cost_myen(problem, plan) - base.cost_by_year_myen
    price = _at_sites(problem, plan, mean_by_area_year(problem, plan, "price"))
    worth = plan.sites["energy_gwh"] * price
    free = worth.groupby(level="fiscal_year").transform("sum") <= 0
    worth = worth.where(~free, plan.sites["energy_gwh"])  # free power is shared by energy alone
    of_year = worth.groupby(level="fiscal_year").transform("sum")
    share = (worth / of_year).where(of_year > 0, 0.0)
    return share * added.reindex(share.index.get_level_values("fiscal_year")).to_numpy()


def system_cost_myen(problem: SiteProblem, plan: Plan) -> pd.Series:
    """Cost of supplying all areas, index fiscal_year, undiscounted. [M¥/a]."""
    dispatch = _dispatch(problem)
    hours = dispatch.hours_per_year()
    price = dispatch.supply["cost_myen_per_mwh"].unstack("tech")
    areas = plan.balance.index.get_level_values("area")
    generated = plan.balance[[f"{tech}_mw" for tech in price.columns]].fillna(0.0).to_numpy()
    fuel = (generated * price.reindex(areas).fillna(0.0).to_numpy()).sum(axis=1)
    unserved = plan.balance["unserved_mw"].to_numpy() * dispatch.unserved_price_myen_per_mwh
    at_hours = hours.reindex(plan.balance.index.get_level_values("slice")).to_numpy()
    by_area = pd.Series((fuel + unserved) * at_hours, index=plan.balance.index)
    carried = plan.flows["mw"] * FLOW_PRICE_MYEN_PER_MWH
    carried = carried * hours.reindex(plan.flows.index.get_level_values("slice")).to_numpy()
    years = by_area.groupby(level="fiscal_year").sum()
    return years.add(carried.groupby(level="fiscal_year").sum(), fill_value=0.0)


def _carbon_price(problem: SiteProblem, plan: Plan) -> pd.Series:
    emitted = site_emissions_t(problem, plan)
    price = problem.carbon["price_myen_per_t"]
    return emitted * price.reindex(emitted.index.get_level_values("fiscal_year")).to_numpy()


def _latency(problem: SiteProblem, plan: Plan) -> pd.Series:
    pairs = plan.serve.reset_index("fiscal_year").index
    cost = problem.pairs["myen_per_mw_year"].reindex(pairs).to_numpy()
    by_site = (plan.serve["it_mw"] * cost).groupby(level=SITE_YEAR).sum()
    return by_site.reindex(plan.sites.index).fillna(0.0)


def _intensity(dispatch: Dispatch, plan: Plan) -> pd.Series:
    table: Any = dispatch.intensity_t_per_mwh.rename_axis(columns="area").stack()
    by_place: pd.Series = table.reorder_levels(["area", "fiscal_year", "slice"])
    return by_place.reindex(plan.balance.index)


def _at_sites(problem: SiteProblem, plan: Plan, by_area_year: pd.Series) -> pd.Series:
    sites = plan.sites.index.get_level_values("site")
    areas = problem.sites["area"].reindex(sites)
    years = plan.sites.index.get_level_values("fiscal_year")
    keys = pd.MultiIndex.from_arrays([areas, years], names=["area", "fiscal_year"])
    values = by_area_year.reindex(keys).to_numpy()
    return pd.Series(values, index=plan.sites.index)


def _dispatch(problem: SiteProblem) -> Dispatch:
    if problem.dispatch is None:  # a study always has typical days; see typical_year
        raise TypeError("a siting study without typical days")
    return problem.dispatch
