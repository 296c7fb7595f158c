"""Yearly cost of a site by item, from one-off costs paid off over their life."""

import math

import pandas as pd

from siting.scenario import Scenario


def annuity_share(discount_share: float, years: float) -> float:
    """Yearly payment that pays off one yen over `years`.

    Examples
    --------
    >>> round(annuity_share(0.05, 20), 4)
    0.0802
    >>> annuity_share(0.0, 20)
    0.05
    """
    if discount_share == 0:
        return 1.0 / years
    # expm1 and log1p keep the digits of a rate near zero, where the plain form divides 0 by 0.
    return discount_share / -math.expm1(-years * math.log1p(discount_share))


def site_costs(scenario: Scenario, sites: pd.DataFrame) -> pd.DataFrame:
    """Cost of each site by item.

    Construction is paid per MW of IT with its overhead, that is contract power over peak PUE, and
    land per contract MW at the interest on its price, since land keeps its value. Connection and
    fibre are fixed sums; a subsidy is taken off.

    Parameters
    ----------
    scenario : Scenario
    sites : DataFrame, index place
        area, voltage_kv, pue_peak, ix_km, and zone_km of places that take a published zone.

    Returns
    -------
    DataFrame, index (site, item)
        fixed_myen_per_year if built [M¥/a], per_mw_myen_per_year of contract power [M¥/(MW a)].
    """
    items = {
        "construction": (0.0, _construction(scenario, sites)),
        "land": (0.0, _land(scenario, sites)),
        "connection": (_connection(scenario, sites), 0.0),
        "fibre": (_fibre(scenario, sites), 0.0),
        "subsidy": (_subsidy(scenario, sites), 0.0),
    }
    tables = {
        item: pd.DataFrame(
            {"fixed_myen_per_year": fixed, "per_mw_myen_per_year": per_mw}, index=sites.index
        )
        for item, (fixed, per_mw) in items.items()
    }
    stacked = pd.concat(tables, names=["item", "site"]).swaplevel()
    return stacked[(stacked != 0).any(axis=1)].sort_index()


def line_myen_per_year(scenario: Scenario, cost_myen: float) -> float:
    """Yearly cost of works that are paid off like a line. [M¥/a]."""
    costs = scenario.costs
    return cost_myen * annuity_share(costs.discount_share, costs.line_life_years)


def _construction(scenario: Scenario, sites: pd.DataFrame) -> pd.Series:
    costs, elsewhere = scenario.costs, scenario.assumptions.construction_elsewhere_myen_per_mw
    per_it_mw = sites["area"].map(dict(costs.construction_myen_per_mw)).fillna(elsewhere)
    yearly = annuity_share(costs.discount_share, costs.building_life_years)
    return per_it_mw / sites["pue_peak"] * yearly


def _land(scenario: Scenario, sites: pd.DataFrame) -> pd.Series:
    price = sites["area"].map(dict(scenario.assumptions.land_myen_per_ha))
    return price * scenario.facility.land_ha_per_mw * scenario.costs.discount_share


def _connection(scenario: Scenario, sites: pd.DataFrame) -> pd.Series:
    """Lines reach a published zone's substation; elsewhere they have the assumed length.

    A screened site has the length of its route, each km weighed by its ground.
    """
    assumed = scenario.assumptions
    fixed = sites["voltage_kv"].map(dict(assumed.connection_fixed_myen))
    per_km = sites["voltage_kv"].map(dict(assumed.connection_myen_per_km))
    to_zone_km = sites["zone_km"].where(sites["basis"] == "published")
    km = to_zone_km.clip(lower=assumed.connection_km)
    if "connection_km" in sites:
        km = km.fillna(sites["connection_km"])
    km = km.fillna(assumed.connection_km)
    return (fixed + km * per_km) * line_myen_per_year(scenario, 1.0)


def _fibre(scenario: Scenario, sites: pd.DataFrame) -> pd.Series:
    per_km = scenario.assumptions.fibre_myen_per_km
    return sites["ix_km"] * per_km * line_myen_per_year(scenario, 1.0)


def _subsidy(scenario: Scenario, sites: pd.DataFrame) -> pd.Series:
    costs = scenario.costs
    paid = pd.Series(dict(costs.subsidy_myen), dtype=float).reindex(sites.index).fillna(0.0)
    return -paid * annuity_share(costs.discount_share, costs.building_life_years)
