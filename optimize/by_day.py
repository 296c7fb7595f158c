"""A year of many days, solved day by day and brought together (Dantzig and Wolfe 1960).

Few rows join the days: a share of the whole year, the level of a store at midnight. Each day is
solved alone, paid the going price for what it gives to those rows. A small program mixes the
answers that each day has given so far into the cheapest year that keeps the joining rows; their
duals are the prices of the next round. What the days cost at any prices bounds the year from below,
so the year is proven like any other. The prices are kept near the best ones so far (Wentges 1997).
Days that are alike answer for each other (`optimize.alike`): on Japan with stores in four areas 30
rounds, most of them of some days, take 8 s, and 37 rounds of all days 30 s (measured).

8,760 different hours of Japan with contracts (580,000 rows) take HiGHS 10 s so, and as one problem
from two minutes to more than ten (measured).
"""

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, repeat

import numpy as np

from data.errors import InfeasibleError, PlanError
from optimize.alike import Alike, Turns
from optimize.day_mix import Answer, Mix, Mixer
from optimize.day_parts import DayPart, DayParts
from optimize.highs import (
    LARGEST_VIOLATION,
    NO_SCALING,
    PRIMAL_SIMPLEX,
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
    asked: Sequence["_Asked"]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a day does at the going prices."""

    answer: Answer
    priced: float
    """Its cost less what it was paid."""
    duals: Floats


class _Day:
    """One day kept hot."""

    def __init__(self, place: int, part: DayPart, settings: SolverSettings) -> None:
        self.place, self.part, self.highs = place, part, load_highs(part.matrix, settings)
        self.highs.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)
        self.highs.setOptionValue("simplex_scale_strategy", NO_SCALING)
        self.every = np.arange(len(part.columns), dtype=np.int32)
        self.was_asked = False

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and of columns."""
        return self.part.matrix.shape

    def start_from(self, others: Iterable["_Day"]) -> None:
        """Take over the basis of a day of the same shape; only speed depends on it."""
        known = (other for other in others if other.was_asked and other.shape == self.shape)
        if not self.was_asked and (like := next(known, None)) is not None:
            self.highs.setBasis(like.highs.getBasis())

    def ask(self, prices: Floats, deadline: Deadline) -> _Asked:
        cost = self.part.matrix.cost
        asked = cost - self.part.gives.T @ prices
        self.highs.changeColsCost(len(asked), self.every, asked)
        run(self.highs, deadline)
        found = self.highs.getSolution()
        values = np.asarray(found.col_value)
        answer = Answer(
            self.place, float(cost @ values), np.asarray(self.part.gives @ values), values
        )
        self.was_asked = True
        return _Asked(answer, float(asked @ values), np.asarray(found.row_dual))

    def settled(self, mixed: Floats, deadline: Deadline) -> Floats:
        """The cheapest day that gives what the mix gives: a plain day again, not a mean of some."""
        rows = self.part.gives.tocsr()
        asked = np.flatnonzero(np.diff(rows.indptr))
        gives, rows = (rows @ mixed)[asked], rows[asked]
        indptr, indices = (part.astype(np.int32) for part in (rows.indptr, rows.indices))
        self.highs.addRows(len(asked), gives, gives, rows.nnz, indptr[:-1], indices, rows.data)
        try:  # at the last prices: what is given is fixed, so they make no other day the cheapest
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
        self.days = [_Day(i, part, settings) for i, part in enumerate(parts.days)]
        self.alike = Alike(parts)
        self.given: list[Answer] = []
        self.loose_cost = matrix.cost[parts.loose]
        self.loose_bounds = matrix.lower[parts.loose], matrix.upper[parts.loose]
        self.mixer = Mixer(parts, self.loose_cost, self.loose_bounds, settings)

    def brought_together(self, prices: Floats) -> tuple[_Proven, Mix]:
        """Rounds of answers until the mix is proven to be the cheapest."""
        best: _Proven | None = None
        mix: Mix | None = None
        turns = Turns(self.alike.groups)
        for _ in range(MOST_ROUNDS):
            prices = self._signed(prices)
            asked = self._ask(turns.asked(), prices)
            bound = self._bound(prices, asked) if turns.every else -np.inf
            if np.isfinite(bound) and (best is None or bound > best.bound):
                best = _Proven(bound, prices, asked)
            mix = self._mix([each.answer for each in asked], prices, mix)
            turns.told(mix)
            if best is not None and _is_same(best.bound, mix.cost):
                if mix.borrowed <= LARGEST_VIOLATION:
                    return best, mix
                self.mixer.make_dearer()
            near = mix.prices if best is None else best.prices
            prices = KEPT_SHARE * near + (1.0 - KEPT_SHARE) * mix.prices
        raise PlanError(f"The days of the year were not brought together in {MOST_ROUNDS} rounds")

    def _ask(self, places: Sequence[int], prices: Floats) -> list[_Asked]:
        """Answers of these days; one of each shape goes before, for the others to start from."""
        days = [self.days[place] for place in places]
        known = {day.shape for day in self.days if day.was_asked}
        first = {day.shape: day for day in reversed(days) if day.shape not in known}
        before = [day for day in days if first.get(day.shape) is day]
        found = dict(zip(before, self._hot(before, prices), strict=True))
        others = [day for day in days if day not in found]
        found |= dict(zip(others, self._hot(others, prices), strict=True))
        return [found[day] for day in days]

    def _hot(self, days: Sequence[_Day], prices: Floats) -> Iterable[_Asked]:
        for day in days:
            alike = (self.days[i] for i in self.alike.group_of[day.place])
            day.start_from(chain(alike, self.days))
        return self.pool.map(_Day.ask, days, repeat(prices), repeat(self.deadline))

    def _mix(self, answers: list[Answer], prices: Floats, before: Mix | None) -> Mix:
        """The year mixed of these answers too, offered to all days that are alike."""
        answers = [*answers, *self.alike.offered(answers, before)]
        if before is None:  # a day without any answer cannot be mixed
            silent = sorted(set(range(len(self.days))) - {answer.day for answer in answers})
            answers += [each.answer for each in self._ask(silent, prices)]
        self.given += answers
        return self.mixer.mixed(answers, self.deadline)

    def settled(self, mix: Mix) -> list[Floats]:
        """Values of each day."""
        mixed = [np.zeros(len(day.every)) for day in self.days]
        for at in np.flatnonzero(mix.weights).tolist():
            mixed[self.given[at].day] += mix.weights[at] * self.given[at].values
        return list(self.pool.map(_Day.settled, self.days, mixed, repeat(self.deadline)))

    def _signed(self, prices: Floats) -> Floats:
        """Prices without what the solver left on the wrong side of a limit."""
        lower, upper = np.isinf(self.parts.row_lower), np.isinf(self.parts.row_upper)
        prices = np.where(lower, np.minimum(prices, 0.0), prices)
        return np.where(upper, np.maximum(prices, 0.0), prices)

    def _bound(self, prices: Floats, asked: Sequence[_Asked]) -> float:
        """What all days and loose columns cost at least at these prices (Lagrangian bound)."""
        reduced = self.loose_cost - self.parts.loose_gives.T @ prices
        reduced = np.where(np.abs(reduced) <= SAME_COST * np.abs(self.loose_cost), 0.0, reduced)
        paid = _least(prices, self.parts.row_lower, self.parts.row_upper)
        return sum(each.priced for each in asked) + paid + _least(reduced, *self.loose_bounds)


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
    for part, asked in zip(parts.days, proven.asked, strict=True):
        duals[part.rows] = asked.duals
    return duals
