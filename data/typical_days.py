"""Typical days: profiles of demand, solar and wind for the days a study is made of."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from data.average_day import average_day, dates_in_jst, japanese_clock, whole_days
from data.japanese_calendar import SEASON_MONTHS, count_days, is_holiday

NOON_HOUR = 12

REGION_BY_AREA: Mapping[str, int] = {
    "hokkaido": 1,
    "tohoku": 2,
    "tokyo": 3,
    "chubu": 3,
    "hokuriku": 3,
    "kansai": 4,
    "chugoku": 4,
    "shikoku": 4,
    "kyushu": 5,
    "okinawa": 5,
}
"""Region of the capacity factors that stands for each area.

The regions are prefectures 01, 02-07, 08-23, 24-39 and 40-47, so that Niigata counts in region 3
and Mie in region 4; Okinawa lies in region 5 but its weather is not Kyushu's.
"""

DEMAND_WINDOW: Mapping[str, tuple[str, str]] = {
    "spring": ("2026-03-20", "2026-05-31"),
    "summer": ("2026-06-15", "2026-08-21"),
}
"""Days of demand that count, first and last; the weeks between belong to neither season."""

MINIMUM_DAYS = 5
PEAK_DAYS = 3  # as H3, the mean of the three highest daily peaks

SUNNIEST_SPRING_DAYS = 10
SUNNY_SUMMER_SHARE = 1 / 3
STILL_AUTUMN_SHARE = 0.1
DULL_WINTER_SHARE = 0.25

DAYS_OF_EXTREME: Mapping[str, tuple[str, int]] = {
    "spring_minimum": ("spring_holiday", 10),
    "summer_peak": ("summer_weekday", 3),
    "autumn_still": ("autumn_weekday", 10),
    "winter_peak": ("winter_weekday", 3),
}
"""Kind of day an extreme is taken from, and for how many days a year it stands.

As many as went into its mean; the winter peak counts as the summer one.
"""


def demand_days(demand_mw: pd.DataFrame) -> dict[str, pd.DatetimeIndex]:
    """Dates behind each typical day of demand in spring and summer 2026.

    Parameters
    ----------
    demand_mw : DataFrame, shape (half-hours, areas)
        Result of `half_hours_in_jst`, covering `DEMAND_WINDOW`. [MW]

    Returns
    -------
    dict of str to DatetimeIndex
        Weekday and holiday of each season; `spring_minimum`, the five days with the least national
        demand from 12 to 13 h; `summer_peak`, the three days with the highest national half-hour.
    """
    days = whole_days(demand_mw)
    chosen: dict[str, pd.DatetimeIndex] = {}
    for season, (first, last) in DEMAND_WINDOW.items():
        in_window = (days >= pd.Timestamp(first)) & (days <= pd.Timestamp(last))
        free = is_holiday(days[in_window])
        chosen[f"{season}_weekday"] = pd.DatetimeIndex(free.index[~free])
        chosen[f"{season}_holiday"] = pd.DatetimeIndex(free.index[free])
    japan_mw = demand_mw.sum(axis=1, skipna=False)
    noon_mw = japan_mw[japanese_clock(demand_mw).hour == NOON_HOUR]
    spring = chosen["spring_weekday"].union(chosen["spring_holiday"])
    summer = chosen["summer_weekday"].union(chosen["summer_holiday"])
    chosen["spring_minimum"] = _least(_by_day(noon_mw).mean().loc[spring], MINIMUM_DAYS)
    chosen["summer_peak"] = _least(-_by_day(japan_mw).max().loc[summer], PEAK_DAYS)
    return chosen


def weather_days(factors: pd.DataFrame) -> dict[str, pd.DatetimeIndex]:
    """Dates behind the solar and wind output of each typical day.

    Parameters
    ----------
    factors : DataFrame, shape (hours, series)
        Result of `hours_in_jst` over one calendar year: `solar1` to `solar5`, `onwind1` to
        `onwind5`, output over capacity. [-]

    Returns
    -------
    dict of str to DatetimeIndex
        Weekdays and holidays take all days of their season: weather knows no calendar. The ten
        sunniest days stand for `spring_minimum`, the sunniest third for `summer_peak`, the tenth
        with least wind plus solar for `autumn_still` and the quarter with least sun for
        `winter_peak`, each by the plain mean of the five regions.
    """
    days = whole_days(factors)
    sun = _by_day(factors.filter(regex=r"^solar\d").mean(axis=1)).mean()
    wind = _by_day(factors.filter(regex=r"^onwind\d").mean(axis=1)).mean()
    season = {name: days[days.month.isin(months)] for name, months in SEASON_MONTHS.items()}
    chosen = {
        f"{name}_{kind}": dates for name, dates in season.items() for kind in ("weekday", "holiday")
    }
    chosen["spring_minimum"] = _least(-sun.loc[season["spring"]], SUNNIEST_SPRING_DAYS)
    chosen["summer_peak"] = _least_share(-sun.loc[season["summer"]], SUNNY_SUMMER_SHARE)
    chosen["autumn_still"] = _least_share((sun + wind).loc[season["autumn"]], STILL_AUTUMN_SHARE)
    chosen["winter_peak"] = _least_share(sun.loc[season["winter"]], DULL_WINTER_SHARE)
    return chosen


def typical_days(demand_mw: pd.DataFrame, factors: pd.DataFrame) -> pd.DataFrame:
    """Profiles of every typical day in every area.

    Parameters
    ----------
    demand_mw : DataFrame, shape (half-hours, areas)
        See `demand_days`. [MW]
    factors : DataFrame, shape (hours, series)
        See `weather_days`. [-]

    Returns
    -------
    DataFrame, shape (areas x days x 24, 6)
        `area`, `day`, `hour` (start, JST), `demand_mw` (NaN in autumn and winter, which the
        demand series do not reach), `solar_share`, `wind_share`; sorted by the first three.
    """
    shares = _stack({d: average_day(factors, on) for d, on in weather_days(factors).items()})
    demand = _stack({d: average_day(demand_mw, on) for d, on in demand_days(demand_mw).items()})
    table = pd.concat(
        [
            shares[["day", "hour"]].assign(
                area=area,
                solar_share=shares[f"solar{region}"],
                wind_share=shares[f"onwind{region}"],
            )
            for area, region in REGION_BY_AREA.items()
        ]
    )
    demand = demand.melt(["day", "hour"], var_name="area", value_name="demand_mw")
    table = table.merge(demand, on=["area", "day", "hour"], how="left", validate="one_to_one")
    columns = ["area", "day", "hour", "demand_mw", "solar_share", "wind_share"]
    return table[columns].sort_values(columns[:3], ignore_index=True)


def days_per_year() -> pd.Series:
    """How many days of 2026 each typical day stands for.

    Returns
    -------
    Series, index day
        Weekdays and holidays as the calendar has them, less the extremes of `DAYS_OF_EXTREME`.
        [days/year]

    Examples
    --------
    >>> weights = days_per_year()
    >>> int(weights["summer_peak"]), int(weights.sum())
    (3, 365)
    """
    weights = count_days()
    for extreme, (usual, count) in DAYS_OF_EXTREME.items():
        weights[extreme] = count
        weights[usual] -= count
    return weights


def _by_day(series: pd.Series) -> "pd.api.typing.SeriesGroupBy[float, pd.Timestamp]":
    return series.groupby(dates_in_jst(series))


def _least(by_day: pd.Series, count: int) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(by_day.nsmallest(count).index).sort_values()


def _least_share(by_day: pd.Series, share: float) -> pd.DatetimeIndex:
    return _least(by_day, int(np.ceil(share * len(by_day))))


def _stack(by_day: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(by_day, names=["day"]).reset_index()
