"""The long table of demand as one column an area: by slot, or by hour."""

import pandas as pd

MINUTES_PER_HOUR = 60


def demand_by_slot(table: pd.DataFrame, quantity: str = "demand") -> pd.DataFrame:
    """Demand as the files have it.

    Parameters
    ----------
    table : DataFrame
        Long table of the contract `area_demand`.
    quantity : str
        `demand` or `forecast_demand`.

    Returns
    -------
    DataFrame, shape (slots, areas), index start
        [MW]; NaN = not known. An hour stands at its start only.
    """
    demand = table[table["quantity"] == quantity]
    wide = demand.pivot(index="start", columns="area", values="mw")
    return wide.set_axis(wide.columns.astype(str), axis=1)


def hourly_means(table: pd.DataFrame, quantity: str = "demand") -> pd.DataFrame:
    """Demand by hour.

    Parameters
    ----------
    table : DataFrame
        Long table of the contract `area_demand`.
    quantity : str
        `demand` or `forecast_demand`.

    Returns
    -------
    DataFrame, shape (hours, areas), index start
        [MW]; NaN where a slot of the hour is not known.
    """
    demand = table[(table["quantity"] == quantity) & table["mw"].notna()]
    hour = demand["start"].dt.floor("h")
    weighed = demand.assign(hour=hour, area=demand["area"].astype(str))
    weighed["mw_minutes"] = weighed["mw"] * weighed["minutes"]
    sums = weighed.groupby(["hour", "area"])[["mw_minutes", "minutes"]].sum()
    means = (sums["mw_minutes"] / sums["minutes"]).where(sums["minutes"] == MINUTES_PER_HOUR)
    return means.unstack("area").rename_axis(index="start")
