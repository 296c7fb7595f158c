"""Whole-site decisions year by year: a good plan soon, with a bound on every plan.

The earliest year is solved first with the later years' sites as fractions; its decisions are
fixed and the next year follows. The first step lets more plans in than the problem does, so what
it proves no plan can beat. The last step is a plan.
"""

import time
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from data.errors import InfeasibleError
from optimize.highs import Deadline, Highs, SolverSettings, load_highs, run
from optimize.matrix import Floats, Matrix, parts_of

AT_ONCE_SHARE = 0.3
"""Part of the time left that the sites of all years together may take."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan of the siting part, in scaled units."""

    values: Floats
    cost: float
    bound: float
    """No plan of the siting part costs less."""


def propose_by_year(matrix: Matrix, settings: SolverSettings, deadline: Deadline) -> Proposal:
    """Decide the sites of one year after the other; `settings` hold for each step.

    Raises
    ------
    InfeasibleError
        There is no plan.
    PlanError
        The time ran out.
    """
    years = decision_years(matrix)
    step, bound = matrix, -np.inf
    for year in sorted(set(years[matrix.integer].tolist())):
        decided = matrix.integer & (years <= year)
        highs = _decide(matrix, replace(step, integer=decided), settings, deadline)
        values = np.asarray(highs.getSolution().col_value)
        whole = np.where(decided, np.round(values), np.nan)
        lower = np.where(decided, whole, matrix.lower)
        step = replace(matrix, lower=lower, upper=np.where(decided, whole, matrix.upper))
        bound = bound if np.isfinite(bound) else _bound_of(highs, decided)
    return Proposal(values, float(highs.getInfo().objective_function_value), bound)


def propose_at_once(matrix: Matrix, settings: SolverSettings, deadline: Deadline) -> Proposal:
    """Decide the sites of all years together: slower than by year, with a tighter bound.

    Raises
    ------
    InfeasibleError
        There is no plan.
    PlanError
        A part of the time (`AT_ONCE_SHARE`) ran out.
    """
    highs = load_highs(matrix, settings)
    run(highs, Deadline(time.perf_counter() + AT_ONCE_SHARE * deadline.left_s()))
    cost = float(highs.getInfo().objective_function_value)
    values = np.asarray(highs.getSolution().col_value)
    return Proposal(values, cost, _bound_of(highs, matrix.integer))


def _decide(matrix: Matrix, step: Matrix, settings: SolverSettings, deadline: Deadline) -> Highs:
    """Solve one step; if earlier decisions leave it no way, decide them again together with it."""
    highs = load_highs(step, settings)
    try:
        run(highs, deadline)
    except InfeasibleError:
        highs = load_highs(replace(matrix, integer=step.integer), settings)
        run(highs, deadline)
    return highs


def decision_years(matrix: Matrix) -> npt.NDArray[np.int64]:
    """Fiscal year of every whole-number column: the last number of its key; 0 for the others."""
    years = np.zeros(matrix.shape[1], dtype=np.int64)
    for column in np.flatnonzero(matrix.integer):
        key = matrix.variables[column].index()
        parts = parts_of(key)
        years[column] = next((part for part in reversed(parts) if isinstance(part, int)), 0)
    return years


def _bound_of(highs: Highs, decided: npt.NDArray[np.bool_]) -> float:
    """Bound of a first step; presolve may have left nothing to branch on."""
    info = highs.getInfo()
    return float(info.mip_dual_bound if decided.any() else info.objective_function_value)
