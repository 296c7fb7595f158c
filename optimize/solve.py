"""Solving a plan to a proven gap, in steps.

A model with typical days is far larger than its siting part, so it is solved in steps:

1. the relaxation, without whole-site decisions, gives a dual price to every hour;
2. the siting part alone, with the typical days priced by those duals (a Lagrangian relaxation),
   proposes sites year by year and *proves a bound*: no plan of the whole model can cost less
   (if plan and bound of step 3 are too far apart, large sites first and counted whole, see
   `optimize.large_sites`, and then once more with all years together);
3. the whole model with those sites fixed gives a plan, its numbers and its prices;
4. only if plan and bound are further apart than the stated gap, HiGHS searches the whole model
   from that plan until it has proven the gap.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from data.errors import PlanError
from optimize.best_sites import Best
from optimize.highs import (
    LARGEST_VIOLATION,
    Deadline,
    Highs,
    Solution,
    SolverSettings,
    deadline_of,
    load_highs,
    read_solution,
    run_relaxed,
)
from optimize.large_sites import LargeFirst, LargeSites
from optimize.matrix import SCALE, Floats, Mask, Matrix
from optimize.proof import Proof
from optimize.siting_part import dispatch_columns, siting_part
from optimize.stages import propose_at_once, propose_by_year
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
    start: Floats | None = None,
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
    start : float array, shape (whole-number columns,), optional
        Decisions to start from, NaN where one is open. The answer costs no more than with them;
        where they are proven good enough, they are the answer.

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
        best = Best(highs, matrix, deadline)
        bound = _fix_sites(best, settings, start=start, progress=progress)
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
    best: Best, settings: SolverSettings, *, start: Floats | None, progress: Progress | None
) -> float:
    """Leave the model at the best plan found, its sites fixed; return the bound proven."""
    tell = progress or (lambda share, text: None)
    highs, matrix, deadline = best.highs, best.matrix, best.deadline
    dispatch = dispatch_columns(matrix)
    bound = -np.inf
    if dispatch.any():
        tell(0.05, "limits")
        _refuse_impossible(matrix, dispatch, settings=settings, deadline=deadline)
        tell(0.1, "relaxation")
        start_from_years(highs, matrix, settings, deadline)
        run_relaxed(highs, deadline)
        tell(0.3, "sites")
        relaxed = _Relaxed.of(highs, dispatch)
        part = siting_part(matrix, dispatch, np.asarray(highs.getSolution().row_dual))
        for proposal in _proposals(part, settings, deadline, start=start, relaxed=relaxed):
            bound = max(bound, proposal.bound)
            best.offer(proposal.whole)
            tell(0.6, "plan")
            if best.is_close(bound, settings.gap_share):
                best.stand()
                return bound
    elif start is not None:
        best.offer(start)
    tell(0.7, "search")
    searched = best.search()
    tell(0.9, "prices")
    best.stand()
    return max(bound, searched)


def _refuse_impossible(
    matrix: Matrix, dispatch: Mask, *, settings: SolverSettings, deadline: Deadline
) -> None:
    """Find out soon if the limits on sites alone clash; typical days make that slow to see."""
    touched = abs(matrix.rows) @ dispatch.astype(float) > 0
    run_relaxed(load_highs(matrix.select(rows=~touched, columns=~dispatch), settings), deadline)


@dataclass(frozen=True, slots=True)
class _Proposed:
    """Whole-number decisions, and what no plan costs less than."""

    whole: Floats
    bound: float


@dataclass(frozen=True, slots=True)
class _Relaxed:
    """The relaxation: its cost, and the columns of its siting part."""

    cost: float
    values: Floats

    @classmethod
    def of(cls, highs: Highs, dispatch: Mask) -> "_Relaxed":
        values = np.asarray(highs.getSolution().col_value)[~dispatch]
        return cls(float(highs.getInfo().objective_function_value), values)


def _proposals(
    part: Matrix,
    settings: SolverSettings,
    deadline: Deadline,
    *,
    start: Floats | None,
    relaxed: _Relaxed,
) -> Iterator[_Proposed]:
    """Sites in hand, those of the siting part alone, quickly first, then with a tighter bound."""
    if start is not None:
        yield _Proposed(start, relaxed.cost)
    step = replace(settings, gap_share=settings.gap_share * STEP_SHARE_OF_GAP)
    found = propose_by_year(part, step, deadline)
    whole = found.values[part.integer]
    yield _Proposed(whole, found.bound)
    large = LargeSites.of(part)
    if large is not None:
        proof = Proof(settings, max(relaxed.cost, found.bound))
        better = LargeFirst(part, large, step, deadline).sites(whole, relaxed.values, proof)
        yield _Proposed(whole if better is None else better, proof.bound)
    with suppress(PlanError):  # out of its time: the search goes on with what there is
        found = propose_at_once(part, step, deadline)
        yield _Proposed(found.values[part.integer], found.bound)
