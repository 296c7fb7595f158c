"""The Japanese calendar: holidays, seasons, how often each kind of day comes."""

from collections.abc import Mapping

import pandas as pd
from holidays import country_holidays


def public_holidays(*years: int) -> pd.DatetimeIndex:
    """Public holidays of calendar years (国民の祝日に関する法律), substitute ones included.

    Examples
    --------
    >>> len(public_holidays(2026)), str(public_holidays(2026)[8].date())
    (18, '2026-05-05')
    """
    return pd.DatetimeIndex(sorted(country_holidays("JP", years=years)))


HOLIDAYS_2026 = public_holidays(2026)
"""6 May and 22 September included."""

SEASON_MONTHS: Mapping[str, tuple[int, int, int]] = {
    "spring": (3, 4, 5),
    "summer": (6, 7, 8),
    "autumn": (9, 10, 11),
    "winter": (12, 1, 2),
}


def is_holiday(days: pd.DatetimeIndex, holidays: pd.DatetimeIndex | None = None) -> pd.Series:
    """Whether each date is a Saturday, a Sunday or a public holiday.

    Parameters
    ----------
    days : DatetimeIndex
        Dates, midnight without zone.
    holidays : DatetimeIndex, optional
        Public holidays; those of the years of `days` when left out.

    Returns
    -------
    Series of bool, index days

    Examples
    --------
    >>> is_holiday(pd.DatetimeIndex(["2026-05-01", "2026-05-02", "2026-05-06"])).tolist()
    [False, True, True]
    """
    if holidays is None:
        holidays = public_holidays(*sorted({int(year) for year in days.year}))
    first_weekend_day = 5  # Saturday, pandas counts from Monday = 0
    free = (days.day_of_week >= first_weekend_day) | days.isin(holidays)
    return pd.Series(free, index=days, name="is_holiday")


def count_days(year: int = 2026, holidays: pd.DatetimeIndex | None = None) -> pd.Series:
    """How many weekdays and holidays each season of a calendar year has.

    Returns
    -------
    Series, index day
        `spring_weekday` to `winter_holiday`; sums to the days of the year. [days/year]

    Examples
    --------
    >>> int(count_days().sum())
    365
    """
    days = pd.date_range(f"{year}-01-01", f"{year}-12-31")
    free = is_holiday(days, holidays)
    counts = {}
    for season, months in SEASON_MONTHS.items():
        own = free[days.month.isin(months)]
        counts[f"{season}_weekday"] = int((~own).sum())
        counts[f"{season}_holiday"] = int(own.sum())
    return pd.Series(counts, name="days_per_year").rename_axis("day")
