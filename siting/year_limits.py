"""Ties, fences and carbon limits of a scenario, year by year."""

import math

import numpy as np
import pandas as pd

from data.facts import read_fact
from data.units import myen_from_yen
from grid.ties import TieCapacities, tie_capacity_by_year
from siting.by_year import value_between, value_held
from siting.scenario import Scenario

T_PER_KT = 1000.0


def ties_by_year(scenario: Scenario) -> TieCapacities:
    """Ties of every modelled year, with reinforcements and delays."""
    return tie_capacity_by_year(
        read_fact("ties"),
        read_fact("tie_capacity"),
        scenario.years.modelled(),
        reinforcements=scenario.ties.reinforcements,
        delay_years=scenario.ties.delay_years,
    )


def fences_by_year(scenario: Scenario) -> pd.DataFrame:
    """Largest net interchange of fenced areas, index (area, fiscal_year): net_mw. [MW]"""
    values = {
        (area, year): float(mw)
        for area, mw in scenario.ties.fence_mw.items()
        for year in scenario.years.modelled()
    }
    index = pd.MultiIndex.from_tuples(list(values), names=["area", "fiscal_year"])
    return pd.DataFrame({"net_mw": pd.Series(values, index=index, dtype=float)})


def carbon_by_year(scenario: Scenario) -> pd.DataFrame:
    """Cap and price by year; emissions are counted even where neither is set."""
    limit = scenario.limits.carbon
    years = scenario.years.modelled()
    cap_kt = [value_held(limit.cap_kt_by_year, y) if limit else math.nan for y in years]
    price = [value_between(limit.price_yen_per_t_by_year, y) if limit else 0.0 for y in years]
    return pd.DataFrame(
        {
            "cap_t": np.array(cap_kt) * T_PER_KT,
            "price_myen_per_t": [myen_from_yen(p) if p == p else 0.0 for p in price],
        },
        index=pd.Index(years, name="fiscal_year"),
    )
