"""All hours of the user's own year as a dispatch, each of them once."""

from typing import Any

import pandas as pd

from data.errors import InputError, Problem
from grid.slices import slice_names
from optimize.problem import Dispatch
from siting.area_plants import area_plants
from siting.own_year import own_hours
from siting.scenario import Scenario
from siting.typical_year import availability, draw_share

SHARE = "_share"


def every_hour(scenario: Scenario) -> Dispatch:
    """Dispatch part of a problem over every hour of `time.hourly_file`.

    Parameters
    ----------
    scenario : Scenario
        With `time.hourly_file`.

    Returns
    -------
    Dispatch
        8,760 slices of one hour, their day the date (2026-04-01), each once a year, in order of
        time, without the 29 February of a leap year; plants and their cost as on the typical days.
        Without carbon intensity.

    Raises
    ------
    InputError
        The scenario names no such file, or every problem of it.
    """
    hours = own_hours(scenario)
    if hours is None:
        expected = "a file with a year of hours"
        raise InputError("every hour", [Problem("time.hourly_file", "null", expected)])
    slices = hour_slices(pd.DatetimeIndex(hours.index))
    table: Any = hours.set_axis(slices.index, axis=0).sort_index(axis=1)
    plants = area_plants(scenario)
    able = availability(plants, _weather(table))
    columns = ["capacity_mw", "cost_myen_per_mwh", "daily_energy_share"]
    return Dispatch(
        slices=slices,
        supply=plants.loc[able.columns, columns],
        availability=able,
        demand_mw=table.xs("demand_mw", axis=1, level="quantity"),
        draw_share=draw_share(scenario, slices),
    )


def hour_slices(starts: pd.DatetimeIndex) -> pd.DataFrame:
    """Slices of one hour each.

    Returns
    -------
    DataFrame, index slice
        `day` (ISO date), `hour`, `hours` [h], `weight_days`: as `grid.slices.slice_table`.
    """
    table = pd.DataFrame({"day": starts.strftime("%Y-%m-%d"), "hour": starts.hour.astype(int)})
    names = pd.Index(slice_names(table["day"], table["hour"]), name="slice")
    return table.assign(hours=1, weight_days=1.0).set_index(names)


def _weather(table: pd.DataFrame) -> pd.DataFrame:
    """What sun and wind can give, columns (area, tech). [-]"""
    quantity = table.columns.get_level_values("quantity")
    is_share = quantity.str.endswith(SHARE)
    area, tech = table.columns.get_level_values("area"), quantity.str.removesuffix(SHARE)
    keys = pd.MultiIndex.from_arrays([area[is_share], tech[is_share]], names=["area", "tech"])
    return table.loc[:, is_share].set_axis(keys, axis=1)
