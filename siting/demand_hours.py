"""`siting demand --hourly`: a year of the utilities' files as a scenario takes it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from data.errors import Problem
from data.facts import read_fact
from grid.demand_hours import DemandHours, demand_hours
from siting.demand_words import area_name, source_name, tell
from siting.scenario_assumptions import Assumptions
from siting.spreadsheet import write_csv
from siting.whole_file import write_whole

MW_DIGITS, SHARE_DIGITS = 3, 6


def write_hours(table: pd.DataFrame, path: Path) -> DemandHours:
    """Write the newest whole year of the files as `time.hourly_file` wants it.

    Parameters
    ----------
    table : DataFrame
        Long table of the contract `area_demand`.
    path : Path
        CSV to write, whole or not at all.

    Raises
    ------
    InputError
        No whole year, with the hours that lack; or the file cannot be written.
    """
    found = demand_hours(table, _fleets())
    expected = "a file in a folder that can be written"
    problem = Problem("--hourly", "", expected, "Name another file")
    long = long_table(found.hours)
    write_whole(path, lambda to: write_csv(long, to), command="siting demand", problem=problem)
    return found


def long_table(hours: pd.DataFrame) -> pd.DataFrame:
    """One row an hour and area: `time`, `area`, `demand_mw`, and the shares that are known."""
    long = hours.stack("area", future_stack=True).reset_index()
    shares = [name for name in ("solar_share", "wind_share") if name in long]
    time = long["start"].dt.strftime("%Y-%m-%d %H:%M")
    digits = {"demand_mw": MW_DIGITS, **dict.fromkeys(shares, SHARE_DIGITS)}
    table = long.assign(time=time, area=long["area"].astype(str)).round(digits)
    return table[["time", "area", "demand_mw", *shares]].rename_axis(columns=None)


def hour_notes(found: DemandHours, path: Path, lang: str) -> Iterator[str]:
    """What was written, and what a scenario still lacks."""
    first, last = found.hours.index[0], found.hours.index[-1]
    span = {"first": f"{first:%Y-%m-%d}", "last": f"{last:%Y-%m-%d}"}
    yield tell("hours", lang, file=path, hours=f"{len(found.hours):,}", **span)
    if found.missing_areas:
        names = ", ".join(area_name(area, lang) for area in found.missing_areas)
        yield tell("hours_without", lang, areas=names)
    for area, tech in found.holes:
        yield tell("hours_holes", lang, area=area_name(area, lang), tech=source_name(tech, lang))
    for area, tech, most in found.beyond_fleet:
        where = {"area": area_name(area, lang), "tech": source_name(tech, lang)}
        yield tell("hours_beyond", lang, **where, most=f"{most:.2f}")


def _fleets() -> pd.Series:
    """Fleets of sun and wind as a scenario has them unless it says otherwise. [MW]"""
    facts: Any = read_fact("fleets").set_index(["area", "tech"])["mw"].to_dict()
    wind = {(area, "wind"): float(mw) for area, mw in Assumptions().wind_fleet_mw.items()}
    return pd.Series(facts | wind).rename_axis(["area", "tech"])
