"""The user's own year by the hour, and the days that stand for it."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from data.own_hours import read_own_hours
from grid.hourly_year import common_year
from grid.slices import RENEWABLES
from grid.typical_days import ChosenDays, choose_days
from siting.area_plants import area_plants
from siting.scenario import Scenario
from siting.scenario_demand import Time

Fleets = tuple[tuple[str, str, float], ...]
"""Area, technology and MW: a key of what was chosen with them."""


@dataclass(frozen=True, slots=True)
class OwnYear:
    """A year of the user's and what was chosen from it; shared, so nobody changes its tables."""

    file_hours: pd.DataFrame
    """As `data.own_hours.read_own_hours` returns it."""
    hours: pd.DataFrame
    """The same without the 29 February of a leap year."""
    chosen: ChosenDays
    capacity_mw: pd.Series
    """Fleets of sun and wind, index (area, tech). [MW]"""


def own_hours(scenario: Scenario) -> pd.DataFrame | None:
    """The 8,760 hours of `time.hourly_file`, without a leap day; None without one.

    Raises
    ------
    InputError
        Every problem of the file.
    """
    file = scenario.time.hourly_file
    if file is None:
        return None
    path = scenario.path_of(file)
    if not path.is_file():
        return read_own_hours(path)  # says what is wrong
    return common_year(_read(*_state(path)))


def own_year(scenario: Scenario) -> OwnYear | None:
    """Hours of `time.hourly_file` and the days chosen from them; None without such a file.

    Raises
    ------
    InputError
        Every problem of the file.
    """
    hours = own_hours(scenario)
    if hours is None:
        return None
    plants = area_plants(scenario)["capacity_mw"]
    seen = plants[plants.index.get_level_values("tech").isin(RENEWABLES)]
    stated: dict[Any, float] = seen.to_dict()
    fleets = tuple((str(area), str(tech), float(mw)) for (area, tech), mw in stated.items())
    key = _state(scenario.path_of(str(scenario.time.hourly_file)))
    return OwnYear(_read(*key), hours, _chosen(*key, fleets, scenario.time), seen)


def _state(path: Path) -> tuple[Path, int, int]:
    """A file as it stands: where, when it was changed [ns], how long it is."""
    state = path.stat()
    return path, state.st_mtime_ns, state.st_size


@lru_cache(maxsize=2)
def _read(path: Path, changed_ns: int, size: int) -> pd.DataFrame:
    """The file as it stands, read once: a robust plan asks for it in every sample."""
    return read_own_hours(path)


@lru_cache(maxsize=8)
def _chosen(path: Path, changed_ns: int, size: int, fleets: Fleets, time: Time) -> ChosenDays:
    keys = [fleet[:2] for fleet in fleets]
    index = pd.MultiIndex.from_tuples(keys, names=["area", "tech"])
    capacity_mw = pd.Series([fleet[2] for fleet in fleets], index=index)
    hours = common_year(_read(path, changed_ns, size))
    return choose_days(hours, capacity_mw, time.typical_days, time.forced_days)
