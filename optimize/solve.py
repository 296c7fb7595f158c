"""Solving a plan to a proven gap, in steps.

A model with typical days is far larger than its siting part, so it is solved in steps:

1. the relaxation, without whole-site decisions, gives a dual price to every hour;
2. the siting part alone, with the typical days priced by those duals (a Lagrangian relaxation),
   proposes sites year by year and *proves a bound*: no plan of the whole model can cost less
   (if plan and bound of step 3 are too far apart, once more with all years together);
3. the whole model with those sites fixed gives a plan, its numbers and its prices;
4. only if plan and bound are further apart than the stated gap, HiGHS searches the whole model
   from that plan until it has proven the gap.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

import numpy as np

from data.errors import InfeasibleError, PlanError
from optimize.highs import (
    LARGEST_VIOLATION,
    Deadline,
    Highs,
    Solution,
    SolverSettings,
    deadline_of,
    load_highs,
    read_solution,
    run,
    run_from,
    run_relaxed,
)
from optimize.matrix import SCALE, Floats, Mask, Matrix
from optimize.siting_part import dispatch_columns, siting_part
from optimize.stages import Proposal, propose_at_once, propose_by_year
from optimize.year_basis import start_from_years

__all__ = ["Progress", "Solution", "SolverSettings", "solve"]

Progress = Callable[[float, str], None]

STEP_SHARE_OF_GAP = 0.2
"""Each year's sites are proposed to a fifth of the gap; the rest is left to the steps' greed and to
the pricing of the hours."""

TOLERANCE_SHARE = 1e-4
"""What the solver's tolerances may add to the cost of a plan, as share of it."""


def solve(
    matrix: Matrix,
    settings: SolverSettings,
    *,
    base_cost_myen: float = 0.0,
    progress: Progress | None = None,
) -> Solution:
    """Solve to the stated gap, or say why there is no result.

    Parameters
    ----------
    matrix : Matrix
    settings : SolverSettings
    base_cost_myen : float
        Cost that no decision changes (supplying today's demand); taken off, so that the gap is
        a share of what the plan itself costs. [M¥]
    progress : callable, optional
        Called with (share done, what is being done).

    Raises
    ------
    InfeasibleError
        No plan meets all limits (without the reasons: see `optimize.explain`).
    PlanError
        The time ran out before the gap was proven.
    """
    matrix = replace(matrix, offset=matrix.offset - base_cost_myen / SCALE)
    started, deadline = time.perf_counter(), deadline_of(settings)
    highs = load_highs(matrix, settings)
    if matrix.integer.any():
        bound = _fix_sites(highs, matrix, settings, deadline=deadline, progress=progress)
    else:
        run_relaxed(highs, deadline)
        bound = -np.inf
    seconds = time.perf_counter() - started
    solution = read_solution(highs, matrix, bound=bound, seconds=seconds)
    _refuse_unproven(solution, settings)
    return solution


def _refuse_unproven(solution: Solution, settings: SolverSettings) -> None:
    """Whatever HiGHS said, a plan further from its bound than the gap is no result.

    A search may use the tolerance of every row; priced with whole sites the plan then costs a
    little more.
    """
    allowed = (settings.gap_share + TOLERANCE_SHARE) * abs(solution.cost_myen)
    if solution.cost_myen - solution.bound_myen > allowed + LARGEST_VIOLATION * SCALE:
        raise PlanError(
            f"HiGHS left a gap of {solution.gap_share:.2%} and called it closed; that is no result."
            " Give another solver.seed."
        )


def _fix_sites(
    highs: Highs,
    matrix: Matrix,
    settings: SolverSettings,
    *,
    deadline: Deadline,
    progress: Progress | None,
) -> float:
    """Leave `highs` at the best plan found, its sites fixed; return the bound proven."""
    tell = progress or (lambda share, text: None)
    dispatch = dispatch_columns(matrix)
    bound = -np.inf
    if dispatch.any():
        tell(0.05, "limits")
        _refuse_impossible(matrix, dispatch, settings=settings, deadline=deadline)
        tell(0.1, "relaxation")
        start_from_years(highs, matrix, settings, deadline)
        run_relaxed(highs, deadline)
        tell(0.3, "sites")
        part = siting_part(matrix, dispatch, np.asarray(highs.getSolution().row_dual))
        for proposal in _proposals(part, settings, deadline):
            bound = max(bound, proposal.bound)
            _fix(highs, matrix, proposal.values[part.integer])
            tell(0.6, "plan")
            if _close_enough(highs, bound, settings, deadline):
                return bound
    tell(0.7, "search")
    searched = _search(highs, matrix, deadline)
    tell(0.9, "prices")
    _price(highs, deadline)
    return max(bound, searched)


def _refuse_impossible(
    matrix: Matrix, dispatch: Mask, *, settings: SolverSettings, deadline: Deadline
) -> None:
    """Find out soon if the limits on sites alone clash; typical days make that slow to see."""
    touched = abs(matrix.rows) @ dispatch.astype(float) > 0
    run_relaxed(load_highs(matrix.select(rows=~touched, columns=~dispatch), settings), deadline)


def _price(highs: Highs, deadline: Deadline) -> None:
    """Solve once more with the sites found, for exact numbers and prices."""
    try:
        run_relaxed(highs, deadline)
    except InfeasibleError as error:
        # sites were whole only within HiGHS's tolerance: rounded, they break a limit
        raise PlanError("HiGHS found no plan with whole sites; give another solver.seed") from error


def _proposals(part: Matrix, settings: SolverSettings, deadline: Deadline) -> Iterator[Proposal]:
    """Sites that the siting part alone would choose, quickly first, then with a tighter bound."""
    step = replace(settings, gap_share=settings.gap_share * STEP_SHARE_OF_GAP)
    yield propose_by_year(part, step, deadline)
    with suppress(PlanError):  # out of its time: the search goes on with what there is
        yield propose_at_once(part, step, deadline)


def _fix(highs: Highs, matrix: Matrix, values: Floats) -> None:
    """Fix the whole-number columns."""
    whole, values = np.flatnonzero(matrix.integer).astype(np.int32), np.round(values)
    highs.changeColsBounds(len(whole), whole, values, values)


def _close_enough(highs: Highs, bound: float, settings: SolverSettings, deadline: Deadline) -> bool:
    """Whether the plan with the proposed sites fixed is proven within the gap."""
    try:
        run_relaxed(highs, deadline)
    except InfeasibleError:
        return False  # the priced rows forbid these sites; the whole model must be searched
    cost = highs.getInfo().objective_function_value
    return bool(cost - bound <= settings.gap_share * abs(cost))


def _search(highs: Highs, matrix: Matrix, deadline: Deadline) -> float:
    """Let HiGHS search the whole model, from the proposed sites if any; fix what it finds."""
    whole = np.flatnonzero(matrix.integer).astype(np.int32)
    before = highs.getSolution()
    highs.changeColsBounds(len(whole), whole, matrix.lower[whole], matrix.upper[whole])
    if before.value_valid:
        start = np.round(np.asarray(before.col_value)[whole])
        run_from(highs, matrix, start, deadline)
    else:
        run(highs, deadline)
    bound = float(highs.getInfo().mip_dual_bound)
    _fix(highs, matrix, np.asarray(highs.getSolution().col_value)[whole])
    return bound
