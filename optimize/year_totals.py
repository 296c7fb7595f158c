"""Sums of one year's dispatch: what it costs, what it could not serve, where its peak is."""

from dataclasses import dataclass

import pandas as pd

from optimize.model.cost import FLOW_PRICE_MYEN_PER_MWH
from optimize.problem import Dispatch

MWH_PER_GWH = 1000.0

NEAR_PEAK_SHARE = 0.99


@dataclass(frozen=True, slots=True)
class YearTotals:
    """Sums over a year, the same for typical days and for all hours."""

    hours: float
    """Hours of the year. [h]"""
    cost_myen: float
    """Supplying all areas: fuel, unserved energy, carriage. [M¥/a]"""
    areas: pd.DataFrame
    """Index area; cost_myen [M¥/a], demand_gwh, draw_gwh, unserved_gwh, curtailed_gwh,
    net_import_gwh [GWh/a]."""
    peak_mw: float
    """Highest demand and draw of all areas together. [MW]"""
    draw_at_peak_mw: float
    peak_hours: float
    """Hours a year within 1 % of it. [h]"""


def year_totals(dispatch: Dispatch, balance: pd.DataFrame, flows: pd.DataFrame) -> YearTotals:
    """Add up a year.

    Parameters
    ----------
    dispatch : Dispatch
        What was dispatched; its slices say how many hours each stands for.
    balance : DataFrame, index (area, slice)
        As `optimize.redispatch.YearDispatch.balance`. [MW]
    flows : DataFrame, index with level slice
        Column mw. [MW]
    """
    per_slice = dispatch.hours_per_year()
    hours = per_slice.reindex(balance.index.get_level_values("slice")).to_numpy(dtype=float)
    columns = ["demand_mw", "draw_mw", "unserved_mw", "curtailed_mw", "net_import_mw"]
    energy = balance[columns].mul(hours, axis=0) / MWH_PER_GWH
    energy.columns = pd.Index([name.replace("_mw", "_gwh") for name in columns])
    cost = _hourly_cost(dispatch, balance) * hours
    areas = energy.assign(cost_myen=cost).groupby(level="area").sum()
    carried = flows["mw"].groupby(level="slice").sum() * FLOW_PRICE_MYEN_PER_MWH
    load = balance[["demand_mw", "draw_mw"]].groupby(level="slice").sum()
    whole = load.sum(axis=1)
    near = whole[whole >= NEAR_PEAK_SHARE * whole.max()].index
    return YearTotals(
        hours=float(per_slice.sum()),
        cost_myen=float(areas["cost_myen"].sum() + (carried * per_slice).sum()),
        areas=areas,
        peak_mw=float(whole.max()),
        draw_at_peak_mw=float(load["draw_mw"].iloc[int(whole.argmax())]),
        peak_hours=float(per_slice[near].sum()),
    )


def _hourly_cost(dispatch: Dispatch, balance: pd.DataFrame) -> pd.Series:
    """Cost of one hour of each area and slice. [M¥/h]"""
    price = dispatch.supply["cost_myen_per_mwh"].unstack("tech")
    areas = balance.index.get_level_values("area")
    ran = balance[[f"{tech}_mw" for tech in price.columns]].fillna(0.0).to_numpy(dtype=float)
    fuel = (ran * price.reindex(areas).fillna(0.0).to_numpy()).sum(axis=1)
    unserved = balance["unserved_mw"].to_numpy() * dispatch.unserved_price_myen_per_mwh
    return pd.Series(fuel + unserved, index=balance.index)
