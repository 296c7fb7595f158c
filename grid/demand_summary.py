"""Real demand in figures: peaks, minimum, load factor, duration, shares; by area and together."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.average_day import dates_in_jst
from data.contracts_series import SOURCES_OF_POWER
from data.demand_slots import MINUTES_PER_HOUR, demand_by_slot, hourly_means

DEMANDS = ("demand", "forecast_demand")
JAPAN = "japan"
PEAK_DAYS = 3
"""As H3: the mean of the three highest daily peaks."""

SHORTEST_SLOT = 30
PERCENTS = np.arange(101)
MWH_PER_GWH = 1e3


@dataclass(frozen=True, slots=True)
class DemandSummary:
    """Figures of a set of series; tables are keyed by `area` and `quantity`.

    `japan` stands for the areas in the data taken together, over the slots in which all of them
    are known; it is there if two areas or more have such slots.
    """

    areas: pd.DataFrame
    """Index (area, quantity). `minutes` is the slot of the peak: the peak of hours is no peak of
    half-hours. `peak_mw`, `peak_start`, `minimum_mw`, `minimum_start`, `h3_mw`,
    `observed_highest_mw`, `mean_mw`, `energy_gwh`, `load_factor_share`, `slots`, `unknown_slots`,
    `first`, `last`, `non_coincident_mw` (japan only: sum of the areas' own peaks in the same
    slots)."""
    months: pd.DataFrame
    """Index (area, quantity, month). `days`, `peak_mw` and `h3_mw`: mean of the three highest
    daily peaks, NaN with fewer days."""
    duration: pd.DataFrame
    """Index percent of time, 0 to 100; columns (area, quantity). Demand is at least so high for
    that part of the time. [MW]"""
    shares: pd.DataFrame
    """Index (area, source). `energy_gwh` and `share` of demand, over slots in which both are
    known."""
    together: tuple[str, ...]
    """Areas behind `japan`; empty if they have no slot in common."""


@dataclass(frozen=True, slots=True)
class Series:
    """Known values of one series."""

    area: str
    quantity: str
    mw: pd.Series
    """Index start, tz-aware, sorted. [MW]"""
    minutes: pd.Series
    """Length of each slot. [min]"""
    unknown_slots: int
    non_coincident_mw: float = float("nan")


def summarise_demand(table: pd.DataFrame) -> DemandSummary:
    """Figures of the series in a long table.

    Parameters
    ----------
    table : DataFrame
        Contract `area_demand`: `start`, `minutes`, `area`, `quantity`, `mw`.

    Returns
    -------
    DemandSummary
        `observed_highest_mw` is the highest daily peak in the data, not what comes once in ten
        years (H1). `h3_mw` of an area is the mean of its three highest daily peaks in all months.
    """
    series = [each for quantity in DEMANDS for each in _series(table, quantity)]
    demand = [each for each in series if each.quantity == "demand"]
    names = tuple(each.area for each in demand)
    keys = ["area", "quantity"]
    return DemandSummary(
        pd.DataFrame([_figures(each) for each in series]).set_index(keys),
        pd.concat([_months(each) for each in series]).set_index([*keys, "month"]),
        _duration(series),
        _shares(table, demand),
        names[:-1] if JAPAN in names else (),
    )


def h3_mw(daily_peaks_mw: pd.Series) -> float:
    """Mean of the three highest daily peaks; NaN with fewer than three days. [MW].

    Examples
    --------
    >>> h3_mw(pd.Series([10.0, 40.0, 20.0, 30.0]))
    30.0
    """
    known = daily_peaks_mw.dropna()
    return float(known.nlargest(PEAK_DAYS).mean()) if len(known) >= PEAK_DAYS else float("nan")


def load_duration_mw(mw: pd.Series, minutes: pd.Series) -> pd.Series:
    """Demand reached or exceeded for 0, 1, ... 100 percent of the time.

    Parameters
    ----------
    mw : Series, shape (slots,)
        Known values. [MW]
    minutes : Series, shape (slots,)
        Length of each slot, 30 or 60. [min]

    Returns
    -------
    Series, index percent
        The highest value at 0, the lowest at 100, straight between the ranks. [MW]
    """
    by_half_hour = np.repeat(mw.to_numpy(), minutes.to_numpy() // SHORTEST_SLOT)
    values = np.quantile(by_half_hour, 1 - PERCENTS / 100)
    return pd.Series(values, index=pd.Index(PERCENTS, name="percent"))


def _series(table: pd.DataFrame, quantity: str) -> list[Series]:
    """Each area's series, then all of them together."""
    own = table[table["quantity"] == quantity]
    found = [_own_series(str(area), quantity, rows) for area, rows in _by(own, "area")]
    known = [each for each in found if len(each.mw)]
    japan = _together(table, quantity, known) if len(known) > 1 else None
    return known if japan is None else [*known, japan]


def _own_series(area: str, quantity: str, rows: pd.DataFrame) -> Series:
    known = rows[rows["mw"].notna()].set_index("start").sort_index()
    return Series(area, quantity, known["mw"], known["minutes"], len(rows) - len(known))


def _together(table: pd.DataFrame, quantity: str, series: list[Series]) -> Series | None:
    """Sum of the areas where all are known: by half-hour if all are, else by hour."""
    is_fine = all((each.minutes == SHORTEST_SLOT).all() for each in series)
    wide = (demand_by_slot if is_fine else hourly_means)(table, quantity)
    common = wide[[each.area for each in series]].dropna()
    if common.empty:
        return None
    minutes = SHORTEST_SLOT if is_fine else MINUTES_PER_HOUR
    return Series(
        JAPAN,
        quantity,
        common.sum(axis=1),
        pd.Series(minutes, index=common.index),
        len(wide) - len(common),
        float(common.max().sum()),
    )


def _figures(series: Series) -> dict[str, object]:
    mw, hours = series.mw, series.minutes / MINUTES_PER_HOUR
    energy_mwh, time_h = float((mw * hours).sum()), float(hours.sum())
    start, daily = pd.DatetimeIndex(mw.index), _daily_peaks(mw)
    top, low = int(mw.argmax()), int(mw.argmin())
    return {
        "area": series.area,
        "quantity": series.quantity,
        "minutes": int(series.minutes.iloc[top]),
        "peak_mw": float(mw.iloc[top]),
        "peak_start": start[top],
        "minimum_mw": float(mw.iloc[low]),
        "minimum_start": start[low],
        "h3_mw": h3_mw(daily),
        "observed_highest_mw": float(daily.max()),
        "mean_mw": energy_mwh / time_h,
        "energy_gwh": energy_mwh / MWH_PER_GWH,
        "load_factor_share": energy_mwh / time_h / float(mw.iloc[top]),
        "slots": len(mw),
        "unknown_slots": series.unknown_slots,
        "first": start[0],
        "last": start[-1],
        "non_coincident_mw": series.non_coincident_mw,
    }


def _daily_peaks(mw: pd.Series) -> pd.Series:
    return mw.groupby(dates_in_jst(mw)).max()


def _months(series: Series) -> pd.DataFrame:
    daily = _daily_peaks(series.mw)
    by_month = daily.groupby(pd.DatetimeIndex(daily.index).strftime("%Y-%m"))
    months = pd.DataFrame(
        {"days": by_month.size(), "peak_mw": by_month.max(), "h3_mw": by_month.agg(h3_mw)}
    )
    months = months.rename_axis("month").reset_index()
    return months.assign(area=series.area, quantity=series.quantity)


def _duration(series: list[Series]) -> pd.DataFrame:
    curves = {(s.area, s.quantity): load_duration_mw(s.mw, s.minutes) for s in series}
    return pd.DataFrame(curves).rename_axis(columns=["area", "quantity"])


def _shares(table: pd.DataFrame, demand: list[Series]) -> pd.DataFrame:
    """Energy of each source and its share of demand."""
    sources = table[table["quantity"].isin(SOURCES_OF_POWER)]
    mwh = sources["mw"] * sources["minutes"] / MINUTES_PER_HOUR
    known = sources.assign(mwh=mwh)[mwh.notna()]
    rows = [row for each in demand for row in _shares_of(each, known, demand)]
    columns = ["area", "source", "energy_gwh", "share"]
    return pd.DataFrame(rows, columns=columns).set_index(columns[:2])


def _shares_of(
    series: Series, sources: pd.DataFrame, demand: list[Series]
) -> Iterable[tuple[str, str, float, float]]:
    """Shares of an area; together only of sources that every area reports."""
    names = [each.area for each in demand if each.area != JAPAN]
    areas = names if series.area == JAPAN else [series.area]
    own = sources[sources["area"].isin(areas)]
    demand_mwh = series.mw * series.minutes / MINUTES_PER_HOUR
    for source, rows in _by(own, "quantity"):
        supply_mwh = _known_everywhere(rows, areas, series)
        common = supply_mwh.index.intersection(demand_mwh.index)
        if len(common):
            energy_mwh, of_mwh = supply_mwh[common].sum(), demand_mwh[common].sum()
            share = float(energy_mwh / of_mwh)
            yield series.area, str(source), float(energy_mwh) / MWH_PER_GWH, share


def _known_everywhere(rows: pd.DataFrame, areas: list[str], series: Series) -> pd.Series:
    """Energy by slot of the series, where all areas report it. [MWh]."""
    minutes = int(series.minutes.max())
    start = (
        rows["start"] if series.minutes.nunique() > 1 else rows["start"].dt.floor(f"{minutes}min")
    )
    by_slot = rows.groupby(start)
    counted = by_slot["minutes"].sum()
    whole = series.minutes.reindex(counted.index) * len(areas)
    return by_slot["mwh"].sum()[counted == whole]


def _by(rows: pd.DataFrame, column: str) -> Iterable[tuple[object, pd.DataFrame]]:
    return rows.groupby(column, observed=True, sort=True)
