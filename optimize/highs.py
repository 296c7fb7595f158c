"""HiGHS: what is handed over, what counts as an answer, and how it is read back."""

import time
from dataclasses import dataclass, replace

import highspy
import numpy as np
from highspy._core import _Highs

from data.errors import InfeasibleError, PlanError
from optimize.matrix import SCALE, Floats, Matrix

Highs = _Highs
"""The class below `highspy.Highs`, whose constructor prints a banner before it can be silenced."""

LARGEST_VIOLATION = 1e-6
"""Largest row or bound violation accepted, in GW: 1 kW."""

SMALLEST_COST = 1e-9
"""Keeps the gap of a plan that costs nothing from dividing by zero. [billion yen]"""

PRIMAL_SIMPLEX = 4
"""For a model that is run again with other costs, or with more columns: the last answer keeps its
limits, so this simplex goes on from it."""

NO_SCALING = 0
"""For a model that is run often: HiGHS would scale it anew each time, and ours have numbers of one
size (see `optimize.matrix.SCALE`)."""

INFEASIBLE = (
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
)
"""Presolve may not tell the two apart; every decision that costs or earns has a physical bound."""


SOLVED = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty)
"""A model without decisions has one plan: that nothing is done."""


@dataclass(frozen=True, slots=True)
class SolverSettings:
    """How long and how exactly to solve."""

    gap_share: float = 0.01
    """Largest distance between the plan and a proven bound, as share of the plan's cost. [-]"""
    time_limit_s: float = 600.0
    seed: int = 1
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Solution:
    """Values and prices of a solved model, in the model's own units."""

    values: Floats
    """Value of every column."""
    duals: Floats
    """Change of cost per unit of a row's bound with sites fixed. [M¥ per unit]"""
    slacks: Floats
    """Distance of every row from its nearer bound."""
    cost_myen: float
    bound_myen: float
    gap_share: float
    highs_seconds: float


@dataclass(frozen=True, slots=True)
class Deadline:
    """The time limit of all steps together; HiGHS would grant it to each run anew."""

    at: float

    def left_s(self) -> float:
        """Seconds that are left, never below zero."""
        return max(self.at - time.perf_counter(), 0.0)


def deadline_of(settings: SolverSettings) -> Deadline:
    """Start the clock."""
    return Deadline(time.perf_counter() + settings.time_limit_s)


def solve_arrays(matrix: Matrix, settings: SolverSettings, *, relaxed: bool = False) -> Solution:
    """Solve small arrays in one go: what-if questions, if `relaxed` with fractions of sites.

    Raises
    ------
    InfeasibleError, PlanError
        As `solve`.
    """
    started, deadline = time.perf_counter(), deadline_of(settings)
    if relaxed:
        matrix = replace(matrix, integer=np.zeros_like(matrix.integer))
    highs = load_highs(matrix, settings)
    run(highs, deadline)
    bound = highs.getInfo().mip_dual_bound if matrix.integer.any() else -np.inf
    return read_solution(highs, matrix, bound=bound, seconds=time.perf_counter() - started)


def load_highs(matrix: Matrix, settings: SolverSettings) -> Highs:
    """Hand the arrays over in one call.

    Raises
    ------
    PlanError
        A coefficient is not a finite number.
    """
    _check_numbers(matrix)
    highs = Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", settings.threads)
    highs.setOptionValue("random_seed", settings.seed)
    highs.setOptionValue("mip_rel_gap", settings.gap_share)
    rows, columns = matrix.shape
    status = highs.passModel(
        columns,
        rows,
        matrix.rows.nnz,
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize),
        matrix.offset,
        matrix.cost,
        matrix.lower,
        matrix.upper,
        matrix.row_lower,
        matrix.row_upper,
        matrix.rows.indptr.astype(np.int32, copy=False),
        matrix.rows.indices.astype(np.int32, copy=False),
        matrix.rows.data,
        matrix.integer.astype(np.int32),
    )
    if status == highspy.HighsStatus.kError:
        raise PlanError("HiGHS refused the model")
    return highs


def _check_numbers(matrix: Matrix) -> None:
    """HiGHS takes a gap for a number and calls what comes out optimal."""
    finite = [matrix.cost, matrix.rows.data]
    known = [matrix.lower, matrix.upper, matrix.row_lower, matrix.row_upper]
    if not all(np.isfinite(part).all() for part in finite) or any(
        np.isnan(part).any() for part in known
    ):
        raise PlanError("A coefficient of the model is not a finite number")


def run(highs: Highs, deadline: Deadline) -> None:
    """Run HiGHS and accept nothing but an optimum within the gap."""
    # its clock goes on from run to run of one model (HiGHS 1.16)
    highs.setOptionValue("time_limit", highs.getRunTime() + deadline.left_s())
    highs.run()
    status = highs.getModelStatus()
    if status in INFEASIBLE:
        raise InfeasibleError("No plan meets all limits.")
    if status not in SOLVED:
        gap_share = highs.getInfo().mip_gap
        reached = f" at a gap of {gap_share:.2%}" if np.isfinite(gap_share) else ""
        raise PlanError(
            f"HiGHS stopped with '{highs.modelStatusToString(status)}'{reached}; that is no"
            " result. Give solver.time_limit_s more, or accept a larger solver.gap_share."
        )


def run_from(highs: Highs, matrix: Matrix, start: Floats, deadline: Deadline) -> None:
    """Run from a start, whole-number decisions of shape (whole-number columns,).

    HiGHS 1.16 may hand back the start itself beside the objective of the optimum it has found
    (seen where presolve leaves nothing to search); it is then run again without a start.
    """
    whole = np.flatnonzero(matrix.integer).astype(np.int32)
    highs.setSolution(len(whole), whole, start)
    run(highs, deadline)
    if not is_consistent(highs, matrix):
        highs.clearSolver()
        run(highs, deadline)


def is_consistent(highs: Highs, matrix: Matrix) -> bool:
    """Whether the point that HiGHS hands back has the objective that it states."""
    stated = highs.getInfo().objective_function_value
    found = float(matrix.cost @ np.asarray(highs.getSolution().col_value)) + matrix.offset
    return abs(found - stated) <= LARGEST_VIOLATION * max(1.0, abs(stated))


def run_relaxed(highs: Highs, deadline: Deadline) -> None:
    """Run without whole-number decisions: they are fixed, or may be fractions."""
    highs.setOptionValue("solve_relaxation", True)
    try:
        run(highs, deadline)
    finally:
        highs.setOptionValue("solve_relaxation", False)


def read_solution(highs: Highs, matrix: Matrix, *, bound: float, seconds: float) -> Solution:
    """Values in model units, after our own check that no row or bound is violated."""
    solution = highs.getSolution()
    duals = np.asarray(solution.row_dual)
    return checked_solution(
        matrix,
        values=np.asarray(solution.col_value),
        duals=duals if len(duals) else np.zeros(matrix.shape[0]),
        cost=float(highs.getInfo().objective_function_value),
        bound=bound if matrix.integer.any() else np.inf,
        seconds=seconds,
    )


def checked_solution(
    matrix: Matrix, *, values: Floats, duals: Floats, cost: float, bound: float, seconds: float
) -> Solution:
    """Scaled values and duals in model units; refused if they violate a row or a bound."""
    activity = matrix.rows @ values
    over = np.maximum(matrix.row_lower - activity, activity - matrix.row_upper)
    beyond = np.maximum(matrix.lower - values, values - matrix.upper)
    violation = max(over.max(initial=0.0), beyond.max(initial=0.0))
    if violation > LARGEST_VIOLATION:
        raise PlanError(f"HiGHS calls a point optimal that violates a limit by {violation:.1e} GW")
    bound = min(bound, cost)
    return Solution(
        values=values * matrix.column_scale,
        duals=duals * SCALE / matrix.row_scale,
        slacks=-over * matrix.row_scale,
        cost_myen=cost * SCALE,
        bound_myen=bound * SCALE,
        gap_share=(cost - bound) / max(abs(cost), SMALLEST_COST),
        highs_seconds=seconds,
    )
