"""Average days: series put on the Japanese clock, and their mean 24-hour profile."""

import pandas as pd

from data.errors import InputError, Problem

TIME_ZONE = "Asia/Tokyo"
HALF_HOUR = pd.Timedelta(minutes=30)


def half_hours_in_jst(table: pd.DataFrame) -> pd.DataFrame:
    """Series by date and half-hour slot, on a clock.

    Parameters
    ----------
    table : DataFrame, shape (half-hours, 2 + series)
        `date`, `slot` (0 to 47; slot i begins 30 i minutes after midnight, JST) and one column
        for each series.

    Returns
    -------
    DataFrame, shape (half-hours, series)
        Index is the start of the half-hour, JST, tz-aware, sorted.

    Examples
    --------
    >>> table = pd.DataFrame({"date": ["2026-04-01"], "slot": [3], "tokyo": [26000.0]})
    >>> str(half_hours_in_jst(table).index[0])
    '2026-04-01 01:30:00+09:00'
    """
    start = pd.to_datetime(table["date"]) + table["slot"] * HALF_HOUR
    clock = pd.DatetimeIndex(start, name="start").tz_localize(TIME_ZONE)
    return table.drop(columns=["date", "slot"]).set_index(clock).sort_index()


def hours_in_jst(table: pd.DataFrame) -> pd.DataFrame:
    """Hourly series stamped in UTC, on the Japanese clock.

    Parameters
    ----------
    table : DataFrame, shape (hours, 1 + series)
        `time_utc` (start of the hour, without zone) and one column for each series.

    Returns
    -------
    DataFrame, shape (hours, series)
        Index is the start of the hour, JST, tz-aware, sorted.
    """
    clock = pd.DatetimeIndex(pd.to_datetime(table["time_utc"]), name="start").tz_localize("UTC")
    return table.drop(columns="time_utc").set_index(clock.tz_convert(TIME_ZONE)).sort_index()


def average_day(series: pd.DataFrame, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Mean 24-hour profile over some days.

    Parameters
    ----------
    series : DataFrame, shape (steps, columns)
        Index is the start of each step, tz-aware; steps of an hour or an equal part of one.
    days : DatetimeIndex
        Dates to average, midnight without zone, each wholly inside the series.

    Returns
    -------
    DataFrame, shape (24, columns), index hour
        Unit of `series`; hour 0 to 23 is the start of the hour, JST. A step without value makes
        its hour unknown.

    Raises
    ------
    InputError
        The index has no zone, no day is named, or a day is not wholly in the series.

    Examples
    --------
    >>> clock = pd.date_range("2026-04-01", periods=48, freq="30min", tz="Asia/Tokyo")
    >>> flat = pd.DataFrame({"tokyo": [100.0, 300.0] * 24}, index=clock)
    >>> float(average_day(flat, pd.DatetimeIndex(["2026-04-01"])).loc[5, "tokyo"])
    200.0
    """
    _refuse_bad_days(series, days)
    chosen = on_days(series, days)
    by_hour = chosen.groupby(japanese_clock(chosen).hour)
    is_complete = by_hour.count().eq(by_hour.size(), axis=0)
    return by_hour.mean().where(is_complete).rename_axis("hour")


def whole_days(series: pd.DataFrame) -> pd.DatetimeIndex:
    """Dates in JST on which the series has as many steps as on its fullest day."""
    steps = pd.Series(1, index=dates_in_jst(series)).groupby(level=0).sum()
    return pd.DatetimeIndex(steps.index[steps == steps.max()])


def on_days(series: pd.DataFrame, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Steps of the series that lie on the given dates, JST."""
    return series[dates_in_jst(series).isin(days)]


def _refuse_bad_days(series: pd.DataFrame, days: pd.DatetimeIndex) -> None:
    if pd.DatetimeIndex(series.index).tz is None:
        naive = Problem("index of the series", "times without zone", "times with a zone, JST")
        raise InputError("series", [naive])
    missing = days.difference(whole_days(series))
    problems = [
        Problem(f"day {day:%Y-%m-%d}", "missing or incomplete", "a whole day of the series")
        for day in missing
    ]
    if days.empty:
        problems.append(Problem("days", "no day", "at least one day to average"))
    if problems:
        raise InputError("days to average", problems)


def japanese_clock(series: pd.DataFrame | pd.Series) -> pd.DatetimeIndex:
    """Start of each step on the Japanese clock."""
    return pd.DatetimeIndex(series.index).tz_convert(TIME_ZONE)


def dates_in_jst(series: pd.DataFrame | pd.Series) -> pd.DatetimeIndex:
    """Midnight of each step's day, without zone, so that dates compare with calendars."""
    return japanese_clock(series).normalize().tz_localize(None)
