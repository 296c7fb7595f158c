"""The cheapest year that can be mixed of what days have answered; see `optimize.by_day`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from data.errors import InfeasibleError
from optimize.day_parts import DayParts
from optimize.highs import PRIMAL_SIMPLEX, Deadline, SolverSettings, load_highs, run
from optimize.master import SAME_COST
from optimize.matrix import Floats, Matrix

BORROWING = 20.0
"""First price of what no mix can give yet, beside the dearest megawatt of any day."""

DEARER, MOST_TIMES = 10.0, 6
"""How that price rises, and how often, while it is paid."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a day can do."""

    day: int
    cost: float
    gives: Floats
    """To each joining row."""
    values: Floats


@dataclass(frozen=True, slots=True)
class Mix:
    """The cheapest year that the answers so far can be mixed to."""

    cost: float
    borrowed: float
    """What the joining rows lack of it; a year borrows nothing."""
    prices: Floats
    rewards: Floats
    """What each day costs at these prices."""
    weights: Floats
    """Part of each answer; they sum to one for each day."""
    loose: Floats


class Mixer:
    """The program of all answers; a day is a mean of its own, with weights that sum to one."""

    def __init__(
        self, parts: DayParts, cost: Floats, bounds: tuple[Floats, Floats], settings: SolverSettings
    ) -> None:
        self.parts, self.days, self.dearer = parts, len(parts.days), 0
        joining, loose = len(parts.joining), len(parts.loose)
        self.width = loose + 2 * joining
        self.borrowed = np.arange(loose, self.width, dtype=np.int32)
        self.price = np.tile(_borrowing_price(parts, cost), 2)
        each = sparse.eye_array(joining)
        gives = sparse.hstack([parts.loose_gives, each, -each])
        ones = sparse.csr_array((self.days, self.width))
        nothing = np.zeros(2 * joining)
        matrix = Matrix.unnamed(
            cost=np.concatenate([cost, self.price]),
            lower=np.concatenate([bounds[0], nothing]),
            upper=np.concatenate([bounds[1], nothing + np.inf]),
            rows=sparse.csr_array(sparse.vstack([gives, ones])),
            row_lower=np.concatenate([parts.row_lower, np.ones(self.days)]),
            row_upper=np.concatenate([parts.row_upper, np.ones(self.days)]),
        )
        self.highs = load_highs(matrix, settings)
        self.highs.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)

    def mixed(self, answers: Sequence[Answer], deadline: Deadline) -> Mix:
        """The cheapest mix of these answers and all before."""
        columns = self._columns(answers)
        starts, rows = (part.astype(np.int32) for part in (columns.indptr, columns.indices))
        cost, free = np.array([a.cost for a in answers]), np.full(len(answers), np.inf)
        self.highs.addCols(
            len(answers), cost, 0.0 * cost, free, columns.nnz, starts[:-1], rows, columns.data
        )
        run(self.highs, deadline)
        solution = self.highs.getSolution()
        values, duals = np.asarray(solution.col_value), np.asarray(solution.row_dual)
        joining = len(self.parts.joining)
        return Mix(
            cost=float(self.highs.getInfo().objective_function_value),
            borrowed=float(values[self.borrowed].sum()),
            prices=duals[:joining],
            rewards=duals[joining:],
            weights=values[self.width :],
            loose=values[: len(self.parts.loose)],
        )

    def _columns(self, answers: Sequence[Answer]) -> Any:
        """Sparse, shape (joining rows and days, answers)."""
        given = np.array([a.gives for a in answers]).reshape(-1, len(self.parts.joining))
        own = (np.ones(len(answers)), ([a.day for a in answers], np.arange(len(answers))))
        one = sparse.csc_array(own, shape=(self.days, len(answers)))
        return sparse.csc_array(sparse.vstack([sparse.csc_array(given.T), one]))

    def make_dearer(self) -> None:
        """Ask more for what is borrowed; a year that still borrows then cannot be."""
        if self.dearer == MOST_TIMES:
            raise InfeasibleError("No plan meets all limits.")
        self.dearer += 1
        self.price = self.price * DEARER
        self.highs.changeColsCost(len(self.borrowed), self.borrowed, self.price)


def _borrowing_price(parts: DayParts, loose_cost: Floats) -> Floats:
    """First price of a unit of each joining row: above what a unit of it should be worth."""
    dearest = max((np.abs(day.matrix.cost).max(initial=0.0) for day in parts.days), default=0.0)
    most = np.zeros(len(parts.joining))
    for day in parts.days:
        np.maximum.at(most, day.gives.tocoo().coords[0], np.abs(day.gives.tocoo().data))
    worth = dearest / np.where(most > 0, most, 1.0)
    loose = parts.loose_gives.tocoo()
    row, column = loose.coords
    np.maximum.at(worth, row, np.abs(loose_cost[column] / loose.data))
    return np.asarray(BORROWING * np.maximum(worth, SAME_COST))
