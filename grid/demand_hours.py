"""A year by the hour from the utilities' own series, in the form that a scenario takes."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from data.average_day import japanese_clock
from data.contract import AREAS
from data.demand_slots import hourly_means
from data.errors import InputError, Problem
from data.own_hours import KEYS, QUANTITIES
from data.row_runs import capped, runs
from grid.slices import RENEWABLES

HOUR = pd.Timedelta(hours=1)
FISCAL_YEAR_BEGINS = 4
"""Month."""


@dataclass(frozen=True, slots=True)
class DemandHours:
    """A year of the areas in the files, and what of it could not be told."""

    hours: pd.DataFrame
    """Index start (JST without zone), columns (area, quantity), as `data.own_hours` has them."""
    missing_areas: tuple[str, ...]
    """Areas without demand in the files: a scenario needs them too."""
    holes: tuple[tuple[str, str], ...]
    """(area, tech) in the files, but not in every hour: left out."""
    beyond_fleet: tuple[tuple[str, str, float], ...]
    """(area, tech, highest output over the fleet): the fleet is not that of the files; left out."""


def demand_hours(table: pd.DataFrame, capacity_mw: pd.Series) -> DemandHours:
    """Newest whole year of demand by the hour, with what sun and wind could have given.

    The newest fiscal year that is whole in every area of the files; else the year that ends with
    the last day of them all. Sun and wind are output and what was held back of it, over the fleet:
    times the same fleet, a scenario has the output of the files again.

    Parameters
    ----------
    table : DataFrame
        Long table of the contract `area_demand`.
    capacity_mw : Series, index (area, tech)
        Fleets of sun and wind. [MW]

    Raises
    ------
    InputError
        The files hold no whole year; every area's missing hours of the last one are named.
    """
    demand = _hourly(table, "demand")
    if demand.empty:
        expected = "a year of demand that was measured"
        raise InputError("--hourly", [Problem("demand", "no value", expected)])
    starts = _whole_year(demand)
    columns = {(str(area), "demand_mw"): demand[area].reindex(starts) for area in demand}
    holes, beyond = [], []
    for tech in RENEWABLES:
        for area, able in _able_mw(table, tech).items():
            share = able.reindex(starts) / capacity_mw.get((area, tech), float("nan"))
            if share.isna().any():
                holes.append((str(area), tech))
            elif share.max() > 1.0:
                beyond.append((str(area), tech, float(share.max())))
            else:
                columns[str(area), f"{tech}_share"] = share.clip(lower=0.0)
    order = pd.MultiIndex.from_product([AREAS, QUANTITIES], names=KEYS)
    hours = pd.DataFrame(columns, index=starts).rename_axis(columns=KEYS)
    hours = hours[[key for key in order if key in columns]]
    missing = tuple(area for area in AREAS if area not in demand)
    return DemandHours(hours, missing, tuple(holes), tuple(beyond))


def _hourly(table: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """A quantity by hour and area, on a clock without zone; empty where no file has it. [MW]"""
    if not (table["mw"].notna() & (table["quantity"] == quantity)).any():
        return pd.DataFrame()
    hours = hourly_means(table, quantity)
    return hours.set_axis(japanese_clock(hours).tz_localize(None).as_unit("us"), axis=0)


def _able_mw(table: pd.DataFrame, tech: str) -> pd.DataFrame:
    """Output and what was held back of it, by hour and area; empty without any. [MW]

    A file that has a column for what was held back and nothing in it does not know.
    """
    output, held = _hourly(table, tech), _hourly(table, f"{tech}_curtailed")
    for area in output.columns.intersection(held.columns):
        output[area] = output[area] + held[area].reindex(output.index)
    return output


def _whole_year(demand: pd.DataFrame) -> pd.DatetimeIndex:
    """Hours of the newest whole year."""
    known = demand.notna().all(axis=1)
    there = pd.DatetimeIndex(known.index[known])
    candidates = [*_fiscal_years(demand), _last_year(demand)]
    for hours in candidates:
        if len(hours.difference(there)) == 0:
            return hours
    raise InputError("--hourly", list(capped(_missing(demand, candidates[-1]))))


def _fiscal_years(demand: pd.DataFrame) -> Iterator[pd.DatetimeIndex]:
    """Fiscal years that begin within the series, the newest first."""
    years = range(int(demand.index[-1].year), int(demand.index[0].year) - 1, -1)
    for year in years:
        first = pd.Timestamp(year, FISCAL_YEAR_BEGINS, 1)
        yield _hours(first, first + pd.DateOffset(years=1))


def _last_year(demand: pd.DataFrame) -> pd.DatetimeIndex:
    """The year that ends with the last whole day."""
    end = (demand.index[-1] + HOUR).normalize()
    return _hours(end - pd.DateOffset(years=1), end)


def _hours(first: pd.Timestamp, end: pd.Timestamp) -> pd.DatetimeIndex:
    return pd.date_range(first, end, freq=HOUR, inclusive="left", name="start", unit="us")


def _missing(demand: pd.DataFrame, hours: pd.DatetimeIndex) -> Iterator[Problem]:
    """Runs of hours that lack; areas that lack the same ones together."""
    expected = f"every hour of a fiscal year, or of {hours[0]:%Y-%m-%d} to {hours[-1]:%Y-%m-%d}"
    gaps: dict[tuple[int, int], list[str]] = {}
    for area in sorted(demand, key=AREAS.index):
        for gap in runs(demand[area].reindex(hours).isna().to_numpy()):
            gaps.setdefault(gap, []).append(str(area))
    for (first, last), areas in sorted(gaps.items()):
        span = f"{hours[first]:%Y-%m-%d %H:%M} to {hours[last]:%Y-%m-%d %H:%M}"
        found = f"no value from {span} ({last - first + 1:,} hours)"
        yield Problem(f"hours of {', '.join(areas)}", found, expected, "Add the files of that time")
