"""Yearly cost of clean power under contract, from METI's cost of power by year of construction."""

import math
from functools import cache

import pandas as pd

from data.facts import read_fact
from data.units import myen_from_yen
from optimize.clean import HOURS_OF_YEAR
from siting.by_year import value_between
from siting.cost import annuity_share
from siting.scenario import Scenario

KWH_PER_MWH = 1000.0


@cache
def parameter(name: str) -> float:
    """One value of the facts table `clean_parameters`, in its own unit."""
    table = read_fact("clean_parameters").set_index("parameter")["value"]
    return float(table[name])


def power_cost_yen_per_kwh(tech: str, fiscal_year: int, case: str) -> float:
    """METI's cost of a plant built for a year. [yen/kWh]

    On the straight line between the years of the studies and flat outside them. Where a study gives
    one figure, it is both ends of its range.

    Examples
    --------
    >>> power_cost_yen_per_kwh("solar", 2035, "mid")  # between (8.2 + 11.8)/2 and (7.0 + 8.9)/2
    8.975
    """
    rows = read_fact("clean_costs").query("tech == @tech").set_index("fiscal_year")
    low = rows["low_yen_per_kwh"]
    high = rows["high_yen_per_kwh"].fillna(low)
    chosen = {"low": low, "high": high, "mid": (low + high) / 2.0}[case]
    return value_between(dict(zip(rows.index.tolist(), chosen.tolist(), strict=True)), fiscal_year)


@cache
def plant_myen_per_mw_year(tech: str, fiscal_year: int, case: str) -> float:
    """What a megawatt costs a year: the study's cost of power times the study's output.

    A place with more sun or wind than the study's then gives its power cheaper. [M¥/(MW a)]
    """
    yen_per_mwh = KWH_PER_MWH * power_cost_yen_per_kwh(tech, fiscal_year, case)
    hours = parameter(f"capacity_factor_{tech}") * HOURS_OF_YEAR
    return myen_from_yen(yen_per_mwh * hours)


def battery_costs(scenario: Scenario) -> pd.Series:
    """Yearly cost of a battery by power and by energy, and its efficiency each way.

    Returns
    -------
    Series
        myen_per_mw_year [M¥/(MW a)], myen_per_mwh_year [M¥/(MWh a)], efficiency_in,
        efficiency_out [-]. METI tells all by kWh; its power electronics belong to the power.
    """
    asked = scenario.contracts
    yearly = annuity_share(scenario.costs.discount_share, asked.battery_life_years)
    yearly *= asked.battery_cost_share * KWH_PER_MWH
    electronics = parameter("battery_power_electronics")
    rest = parameter("battery_system") + parameter("battery_works") - electronics
    one_way = math.sqrt(asked.battery_round_trip_share)
    return pd.Series(
        {
            "myen_per_mw_year": myen_from_yen(electronics * asked.battery_sized_hours) * yearly,
            "myen_per_mwh_year": myen_from_yen(rest) * yearly,
            "efficiency_in": one_way,
            "efficiency_out": one_way,
        }
    )
