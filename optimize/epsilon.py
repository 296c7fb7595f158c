"""One row of a model limited again and again, from the last answer on; see `optimize.frontier`."""

from dataclasses import dataclass, replace

import numpy as np

from data.errors import InfeasibleError
from optimize.highs import LARGEST_VIOLATION, Solution, SolverSettings, deadline_of
from optimize.master import SAME_COST, Master, ask
from optimize.matrix import SCALE, Floats, Matrix
from optimize.solve import STEP_SHARE_OF_GAP, solve
from optimize.stages import propose_by_year

USED = 1e-6
"""Fraction of a site from which the relaxation counts as using it."""


LEAST_SHARE = 1e-4
"""The least is approached to this share of it: at it, one kW of rounding forbids every plan."""

FEW_SHARE_OF_GAP = 0.5
"""Gap of each year's step among few sites, whose plan is judged by the relaxation's bound."""


@dataclass(frozen=True, slots=True)
class Found:
    """A proven plan and how it was found."""

    solution: Solution
    whole: Floats
    way: str


class Epsilon:
    """A model whose measure, one row, is limited ever more tightly.

    Parameters
    ----------
    matrix : Matrix
        With the row, not limited.
    row : int
    weights : float array, shape (columns,)
        The row's coefficients, zero on dispatch columns.
    settings : SolverSettings
        Gap and time limit of each answer.
    """

    def __init__(self, matrix: Matrix, row: int, weights: Floats, settings: SolverSettings) -> None:
        self.row, self.weights, self.settings = row, weights, settings
        self.master = Master(matrix, settings, deadline_of(settings))
        self.bound, self.reached = -np.inf, -np.inf
        self.hints: list[tuple[str, Floats]] = []

    def cheapest(self) -> Found:
        """The cheapest plan, the measure not limited."""
        found = self._answer()
        self._keep_met(found.solution)
        self.hints = [("last", found.whole)]
        return found

    def within(self, limit: float) -> Found:
        """The cheapest plan within a limit, no looser than those before it."""
        self.master.deadline = deadline_of(self.settings)
        self.master.limit_row(self.row, _loosened(limit))
        found = self._answer()
        self.hints = [("last", found.whole), *(hint for hint in self.hints if hint[0] != "last")]
        return found

    def least(self, first: Found) -> tuple[float, float]:
        """A limit just above the least that was reached, and the least that it can be."""
        self.master.deadline = deadline_of(self.settings)
        part = self._measured()
        found = propose_by_year(part, self._step(), self.master.deadline)
        whole = np.round(found.values[part.integer])
        # the search may use the tolerance of every row; with whole sites the measure is exact
        exact = ask(_fixed(part, whole), self.settings, self.master.deadline)
        reached = min(
            max(exact.cost, found.bound), float(self.weights @ self._scaled(first.solution))
        )
        self.hints.append(("least", whole))
        slack = LEAST_SHARE * abs(reached) + LARGEST_VIOLATION * float(self.weights.max())
        self.reached = _loosened(reached + slack)
        return reached + slack, min(found.bound, reached)

    def _measured(self) -> Matrix:
        """What decides the measure, at the measure as cost: the siting, if the days have no say."""
        matrix = replace(self.master.matrix, cost=self.weights, offset=0.0)
        counting = abs(matrix.rows) @ (self.weights != 0).astype(float) > 0
        counting[self.row] = False
        dispatch = self.master.dispatch
        if (abs(matrix.rows[counting]) @ dispatch.astype(float) > 0).any() or self._clean():
            return matrix
        touched = abs(matrix.rows) @ dispatch.astype(float) > 0
        return matrix.select(rows=~touched, columns=~dispatch)

    def _clean(self) -> bool:
        """Whether limits on clean power may forbid sites by what runs in their days."""
        return "clean_share" in set(self.master.matrix.row_names)

    def _keep_met(self, solution: Solution) -> None:
        """Let no later plan leave more demand unmet."""
        matrix = self.master.matrix
        unmet = np.flatnonzero(matrix.column_names == "unmet").astype(np.int32)
        left = self._scaled(solution)[unmet]
        upper = np.where(left > LARGEST_VIOLATION, left + LARGEST_VIOLATION, 0.0)
        self.master.limit_columns(unmet, np.minimum(matrix.upper[unmet], upper))

    def _scaled(self, solution: Solution) -> Floats:
        return np.asarray(solution.values / self.master.matrix.column_scale)

    def _answer(self) -> Found:
        """Cheap ways first; each is judged by the best bound known."""
        self.bound = max(self.bound, self.master.reprice())
        for way, whole in self.hints if self._at_least() else self.hints[:1]:
            found = self._judge(whole, way)
            if found is not None:
                return found
        for way, part in (("few", self._few()), ("all", self.master.part)):
            found = self._propose(part, way) if part is not None else None
            if found is not None:
                return found
        return self._search()

    def _at_least(self) -> bool:
        """Whether the limit is the least that was reached; before that its sites cost too much."""
        return bool(self.master.matrix.row_upper[self.row] <= self.reached)

    def _judge(self, whole: Floats, way: str) -> Found | None:
        """The plan with these sites, if there is one within the gap."""
        solution = self.master.confirm(whole) if self._may_do(whole) else None
        if solution is None:
            return None
        cost = solution.cost_myen / SCALE
        if cost - self.bound > self.settings.gap_share * abs(cost):
            return None
        return Found(self._proven(solution), whole, way)

    def _may_do(self, whole: Floats) -> bool:
        """Whether the siting part, which never overstates the cost, allows these sites."""
        cost = ask(_fixed(self.master.part, whole), self.settings, self.master.deadline).bound
        return bool(cost - self.bound <= self.settings.gap_share * abs(cost))

    def _proven(self, solution: Solution) -> Solution:
        """With the bound as it is now; of a limit less tight it holds as well."""
        bound = min(self.bound * SCALE, solution.cost_myen)
        gap = (solution.cost_myen - bound) / max(abs(solution.cost_myen), SAME_COST)
        return replace(solution, bound_myen=bound, gap_share=gap)

    def _few(self) -> Matrix | None:
        """The siting part without what neither the relaxation nor a plan in hand uses."""
        if not self.hints:
            return None
        part, whole = self.master.part, self.master.whole
        used = np.asarray(self.master.relaxed.getSolution().col_value)[whole] > USED
        for _, hint in self.hints[:1]:
            used |= hint > 0
        upper = part.upper.copy()
        upper[np.flatnonzero(part.integer)[~used]] = 0.0
        return replace(part, upper=upper)

    def _propose(self, part: Matrix, way: str) -> Found | None:
        """Sites of the siting part, and what that proves if no site was left out of it."""
        try:
            proposal = propose_by_year(part, self._step(way), self.master.deadline)
        except InfeasibleError:
            return None
        if part is self.master.part:
            self.bound = max(self.bound, proposal.bound)
        return self._judge(np.round(proposal.values[part.integer]), way)

    def _step(self, way: str = "all") -> SolverSettings:
        share = FEW_SHARE_OF_GAP if way == "few" else STEP_SHARE_OF_GAP
        return replace(self.settings, gap_share=self.settings.gap_share * share)

    def _search(self) -> Found:
        """The whole model from the start."""
        left = replace(self.settings, time_limit_s=self.master.deadline.left_s())
        solution = solve(self.master.matrix, left)
        whole = np.round(solution.values[self.master.matrix.integer])
        self.bound = max(self.bound, solution.bound_myen / SCALE)
        return Found(self._proven(solution), whole, "search")


def _loosened(limit: float) -> float:
    """A limit with the solver's own tolerance on top: the least value has to be within reach."""
    return limit + SAME_COST * abs(limit) + LARGEST_VIOLATION


def _fixed(part: Matrix, whole: Floats) -> Matrix:
    """The part with its whole-number decisions made."""
    lower, upper = part.lower.copy(), part.upper.copy()
    lower[part.integer] = upper[part.integer] = whole
    return replace(part, lower=lower, upper=upper, integer=np.zeros_like(part.integer))
