"""Solve a program, adding security rows until none is broken.

With only some of the rows the program is a relaxation. Its optimum that breaks no row is the
optimum with all rows; where it has no solution, neither has the program with all rows.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import OptimizeResult, linprog

from data.errors import PlanError
from grid.hosting_base import NONE
from grid.hosting_case import TOLERANCE_MW, Case, Floats, Ints
from grid.hosting_program import Dispatch, Program, Security
from grid.secure_rows import Rows, matrix_of, no_rows, worst_rows

OPTIMAL, INFEASIBLE = 0, 2
MOST_ROUNDS = 200
"""Each round adds a row or ends; studies of 118 buses need fewer than ten."""
LEAST_PRICE = 1e-7
"""A row whose rating is worth less does not bind. [MW per MW]"""
TIGHT_MW = 1e-3
"""Rows closer to their limit are worth keeping."""
SOLVER_MW = 1e-4
"""A row that stands in the program may be broken by the solver's rounding, not by more."""


@dataclass(frozen=True, slots=True)
class Solution:
    """Optimum of a program."""

    x_mw: Floats
    gained_mw: float
    """Sum of the loads that were maximised, or the least overload."""
    branch: int
    """With the highest price among the rows that bind; NONE if no row does, or if generators limit
    what can be made after `outage`."""
    outage: int


class RowPool:
    """Rows that were tight before; they are likely to be again, so the next program starts there.

    Rows that a search added but that were slack in the end are dropped: a small program is solved
    faster than the few rounds cost that add them again.
    """

    def __init__(self) -> None:
        self.rows: dict[Security, Rows] = {"n0": no_rows(), "n1": no_rows()}


@dataclass(frozen=True, slots=True)
class Ask:
    """What is maximised under which rows."""

    gain: Floats
    """Weight of each x; all zero together with `is_elastic`: only the least overload counts."""
    dispatch: Dispatch
    security: Security
    is_elastic: bool = False
    """Every flow may exceed its limit by the same amount, and that amount is minimised."""


def solve_secure(case: Case, program: Program, ask: Ask, pool: RowPool) -> Solution | None:
    """Optimum of `program` under every security row, None where it has no solution.

    Raises
    ------
    PlanError
        Where the solver ends with anything but an optimum or a proof that there is none.
    """
    rows = pool.rows[ask.security]
    known = len(rows.branch)
    for _ in range(MOST_ROUNDS):
        matrix, limit_mw = matrix_of(case, program, rows)
        watched = program.branches[rows.branch]
        held = _with_reserve(program, (matrix[watched], limit_mw[watched]))
        result = _solved(program, ask, held)
        if result is None:
            return None
        x_mw = result.x[: len(program.least_mw)]
        allowed_mw = float(result.x[-1]) if ask.is_elastic else 0.0
        broken, over_mw = worst_rows(case, program, x_mw, ask.security)
        is_new = over_mw > allowed_mw + TOLERANCE_MW
        wider = rows.joined(broken.chosen(is_new))
        if len(wider.branch) == len(rows.branch):
            _require_held(over_mw, allowed_mw)
            is_tight = matrix @ x_mw - limit_mw > allowed_mw - TIGHT_MW
            pool.rows[ask.security] = rows.chosen(is_tight | (np.arange(len(is_tight)) < known))
            return _solution(result, ask, x_mw, _behind(program, rows.chosen(watched)))
        rows = wider
    raise PlanError(f"hosting capacity: rows were still broken after {MOST_ROUNDS} rounds")


def _solved(program: Program, ask: Ask, security: tuple[Floats, Floats]) -> OptimizeResult | None:
    matrix, limit_mw = security
    bounds = np.column_stack([program.least_mw, program.most_mw])
    equal, within = _totals(program, ask.dispatch)
    costs = -ask.gain
    if within is not None:
        matrix, limit_mw = np.vstack([matrix, within[0]]), np.concatenate([limit_mw, within[1]])
    if ask.is_elastic:
        column = np.where(np.arange(len(matrix)) < len(security[0]), -1.0, 0.0)
        matrix = np.column_stack([matrix, column])
        bounds = np.vstack([bounds, [0.0, np.inf]])
        costs = np.append(np.zeros(len(costs)), 1.0)
        equal = (np.column_stack([equal[0], np.zeros(len(equal[0]))]), equal[1])
    # small and alike from bus to bus: presolve costs more than it saves, so it is the second try
    for presolve in (False, True):
        result = linprog(
            costs,
            A_ub=matrix,
            b_ub=limit_mw,
            A_eq=equal[0],
            b_eq=equal[1],
            bounds=[(float(least), float(most)) for least, most in bounds],
            method="highs",
            options={"presolve": presolve},
        )
        if result.status == OPTIMAL:
            return result
        if result.status == INFEASIBLE:
            return None
    raise PlanError(f"hosting capacity: the solver gave no result: {result.message}")


def _totals(
    program: Program, dispatch: Dispatch
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats] | None]:
    """Rows of the islands: equal under redispatch, a limit under fixed dispatch."""
    islands = np.unique(program.island)
    member = (program.island == islands[:, None]).astype(float)
    if dispatch == "fixed":
        none: tuple[Floats, Floats] = (np.zeros((0, len(program.island))), np.zeros(0))
        return none, (member, program.total_mw[islands])
    member[:, : program.loads] *= -1.0
    return (member, program.total_mw[islands]), None


def _require_held(over_mw: Floats, allowed_mw: float) -> None:
    worst_mw = float(over_mw.max(initial=0.0)) - allowed_mw
    if worst_mw > SOLVER_MW:
        raise PlanError(
            f"hosting capacity: the solver left a flow {worst_mw:.3g} MW over its limit"
        )


def _with_reserve(program: Program, security: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Rows of flows, then of what generators can make after an islanding outage."""
    matrix, limit_mw = security
    reserve = program.reserve
    return np.vstack([matrix, reserve.matrix]), np.concatenate([limit_mw, reserve.limit_mw])


def _behind(program: Program, rows: Rows) -> tuple[Ints, Ints]:
    """Branch and outage of each row; no branch where generators are what limits."""
    none = np.full(len(program.reserve.outage), NONE, dtype=np.int64)
    branch = np.concatenate([rows.branch, none])
    return branch, np.concatenate([rows.outage, program.reserve.outage])


def _solution(
    result: OptimizeResult, ask: Ask, x_mw: Floats, behind: tuple[Ints, Ints]
) -> Solution:
    branch, outage = behind
    price = -np.asarray(result.ineqlin.marginals)[: len(branch)]
    gained_mw = float(result.x[-1]) if ask.is_elastic else float(ask.gain @ x_mw)
    if price.size == 0 or price.max() < LEAST_PRICE:
        return Solution(x_mw, gained_mw, NONE, NONE)
    first = int(price.argmax())
    return Solution(x_mw, gained_mw, int(branch[first]), int(outage[first]))
