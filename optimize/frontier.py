"""Frontiers: what one tonne less, or one year less of waiting, costs; each point a full plan.

The measure is limited to steps between what the cheapest plan has and the least there can be
(epsilon constraint). The model is built and compiled once and only the bound of one row moves.
The cheapest plan and the least are found first, then the points from the loosest limit on:

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
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pyomo.environ as pyo
from pyomo.common.gc_manager import PauseGC
from scipy import sparse

from data.errors import InfeasibleError, InputError, PlanError, Problem
from optimize.epsilon import Epsilon, Found
from optimize.highs import SolverSettings
from optimize.kept_steps import KeptSteps, Store
from optimize.least import Least
from optimize.master import SAME_COST, with_rows
from optimize.matrix import SCALE, Floats, Matrix, compile_model
from optimize.model import build_model
from optimize.plan import Plan, read_plan, record_of
from optimize.problem import SiteProblem, year_spans
from optimize.solve import Progress
from optimize.tried import Tried, beaten, left_out, with_best_bounds


def _silent(share: float, text: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Along:
    """What goes on beside the search."""

    progress: Progress = _silent
    """Called with (share done, what is being done)."""
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
        self.weights = _weights(matrix, column, weights)
        row = sparse.csr_array(self.weights[None, :])
        none = np.array([-np.inf])
        self.matrix = with_rows(matrix, row, lower=none, upper=-none)
        self.row = self.matrix.shape[0] - 1

    def answer(self, points: int, settings: SolverSettings, along: Along) -> Frontier:
        """All points, cheapest first."""
        kept = KeptSteps(along.kept, self.matrix, settings)
        search = _Search(self, settings, kept)
        along.progress(0.05, "cheapest plan")
        first = search.tried(np.inf)
        along.progress(0.25, "least")
        least = search.least(first.found)
        limits = search.limits(first.value, least.limit, points)
        tried, missed = [first], []
        for number, limit in enumerate(limits.tolist(), start=2):
            try:
                tried.append(search.tried(limit))
            except InfeasibleError:
                raise
            except PlanError:  # the other points are worth having without it
                missed.append(limit)
            along.progress(0.3 + 0.6 * number / points, f"point {number}")
        tried = search.bettered(with_best_bounds(tried))
        kept_at = [i for i in range(len(tried)) if i not in beaten(tried)]
        with PauseGC():  # Python would look through the whole model for garbage at every point
            read = tuple(self._point(tried[i], settings) for i in kept_at)
        along.progress(1.0, "points read")
        return Frontier(self.unit, read, least.at_least, left_out(tried), tuple(missed))

    def value(self, found: Found) -> float:
        """What a plan has of the measure."""
        return float(self.weights @ (found.solution.values / self.matrix.column_scale))

    def _point(self, tried: Tried, settings: SolverSettings) -> FrontierPoint:
        solution = replace(tried.found.solution, highs_seconds=tried.seconds)
        record = record_of(self.matrix, solution, settings, **self.seconds)
        return FrontierPoint(
            limit=tried.limit,
            value=tried.value,
            price_myen=-float(solution.duals[self.row]),
            plan=read_plan(self.problem, self.model, self.matrix, solution, record),
            way=tried.found.way,
            seconds=tried.seconds,
        )


class _Search:
    """The model kept hot, and the steps done earlier."""

    def __init__(self, question: _Question, settings: SolverSettings, kept: KeptSteps) -> None:
        self.question, self.kept, self.started = question, kept, time.perf_counter()
        self.hot = Epsilon(question.matrix, question.row, question.weights, settings)

    def tried(self, limit: float) -> Tried:
        """The plan of a limit; its sites are taken over if they are known."""
        taken = self.kept.point(limit)
        cheapest = np.isinf(limit)
        found = self.hot.cheapest(taken) if cheapest else self.hot.within(limit, taken)
        self.kept.keep_point(limit, found)
        return self._timed(limit, found)

    def least(self, first: Found) -> Least:
        """How far down the measure can go."""
        known = self.kept.least()
        least = self.hot.least(first) if known is None else self.hot.take_least(known)
        self.kept.keep_least(least)
        self.started = time.perf_counter()
        return least

    def limits(self, most: float, least: float, points: int) -> Floats:
        """Evenly spread, the loosest first; none where the cheapest plan has the least."""
        if least >= most * (1.0 - SAME_COST):
            return np.empty(0)
        known = self.kept.limits(points)
        limits = np.linspace(most, least, max(points, 2))[1:] if known is None else known
        self.kept.keep_limits(points, limits)
        return limits

    def bettered(self, tried: list[Tried]) -> list[Tried]:
        """Plans that a tighter point beats, sought once more from that point's sites."""
        for i, by in beaten(tried).items():
            better = self.hot.better(tried[i].limit, tried[by].found) if by > i else None
            if better is not None:
                self.kept.keep_point(tried[i].limit, better)
                tried[i] = self._timed(tried[i].limit, better)
        return with_best_bounds(tried)

    def _timed(self, limit: float, found: Found) -> Tried:
        since, self.started = self.started, time.perf_counter()
        return Tried(limit, self.question.value(found), found, self.started - since)


def _weights(matrix: Matrix, name: str, by_year: dict[int, float]) -> Floats:
    """Weight of every column in the measure, in scaled units."""
    weights = np.zeros(matrix.shape[1])
    for column in np.flatnonzero(matrix.column_names == name):
        weights[column] = by_year.get(matrix.variables[column].index(), 0.0)
    if not weights.any():
        raise PlanError(f"Nothing in the model counts {name}")
    return weights
