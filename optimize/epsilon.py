"""One row of a model limited again and again, from the last answer on; see `optimize.frontier`."""

import time
from dataclasses import dataclass, replace

import highspy
import numpy as np

from data.errors import InfeasibleError, PlanError
from optimize.highs import (
    LARGEST_VIOLATION,
    Deadline,
    Solution,
    SolverSettings,
    deadline_of,
    load_highs,
)
from optimize.master import SAME_COST, Master, ask
from optimize.matrix import SCALE, Floats, Matrix
from optimize.solve import STEP_SHARE_OF_GAP, solve
from optimize.stages import propose_by_year

FEASIBLE = int(highspy.SolutionStatus.kSolutionStatusFeasible)

USED = 1e-6
"""Fraction of a site from which the relaxation counts as using it."""


LEAST_SHARE = 1e-4
"""The least is approached to this share of it: at it, one kW of rounding forbids every plan."""

FEW_SHARE_OF_GAP = 0.4
"""Gap of each year's step among few sites, whose plan is judged by the relaxation's bound."""

NEAR_SHARE_OF_GAP = 0.95
"""Where a search around a proposal stops: the rest is left to the pricing of the hours."""

NEAR_SHARE_OF_TIME = 0.02
"""Part of the time left that such a search may take, as may all years at once."""


CONFIRM_SHARE_OF_TIME = 0.05
"""Part of the time left that one plan with its sites fixed may take."""

ALL_SHARE_OF_TIME = 0.1
"""Part of the time left that all sites, year by year, may take."""


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
        self.bound = -np.inf
        self.proven: list[tuple[float, float]] = []
        self.hints: list[tuple[str, Floats]] = []

    def cheapest(self) -> Found:
        """The cheapest plan, the measure not limited."""
        found = self._answer()
        self.proven.append((np.inf, self.bound))
        self._keep_met(found.solution)
        self.hints = [("last", found.whole), ("first", found.whole)]
        return found

    def within(self, limit: float) -> Found:
        """The cheapest plan within a limit; the sites of the last plan are tried first."""
        self.master.deadline = deadline_of(self.settings)
        self.master.limit_row(self.row, _loosened(limit))
        # what no plan within a looser limit can undercut, no plan within this one can
        self.bound = max(
            (bound for looser, bound in self.proven if looser >= limit), default=-np.inf
        )
        found = self._answer()
        self.proven.append((limit, self.bound))
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
        for way, whole in self._cheapest_first():
            found = self._confirmed(whole, way)
            if found is not None:
                return found
        ways = (
            lambda: self._propose(self._few(), "few") if self.hints else None,
            lambda: self._at_once() if self.hints else None,
            lambda: self._propose(self.master.part, "all"),
        )
        found = next((one for way in ways if (one := way()) is not None), None)
        return found or self._search()

    def _at_once(self) -> Found | None:
        """Sites of all years together, only as good as needed; what was proven by then stays."""
        part = self.master.part
        share = self.settings.gap_share * NEAR_SHARE_OF_GAP
        limit_s = NEAR_SHARE_OF_TIME * self.master.deadline.left_s()
        settings = replace(self.settings, gap_share=share, time_limit_s=limit_s)
        found = ask(part, settings, self.master.deadline)
        self.bound = max(self.bound, found.bound)
        if found.values is None:
            return None
        return self._judge(np.round(found.values[part.integer]), "at once")

    def _near(self, whole: Floats) -> Found | None:
        """Sites around a proposal: only those are open on which it and the relaxation differ.

        Relaxation induced neighbourhoods (Danna, Rothberg, Le Pape 2005). The search stops at the
        first plan that the bound proves good enough.
        """
        relaxed = np.asarray(self.master.relaxed.getSolution().col_value)[self.master.whole]
        same = np.abs(relaxed - whole) < USED
        part = self.master.part
        columns = np.flatnonzero(part.integer)[same]
        lower, upper = part.lower.copy(), part.upper.copy()
        lower[columns] = upper[columns] = whole[same]
        highs = load_highs(replace(part, lower=lower, upper=upper), self.settings)
        enough = self.bound + NEAR_SHARE_OF_GAP * self.settings.gap_share * abs(self.bound)
        highs.setOptionValue("objective_target", enough)
        highs.setOptionValue("time_limit", NEAR_SHARE_OF_TIME * self.master.deadline.left_s())
        highs.run()
        if highs.getInfo().primal_solution_status != FEASIBLE:
            return None
        found = np.round(np.asarray(highs.getSolution().col_value)[part.integer])
        return self._judge(found, "near")

    def _cheapest_first(self) -> list[tuple[str, Floats]]:
        """Sites of plans in hand that the siting part allows here, in the order of its cost."""
        costs = [(self._least_cost(whole), place) for place, (_, whole) in enumerate(self.hints)]
        return [self.hints[place] for cost, place in sorted(costs) if self._is_within(cost)]

    def _judge(self, whole: Floats, way: str) -> Found | None:
        """The plan with these sites, if there is one within the gap."""
        return self._confirmed(whole, way) if self._is_within(self._least_cost(whole)) else None

    def _confirmed(self, whole: Floats, way: str) -> Found | None:
        if way != "last" and self.master.dispatch.any():
            # far from the last plan its basis may cost minutes; the relaxation is of this limit
            self.master.fixed.setBasis(self.master.relaxed.getBasis())
        solution = self._confirm_soon(whole)
        if solution is None or not self._is_within(solution.cost_myen / SCALE):
            return None
        return Found(self._proven(solution), whole, way)

    def _confirm_soon(self, whole: Floats) -> Solution | None:
        """The plan with these sites; None also where next to the least it takes too long."""
        deadline = self.master.deadline
        share = CONFIRM_SHARE_OF_TIME if self.hints else 1.0
        self.master.deadline = Deadline(time.perf_counter() + share * deadline.left_s())
        try:
            return self.master.confirm(whole)
        except PlanError:
            return None
        finally:
            self.master.deadline = deadline

    def _is_within(self, cost: float) -> bool:
        """Whether a cost is proven to be within the gap."""
        return bool(cost - self.bound <= self.settings.gap_share * abs(cost))

    def _least_cost(self, whole: Floats) -> float:
        """Cost of sites in the siting part, which never overstates it; infinite if forbidden."""
        part = _fixed(self.master.part, whole)
        return ask(part, self.settings, self.master.deadline).bound

    def _proven(self, solution: Solution) -> Solution:
        """With the bound as it is now; of a limit less tight it holds as well."""
        bound = min(self.bound * SCALE, solution.cost_myen)
        gap = (solution.cost_myen - bound) / max(abs(solution.cost_myen), SAME_COST)
        return replace(solution, bound_myen=bound, gap_share=gap)

    def _few(self) -> Matrix:
        """The siting part without what neither the relaxation nor a plan in hand uses."""
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
            proposal = propose_by_year(part, self._step(way), self._until(way))
        except (InfeasibleError, PlanError):  # no way there, or none in its part of the time
            return None
        if part is self.master.part:
            self.bound = max(self.bound, proposal.bound)
        whole = np.round(proposal.values[part.integer])
        return self._judge(whole, way) or (self._near(whole) if self.hints else None)

    def _until(self, way: str) -> Deadline:
        """When to try something else; the cheapest plan has only this way before the search."""
        left_s = self.master.deadline.left_s()
        share = {"few": NEAR_SHARE_OF_TIME, "all": ALL_SHARE_OF_TIME}[way] if self.hints else 1.0
        return Deadline(time.perf_counter() + share * left_s)

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
