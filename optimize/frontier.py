"""Frontiers: what one tonne less, or one year less of waiting, costs; each point a full plan.

The measure is limited to steps between what the cheapest plan has and the least there can be
(epsilon constraint). The model is built and compiled once and only the bound of one row moves.
The cheapest plan and the least are found first, then the points from the least on: the sites of a
tight point keep every looser limit, mostly for little more, and only their sizes and hours change.

1. the relaxation, from the last point's basis, gives a bound and new prices of the days;
2. the sites of the last point, of the cheapest and of the least are tried, the cheapest first;
3. else the siting part proposes sites, at first among those that the relaxation or a plan in hand
   uses, then among all (`optimize.stages`); a search around the proposal betters it;
4. else the whole model is searched.

Every point is proven within the gap. Demand left unmet never exceeds that of the cheapest plan in
any year: a plan that computes less is no cleaner plan of the same kind.
"""

import time
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyomo.environ as pyo
from scipy import sparse

from data.errors import InputError, PlanError, Problem
from optimize.epsilon import Epsilon, Found
from optimize.highs import SolverSettings
from optimize.master import SAME_COST, with_rows
from optimize.matrix import SCALE, Floats, Matrix, compile_model
from optimize.model import build_model
from optimize.plan import Plan, read_plan, record_of
from optimize.problem import SiteProblem, year_spans
from optimize.solve import Progress


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
    """Where its sites come from: "last" point, "first" (cheapest) or "least"; a proposal of "few"
    sites, "all", "at once", or "near" one of these; a "search" of everything."""
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
    """

    unit: str
    points: tuple[FrontierPoint, ...]
    least_at_least: float
    dropped: pd.DataFrame


def carbon_frontier(
    problem: SiteProblem,
    settings: SolverSettings | None = None,
    *,
    points: int = 9,
    base_cost_myen: float = 0.0,
    last_year_only: bool = False,
    progress: Progress | None = None,
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
    progress : callable, optional
        Called with (share done, what is being done).

    Raises
    ------
    InputError
        There are no typical days to emit in.
    InfeasibleError, PlanError
        As `choose_sites`.
    """
    if problem.dispatch is None:
        raise _input_error("dispatch", "typical days with carbon intensity", "Give typical days.")
    problem = replace(problem, carbon=_every_year(problem))
    spans = {problem.years[-1]: 1} if last_year_only else year_spans(problem.years)
    weights = {year: float(span) for year, span in spans.items()}
    question = _Question(problem, "emitted_kt", weights, "Mt", base_cost_myen)
    return question.answer(points, settings or SolverSettings(), progress or _silent)


def waiting_frontier(
    problem: SiteProblem,
    settings: SolverSettings | None = None,
    *,
    points: int = 9,
    base_cost_myen: float = 0.0,
    progress: Progress | None = None,
) -> Frontier:
    """Cost against the mean years that a MW wanted waits for power. [a]

    Parameters and errors as `carbon_frontier`; the problem says in `waiting` what is wanted.
    """
    if problem.waiting is None or not problem.waiting.wanted_it_mw.max() > 0:
        raise _input_error("waiting", "power wanted by year", "Set limits.waiting.")
    most_mw = float(problem.waiting.wanted_it_mw.max())
    weights = {y: span * SCALE / most_mw for y, span in year_spans(problem.years).items()}
    question = _Question(problem, "late_mw", weights, "years", base_cost_myen)
    return question.answer(points, settings or SolverSettings(), progress or _silent)


def _silent(share: float, text: str) -> None:
    """Tell nobody."""


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

    def answer(self, points: int, settings: SolverSettings, tell: Progress) -> Frontier:
        """All points, cheapest first; sought from both ends."""
        started = time.perf_counter()
        tell(0.05, "cheapest plan")
        hot = Epsilon(self.matrix, self.row, self.weights, settings)
        first = hot.cheapest()
        found = [self._point(first, np.inf, settings, time.perf_counter() - started)]
        tell(0.25, "least")
        least, at_least = hot.least(first)
        steps = np.linspace(found[0].value, least, max(points, 2))[1:]
        tight = []
        for limit in steps[::-1] if least < found[0].value * (1.0 - SAME_COST) else []:
            started = time.perf_counter()
            one = hot.within(float(limit))
            tight.append(self._point(one, float(limit), settings, time.perf_counter() - started))
            tell(0.3 + 0.7 * len(tight) / len(steps), f"point {len(tight) + 1}")
        found = _with_best_bounds([*found, *tight[::-1]])
        kept, dropped = _efficient(found)
        return Frontier(self.unit, tuple(kept), at_least, dropped)

    def _point(
        self, found: Found, limit: float, settings: SolverSettings, seconds: float
    ) -> FrontierPoint:
        solution = replace(found.solution, highs_seconds=seconds)
        record = record_of(self.matrix, solution, settings, **self.seconds)
        return FrontierPoint(
            limit=limit,
            value=float(self.weights @ (solution.values / self.matrix.column_scale)),
            price_myen=-float(solution.duals[self.row]),
            plan=read_plan(self.problem, self.model, self.matrix, solution, record),
            way=found.way,
            seconds=seconds,
        )


def _weights(matrix: Matrix, name: str, by_year: dict[int, float]) -> Floats:
    """Weight of every column in the measure, in scaled units."""
    weights = np.zeros(matrix.shape[1])
    for column in np.flatnonzero(matrix.column_names == name):
        weights[column] = by_year.get(matrix.variables[column].index(), 0.0)
    if not weights.any():
        raise PlanError(f"Nothing in the model counts {name}")
    return weights


def _with_best_bounds(found: list[FrontierPoint]) -> list[FrontierPoint]:
    """Points, loosest limit first, each with what looser limits prove: they allow all it does."""
    best = np.maximum.accumulate([point.plan.record.bound_myen for point in found])
    return [_proven_to(point, float(bound)) for point, bound in zip(found, best, strict=True)]


def _proven_to(point: FrontierPoint, bound_myen: float) -> FrontierPoint:
    record = point.plan.record
    bound_myen = min(bound_myen, record.cost_myen)
    gap = (record.cost_myen - bound_myen) / max(abs(record.cost_myen), SAME_COST)
    record = replace(record, bound_myen=bound_myen, gap_share=gap)
    return replace(point, plan=replace(point.plan, record=record))


def _efficient(found: list[FrontierPoint]) -> tuple[list[FrontierPoint], pd.DataFrame]:
    """Points that no other beats, and the others with the point that beats each."""
    kept: list[FrontierPoint] = []
    rows = []
    for i, point in enumerate(found):
        better = [other for j, other in enumerate(found) if _beats(other, point, first=j < i)]
        if not better:
            kept.append(point)
            continue
        by = min(better, key=lambda other: other.plan.record.cost_myen)
        costs = point.plan.record.cost_myen, by.plan.record.cost_myen
        rows.append((point.limit, point.value, costs[0], by.value, costs[1]))
    columns = ["limit", "value", "cost_myen", "by_value", "by_cost_myen"]
    return kept, pd.DataFrame(rows, columns=columns, dtype=float)


def _beats(other: FrontierPoint, point: FrontierPoint, *, first: bool) -> bool:
    """Whether `other` keeps the limit and costs no more; of two the same, the first stays."""
    if other is point:
        return False
    limit = point.value if np.isinf(point.limit) else max(point.limit, point.value)
    cost, own = other.plan.record.cost_myen, point.plan.record.cost_myen
    if other.value > limit + SAME_COST * abs(limit) or cost > own + SAME_COST * abs(own):
        return False
    if first:
        return other.value <= point.value + SAME_COST * abs(point.value)
    less = other.value < point.value - SAME_COST * abs(point.value)
    return less or cost < own - SAME_COST * abs(own)
