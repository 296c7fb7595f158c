"""Typical days of a year by the hour, chosen by hierarchical clustering, extreme days forced in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import cdist

from data.errors import InputError, Problem
from grid.slices import HOURS_PER_DAY, RENEWABLES

FORCED = ("peak", "residual_peak", "residual_minimum")
"""Highest hour of demand, highest and lowest hour of the load left after sun and wind."""

ASKED = "asked"
"""A day that is forced in because it is asked for."""

ROUNDING = 1e-12

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ChosenDays:
    """Days that stand for a year, in order of date."""

    kinds: pd.DataFrame
    """Columns day (ISO date), days_per_year (days it stands for), forced (those of `FORCED` that
    it is, with spaces between)."""
    days: pd.DataFrame
    """Columns area, day, hour, demand_mw [MW], solar_share, wind_share [-], NaN where not known:
    the form of the facts table `typical_days`."""
    factors: pd.Series
    """Index (area, quantity): hours of the days that are not forced over those of their date. [-]
    """


def choose_days(
    hours: pd.DataFrame, capacity_mw: pd.Series, count: int, asked: Sequence[str] = ()
) -> ChosenDays:
    """Choose days that stand for all days of a series.

    The days of the highest demand and of the highest and the lowest residual load, all areas
    together, are taken first; each stands for itself. The others are grouped by Ward's
    hierarchical clustering (scipy; Hoffmann et al. 2022, The Pareto-optimal temporal aggregation
    of energy system models), and each group is stood for by the day with the least sum of distances
    to its others. The distance of two days is that of their hours in MW: demand, and what sun and
    wind could supply. A column's hours in those days are multiplied by one factor so that its mean
    over the year is that of the series; none exceeds the highest hour of its column in the series.

    Parameters
    ----------
    hours : DataFrame, shape (whole days x 24, area-quantities)
        Index start, columns (area, quantity), as `data.own_hours.read_own_hours` returns it.
    capacity_mw : Series, index (area, tech)
        Fleets of sun and wind; an area without one has no residual load of it. [MW]
    count : int
        Days wanted, those forced among them; at least 4.
    asked : sequence of str
        Further days (ISO dates) to be forced in.

    Returns
    -------
    ChosenDays
        `count` days, fewer where the series has not as many different ones. The same for any order
        of the columns.

    Raises
    ------
    InputError
        `count` leaves no day besides those forced, or a day asked for is not of the series.
    """
    table = hours.sort_index(axis=1)
    values = _by_day(table)
    dates = pd.DatetimeIndex(table.index[::HOURS_PER_DAY])
    forced = extreme_days(residual_load_mw(table, capacity_mw))
    for day in _places_of(asked, dates):
        forced.setdefault(day, []).append(ASKED)
    _refuse_few(count, len(forced))
    usual = np.setdiff1d(np.arange(len(dates)), list(forced))
    mw = _mw_per_unit(table.columns, capacity_mw)
    weight = dict.fromkeys(forced, 1.0) | _grouped(table, usual, mw, count - len(forced))
    chosen = sorted(weight)
    days_per_year = np.array([weight[day] for day in chosen])
    is_free = np.array([day not in forced for day in chosen])
    scaled, factors = _scaled(values, chosen, days_per_year, is_free)
    kinds = pd.DataFrame(
        {
            "day": dates[chosen].strftime("%Y-%m-%d"),
            "days_per_year": days_per_year,
            "forced": [" ".join(forced.get(day, [])) for day in chosen],
        }
    )
    return ChosenDays(
        kinds, _long(scaled, table.columns, kinds["day"]), pd.Series(factors, table.columns)
    )


def residual_load_mw(hours: pd.DataFrame, capacity_mw: pd.Series) -> pd.DataFrame:
    """Demand of all areas together, and what of it sun and wind leave.

    Returns
    -------
    DataFrame, index start
        Columns demand, residual. [MW]
    """
    demand = hours.loc[:, hours.columns.get_level_values("quantity") == "demand_mw"].sum(axis=1)
    span = _capacity_of(hours.columns, capacity_mw)
    free = (hours * span).loc[:, span > 0].sum(axis=1)
    return pd.DataFrame({"demand": demand, "residual": demand - free})


def _capacity_of(columns: pd.Index, capacity_mw: pd.Series) -> pd.Series:
    """Fleet behind each column of shares; 0 for demand and where none is known. [MW]"""
    stated: dict[Any, float] = capacity_mw.to_dict()
    fleets = {(area, f"{tech}_share"): mw for (area, tech), mw in stated.items()}
    known = {f"{tech}_share" for tech in RENEWABLES}
    mw = [fleets.get(key, 0.0) if key[1] in known else 0.0 for key in columns]
    return pd.Series(mw, index=columns, dtype=float)


def extreme_days(load: pd.DataFrame) -> dict[int, list[str]]:
    """Place of each extreme day, and which of `FORCED` it is; the first day where several are.

    Parameters
    ----------
    load : DataFrame, shape (whole days x 24, 2)
        As `residual_load_mw` returns it. [MW]
    """
    demand, residual = load["demand"].to_numpy(), load["residual"].to_numpy()
    hours = (demand.argmax(), residual.argmax(), residual.argmin())
    found: dict[int, list[str]] = {}
    for name, hour in zip(FORCED, hours, strict=True):
        found.setdefault(int(hour) // HOURS_PER_DAY, []).append(name)
    return found


def _places_of(asked: Sequence[str], dates: pd.DatetimeIndex) -> list[int]:
    """Place of each day asked for."""
    at = {f"{date:%Y-%m-%d}": place for place, date in enumerate(dates)}
    strange = [day for day in dict.fromkeys(asked) if day not in at]
    if strange:
        expected = f"a day of the file, {min(at)} to {max(at)}"
        problems = [Problem("time.forced_days", day, expected) for day in strange]
        raise InputError("time", problems)
    return [at[day] for day in dict.fromkeys(asked)]


def _refuse_few(count: int, forced: int) -> None:
    if count <= forced:
        expected = f"{forced + 1} or more: {forced} days are forced in"
        raise InputError("time", [Problem("time.typical_days", str(count), expected)])


def _mw_per_unit(columns: pd.Index, capacity_mw: pd.Series) -> pd.Series:
    """MW that one unit of each column stands for: the fleet for shares, 1 for demand."""
    is_demand = columns.get_level_values("quantity") == "demand_mw"
    return _capacity_of(columns, capacity_mw).mask(is_demand, 1.0)


def _grouped(
    table: pd.DataFrame, usual: npt.NDArray[Any], mw_per_unit: pd.Series, count: int
) -> dict[int, float]:
    """Days that stand for groups of the usual days, and how many days are in each."""
    if len(usual) <= count:
        return dict.fromkeys((int(day) for day in usual), 1.0)
    by_day_mw = _by_day(table)[:, usual] * mw_per_unit.to_numpy()[:, None, None]
    days = by_day_mw.transpose(1, 0, 2).reshape(len(usual), -1)
    group = fcluster(linkage(days, method="ward"), count, criterion="maxclust")
    members = [np.flatnonzero(group == each) for each in np.unique(group)]
    return {int(usual[_medoid(days, of)]): float(len(of)) for of in members}


def _medoid(days: Numbers, members: npt.NDArray[Any]) -> int:
    """Member with the least sum of distances to the others; the first of several."""
    apart = cdist(days[members], days[members]).sum(axis=1)
    near = np.isclose(apart, apart.min(), rtol=ROUNDING, atol=0.0)
    return int(members[near.argmax()])


def _by_day(table: pd.DataFrame) -> Numbers:
    """Array of shape (columns, days, 24)."""
    return table.to_numpy(dtype=float).T.reshape(len(table.columns), -1, HOURS_PER_DAY)


def _scaled(
    values: Numbers, chosen: list[int], days: Numbers, is_free: npt.NDArray[np.bool_]
) -> tuple[Numbers, list[float]]:
    """Chosen days of each column, shape (columns, days, 24), and the factor of the free ones."""
    scaled, factors = values[:, chosen].copy(), []
    for column, own in enumerate(scaled):
        kept = float((own[~is_free].sum(axis=1) * days[~is_free]).sum())
        target = float(values[column].sum()) - kept
        before = own[is_free].copy()
        top = float(values[column].max())
        own[is_free] = scaled_to(before, days[is_free], target, top=top)
        total = float(before.sum())
        factors.append(float(own[is_free].sum()) / total if total > 0 else 1.0)
    return scaled, factors


def scaled_to(values: Numbers, weights: Numbers, target: float, *, top: float) -> Numbers:
    """Values times one factor, cut at `top`, whose weighted sum is the target.

    What is cut off is made up by a larger factor for the rest. Zeros stay zeros. Without any value
    to enlarge, or if all reach the top, the sum stays short.

    Parameters
    ----------
    values : ndarray, shape (days, hours)
        0 or more.
    weights : ndarray, shape (days,)
    target : float
        0 or more.
    top : float

    Examples
    --------
    >>> scaled_to(np.array([[0.5, 0.25, 0.0]]), np.array([1.0]), 1.75, top=1.0)
    array([[1.  , 0.75, 0.  ]])
    """
    amounts, share = values * weights[:, None], np.broadcast_to(weights[:, None], values.shape)
    factor, is_cut = 1.0, np.zeros(values.shape, dtype=bool)
    while (rest := float(amounts[~is_cut].sum())) > 0.0:  # each pass cuts more, or is the last
        factor = (target - top * float(share[is_cut].sum())) / rest
        beyond = ~is_cut & (values * factor > top * (1.0 + ROUNDING))
        if not beyond.any():
            break
        is_cut |= beyond
    return np.where(is_cut, top, np.minimum(values * factor, top))


def _long(scaled: Numbers, columns: pd.Index, names: pd.Series) -> pd.DataFrame:
    """Hours of the days in the form of the facts table `typical_days`."""
    rows = pd.MultiIndex.from_product([names, range(HOURS_PER_DAY)], names=["day", "hour"])
    wide = pd.DataFrame(scaled.reshape(len(columns), -1).T, index=rows, columns=columns)
    table = wide.stack("area", future_stack=True).reset_index()
    quantities = ["demand_mw", *(f"{tech}_share" for tech in RENEWABLES)]
    return table.reindex(columns=["area", "day", "hour", *quantities]).rename_axis(columns=None)
