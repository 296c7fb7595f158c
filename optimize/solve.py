"""Solving a plan to a proven gap, in steps.

A model with typical days is far larger than its siting part, so it is solved in steps:

1. the relaxation, without whole-site decisions, gives a dual price to every hour;
2. the siting part alone, with the typical days priced by those duals (a Lagrangian relaxation),
   proposes sites year by year and *proves a bound*: no plan of the whole model can cost less;
3. the whole model with those sites fixed gives a plan, its numbers and its prices;
4. only if plan and bound are further apart than the stated gap, HiGHS searches the whole model
   from that plan until it has proven the gap.
"""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from data.errors import InfeasibleError, PlanError
from optimize.highs import (
    Deadline,
    Highs,
    Solution,
    SolverSettings,
    deadline_of,
    load_highs,
    read_solution,
    run,
    run_relaxed,
)
from optimize.matrix import SCALE, Floats, Mask, Matrix
from optimize.model.dispatch import DISPATCH_VARIABLES
from optimize.stages import propose_by_year

__all__ = ["Progress", "Solution", "SolverSettings", "solve"]

Progress = Callable[[float, str], None]

STEP_SHARE_OF_GAP = 0.2
"""Each year's sites are proposed to a fifth of the gap; the rest is left to the steps' greed and to
the pricing of the hours."""


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
    return read_solution(highs, matrix, bound=bound, seconds=time.perf_counter() - started)


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
    dispatch = np.isin(matrix.column_names, DISPATCH_VARIABLES)
    bound = -np.inf
    if dispatch.any():
        tell(0.05, "limits")
        _refuse_impossible(matrix, dispatch, settings=settings, deadline=deadline)
        tell(0.1, "relaxation")
        run_relaxed(highs, deadline)
        tell(0.3, "sites")
        bound = _propose(highs, matrix, dispatch, settings=settings, deadline=deadline)
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


def _propose(
    highs: Highs,
    matrix: Matrix,
    dispatch: Mask,
    *,
    settings: SolverSettings,
    deadline: Deadline,
) -> float:
    """Fix the sites that the siting part alone would choose; return the bound it proves.

    For any duals y of the rows that hold dispatch columns z, with the right sign,

        min cost >= y b + min_z (cost_z - A_z' y) z + min_x (cost_x - A_x' y) x

    where z keeps only its own bounds and x, the siting columns, all rows without dispatch.
    """
    priced = abs(matrix.rows) @ dispatch.astype(float) > 0
    duals = _signed_duals(highs, matrix, priced)
    reduced = matrix.cost - matrix.rows.T @ duals
    low, high = matrix.lower[dispatch], matrix.upper[dispatch]
    cheapest = np.minimum(reduced[dispatch] * low, reduced[dispatch] * high)
    part = matrix.select(rows=~priced, columns=~dispatch)
    constant = matrix.offset + _worth(matrix, duals) + float(cheapest.sum())
    part = replace(part, cost=reduced[~dispatch], offset=constant)
    step = replace(settings, gap_share=settings.gap_share * STEP_SHARE_OF_GAP)
    proposal = propose_by_year(part, step, deadline)
    whole = np.flatnonzero(matrix.integer).astype(np.int32)
    values = np.round(proposal.values[part.integer])
    highs.changeColsBounds(len(whole), whole, values, values)
    return proposal.bound


def _signed_duals(highs: Highs, matrix: Matrix, priced: Mask) -> Floats:
    """Duals of the priced rows, zero elsewhere; a sign that a bound cannot have is cut off."""
    duals = np.where(priced, np.asarray(highs.getSolution().row_dual), 0.0)
    duals = np.where(np.isinf(matrix.row_lower), np.minimum(duals, 0.0), duals)
    return np.where(np.isinf(matrix.row_upper), np.maximum(duals, 0.0), duals)


def _worth(matrix: Matrix, duals: Floats) -> float:
    """Duals times the bound each row leans on."""
    used = duals != 0
    bound = np.where(duals > 0, matrix.row_lower, matrix.row_upper)
    return float(duals[used] @ bound[used])


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
    start = np.asarray(highs.getSolution().col_value)
    highs.changeColsBounds(len(whole), whole, matrix.lower[whole], matrix.upper[whole])
    if len(start):
        highs.setSolution(len(whole), whole, np.round(start[whole]))
    run(highs, deadline)
    bound = float(highs.getInfo().mip_dual_bound)
    values = np.round(np.asarray(highs.getSolution().col_value)[whole])
    highs.changeColsBounds(len(whole), whole, values, values)
    return bound
