"""Typical days of Japan's areas: demand, plants and what a data centre draws."""

import pandas as pd

from data.facts import read_fact
from data.own_days import read_own_days
from grid.slices import (
    scale_day_to_peak,
    season_days,
    slice_availability,
    slice_demand,
    slice_table,
)
from optimize.problem import Dispatch
from siting.area_plants import area_plants
from siting.by_year import by_key
from siting.own_year import own_year
from siting.scenario import Scenario

DAY_KEYS = ["area", "day", "hour"]


def typical_year(scenario: Scenario) -> tuple[Dispatch, pd.Series]:
    """Dispatch part of the problem, without carbon intensity, and emissions of each plant.

    Returns
    -------
    Dispatch
        For all ten areas.
    Series, index (area, tech)
        Direct emissions. [t/MWh]
    """
    days, kinds = _days(scenario)
    asked = scenario.time.days
    chosen = None if asked == "all" else list(asked)
    slices = slice_table(kinds, days=chosen, hours_per_slice=scenario.time.hours_per_slice)
    plants = area_plants(scenario)
    available = availability(plants, slice_availability(days, slices))
    columns = ["capacity_mw", "cost_myen_per_mwh", "daily_energy_share"]
    dispatch = Dispatch(
        slices=slices,
        supply=plants.loc[available.columns, columns],
        availability=available,
        demand_mw=slice_demand(days, slices),
        draw_share=draw_share(scenario, slices),
    )
    return dispatch, plants["t_per_mwh"]


def _days(scenario: Scenario) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Typical days and how often each comes: of the user's own year where there is one."""
    own = own_year(scenario)
    if own is not None:
        return own.chosen.days, own.chosen.kinds
    return _shipped_days(scenario), read_fact("day_kinds")


def _shipped_days(scenario: Scenario) -> pd.DataFrame:
    """Typical days with autumn and winter filled; the winter peak day reaches the winter peak.

    The user's own days stand as they are; what has to be filled takes the user's spring, if any.
    """
    assumed = scenario.assumptions
    own = _own_demand(scenario)
    days = season_days(
        _with_own_demand(read_fact("typical_days"), own),
        winter_demand_ratio=by_key(assumed.winter_demand_ratio),
        autumn_demand_ratio=by_key(assumed.autumn_demand_ratio),
    )
    peaks = read_fact("area_peaks").query("quantity == 'annual_peak'").set_index("area")["mw"]
    share = by_key(assumed.winter_peak_share)
    keys = own.index.to_frame()
    known = set(keys.loc[keys["day"] == "winter_peak", "area"])
    winter = {area: share[area] * float(peaks[area]) for area in share if area not in known}
    days = scale_day_to_peak(days, "winter_peak", peak_mw=winter)
    is_own = pd.MultiIndex.from_frame(days[DAY_KEYS]).isin(own.index)
    return days.assign(demand_basis=days["demand_basis"].mask(is_own, "user_file"))


def _own_demand(scenario: Scenario) -> pd.Series:
    """Demand of the user's typical days, index (area, day, hour); empty without a file. [MW]."""
    file = scenario.time.demand_file
    if file is None:
        nothing = pd.MultiIndex.from_arrays([[], [], []], names=DAY_KEYS)
        return pd.Series([], index=nothing, dtype=float)
    known = read_fact("day_kinds")["day"].tolist()
    return read_own_days(scenario.path_of(file), known).set_index(DAY_KEYS)["demand_mw"]


def _with_own_demand(days: pd.DataFrame, own: pd.Series) -> pd.DataFrame:
    """Typical days with the user's demand where there is one."""
    stated = own.reindex(pd.MultiIndex.from_frame(days[DAY_KEYS]))
    stated = stated.set_axis(days.index)
    return days.assign(demand_mw=stated.where(stated.notna(), days["demand_mw"]))


def availability(plants: pd.DataFrame, weather: pd.DataFrame) -> pd.DataFrame:
    """Share of capacity that can run: the weather's for sun and wind, all of it for the rest.

    Large units already count only with the output they were seen to reach. Sun or wind without a
    series is left out: unknown is not zero.
    """
    steady = plants.index[~plants.index.get_level_values("tech").isin(["solar", "wind"])]
    known = weather.columns[weather.notna().all()].intersection(plants.index)
    full = pd.DataFrame(1.0, index=weather.index, columns=steady)
    return pd.concat([full, weather[known]], axis=1)


def draw_share(scenario: Scenario, slices: pd.DataFrame) -> pd.DataFrame:
    """Use of full power, the same in every slice: OCCTO's load factor of data centres."""
    facts = read_fact("parameters").set_index("parameter")["value"]
    share = float(facts["load_factor_dc_share"])
    return pd.DataFrame(share, index=slices.index, columns=list(scenario.demand.workloads))
