"""One year of a plan whose sites, contracts and stores are held: its hours, dispatched again.

The rows are those of the model itself (`optimize.model`), stated for one year and any slices, so a
re-dispatch never differs from the plan by its rules. One limit can become impossible in other
slices: the share of clean power. It gives way at the price of unserved energy, so that it is missed
only where it cannot be reached otherwise, and what is missed is told.
"""

from collections.abc import Hashable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from pyomo.common.gc_manager import PauseGC
from scipy import sparse

from optimize.by_day import solve_by_day
from optimize.days_on_dates import DaysOnDates, on_dates
from optimize.highs import (
    Deadline,
    Highs,
    Solution,
    SolverSettings,
    deadline_of,
    load_highs,
    read_solution,
    run_relaxed,
)
from optimize.matrix import SCALE, Matrix, compile_model
from optimize.model import build_model
from optimize.model.dispatch import DISPATCH_VARIABLES
from optimize.model.terms import by_key
from optimize.one_way import closed_ways
from optimize.prices import price_rows
from optimize.problem import SiteProblem
from optimize.read_clean import CleanAnswer, read_clean
from optimize.read_dispatch import read_balance, read_flows
from optimize.repeated_days import repeated
from optimize.values import Values

MWH_PER_GWH = 1000.0

COUNTED = (*DISPATCH_VARIABLES, "emitted_kt")
"""What follows from the hours; everything else is held or left out."""

MISSED = "clean_missed_gwh"

MANY_ROWS = 50_000
"""From here on days are solved one by one: a week or two of hours, all areas, with contracts."""

MOST_ROUNDS = 40
"""Of closing ties: each takes a tenth of a second on typical days."""


def _nothing() -> pd.Series:
    return pd.Series(dtype=float)


@dataclass(frozen=True, slots=True)
class HeldPlan:
    """What a plan has decided for one year."""

    problem: SiteProblem
    """One year; offers and stores with the keys of the plan, slices to be dispatched."""
    draw_mw: pd.Series
    """Index (area, workload): facility power at full use. [MW]"""
    contract_mw: pd.Series
    """Index (area, tech): contracted clean power. [MW]"""
    stores: pd.DataFrame
    """Index (area, tech); columns mw [MW], mwh [MWh]."""
    it_mw: pd.Series = field(default_factory=_nothing)
    """Index (site, workload): servers; needed where inference may move. [MW]"""
    serve_mw: pd.Series = field(default_factory=_nothing)
    """Index (metro, site): inference assigned for the year; needed there too. [MW]"""


@dataclass(frozen=True, slots=True)
class HeldDispatch:
    """Hours of the year as they came out."""

    balance: pd.DataFrame
    """Index (area, slice), as `optimize.plan.Plan.balance`. [MW]"""
    flows: pd.DataFrame
    """Index (tie, direction, slice); column mw. [MW]"""
    clean: CleanAnswer | None
    missed_gwh: float
    """Clean energy short of the share asked for. [GWh]"""
    one_way: "Future[OneWayHours | None] | None"
    """How the hours come out where ties run one way, None if not found; None if not asked for."""
    prices: Mapping[Hashable, float]
    """Dual of every row by name and key, for a dispatch of days like these to start from; none
    where the days were solved one by one. [M¥ per unit]"""


@dataclass(frozen=True, slots=True)
class OneWayHours:
    """The same hours with no clean power against the flow of a tie."""

    more_myen: float
    """What they cost more. [M¥]"""
    missed_gwh: float
    """Clean energy short of the share asked for. [GWh]"""


def dispatch_held(
    plan: HeldPlan,
    settings: SolverSettings,
    *,
    start: Mapping[Hashable, float] | None = None,
    like: Mapping[str, str] | None = None,
    one_way: Executor | None = None,
    year: DaysOnDates | None = None,
) -> HeldDispatch:
    """Cheapest dispatch of the year with everything decided held.

    Parameters
    ----------
    plan : HeldPlan
    settings : SolverSettings
        The time limit is for the whole.
    start : mapping, optional
        Prices of a dispatch of days that these are like; only speed depends on it.
    like : mapping of str to str, optional
        Slice and day -> slice and day of `start`.
    one_way : Executor, optional
        Where the hours are dispatched once more with ties that run one way.
    year : DaysOnDates, optional
        Dates of the days of `plan`, whose weight is then that of all dates together; what is found
        is of all dates.

    Raises
    ------
    InfeasibleError, PlanError
        As `optimize.solve.solve`.
    """
    matrix, problem = _held(compile_model(build_model(plan.problem)), plan), plan.problem
    if year is not None:
        with PauseGC():  # as in `build_model`: a million keys and no cycles
            matrix, problem = repeated(matrix, year), on_dates(problem, year)
    matrix = _giving_way(matrix, problem)
    deadline = deadline_of(settings)
    if one_way or matrix.shape[0] < MANY_ROWS:
        highs, solution = _whole(matrix, settings, deadline)
        again = (highs, matrix, solution, deadline)
        closed = one_way.submit(_one_way, *again) if one_way else None
        known = _prices(matrix, solution)
    else:
        first = _FirstPrices(matrix, start or {}, like or {})
        days = _day_of(problem)
        solution = solve_by_day(matrix, days, settings, deadline, first=first.of)
        closed, known = None, {}
    values, prices = Values.of_columns(matrix, solution.values), price_rows(matrix, solution)
    return HeldDispatch(
        balance=read_balance(problem, values, prices).droplevel("fiscal_year"),
        flows=read_flows(problem, values).droplevel("fiscal_year"),
        clean=read_clean(problem, values),
        missed_gwh=_missed_gwh(matrix, solution),
        one_way=closed,
        prices=known,
    )


def _whole(matrix: Matrix, settings: SolverSettings, deadline: Deadline) -> tuple[Highs, Solution]:
    highs = load_highs(matrix, settings)
    run_relaxed(highs, deadline)
    return highs, read_solution(highs, matrix, bound=-np.inf, seconds=0.0)


def _day_of(problem: SiteProblem) -> dict[str, str]:
    """Slice and day -> day."""
    assert problem.dispatch is not None
    of_slice = by_key(problem.dispatch.slices["day"])
    return of_slice | {day: day for day in of_slice.values()}


def _missed_gwh(matrix: Matrix, solution: Solution) -> float:
    return float(solution.values[len(matrix.variables) :].sum())


def _one_way(
    highs: Highs, matrix: Matrix, solution: Solution, deadline: Deadline
) -> OneWayHours | None:
    found = closed_ways(highs, matrix, solution, deadline, rounds=MOST_ROUNDS)
    if found is None:
        return None
    return OneWayHours(found.cost_myen - solution.cost_myen, _missed_gwh(matrix, found))


def _held(matrix: Matrix, plan: HeldPlan) -> Matrix:
    """Rows that the hours touch, with what is decided as numbers."""
    year = plan.problem.years[0]
    counted = np.isin(matrix.column_names, COUNTED)
    rows = abs(matrix.rows) @ counted.astype(float) > 0
    columns = abs(matrix.rows).T @ rows.astype(float) > 0
    part = matrix.select(rows=rows, columns=columns | counted)
    decided = {
        "area_draw_mw": plan.draw_mw,
        "clean_mw": plan.contract_mw,
        "store_mw": plan.stores["mw"],
        "store_mwh": plan.stores["mwh"],
        "it_mw": plan.it_mw,
        "serve_mw": plan.serve_mw,
    }
    known = {name: by_key(series) for name, series in decided.items()}
    lower, upper = part.lower.copy(), part.upper.copy()
    for at in np.flatnonzero(np.isin(part.column_names, list(decided))):
        first, second, of_year = part.variables[at].index()
        assert of_year == year
        value = known[str(part.column_names[at])].get((first, second), 0.0)
        lower[at] = upper[at] = value / part.column_scale[at]
    return replace(part, lower=lower, upper=upper, offset=0.0)


def _giving_way(matrix: Matrix, problem: SiteProblem) -> Matrix:
    """The share of clean power with a column of what is missed, after all others."""
    at = np.flatnonzero(matrix.row_names == "clean_share")
    if not len(at) or problem.dispatch is None:
        return matrix
    price_myen_per_gwh = problem.dispatch.unserved_price_myen_per_mwh * MWH_PER_GWH
    one = sparse.csr_array(
        (np.ones(len(at)), (at, np.arange(len(at)))), shape=(matrix.shape[0], len(at))
    )
    return replace(
        matrix,
        cost=np.append(matrix.cost, np.full(len(at), price_myen_per_gwh)),
        lower=np.append(matrix.lower, np.zeros(len(at))),
        upper=np.append(matrix.upper, np.full(len(at), np.inf)),
        integer=np.append(matrix.integer, np.zeros(len(at), dtype=bool)),
        rows=sparse.csr_array(sparse.hstack([matrix.rows, one])),
        column_names=np.append(matrix.column_names, np.full(len(at), MISSED)),
        column_scale=np.append(matrix.column_scale, np.full(len(at), SCALE)),
    )


@dataclass(frozen=True, slots=True)
class _FirstPrices:
    """Duals of the days that these are like."""

    matrix: Matrix
    known: Mapping[Hashable, float]
    like: Mapping[str, str]

    def of(self, row: int) -> float:
        """Scaled dual of a row; zero where none is known."""
        name, key = str(self.matrix.row_names[row]), self.matrix.row_keys[row]
        known = self.known.get(_row_key(name, key, self.like), 0.0)
        return known * float(self.matrix.row_scale[row]) / SCALE


def _row_key(name: str, key: Any, like: Mapping[str, str]) -> Hashable:
    """Name and key of a row, with the days and slices that it is like."""
    return (name, *(like.get(p, p) for p in key)) if isinstance(key, tuple) else (name, key)


def _prices(matrix: Matrix, solution: Solution) -> dict[Hashable, float]:
    """Duals by name and key of rows that have one. [M¥ per unit]"""
    at = np.flatnonzero(solution.duals)
    names, duals = matrix.row_names[at].tolist(), solution.duals[at].tolist()
    return {
        _row_key(name, matrix.row_keys[row], {}): dual
        for row, name, dual in zip(at.tolist(), names, duals, strict=True)
    }
