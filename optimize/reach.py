"""How far the limits reach, money no object: the most power, and the shortest wait for it.

Only the siting part is looked at: whatever is drawn, a balance can be closed at the price of
unserved energy. A cap on carbon and a share of clean power are therefore not counted.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from optimize.highs import SolverSettings, solve_arrays
from optimize.matrix import SCALE, Floats, Matrix, compile_model
from optimize.model import build_model
from optimize.model.dispatch import DISPATCH_VARIABLES
from optimize.model.needed import needed_it_mw
from optimize.problem import SiteProblem, Waiting, year_spans


@dataclass(frozen=True, slots=True)
class Reach:
    """Ends of what the limits allow, each with what is proven of it.

    Attributes
    ----------
    most_it_mw, at_most_it_mw : float
        Server power in the last year, demand met in every year: reached, and a bound. [MW]
    wait_years, wait_at_least_years : float
        Mean years that a megawatt of the last year's demand waits if all is wanted from the first
        modelled year: reached, and a bound. [a]
    """

    most_it_mw: float
    at_most_it_mw: float
    wait_years: float
    wait_at_least_years: float


def reach_of(problem: SiteProblem, settings: SolverSettings | None = None) -> Reach:
    """Find the most power and the shortest wait that a problem's limits allow.

    Raises
    ------
    InfeasibleError
        The limits cannot be met at all.
    PlanError
        The gap was not proven in time.
    """
    settings = settings or SolverSettings()
    wanted = needed_it_mw(problem)
    wanted = pd.Series(wanted.max(), index=wanted.index)
    part = _siting(compile_model(build_model(replace(problem, waiting=Waiting(wanted)))))
    last, spans = problem.years[-1], year_spans(problem.years)
    most = _least(part, _by_year(part, "it_mw", {last: -1.0}), settings)
    years = {year: span / float(wanted.max()) for year, span in spans.items()}
    wait = _least(part, _by_year(part, "late_mw", years), settings)
    return Reach(-most[0], -most[1], wait[0], max(wait[1], 0.0))


def _siting(matrix: Matrix) -> Matrix:
    """The rows without what runs by the hour."""
    by_hour = np.isin(matrix.column_names, DISPATCH_VARIABLES)
    touched = abs(matrix.rows) @ by_hour.astype(float) > 0
    return matrix.select(rows=~touched, columns=~by_hour)


def _by_year(matrix: Matrix, name: str, per_mw: dict[int, float]) -> Floats:
    """Weight of every MW of a variable by its year, the last part of its key."""
    cost = np.zeros(matrix.shape[1])
    for column in np.flatnonzero(matrix.column_names == name):
        key = matrix.variables[column].index()
        year = key[-1] if isinstance(key, tuple) else key
        cost[column] = per_mw.get(year, 0.0) * matrix.column_scale[column]
    return cost


def _least(part: Matrix, cost: Floats, settings: SolverSettings) -> tuple[float, float]:
    """Least of a sum over the scaled columns, reached and bound; what is reported is no money."""
    solution = solve_arrays(replace(part, cost=cost, offset=0.0), settings)
    return solution.cost_myen / SCALE, solution.bound_myen / SCALE
