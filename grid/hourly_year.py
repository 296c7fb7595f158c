"""A fiscal year day by day: which kind of typical day each date is."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import InputError, Problem
from data.japanese_calendar import SEASON_MONTHS, is_holiday

HOURS_OF_YEAR = 8760
"""Of a year of the model, which knows no leap years: yearly costs and limits are of so many."""

TAKEN_FROM: Mapping[str, str] = {"minimum": "holiday", "peak": "weekday", "still": "weekday"}
"""Kind of special day -> kind of ordinary day whose dates it takes (facts table `day_kinds`)."""


def fiscal_dates(fiscal_year: int) -> pd.DatetimeIndex:
    """Dates of a Japanese fiscal year, 1 April to 31 March: 365, or 366 with a 29 February.

    >>> len(fiscal_dates(2034)), len(fiscal_dates(2035))
    (365, 366)
    """
    return pd.date_range(f"{fiscal_year}-04-01", f"{fiscal_year + 1}-03-31")


def common_year(hours: pd.DataFrame) -> pd.DataFrame:
    """A year by the hour without the day that makes it a leap year.

    Days that counted 365/366 each would be of equal use, but then no day stands for itself: the
    extreme ones, and every one where a year is dispatched by the hour.

    Parameters
    ----------
    hours : DataFrame, index of the starts of all hours of one year

    Returns
    -------
    DataFrame
        The same table if it has 8,760 hours, else without 29 February.
    """
    return hours if len(hours) <= HOURS_OF_YEAR else hours[~is_leap_day(hours.index)]


def is_leap_day(starts: pd.Index) -> npt.NDArray[np.bool_]:
    """Whether an hour is one of 29 February."""
    dates = pd.DatetimeIndex(starts)
    return np.asarray((dates.month == 2) & (dates.day == 29))


def calendar_days(day_kinds: pd.DataFrame, fiscal_year: int) -> pd.Series:
    """Kind of typical day of every date of a fiscal year.

    Weekdays and holidays are those of the calendar of that year, so their numbers differ a little
    from `days_per_year`, which counts 2026. Special days keep their number. They take dates of
    ordinary days of their season, in equal steps from April on: the i-th of n special days takes
    the date in the middle of the i-th of n equal parts. Where in its season such a day falls is not
    known, and without stores it changes nothing.

    Parameters
    ----------
    day_kinds : DataFrame
        Facts table `day_kinds`: `day`, `season`, `kind`, `days_per_year`.
    fiscal_year : int

    Returns
    -------
    Series of str, index date
        Name of the typical day.

    Raises
    ------
    InputError
        A kind of special day that the rule does not know, or more of them than dates.
    """
    dates = fiscal_dates(fiscal_year)
    season = _season_of(dates)
    kind = np.where(is_holiday(dates), "holiday", "weekday")
    ordinary = day_kinds[day_kinds["kind"].isin(["weekday", "holiday"])]
    names = ordinary.set_index(["season", "kind"])["day"]
    keys = pd.MultiIndex.from_arrays([season, kind], names=names.index.names)
    days = pd.Series(names.reindex(keys).to_numpy(), index=dates, name="day").rename_axis("date")
    special = day_kinds[~day_kinds["kind"].isin(["weekday", "holiday"])]
    _refuse(day_kinds, special, days)
    for row in special.to_dict("records"):
        base = names[row["season"], TAKEN_FROM[row["kind"]]]
        free = days.index[days == base]
        days[_middles(free, int(row["days_per_year"]))] = row["day"]
    return days


def day_counts(days: pd.Series) -> pd.Series:
    """Number of dates of each typical day, index day. [days/year]"""
    return days.value_counts().rename_axis("day").rename("days_per_year")


def consecutive_days(days: pd.Series) -> pd.DataFrame:
    """Runs of equal days that follow one another, in order.

    Parameters
    ----------
    days : Series of str, index date
        As `calendar_days` returns it.

    Returns
    -------
    DataFrame
        Columns day, first (ISO date of the first), days (how many).
    """
    run = (days != days.shift()).cumsum()
    table = days.rename_axis("date").rename("day").reset_index().groupby(run.to_numpy())
    found = table.agg(day=("day", "first"), first=("date", "first"), days=("day", "size"))
    return found.assign(first=found["first"].dt.strftime("%Y-%m-%d")).reset_index(drop=True)


def _season_of(dates: pd.DatetimeIndex) -> list[str]:
    season = {month: name for name, months in SEASON_MONTHS.items() for month in months}
    return [season[month] for month in dates.month]


def _middles(dates: pd.Index, count: int) -> pd.Index:
    """`count` of the dates, in the middle of as many equal parts."""
    places = ((np.arange(count) + 0.5) * len(dates) / max(count, 1)).astype(int)
    return dates[places]


def _refuse(day_kinds: pd.DataFrame, special: pd.DataFrame, days: pd.Series) -> None:
    known = ", ".join(TAKEN_FROM)
    problems = [
        Problem(f"day_kinds.{row['day']}.kind", repr(row["kind"]), f"weekday, holiday, {known}")
        for row in special.to_dict("records")
        if row["kind"] not in TAKEN_FROM
    ]
    if days.isna().any():
        found = f"{int(days.isna().sum())} dates of a season without such a day"
        problems.append(Problem("day_kinds", found, "weekday and holiday of every season"))
    if not problems:
        problems = _too_many(special, day_kinds, days)
    if problems:
        raise InputError("calendar", problems)


def _too_many(special: pd.DataFrame, day_kinds: pd.DataFrame, days: pd.Series) -> list[Problem]:
    """Special days that leave no ordinary day of their season; each date can go only once."""
    base = special["season"] + "|" + special["kind"].map(TAKEN_FROM)
    asked = special.groupby(base)["days_per_year"].sum()
    names = day_kinds.set_index(day_kinds["season"] + "|" + day_kinds["kind"])["day"]
    there = names.map(day_counts(days)).fillna(0)
    many = asked[asked > there.reindex(asked.index)]
    return [
        Problem(f"day_kinds.{names[str(key)]}", f"{count:g} special days", f"at most {most:g}")
        for (key, count), most in zip(many.items(), there.reindex(many.index), strict=True)
    ]
