"""Typical days of demand formed from a user's own series, and read back for a scenario."""

from collections.abc import Collection, Iterator
from pathlib import Path

import pandas as pd

from data.average_day import dates_in_jst, japanese_clock
from data.demand_slots import demand_by_slot, hourly_means
from data.errors import InputError, Problem
from data.japanese_calendar import SEASON_MONTHS, is_holiday
from data.read_csv import read_user_csv
from data.typical_days import MINIMUM_DAYS, NOON_HOUR, PEAK_DAYS

HOURS_PER_DAY = 24
TABLE = "user_typical_days"
COLUMNS = ["area", "day", "hour", "demand_mw"]


def own_typical_days(table: pd.DataFrame) -> pd.DataFrame:
    """Typical days from whatever whole days a series holds, of any years.

    Weekdays and holidays of a season (by month) are the mean of an area's own whole days. The
    extremes look at all areas together, on days that are whole in each: `spring_minimum` is the
    five days of spring with the least demand from 12 to 13 h, `summer_peak` and `winter_peak` the
    three days of their season with the highest slot. `autumn_still` takes the weekdays of autumn,
    whose place it has in the year: files of demand do not tell the wind. A day without enough
    whole days is left out.

    Parameters
    ----------
    table : DataFrame
        Long table of the contract `area_demand`; its quantity `demand` counts.

    Returns
    -------
    DataFrame, shape (area-days x 24, 4)
        `area`, `day`, `hour` (start, JST), `demand_mw`, of the contract `user_typical_days`.
    """
    slots = demand_by_slot(table)
    hours = hourly_means(table)
    whole = hours.groupby(dates_in_jst(hours)).count() == HOURS_PER_DAY
    parts: list[pd.DataFrame] = []
    for area in hours.columns:
        days = pd.DatetimeIndex(whole.index[whole[area]])
        parts.extend(_profile(hours[area], kind, on) for kind, on in _usual_days(days).items())
    common = pd.DatetimeIndex(whole.index[whole.all(axis=1)])
    for kind, on in _extreme_days(slots, hours, common).items():
        parts.extend(_profile(hours[area], kind, on) for area in hours.columns)
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(parts).sort_values(COLUMNS[:3], ignore_index=True)


def read_own_days(path: Path | str, known_days: Collection[str]) -> pd.DataFrame:
    """Read typical days of demand as `siting demand --output` writes them.

    Parameters
    ----------
    path : Path or str
        CSV of the contract `user_typical_days`.
    known_days : collection of str
        Keys of the typical days there are.

    Returns
    -------
    DataFrame, shape (area-days x 24, contract columns)
        `area`, `day`, `hour`, `demand_mw`, ... [MW]

    Raises
    ------
    InputError
        Every problem of the file: cells, unknown days, days without all 24 hours.
    """
    where = str(path)
    table = read_user_csv(path, TABLE)
    problems = [*_unknown_days(table, known_days, where), *_short_days(table, where)]
    if problems:
        raise InputError(where, problems)
    return table


def _usual_days(days: pd.DatetimeIndex) -> dict[str, pd.DatetimeIndex]:
    """Weekdays and holidays of each season; what has no day is left out."""
    free = is_holiday(days).to_numpy()
    chosen = {}
    for season, months in SEASON_MONTHS.items():
        in_season = days.month.isin(months)
        chosen[f"{season}_weekday"] = days[in_season & ~free]
        chosen[f"{season}_holiday"] = days[in_season & free]
    chosen["autumn_still"] = chosen["autumn_weekday"]
    return {kind: on for kind, on in chosen.items() if len(on)}


def _extreme_days(
    slots: pd.DataFrame, hours: pd.DataFrame, days: pd.DatetimeIndex
) -> dict[str, pd.DatetimeIndex]:
    """Days of least and of highest demand of all areas together."""
    season = {name: days[days.month.isin(months)] for name, months in SEASON_MONTHS.items()}
    noon = hours[japanese_clock(hours).hour == NOON_HOUR].sum(axis=1)
    least = noon.groupby(dates_in_jst(noon)).mean()
    together = slots.sum(axis=1, skipna=False)
    peak = together.groupby(dates_in_jst(together)).max()
    chosen = {
        "spring_minimum": _first(least.reindex(season["spring"]), MINIMUM_DAYS),
        "summer_peak": _first(-peak.reindex(season["summer"]), PEAK_DAYS),
        "winter_peak": _first(-peak.reindex(season["winter"]), PEAK_DAYS),
    }
    return {kind: on for kind, on in chosen.items() if len(on)}


def _first(by_day: pd.Series, count: int) -> pd.DatetimeIndex:
    """The days with the least values; none if there are not enough."""
    if by_day.notna().sum() < count:
        return pd.DatetimeIndex([])
    return pd.DatetimeIndex(by_day.nsmallest(count).index)


def _profile(hours_mw: pd.Series, kind: str, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Mean day of one area."""
    chosen = hours_mw[dates_in_jst(hours_mw).isin(days)]
    mean = chosen.groupby(japanese_clock(chosen).hour).mean()
    columns = {"area": str(hours_mw.name), "day": kind, "hour": mean.index, "demand_mw": mean}
    return pd.DataFrame(columns).reset_index(drop=True)


def _unknown_days(table: pd.DataFrame, known: Collection[str], where: str) -> Iterator[Problem]:
    for day in dict.fromkeys(table["day"]):
        if day not in known:
            yield Problem("day", repr(day), f"one of {', '.join(known)}", file=where)


def _short_days(table: pd.DataFrame, where: str) -> Iterator[Problem]:
    """Days that lack hours; a key stands once, so 24 rows are 24 hours."""
    for (area, day), hours in table.groupby(["area", "day"], sort=False)["hour"]:
        missing = sorted(set(range(HOURS_PER_DAY)) - set(hours))
        if missing:
            found = f"no hour {', '.join(map(str, missing))}"
            yield Problem(f"{day} of {area}", found, "hours 0 to 23", file=where)
