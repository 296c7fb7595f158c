"""The days of a year one after another: typical days on their dates, or the user's own hours."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from data.facts import read_fact
from grid.hourly_year import calendar_days, consecutive_days, day_counts
from optimize.problem import Dispatch
from siting.day_names import day_rows
from siting.every_hour import every_hour
from siting.scenario import Scenario

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DatedDays:
    """All hours of a year in the order of time, and the typical days they are like."""

    dispatch: Dispatch
    """Days that are alike and follow one another stand as one day that repeats."""
    like: Mapping[str, str]
    """Slice and day -> slice and day of the typical days."""
    days: list[Row]
    """Per typical day: day, name (ja, en), plan_days, calendar_days (None: hours are your own)."""


def dated_days(scenario: Scenario, planned: Dispatch, hourly: Dispatch, year: int) -> DatedDays:
    """Put the days of a fiscal year in order.

    Parameters
    ----------
    scenario : Scenario
    planned : Dispatch
        Typical days as the plan saw them.
    hourly : Dispatch
        All typical days by the hour.
    year : int
    """
    if scenario.time.hourly_file is not None:
        every = every_hour(scenario)
        return DatedDays(every, _nearest(every, hourly), _rows(planned, hourly, None))
    dates = calendar_days(read_fact("day_kinds"), year)
    dispatch, like = _on_dates(hourly, dates)
    return DatedDays(dispatch, like, _rows(planned, hourly, day_counts(dates)))


def _on_dates(hourly: Dispatch, dates: pd.Series) -> tuple[Dispatch, dict[str, str]]:
    """Typical days on their dates; the name of a slice there is its own with the first date."""
    parts: list[pd.DataFrame] = []
    like: dict[str, str] = {}
    for row in consecutive_days(dates).to_dict("records"):
        of_day = hourly.slices[hourly.slices["day"] == row["day"]]
        named = {t: f"{t} from {row['first']}" for t in of_day.index}
        day = f"{row['day']} from {row['first']}"
        like |= {new: t for t, new in named.items()} | {day: row["day"]}
        weighted = of_day.assign(day=day, weight_days=float(row["days"]))
        parts.append(weighted.rename(index=named))
    slices = pd.concat(parts).rename_axis("slice")
    at = [like[t] for t in slices.index]
    tables = ("availability", "demand_mw", "draw_share")
    repeated = {name: getattr(hourly, name).loc[at].set_axis(slices.index) for name in tables}
    return replace(hourly, slices=slices, **repeated), like


def _nearest(every: Dispatch, hourly: Dispatch) -> dict[str, str]:
    """Each day -> the typical day whose demand differs least, by the sum over hours and areas."""
    shapes, known = _shapes(every), _shapes(hourly)
    apart = np.abs(shapes.to_numpy()[:, None, :] - known.to_numpy()[None]).sum(axis=2)
    nearest = known.index[apart.argmin(axis=1)]
    day = {str(d): str(k) for d, k in zip(shapes.index, nearest, strict=True)}
    at = {(row[0], row[1]): str(t) for t, *row in hourly.slices[["day", "hour"]].itertuples()}
    of_every = every.slices[["day", "hour"]].itertuples()
    return day | {str(t): at[day[d], h] for t, d, h in of_every}


def _shapes(dispatch: Dispatch) -> pd.DataFrame:
    """Demand of every area and hour, a row for each day. [MW]"""
    keys = pd.MultiIndex.from_frame(dispatch.slices[["day", "hour"]])
    shapes: Any = dispatch.demand_mw.sort_index(axis=1).set_axis(keys).unstack("hour")
    return pd.DataFrame(shapes)


def _rows(planned: Dispatch, hourly: Dispatch, counts: pd.Series | None) -> list[Row]:
    """How often each typical day comes: in the plan (0: not looked at), and in the calendar."""
    weight = planned.slices.drop_duplicates("day").set_index("day")["weight_days"]
    return [
        {
            "day": row["day"],
            "name": {"ja": row["name_ja"], "en": row["name_en"]},
            "plan_days": float(weight.get(row["day"], 0.0)),
            "calendar_days": None if counts is None else int(counts.get(row["day"], 0)),
        }
        for row in day_rows(dict.fromkeys(hourly.slices["day"]))
    ]
