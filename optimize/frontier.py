"""Frontiers: what one tonne less, or one year less of waiting, costs; each point a full plan.

The measure is limited to steps between what the cheapest plan has and the least there can be
(epsilon constraint). The model is built and compiled once and only the bound of one row moves.
The cheapest plan and the least are found first, then the points from the loosest limit on, and
the tightest ones beside them (`optimize.frontier_search`):

1. the relaxation, from the last point's basis, gives a bound and new prices of the days;
2. of many years, the large sites of the point before are kept or repaired with the small ones as
   fractions, and then the small ones decided; counts of large sites, whole, raise the bound where
   the relaxation promises what no plan has (`optimize.large_sites`);
3. the sites of the point before are repaired: only those are open on which it and the relaxation
   differ, a search of a few dozen sites instead of hundreds (of few years, this comes first);
4. else all sites are searched at once, from the sites of the least, and year by year;
5. else the whole model is searched.

Each search ends at the first plan that the bound proves good enough, or after a number of nodes,
never after seconds: another machine finds the same plans, unless its time limit ends the point. A
plan that a tighter point beats is sought once more, from that point's sites.

Every point is proven within the gap. Demand left unmet never exceeds that of the cheapest plan in
any year: a plan that computes less is no cleaner plan of the same kind.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count

import numpy as np
import pandas as pd
import pyomo.environ as pyo
from pyomo.common.gc_manager import PauseGC

from data.errors import InputError, PlanError, Problem
from optimize.frontier_search import FrontierSearch, Measured
from optimize.highs import SolverSettings
from optimize.kept_steps import KeptSteps, Store
from optimize.matrix import SCALE, Floats, Matrix, compile_model
from optimize.model import build_model
from optimize.plan import Plan, read_plan, record_of
from optimize.problem import SiteProblem, year_spans
from optimize.solve import Progress
from optimize.tried import Tried, beaten, left_out


def _silent(share: float, text: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Along:
    """What goes on beside the search."""

    progress: Progress = _silent
    """Called with (share done, what is being done), from two threads, one at a time."""
    kept: Store = field(default_factory=dict)
    """Steps that are done: taken over from here, and put here; see `optimize.kept_steps`."""


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """The cheapest plan whose measure is at most `limit`."""

    limit: float
    """Infinite for the cheapest plan."""
    value: float
    """What the plan has."""
    price_myen: float
    """What one unit less would add to the cost with the sites fixed. [M¥ per unit]"""
    plan: Plan
    way: str
    """Where its sites come from: those of the "last" point, a search "near" them or of the "large
    first", one of all sites "at once" or of "all" year by year, or a "search" of the whole model.
    """
    seconds: float


@dataclass(frozen=True, slots=True)
class Frontier:
    """Points from the cheapest plan to the least possible.

    Attributes
    ----------
    unit : str
        Of limit, value and price.
    points : tuple of FrontierPoint
        Cost rises and the measure falls from each to the next.
    least_at_least : float
        No plan has less of the measure: proven.
    dropped : DataFrame
        limit, value, cost_myen, by_value, by_cost_myen: points left out, as another point keeps
        their limit as well and costs no more; within the gap that can happen.
    missed : tuple of float
        Limits for which no plan was proven in time.
    """

    unit: str
    points: tuple[FrontierPoint, ...]
    least_at_least: float
    dropped: pd.DataFrame
    missed: tuple[float, ...] = ()


def carbon_frontier(
    problem: SiteProblem,
    settings: SolverSettings | None = None,
    *,
    points: int = 9,
    base_cost_myen: float = 0.0,
    last_year_only: bool = False,
    along: Along | None = None,
) -> Frontier:
    """Cost against location-based emissions, over all years or of the last one. [Mt]

    Parameters
    ----------
    problem : SiteProblem
        With typical days; its carbon price and caps hold for every point.
    settings : SolverSettings, optional
        Gap and time limit of each point.
    points : int
        Points from the cheapest plan to the least emissions; at least two.
    base_cost_myen : float
        As in `optimize.plan.choose_sites`. [M¥]
    last_year_only : bool
    along : Along, optional
        Who is told, and where steps are kept.

    Raises
    ------
    InputError
        There are no typical days to emit in.
    InfeasibleError, PlanError
        As `choose_sites`, for the cheapest plan; a later point out of time is `missed`.
    """
    if problem.dispatch is None:
        raise _input_error("dispatch", "typical days with carbon intensity", "Give typical days.")
    problem = replace(problem, carbon=_every_year(problem))
    spans = {problem.years[-1]: 1} if last_year_only else year_spans(problem.years)
    weights = {year: float(span) for year, span in spans.items()}
    question = _Question(problem, "emitted_kt", weights, "Mt", base_cost_myen)
    return question.answer(points, settings or SolverSettings(), along or Along())


def waiting_frontier(
    problem: SiteProblem,
    settings: SolverSettings | None = None,
    *,
    points: int = 9,
    base_cost_myen: float = 0.0,
    along: Along | None = None,
) -> Frontier:
    """Cost against the mean years that a MW wanted waits for power. [a]

    Parameters and errors as `carbon_frontier`; the problem says in `waiting` what is wanted.
    """
    if problem.waiting is None or not problem.waiting.wanted_it_mw.max() > 0:
        raise _input_error("waiting", "power wanted by year", "Set limits.waiting.")
    most_mw = float(problem.waiting.wanted_it_mw.max())
    weights = {y: span * SCALE / most_mw for y, span in year_spans(problem.years).items()}
    question = _Question(problem, "late_mw", weights, "years", base_cost_myen)
    return question.answer(points, settings or SolverSettings(), along or Along())


def _input_error(where: str, expected: str, fix: str) -> InputError:
    return InputError("site problem", [Problem(where, "nothing", expected, fix)])


def _every_year(problem: SiteProblem) -> pd.DataFrame:
    """The carbon table with every year in it, so that all emissions are counted."""
    table = problem.carbon.reindex(pd.Index(problem.years, name="fiscal_year"))
    return table.assign(price_myen_per_t=table["price_myen_per_t"].fillna(0.0))


class _Question:
    """A model with one more row: the measure, limited from point to point."""

    def __init__(
        self,
        problem: SiteProblem,
        column: str,
        weights: dict[int, float],
        unit: str,
        base_cost_myen: float,
    ) -> None:
        self.problem, self.unit = problem, unit
        started = time.perf_counter()
        self.model: pyo.ConcreteModel = build_model(problem)
        built = time.perf_counter()
        matrix = compile_model(self.model)
        self.seconds = {"build": built - started, "hand_over": time.perf_counter() - built}
        matrix = replace(matrix, offset=matrix.offset - base_cost_myen / SCALE)
        self.measured = Measured.of(matrix, _weights(matrix, column, weights))

    def answer(self, points: int, settings: SolverSettings, along: Along) -> Frontier:
        """All points, cheapest first."""
        kept = KeptSteps(along.kept, self.measured.matrix, settings)
        search = FrontierSearch(self.measured, settings, kept)
        along.progress(0.05, "cheapest plan")
        first = search.cheapest()
        along.progress(0.25, "least")
        least = search.least(first.found)
        limits = search.limits(first.value, least.limit, points)
        sought = search.within(first, limits, _told(along.progress, points))
        tried = sought.tried
        kept_at = [i for i in range(len(tried)) if i not in beaten(tried)]
        with PauseGC():  # Python would look through the whole model for garbage at every point
            read = tuple(self._point(tried[i], settings) for i in kept_at)
        along.progress(1.0, "points read")
        return Frontier(self.unit, read, least.at_least, left_out(tried), sought.missed)

    def _point(self, tried: Tried, settings: SolverSettings) -> FrontierPoint:
        matrix, solution = self.measured.matrix, tried.found.solution
        solution = replace(solution, highs_seconds=tried.seconds)
        record = record_of(matrix, solution, settings, **self.seconds)
        return FrontierPoint(
            limit=tried.limit,
            value=tried.value,
            price_myen=-float(solution.duals[self.measured.row]),
            plan=read_plan(self.problem, self.model, matrix, solution, record),
            way=tried.found.way,
            seconds=tried.seconds,
        )


def _told(progress: Progress, points: int) -> Callable[[], None]:
    """Tells of one point more that is done."""
    numbers = count(2)  # the cheapest is the first

    def tell() -> None:
        number = next(numbers)
        progress(0.3 + 0.6 * number / points, f"point {number}")

    return tell


def _weights(matrix: Matrix, name: str, by_year: dict[int, float]) -> Floats:
    """Weight of every column in the measure, in scaled units."""
    weights = np.zeros(matrix.shape[1])
    for column in np.flatnonzero(matrix.column_names == name):
        weights[column] = by_year.get(matrix.variables[column].index(), 0.0)
    if not weights.any():
        raise PlanError(f"Nothing in the model counts {name}")
    return weights
