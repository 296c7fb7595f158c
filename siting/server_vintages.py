"""Servers by the year they were bought: what stands in a year, what retires, what it draws.

In every fiscal year as many EFLOPS are bought as the demand grows by and as retire:

    bought[v] = D[v] - D[v-1] + bought[v - life]
    standing[v,y] = bought[v] for v <= y < v + life, else 0

so that what stands is the demand, exactly; megawatts follow from the hardware of each year.
"""

import math
from typing import Any

import numpy as np
import pandas as pd

from data.facts import read_fact
from siting.by_year import value_held
from siting.scenario_demand import EflopsWorkload


def standing_eflops(workload: EflopsWorkload, last: int) -> pd.DataFrame:
    """Computing of every vintage in every fiscal year from the first demand on.

    Parameters
    ----------
    workload : EflopsWorkload
    last : int
        Last fiscal year.

    Returns
    -------
    DataFrame, index bought_fiscal_year, columns fiscal_year
        Standing, zero before it is bought and after it has retired. [EFLOPS]
    """
    years = np.arange(min(workload.by_year), last + 1)
    demand = np.array([value_held(workload.by_year, int(year)) for year in years])
    bought = _bought(demand, workload.lifetime_years)
    age = years[None, :] - years[:, None]
    stands = (age >= 0) & (age < (workload.lifetime_years or math.inf))
    index = pd.Index(years, name="bought_fiscal_year")
    return pd.DataFrame(bought[:, None] * stands, index, pd.Index(years, name="fiscal_year"))


def _bought(demand: np.ndarray[Any, np.dtype[np.float64]], life: int | None) -> Any:
    """Growth of the demand, and what was bought one life before. [EFLOPS]"""
    bought = np.diff(demand, prepend=0.0)
    if life is not None:
        for start in range(life, len(bought), life):
            bought[start : start + life] += bought[start - life : start][: len(bought) - start]
    return bought


def standing_mw(workload: EflopsWorkload, last: int) -> pd.Series:
    """Server power of all vintages together.

    Returns
    -------
    Series, index fiscal_year
        From the first demand on, before overhead and cooling. [MW]
    """
    return vintages_mw(workload, last).sum()


def vintages_mw(workload: EflopsWorkload, last: int) -> pd.DataFrame:
    """Server power of every vintage, laid out like `standing_eflops`. [MW]"""
    standing = standing_eflops(workload, last)
    bought = [workload.bought(int(year)) for year in standing.index]
    each = {key: hardware_mw_per_eflops(workload, key) for key in dict.fromkeys(bought)}
    return standing.mul([each[key] for key in bought], axis=0)


def hardware_mw_per_eflops(workload: EflopsWorkload, key: str) -> float:
    """Server power of one EFLOPS on a hardware, at the end of its range asked for. [MW/EFLOPS]"""
    table = read_fact("hardware")
    row = table[(table["hardware"] == key) & (table["precision"] == workload.precision)].iloc[0]
    low, high = float(row["mw_per_eflops_low"]), float(row["mw_per_eflops_high"])
    return low if workload.low_or_high == "low" or math.isnan(high) else high
