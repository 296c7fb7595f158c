"""The answer: a proven plan as tables, each row found again by key."""

import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from optimize.check_nodal import check_nodal
from optimize.lazy import solve_nodal
from optimize.matrix import Floats, Matrix, compile_model
from optimize.model import build_model
from optimize.model.nodal import declare_nodal, read_injections
from optimize.nodal import NodalGrid
from optimize.one_way import run_one_way
from optimize.prices import price_rows, site_limits
from optimize.problem import SiteProblem
from optimize.read_clean import CleanAnswer, read_clean
from optimize.read_dispatch import read_balance, read_flows
from optimize.read_nodal import NetworkAnswer, read_network_answer
from optimize.read_sites import (
    read_carbon,
    read_costs,
    read_forecast,
    read_groups,
    read_reinforcements,
    read_reserve,
    read_sites,
    relief_mw,
)
from optimize.solve import Progress, Solution, SolverSettings, solve
from optimize.values import Values


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
    start: str | None = None
    """Where sites in hand were given: "kept", or "other" sites were found or needed."""


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
        supply_mw, demand_mw, dc_mw, net_import_mw [MW], margin_share, required_share [-]; dc_mw
        is firm power.
    groups : DataFrame, index (group, fiscal_year)
        used_mw (firm power), headroom_mw. [MW]
    forecast : DataFrame, index (group, fiscal_year)
        used_mw, limit_mw, over_mw. [MW]
    carbon : DataFrame, index `fiscal_year`
        emitted_t, cap_t [t], energy_gwh [GWh].
    shortfall : DataFrame, index (workload, fiscal_year)
        unmet, in the unit of the workload's demand.
    limits : DataFrame
        limit, key, fiscal_year, slack, price_myen: rows of every limit on sites with a price.
    record : SolveRecord
    network : NetworkAnswer, optional
        Where the plan had to respect one.
    clean : CleanAnswer, optional
        Contracts, stores and what they match, where clean power is asked for.
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
    network: NetworkAnswer | None = None
    clean: CleanAnswer | None = None


def choose_sites(
    problem: SiteProblem,
    settings: SolverSettings | None = None,
    *,
    network: NodalGrid | None = None,
    start: Mapping[str, int] | None = None,
    base_cost_myen: float = 0.0,
    progress: Progress | None = None,
) -> Plan:
    """Find the cheapest plan for `problem`.

    Parameters
    ----------
    problem : SiteProblem
    settings : SolverSettings, optional
    network : NodalGrid, optional
        Network whose branches the plan must not overload.
    start : mapping, optional
        Site -> fiscal year from which it stands in a plan in hand; not with a network. The plan
        costs no more than with these sites, and where they are proven good enough it has them.
    base_cost_myen : float
        Present value of supplying today's demand, from `optimize.base.base_dispatch`. [M¥]
    progress : callable, optional
        Called with (share done, what is being done).

    Raises
    ------
    InputError
        The network does not fit the problem.
    InfeasibleError
        No plan meets all limits; `optimize.explain.explain_clash` says which and by how much.
    PlanError
        The gap was not proven in time.
    """
    settings = settings or SolverSettings()
    started = time.perf_counter()
    model = _stated(problem, network)
    built = time.perf_counter()
    matrix = compile_model(model)
    seconds = {"build": built - started, "hand_over": time.perf_counter() - built}
    more: dict[str, Any] = {"base_cost_myen": base_cost_myen, "progress": progress}
    if network is None:
        whole = None if start is None else _standing(matrix, start)
        solution = solve(matrix, settings, start=whole, **more)
        one_way = run_one_way(matrix, solution, settings, base_cost_myen=base_cost_myen)
        record = record_of(matrix, one_way.solution, settings, **seconds)
        if start is not None:
            record = replace(record, start=_outcome(problem, matrix, one_way.solution, start))
        plan = read_plan(problem, model, matrix, one_way.solution, record)
        if plan.clean is None:
            return plan
        return replace(plan, clean=replace(plan.clean, one_way_cost_myen=one_way.cost_myen))
    injections = read_injections(model, matrix, problem, network)
    lazy = solve_nodal(matrix, network, injections, settings, **more)
    record = record_of(lazy.matrix, lazy.solution, settings, **seconds)
    plan = read_plan(problem, model, lazy.matrix, lazy.solution, record)
    return replace(plan, network=read_network_answer(problem, network, injections, lazy))


def _standing(matrix: Matrix, start: Mapping[str, int]) -> Floats:
    """Whole-number decisions of sites in hand; what reinforces the grid is open."""
    whole = []
    for column in np.flatnonzero(matrix.integer):
        key = matrix.variables[column].index()
        is_site = matrix.column_names[column] == "build"
        whole.append(float(key[1] >= start.get(key[0], np.inf)) if is_site else np.nan)
    return np.array(whole)


def _outcome(
    problem: SiteProblem, matrix: Matrix, solution: Solution, start: Mapping[str, int]
) -> str:
    """What became of the sites in hand; one that is no candidate here cannot be kept."""
    found, asked = np.round(solution.values[matrix.integer]), _standing(matrix, start)
    same = bool((found == asked)[~np.isnan(asked)].all())
    return "kept" if same and start.keys() <= set(problem.sites.index) else "other"


def _stated(problem: SiteProblem, network: NodalGrid | None) -> pyo.ConcreteModel:
    """The model, with what it needs to know of the network."""
    if network is None:
        return build_model(problem)
    check_nodal(problem, network)
    model = build_model(problem)
    declare_nodal(model, problem, network)
    return model


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
    prices, values = price_rows(matrix, solution), Values.of_model(model)
    workloads = values.of("it_mw", ["site", "workload", "fiscal_year"], "it_mw").to_frame()
    sites = read_sites(problem, values, workloads)
    reinforcements = read_reinforcements(values)
    relief = relief_mw(problem, workloads["it_mw"])
    firm = sites["contract_mw"] - relief.reindex(sites.index).fillna(0.0)
    return Plan(
        sites=sites,
        workloads=workloads,
        costs=read_costs(problem, sites),
        serve=values.of("serve_mw", ["metro", "site", "fiscal_year"], "it_mw").to_frame(),
        reinforcements=reinforcements,
        balance=read_balance(problem, values, prices),
        flows=read_flows(problem, values),
        reserve=read_reserve(problem, values, relief),
        groups=read_groups(problem, reinforcements, firm),
        forecast=read_forecast(problem, values),
        carbon=read_carbon(problem, values, sites),
        shortfall=values.of("unmet", ["workload", "fiscal_year"], "unmet").to_frame(),
        limits=site_limits(prices),
        record=record,
        clean=read_clean(problem, values),
    )


def record_of(
    matrix: Matrix, solution: Solution, settings: SolverSettings, *, build: float, hand_over: float
) -> SolveRecord:
    """How a solution was found: sizes, proof, and seconds to build and to hand over."""
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
