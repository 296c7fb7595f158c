"""The Japanese calendar: holidays, seasons, how often each kind of day comes."""

from collections.abc import Mapping

import pandas as pd

HOLIDAYS_2026 = pd.DatetimeIndex(
    [
        "2026-01-01",
        "2026-01-12",
        "2026-02-11",
        "2026-02-23",
        "2026-03-20",
        "2026-04-29",
        "2026-05-03",
        "2026-05-04",
        "2026-05-05",
        "2026-05-06",
        "2026-07-20",
        "2026-08-11",
        "2026-09-21",
        "2026-09-22",
        "2026-09-23",
        "2026-10-12",
        "2026-11-03",
        "2026-11-23",
    ]
)
"""Public holidays of 2026 (国民の祝日に関する法律), 6 May and 22 September included."""

SEASON_MONTHS: Mapping[str, tuple[int, int, int]] = {
    "spring": (3, 4, 5),
    "summer": (6, 7, 8),
    "autumn": (9, 10, 11),
    "winter": (12, 1, 2),
}


def is_holiday(days: pd.DatetimeIndex, holidays: pd.DatetimeIndex = HOLIDAYS_2026) -> pd.Series:
    """Whether each date is a Saturday, a Sunday or a public holiday.

    Examples
    --------
    >>> is_holiday(pd.DatetimeIndex(["2026-05-01", "2026-05-02", "2026-05-06"])).tolist()
    [False, True, True]
    """
    first_weekend_day = 5  # Saturday, pandas counts from Monday = 0
    free = (days.day_of_week >= first_weekend_day) | days.isin(holidays)
    return pd.Series(free, index=days, name="is_holiday")


def count_days(year: int = 2026, holidays: pd.DatetimeIndex = HOLIDAYS_2026) -> pd.Series:
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
