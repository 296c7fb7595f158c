"""The best whole-number decisions tried on a model: in hand, proposed, or found by a search."""

from contextlib import suppress

import numpy as np

from data.errors import InfeasibleError, PlanError
from optimize.highs import Deadline, Highs, run, run_from, run_relaxed
from optimize.matrix import Floats, Matrix


class Best:
    """The best whole-number decisions tried so far on a model kept hot."""

    def __init__(self, highs: Highs, matrix: Matrix, deadline: Deadline) -> None:
        self.highs, self.matrix, self.deadline = highs, matrix, deadline
        self.columns = np.flatnonzero(matrix.integer).astype(np.int32)
        self.whole: Floats | None = None
        self.cost = np.inf
        self.stands = False
        """Whether the model stands at them as it is."""

    def offer(self, whole: Floats) -> None:
        """Try decisions; where one is open, the best one beside the others."""
        whole = self._completed(whole) if np.isnan(whole).any() else np.round(whole)
        self.stands = False
        self._fix(whole)
        with suppress(InfeasibleError):  # the priced rows may forbid these sites
            run_relaxed(self.highs, self.deadline)
            cost = float(self.highs.getInfo().objective_function_value)
            if cost < self.cost:
                self.whole, self.cost, self.stands = whole, cost, True

    def stand(self) -> None:
        """Leave the model at the best, with exact numbers and prices."""
        if self.whole is None or self.stands:
            return
        self._fix(self.whole)
        run_relaxed(self.highs, self.deadline)
        self.stands = True

    def is_close(self, bound: float, gap_share: float) -> bool:
        """Whether there is a best, proven within the gap."""
        return bool(np.isfinite(self.cost) and self.cost - bound <= gap_share * abs(self.cost))

    def search(self) -> float:
        """Let HiGHS search the whole model, from the best if any; return the bound proven."""
        lower, upper = (part[self.columns] for part in (self.matrix.lower, self.matrix.upper))
        self.highs.changeColsBounds(len(self.columns), self.columns, lower, upper)
        if self.whole is None:
            run(self.highs, self.deadline)
        else:
            run_from(self.highs, self.matrix, self.whole, self.deadline)
        bound = float(self.highs.getInfo().mip_dual_bound)
        found = np.asarray(self.highs.getSolution().col_value)[self.columns]
        known = self.cost
        self.offer(found)
        if self.whole is None:
            # sites were whole only within HiGHS's tolerance: rounded, they break a limit
            raise PlanError("HiGHS found no plan with whole sites; give another solver.seed")
        return min(bound, known)

    def _completed(self, whole: Floats) -> Floats:
        is_open = np.isnan(whole)
        lower, upper = (part[self.columns] for part in (self.matrix.lower, self.matrix.upper))
        lower, upper = np.where(is_open, lower, whole), np.where(is_open, upper, whole)
        self.highs.changeColsBounds(len(self.columns), self.columns, lower, upper)
        with suppress(InfeasibleError):
            run(self.highs, self.deadline)
            whole = np.asarray(self.highs.getSolution().col_value)[self.columns]
        return np.asarray(np.round(np.nan_to_num(whole)), dtype=float)

    def _fix(self, whole: Floats) -> None:
        self.highs.changeColsBounds(len(self.columns), self.columns, whole, whole)
