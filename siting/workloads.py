"""Computing to be hosted, by workload, year and metropolis."""

import math
from itertools import pairwise
from typing import Any

import pandas as pd

from data.facts import read_fact
from grid.demand import it_mw_in_facility
from grid.outlook import counted_dc_path_mw
from siting.by_year import value_held
from siting.scenario import Scenario
from siting.scenario_demand import EflopsWorkload, OcctoWorkload
from siting.server_vintages import hardware_mw_per_eflops, standing_mw


def workload_tables(scenario: Scenario) -> dict[str, Any]:
    """All that `SiteProblem` asks of workloads, by its field."""
    return {
        "workloads": workload_table(scenario),
        "demand": demand_by_year(scenario),
        "mw_per_eflops": mw_per_eflops(scenario),
        "kept_share": kept_shares(scenario),
    }


def workload_table(scenario: Scenario) -> pd.DataFrame:
    """Workloads in the form `SiteProblem` asks for."""
    demand = scenario.demand
    price = demand.shortfall.price_myen_per_mw_year if demand.shortfall.allowed else math.nan
    rows = {
        name: {
            "kind": "eflops" if _by_eflops(workload) else "it_mw",
            "latency_bound": workload.load == "inference",
            "shift_share": _shift_share(scenario, workload.load),
            "shortfall_price_myen": price,
        }
        for name, workload in demand.workloads.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("workload")


def _by_eflops(workload: Any) -> bool:
    """Whether the plan counts EFLOPS; servers of several vintages are counted before, in MW."""
    return isinstance(workload, EflopsWorkload) and not workload.has_vintages


def _shift_share(scenario: Scenario, load: str) -> float:
    return scenario.flexibility.training_shift_share if load == "training" else 0.0


def demand_by_year(scenario: Scenario) -> pd.Series:
    """Demand of every workload and year in the unit of its kind; none before the first year."""
    values = {
        (name, year): amount
        for name, workload in scenario.demand.workloads.items()
        for year, amount in _demand_of(scenario, workload).items()
    }
    series = pd.Series(values, dtype=float, name="demand")
    return series.rename_axis(["workload", "fiscal_year"]).dropna()


def _demand_of(scenario: Scenario, workload: Any) -> dict[int, float]:
    years = scenario.years.modelled()
    if isinstance(workload, OcctoWorkload):
        return {year: _occto_it_mw(scenario, workload, year) for year in years}
    if isinstance(workload, EflopsWorkload) and workload.has_vintages:
        mw = standing_mw(workload, years[-1]).to_dict()
        return {year: mw.get(year, math.nan) for year in years}
    return {year: value_held(workload.by_year, year) for year in years}


def _occto_it_mw(scenario: Scenario, workload: OcctoWorkload, year: int) -> float:
    """Server power of a share of OCCTO's counted data centres, grown into along a straight line."""
    counted = counted_dc_path_mw(
        read_fact("forecast_national"),
        workload.vintage,
        [workload.to_year],
        dc_share_of_counted=scenario.assumptions.dc_share_of_counted,
    )
    final_mw = workload.share * float(counted["dc_mw"].loc[workload.to_year])
    steps = workload.to_year - workload.from_year + 1
    grown = min(max(year - workload.from_year + 1, 0), steps) / steps
    it_mw = it_mw_in_facility(
        final_mw * grown,
        pue=scenario.demand.reference_pue,
        overhead_share=scenario.demand.overhead_share,
    )
    return float(it_mw)


def mw_per_eflops(scenario: Scenario) -> pd.Series:
    """Server power of one EFLOPS by workload and year, where the plan counts EFLOPS."""
    values = {
        (name, year): hardware_mw_per_eflops(workload, workload.bought(year))
        for name, workload in scenario.demand.workloads.items()
        if isinstance(workload, EflopsWorkload) and _by_eflops(workload)
        for year in scenario.years.modelled()
    }
    index = pd.MultiIndex.from_tuples(list(values), names=["workload", "fiscal_year"])
    return pd.Series(list(values.values()), index=index if values else None, dtype=float)


def kept_shares(scenario: Scenario) -> pd.Series:
    """Share of its server power that a workload keeps from one modelled year to the next.

    Only years in which servers that need less replace others, so that power falls. [-]
    """
    demand, years = demand_by_year(scenario), scenario.years.modelled()
    kept = {
        (name, after): demand[name, after] / demand[name, before]
        for name, workload in scenario.demand.workloads.items()
        if isinstance(workload, EflopsWorkload) and workload.has_vintages
        for before, after in pairwise(years)
        if demand.get((name, before), 0.0) > demand.get((name, after), math.inf)
    }
    index = pd.MultiIndex.from_tuples(list(kept), names=["workload", "fiscal_year"])
    return pd.Series(list(kept.values()), index=index if kept else None, dtype=float)


def metro_demand(scenario: Scenario) -> pd.DataFrame:
    """Inference of all latency-bound workloads, shared out to metros. [MW of server power]."""
    inference = {n for n, w in scenario.demand.workloads.items() if w.load == "inference"}
    demand, efficiency = demand_by_year(scenario), mw_per_eflops(scenario)
    names = demand.index.get_level_values("workload")
    per_unit = efficiency.reindex(demand.index).fillna(1.0)
    by_year = (demand * per_unit)[names.isin(inference)].groupby(level="fiscal_year").sum()
    rows = {
        (metro, year): share * it_mw
        for metro, share in scenario.latency.metros.items()
        for year, it_mw in by_year.items()
    }
    index = pd.MultiIndex.from_tuples(list(rows), names=["metro", "fiscal_year"])
    return pd.DataFrame({"it_mw": list(rows.values())}, index=index if rows else None, dtype=float)
