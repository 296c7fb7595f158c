"""Servers of the demand by the year they were bought, as the summary of a run shows them."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from siting.scenario import Scenario
from siting.scenario_demand import EflopsWorkload
from siting.server_vintages import hardware_mw_per_eflops, standing_eflops

Row = dict[str, Any]


def servers_summary(scenario: Scenario) -> list[Row] | None:
    """Workloads whose servers have vintages; None without any.

    Returns
    -------
    list of dict
        workload, precision, low_or_high, lifetime_years (None: never replaced). `hardware`: key
        and mw_per_eflops of each that is bought. `years`: eflops and it_mw that stand in each
        modelled year, bought_mw and retired_mw since the modelled year before. `vintages`: eflops
        and it_mw by modelled year, bought_fiscal_year and hardware. Before overhead, what the
        demand asks for: what a plan leaves unmet is not taken off. [MW]
    """
    years = scenario.years.modelled()
    told = [
        _told(name, workload, years)
        for name, workload in scenario.demand.workloads.items()
        if isinstance(workload, EflopsWorkload) and workload.has_vintages
    ]
    return told or None


def _told(name: str, workload: EflopsWorkload, years: tuple[int, ...]) -> Row:
    eflops = standing_eflops(workload, years[-1])
    bought = [workload.bought(int(year)) for year in eflops.index]
    each = {key: hardware_mw_per_eflops(workload, key) for key in dict.fromkeys(bought)}
    mw = eflops.mul([each[key] for key in bought], axis=0)
    return {
        "workload": name,
        "precision": workload.precision,
        "low_or_high": workload.low_or_high,
        "lifetime_years": workload.lifetime_years,
        "hardware": [{"hardware": key, "mw_per_eflops": value} for key, value in each.items()],
        "years": list(_years(eflops, mw, years)),
        "vintages": list(_vintages(eflops, mw, bought, years)),
    }


def _years(eflops: pd.DataFrame, mw: pd.DataFrame, years: tuple[int, ...]) -> Iterator[Row]:
    """Each modelled year with a demand; power bought and retired since the one before."""
    step = mw.diff(axis=1).fillna(mw)
    bought, retired = step.clip(lower=0.0).sum(), -step.clip(upper=0.0).sum()
    before = int(mw.columns[0]) - 1
    for year in (year for year in years if year in mw.columns):
        since = slice(before + 1, year)
        yield {
            "fiscal_year": year,
            "eflops": eflops[year].sum(),
            "it_mw": mw[year].sum(),
            "bought_mw": bought.loc[since].sum(),
            "retired_mw": retired.loc[since].sum(),
        }
        before = year


def _vintages(
    eflops: pd.DataFrame, mw: pd.DataFrame, bought: list[str], years: tuple[int, ...]
) -> Iterator[Row]:
    for year in (year for year in years if year in mw.columns):
        for vintage, key in zip(eflops.index, bought, strict=True):
            standing: Any = eflops.at[vintage, year]
            if standing > 0:
                yield {
                    "fiscal_year": year,
                    "bought_fiscal_year": int(vintage),
                    "hardware": key,
                    "eflops": standing,
                    "it_mw": mw.at[vintage, year],
                }
