"""The answer: a proven plan as tables, each row found again by key."""

import platform
import time
from dataclasses import dataclass
from importlib.metadata import version

import pandas as pd
import pyomo.environ as pyo

from optimize.matrix import Matrix, compile_model
from optimize.model import build_model
from optimize.prices import price_rows, site_limits
from optimize.problem import SiteProblem
from optimize.read_dispatch import read_balance, read_flows
from optimize.read_sites import (
    read_carbon,
    read_costs,
    read_forecast,
    read_groups,
    read_reinforcements,
    read_reserve,
    read_sites,
)
from optimize.solve import Progress, Solution, SolverSettings, solve
from optimize.values import values_of


@dataclass(frozen=True, slots=True)
class SolveRecord:
    """How the answer was found: sizes, seconds, proof."""

    status: str
    gap_share: float
    cost_myen: float
    bound_myen: float
    rows: int
    columns: int
    nonzeros: int
    binaries: int
    build_seconds: float
    hand_over_seconds: float
    highs_seconds: float
    seed: int
    versions: dict[str, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan that meets every limit, proven within the gap.

    Attributes
    ----------
    sites : DataFrame, index (site, fiscal_year)
        built, contract_mw, it_mw [MW], energy_gwh [GWh/a]; every candidate, every year.
    workloads : DataFrame, index (site, workload, fiscal_year)
        it_mw. [MW]
    costs : DataFrame, index (site, item, fiscal_year)
        myen, undiscounted cost of that year. [M¥/a]
    serve : DataFrame, index (metro, site, fiscal_year)
        it_mw. [MW]
    reinforcements : DataFrame, index (option, fiscal_year)
        in_service.
    balance : DataFrame, index (area, fiscal_year, slice)
        demand_mw, draw_mw, one column a technology, unserved_mw, net_import_mw,
        curtailed_mw [MW], price_myen_per_mwh [M¥/MWh].
    flows : DataFrame, index (tie, direction, fiscal_year, slice)
        mw, capacity_mw. [MW]
    reserve : DataFrame, index (area, standard, season, fiscal_year)
        supply_mw, demand_mw, dc_mw, net_import_mw [MW], margin_share, required_share [-].
    groups : DataFrame, index (group, fiscal_year)
        used_mw, headroom_mw. [MW]
    forecast : DataFrame, index (group, fiscal_year)
        used_mw, limit_mw, over_mw. [MW]
    carbon : DataFrame, index `fiscal_year`
        emitted_t, cap_t [t], energy_gwh [GWh].
    shortfall : DataFrame, index (workload, fiscal_year)
        unmet, in the unit of the workload's demand.
    limits : DataFrame
        limit, key, fiscal_year, slack, price_myen: rows of every limit on sites with a price.
    record : SolveRecord
    """

    sites: pd.DataFrame
    workloads: pd.DataFrame
    costs: pd.DataFrame
    serve: pd.DataFrame
    reinforcements: pd.DataFrame
    balance: pd.DataFrame
    flows: pd.DataFrame
    reserve: pd.DataFrame
    groups: pd.DataFrame
    forecast: pd.DataFrame
    carbon: pd.DataFrame
    shortfall: pd.DataFrame
    limits: pd.DataFrame
    record: SolveRecord


def choose_sites(
    problem: SiteProblem,
    settings: SolverSettings | None = None,
    *,
    base_cost_myen: float = 0.0,
    progress: Progress | None = None,
) -> Plan:
    """Find the cheapest plan for `problem`.

    Parameters
    ----------
    problem : SiteProblem
    settings : SolverSettings, optional
    base_cost_myen : float
        Present value of supplying today's demand, from `optimize.base.base_dispatch`. [M¥]
    progress : callable, optional
        Called with (share done, what is being done).

    Raises
    ------
    InfeasibleError
        No plan meets all limits; `optimize.explain.explain_clash` says which and by how much.
    PlanError
        The gap was not proven in time.
    """
    settings = settings or SolverSettings()
    started = time.perf_counter()
    model = build_model(problem)
    built = time.perf_counter()
    matrix = compile_model(model)
    compiled = time.perf_counter()
    solution = solve(matrix, settings, base_cost_myen=base_cost_myen, progress=progress)
    record = _record(matrix, solution, settings, build=built - started, hand_over=compiled - built)
    return read_plan(problem, model, matrix, solution, record)


def read_plan(
    problem: SiteProblem,
    model: pyo.ConcreteModel,
    matrix: Matrix,
    solution: Solution,
    record: SolveRecord,
) -> Plan:
    """Read a solution back into tables."""
    for variable, value in zip(matrix.variables, solution.values.tolist(), strict=True):
        variable.set_value(value, skip_validation=True)
    prices = price_rows(matrix, solution)
    workloads = values_of(model.it_mw, ["site", "workload", "fiscal_year"], "it_mw").to_frame()
    sites = read_sites(problem, model, workloads)
    reinforcements = read_reinforcements(model)
    return Plan(
        sites=sites,
        workloads=workloads,
        costs=read_costs(problem, sites),
        serve=values_of(model.serve_mw, ["metro", "site", "fiscal_year"], "it_mw").to_frame(),
        reinforcements=reinforcements,
        balance=read_balance(problem, model, prices),
        flows=read_flows(problem, model),
        reserve=read_reserve(problem, model),
        groups=read_groups(problem, reinforcements, sites),
        forecast=read_forecast(problem, model),
        carbon=read_carbon(problem, model, sites),
        shortfall=values_of(model.unmet, ["workload", "fiscal_year"], "unmet").to_frame(),
        limits=site_limits(prices),
        record=record,
    )


def _record(
    matrix: Matrix, solution: Solution, settings: SolverSettings, *, build: float, hand_over: float
) -> SolveRecord:
    packages = ("pyomo", "highspy", "numpy", "scipy", "pandas")
    rows, columns = matrix.shape
    return SolveRecord(
        status="optimal within the stated gap",
        gap_share=solution.gap_share,
        cost_myen=solution.cost_myen,
        bound_myen=solution.bound_myen,
        rows=rows,
        columns=columns,
        nonzeros=int(matrix.rows.nnz),
        binaries=int(matrix.integer.sum()),
        build_seconds=build,
        hand_over_seconds=hand_over,
        highs_seconds=solution.highs_seconds,
        seed=settings.seed,
        versions={name: version(name) for name in packages} | {"python": platform.python_version()},
    )
