"""Carbon that went into servers and buildings, spread over their lives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from data.errors import Problem

if TYPE_CHECKING:
    from optimize.problem import SiteProblem


@dataclass(frozen=True, slots=True)
class Embodied:
    """Embodied carbon of a megawatt for every year it stands, and where it counts.

    It is not location-based carbon: it is emitted where things are made, before they draw power.
    """

    servers_t_per_mw_year: float
    """Of server power installed; a server replaced at the end of its life weighs the same.
    [t/(MW a)]"""
    building_t_per_mw_year: float
    """Of contract power: building, power and cooling plant. [t/(MW a)]"""
    in_cap: bool = False
    """It counts against the cap of the year, beside what is drawn."""
    in_price: bool = False
    """The carbon price of the year is paid on it too."""

    @property
    def counts(self) -> bool:
        """Whether the plan sees it at all."""
        return self.in_cap or self.in_price


def embodied_t(embodied: Embodied, sites: pd.DataFrame) -> pd.DataFrame:
    """Embodied carbon of each site and year.

    Parameters
    ----------
    embodied : Embodied
    sites : DataFrame, index (site, fiscal_year)
        it_mw, contract_mw. [MW]

    Returns
    -------
    DataFrame, index (site, fiscal_year)
        servers_t, building_t. [t/a]
    """
    return pd.DataFrame(
        {
            "servers_t": sites["it_mw"] * embodied.servers_t_per_mw_year,
            "building_t": sites["contract_mw"] * embodied.building_t_per_mw_year,
        }
    )


def building_myen_per_mw(problem: SiteProblem, fiscal_year: int) -> float:
    """Carbon price paid for the building of a megawatt of contract power. [M¥/(MW a)]"""
    embodied = problem.embodied
    if embodied is None or not embodied.in_price or fiscal_year not in problem.carbon.index:
        return 0.0
    price = float(problem.carbon["price_myen_per_t"][fiscal_year])
    return price * embodied.building_t_per_mw_year


def embodied_problems(problem: SiteProblem) -> Iterator[Problem]:
    """Amounts that are no amounts."""
    if problem.embodied is None:
        return
    for name in ("servers_t_per_mw_year", "building_t_per_mw_year"):
        value = getattr(problem.embodied, name)
        if not 0 <= value < float("inf"):
            yield Problem(f"embodied.{name}", str(value), "a number from 0 up")
