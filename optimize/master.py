"""The whole model asked again and again: its siting part decides, the whole confirms and teaches.

The siting part prices the typical days by duals (`optimize.siting_part`), so its cost of any sites
is a bound on theirs. With sites fixed, the whole model gives their true cost, and its duals are one
more price of the days: with it the siting part costs those sites rightly (Benders' cuts). A
question is settled when the part finds nothing more, or when the whole confirms what it found.
"""

from contextlib import suppress
from dataclasses import dataclass, replace

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from data.errors import InfeasibleError, PlanError
from optimize.highs import (
    INFEASIBLE,
    SOLVED,
    Deadline,
    Highs,
    Solution,
    SolverSettings,
    is_consistent,
    load_highs,
    read_solution,
    run_relaxed,
)
from optimize.matrix import Floats, Mask, Matrix
from optimize.siting_part import dispatch_columns, siting_part
from optimize.year_basis import start_from_years

SAME_COST = 1e-6
"""Costs that differ by less than this share are the same: what the solver may be off by."""

WHOLE_GAP = 0.9
"""Objectives that count whole things are settled once less than one is open."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What HiGHS made of a question in the time it had."""

    values: Floats | None
    """Best point found, in scaled units; None if there was none."""
    cost: float
    bound: float
    """No point has a smaller objective; infinite if there is none at all."""


@dataclass(frozen=True, slots=True)
class Pricing:
    """Cost of the siting columns, the days priced one way, in scaled units."""

    cost: Floats
    offset: float

    def of(self, values: Floats) -> float:
        """Cost of a point of the siting part."""
        return float(self.cost @ values) + self.offset


class Master:
    """A model kept hot: its siting part, its prices of the days, and its plans with sites fixed.

    Parameters
    ----------
    matrix : Matrix
        The whole model, its offset already without what no decision changes.
    settings : SolverSettings
    deadline : Deadline
        Of everything asked together.
    basis : HighsBasis, optional
        Of the relaxation, where it is known.
    """

    def __init__(
        self,
        matrix: Matrix,
        settings: SolverSettings,
        deadline: Deadline,
        basis: highspy.HighsBasis | None = None,
    ) -> None:
        self.matrix, self.settings, self.deadline = matrix, settings, deadline
        self.dispatch = dispatch_columns(matrix)
        self.relaxed = load_highs(matrix, settings)
        self.fixed = load_highs(matrix, settings)
        self.whole = np.flatnonzero(matrix.integer).astype(np.int32)
        self.pricings: list[Pricing] = []
        if basis is None:
            start_from_years(self.relaxed, matrix, settings, deadline)
        else:
            self.relaxed.setBasis(basis)
        self.part = self._priced(self.relax()) if self.dispatch.any() else matrix
        if self.dispatch.any():
            self.fixed.setBasis(self.relaxed.getBasis())
        self.pricings = [Pricing(self.part.cost, self.part.offset)]

    def relax(self) -> Highs:
        """Solve the relaxation of the whole model, from the last one."""
        self._run(self.relaxed)
        return self.relaxed

    def _run(self, highs: Highs) -> None:
        """Run from the last basis; if HiGHS loses its way from there, from the start."""
        try:
            run_relaxed(highs, self.deadline)
        except InfeasibleError:
            raise
        except PlanError:
            highs.clearSolver()
            run_relaxed(highs, self.deadline)

    def limit_row(self, row: int, upper: float) -> None:
        """Give a row of the whole model another upper bound, everywhere."""
        row_upper = self.matrix.row_upper.copy()
        row_upper[row] = upper
        self.matrix = replace(self.matrix, row_upper=row_upper)
        for highs in (self.relaxed, self.fixed):
            highs.changeRowBounds(row, float(self.matrix.row_lower[row]), upper)

    def limit_columns(self, columns: NDArray[np.int32], upper: Floats) -> None:
        """Give columns of the whole model other upper bounds, everywhere."""
        uppers = self.matrix.upper.copy()
        uppers[columns] = upper
        self.matrix = replace(self.matrix, upper=uppers)
        for highs in (self.relaxed, self.fixed):
            highs.changeColsBounds(len(columns), columns, self.matrix.lower[columns], upper)

    def reprice(self) -> float:
        """Price the days by the relaxation as it is now, forgetting older prices; its cost."""
        highs = self.relax()
        self.part = self._priced(highs)
        self.pricings = [Pricing(self.part.cost, self.part.offset)]
        return float(highs.getInfo().objective_function_value)

    def _priced(self, highs: Highs) -> Matrix:
        return siting_part(self.matrix, self.dispatch, np.asarray(highs.getSolution().row_dual))

    def confirm(self, sites: Floats) -> Solution | None:
        """The cheapest plan with these whole-number decisions; None if there is none.

        Parameters
        ----------
        sites : float array, shape (whole-number columns,)

        Raises
        ------
        PlanError
            No time is left.
        """
        self.fixed.changeColsBounds(len(self.whole), self.whole, sites, sites)
        try:
            self._run(self.fixed)
        except InfeasibleError:
            return None
        return read_solution(self.fixed, self.matrix, bound=-np.inf, seconds=0.0)

    def confirm_within(self, sites: Floats, most: float, *, anew: bool) -> Solution | None:
        """The same; None as soon as it is seen to cost more than `most`, in scaled units.

        The dual simplex only ever raises the cost, so that it need not go on, often for minutes, to
        where the sites are found to keep no limit at all.

        Parameters
        ----------
        sites : float array, shape (whole-number columns,)
        most : float
        anew : bool
            From the relaxation and not from the last plan, where these sites are far from its own.
        """
        highs = self.fixed
        highs.changeColsBounds(len(self.whole), self.whole, sites, sites)
        if anew and self.dispatch.any():
            highs.setBasis(self.relaxed.getBasis())
        highs.setOptionValue("objective_bound", most)
        try:
            run_relaxed(highs, self.deadline)
        except InfeasibleError:
            return None
        except PlanError:
            if highs.getModelStatus() == highspy.HighsModelStatus.kObjectiveBound:
                return None
            highs.clearSolver()  # HiGHS lost its way from that start
            with suppress(PlanError):
                return self.confirm(sites)
            return None
        finally:
            highs.setOptionValue("objective_bound", np.inf)
        return read_solution(highs, self.matrix, bound=-np.inf, seconds=0.0)

    def learn(self) -> bool:
        """Add the prices of the last plan confirmed; False if the part has no days to price."""
        if not self.dispatch.any():
            return False
        part = self._priced(self.fixed)
        self.pricings.append(Pricing(part.cost, part.offset))
        return True

    def within(self, limit: float) -> Matrix:
        """The siting part with every known price of its plan at most `limit`, at no cost."""
        costs = [pricing.cost for pricing in self.pricings]
        uppers = [limit - pricing.offset for pricing in self.pricings]
        part = replace(self.part, cost=np.zeros(self.part.shape[1]), offset=0.0)
        rows = sparse.csr_array(np.array(costs))
        return with_rows(part, rows, lower=np.full(len(costs), -np.inf), upper=np.array(uppers))

    def most(self, values: Floats) -> float:
        """Largest of the bounds that the known prices prove for a point of the siting part."""
        return max(pricing.of(values) for pricing in self.pricings)


def with_rows(matrix: Matrix, rows: sparse.csr_array, *, lower: Floats, upper: Floats) -> Matrix:
    """The matrix with more rows, shape (rows, columns), in scaled units."""
    count = rows.shape[0]
    return replace(
        matrix,
        rows=sparse.csr_array(sparse.vstack([matrix.rows, rows])),
        row_lower=np.concatenate([matrix.row_lower, lower]),
        row_upper=np.concatenate([matrix.row_upper, upper]),
        row_names=np.concatenate([matrix.row_names, np.full(count, "asked")]),
        row_keys=[*matrix.row_keys, *[("asked",)] * count],
        row_scale=np.concatenate([matrix.row_scale, np.ones(count)]),
    )


def ask(
    matrix: Matrix,
    settings: SolverSettings,
    deadline: Deadline,
    *,
    start: Floats | None = None,
    counts: bool = False,
) -> Asked:
    """Solve as far as the time goes, and say what is known then.

    Parameters
    ----------
    matrix : Matrix
    settings : SolverSettings
        Its time limit holds for this question.
    deadline : Deadline
        Of all questions together.
    start : float array, optional
        Whole-number decisions to start from.
    counts : bool
        The objective counts whole things.

    Raises
    ------
    PlanError
        HiGHS failed otherwise than by running out of time.
    """
    highs = load_highs(matrix, settings)
    highs.setOptionValue("time_limit", min(settings.time_limit_s, deadline.left_s()))
    if counts:
        highs.setOptionValue("mip_rel_gap", 0.0)
        highs.setOptionValue("mip_abs_gap", WHOLE_GAP)
    if start is not None:
        whole = np.flatnonzero(matrix.integer).astype(np.int32)
        highs.setSolution(len(whole), whole, start)
    highs.run()
    if start is not None and not _trusted(highs, matrix):
        return ask(matrix, settings, deadline, counts=counts)
    return _read(highs, matrix.integer)


def _trusted(highs: Highs, matrix: Matrix) -> bool:
    """Whether what HiGHS hands back is what it speaks of; see `optimize.highs.run_from`."""
    return highs.getModelStatus() not in SOLVED or is_consistent(highs, matrix)


def _read(highs: Highs, integer: Mask) -> Asked:
    status, info = highs.getModelStatus(), highs.getInfo()
    if status in INFEASIBLE:
        return Asked(None, np.inf, np.inf)
    if status not in SOLVED and status != highspy.HighsModelStatus.kTimeLimit:
        raise PlanError(f"HiGHS stopped with '{highs.modelStatusToString(status)}'")
    bound = float(info.mip_dual_bound if integer.any() else info.objective_function_value)
    if status == highspy.HighsModelStatus.kTimeLimit and not integer.any():
        bound = -np.inf
    if info.primal_solution_status != int(highspy.SolutionStatus.kSolutionStatusFeasible):
        return Asked(None, np.inf, bound)
    return Asked(
        np.asarray(highs.getSolution().col_value), float(info.objective_function_value), bound
    )
