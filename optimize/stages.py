"""Whole-site decisions year by year: a good plan soon, with a bound on every plan.

The earliest year is solved first with the later years' sites as fractions; its decisions are
fixed and the next year follows. The first step lets more plans in than the problem does, so what
it proves no plan can beat. The last step is a plan.
"""

from dataclasses import dataclass, replace

import highspy
import numpy as np
import numpy.typing as npt

from optimize.highs import Deadline, SolverSettings, load_highs, run
from optimize.matrix import Floats, Matrix


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
        The first step has no plan, so there is none; or earlier years leave a later one no way.
    PlanError
        The time ran out.
    """
    years = decision_years(matrix)
    lower, upper = matrix.lower.copy(), matrix.upper.copy()
    bound = -np.inf
    for year in sorted(set(years[matrix.integer].tolist())):
        decided = matrix.integer & (years <= year)
        step = replace(matrix, integer=decided, lower=lower, upper=upper)
        highs = load_highs(step, settings)
        run(highs, deadline)
        values = np.asarray(highs.getSolution().col_value)
        lower[decided] = upper[decided] = np.round(values[decided])
        bound = bound if np.isfinite(bound) else _bound_of(highs, decided)
    cost = float(highs.getInfo().objective_function_value)
    return Proposal(values, cost, bound)


def decision_years(matrix: Matrix) -> npt.NDArray[np.int64]:
    """Fiscal year of every whole-number column: the last number of its key; 0 for the others."""
    years = np.zeros(matrix.shape[1], dtype=np.int64)
    for column in np.flatnonzero(matrix.integer):
        key = matrix.variables[column].index()
        parts = key if isinstance(key, tuple) else (key,)
        years[column] = next((part for part in reversed(parts) if isinstance(part, int)), 0)
    return years


def _bound_of(highs: highspy.Highs, decided: npt.NDArray[np.bool_]) -> float:
    """Bound of a first step; presolve may have left nothing to branch on."""
    info = highs.getInfo()
    return float(info.mip_dual_bound if decided.any() else info.objective_function_value)
