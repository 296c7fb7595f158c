"""A year of many days, solved day by day and brought together (Dantzig and Wolfe 1960).

Few rows join the days: a share of the whole year, the level of a store at midnight. Each day is
solved alone, paid the going price for what it gives to those rows. A small program mixes the
answers that each day has given so far into the cheapest year that keeps the joining rows; their
duals are the prices of the next round. What the days cost at any prices bounds the year from below,
so the year is proven like any other. The prices are kept near the best ones so far (Wentges 1997).

8,760 different hours of Japan with contracts (580,000 rows) take HiGHS 10 s so, and as one problem
from two minutes to more than ten (measured).
"""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat

import numpy as np

from data.errors import InfeasibleError, PlanError
from optimize.day_mix import Answer, Mix, Mixer
from optimize.day_parts import DayPart, DayParts
from optimize.highs import (
    LARGEST_VIOLATION,
    SMALLEST_COST,
    Deadline,
    Solution,
    SolverSettings,
    checked_solution,
    load_highs,
    run,
)
from optimize.master import SAME_COST
from optimize.matrix import Floats, Matrix

KEPT_SHARE = 0.5
"""How near the prices stay to the best ones (of 0.5, 0.8 and a changing share: the quickest)."""

MOST_ROUNDS = 300


def solve_by_day(
    matrix: Matrix,
    day_of: Mapping[str, str],
    settings: SolverSettings,
    deadline: Deadline,
    *,
    first: Callable[[int], float] | None = None,
) -> Solution:
    """Solve a model of many days, proven to the cost that counts as the same.

    Parameters
    ----------
    matrix : Matrix
        Nothing in it a whole number.
    day_of : mapping of str to str
        As `optimize.day_parts.DayParts.of`.
    settings : SolverSettings
    deadline : Deadline
    first : callable, optional
        Row -> scaled dual to start from; only speed depends on it.

    Raises
    ------
    InfeasibleError
        A day alone, or all together, cannot keep the limits.
    PlanError
        The time, or the rounds, ran out.
    """
    started, parts = time.perf_counter(), DayParts.of(matrix, day_of)
    prices = np.array([first(row) if first else 0.0 for row in parts.joining.tolist()])
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        year = _Year(parts, matrix, settings, deadline, pool)
        proven, mix = year.brought_together(prices)
        values = parts.start.copy()
        values[parts.loose] = mix.loose
        for day, found in zip(parts.days, year.settled(mix), strict=True):
            values[day.columns] = found
    return checked_solution(
        matrix,
        values=values,
        duals=_duals(matrix, parts, proven),
        cost=float(matrix.cost @ values) + matrix.offset,
        bound=proven.bound + float(matrix.cost @ parts.start) + matrix.offset,
        seconds=time.perf_counter() - started,
    )


@dataclass(frozen=True, slots=True)
class _Proven:
    """What no year costs less than, and the prices that prove it."""

    bound: float
    prices: Floats
    answers: Sequence[Answer]


class _Day:
    """One day kept hot, with every answer that it has given."""

    def __init__(self, part: DayPart, settings: SolverSettings) -> None:
        self.part, self.highs = part, load_highs(part.matrix, settings)
        self.every = np.arange(len(part.columns), dtype=np.int32)
        self.given: list[Answer] = []

    def answer(self, prices: Floats, deadline: Deadline) -> Answer:
        cost = self.part.matrix.cost
        asked = cost - self.part.gives.T @ prices
        self.highs.changeColsCost(len(asked), self.every, asked)
        run(self.highs, deadline)
        found = self.highs.getSolution()
        values = np.asarray(found.col_value)
        answer = Answer(
            priced=float(asked @ values),
            cost=float(cost @ values),
            gives=np.asarray(self.part.gives @ values),
            values=values,
            duals=np.asarray(found.row_dual),
        )
        self.given.append(answer)
        return answer

    def mixed(self, weights: Floats) -> Floats:
        """Values of the day mixed of its answers."""
        used = [(w, a.values) for w, a in zip(weights, self.given, strict=True) if w != 0.0]
        return np.asarray(sum(w * values for w, values in used))

    def settled(self, mixed: Floats, deadline: Deadline) -> Floats:
        """The cheapest day that gives what the mix gives: a plain day again, not a mean of some."""
        rows = self.part.gives.tocsr()
        asked = np.flatnonzero(np.diff(rows.indptr))
        gives, rows = (rows @ mixed)[asked], rows[asked]
        indptr, indices = (part.astype(np.int32) for part in (rows.indptr, rows.indices))
        self.highs.addRows(len(asked), gives, gives, rows.nnz, indptr[:-1], indices, rows.data)
        self.highs.changeColsCost(len(self.every), self.every, self.part.matrix.cost)
        try:
            run(self.highs, deadline)
        except InfeasibleError:  # by less than the solver's tolerance
            return mixed
        return np.asarray(self.highs.getSolution().col_value)


class _Year:
    """All days and the program that mixes their answers."""

    def __init__(
        self,
        parts: DayParts,
        matrix: Matrix,
        settings: SolverSettings,
        deadline: Deadline,
        pool: ThreadPoolExecutor,
    ) -> None:
        self.parts, self.pool, self.deadline = parts, pool, deadline
        self.days = [_Day(part, settings) for part in parts.days]
        self.loose_cost = matrix.cost[parts.loose]
        self.loose_bounds = matrix.lower[parts.loose], matrix.upper[parts.loose]
        self.mixer = Mixer(parts, self.loose_cost, self.loose_bounds, settings)

    def brought_together(self, prices: Floats) -> tuple[_Proven, Mix]:
        """Rounds of answers until the mix is proven to be the cheapest."""
        best: _Proven | None = None
        for _ in range(MOST_ROUNDS):
            prices = self._signed(prices)
            asked = (self.days, repeat(prices), repeat(self.deadline))
            answers = list(self.pool.map(_Day.answer, *asked))
            bound = self._bound(prices, answers)
            if np.isfinite(bound) and (best is None or bound > best.bound):
                best = _Proven(bound, prices, answers)
            mix = self.mixer.mixed(answers, self.deadline)
            if best is not None and _is_same(best.bound, mix.cost):
                if mix.borrowed <= LARGEST_VIOLATION:
                    return best, mix
                self.mixer.make_dearer()
            near = mix.prices if best is None else best.prices
            prices = KEPT_SHARE * near + (1.0 - KEPT_SHARE) * mix.prices
        raise PlanError(f"The days of the year were not brought together in {MOST_ROUNDS} rounds")

    def settled(self, mix: Mix) -> list[Floats]:
        """Values of each day."""
        mixed = [day.mixed(weights) for day, weights in zip(self.days, mix.weights.T, strict=True)]
        return list(self.pool.map(_Day.settled, self.days, mixed, repeat(self.deadline)))

    def _signed(self, prices: Floats) -> Floats:
        """Prices without what the solver left on the wrong side of a limit."""
        lower, upper = np.isinf(self.parts.row_lower), np.isinf(self.parts.row_upper)
        prices = np.where(lower, np.minimum(prices, 0.0), prices)
        return np.where(upper, np.maximum(prices, 0.0), prices)

    def _bound(self, prices: Floats, answers: Sequence[Answer]) -> float:
        """What all days and loose columns cost at least at these prices (Lagrangian bound)."""
        reduced = self.loose_cost - self.parts.loose_gives.T @ prices
        reduced = np.where(np.abs(reduced) <= SAME_COST * np.abs(self.loose_cost), 0.0, reduced)
        paid = _least(prices, self.parts.row_lower, self.parts.row_upper)
        return sum(a.priced for a in answers) + paid + _least(reduced, *self.loose_bounds)


def _is_same(bound: float, cost: float) -> bool:
    return cost - bound <= SAME_COST * abs(cost) + SMALLEST_COST


def _least(cost: Floats, lower: Floats, upper: Floats) -> float:
    """The least of cost x within bounds."""
    at = np.where(cost > 0, lower, upper)
    return float((cost[cost != 0] * at[cost != 0]).sum())


def _duals(matrix: Matrix, parts: DayParts, proven: _Proven) -> Floats:
    """Duals of all rows, in scaled units."""
    duals = np.zeros(matrix.shape[0])
    duals[parts.joining] = proven.prices
    for part, answer in zip(parts.days, proven.answers, strict=True):
        duals[part.rows] = answer.duals
    return duals
