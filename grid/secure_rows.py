"""Rows of a program that keep flows within ratings, written down only when they are needed.

with all in service   sign (flow_l + change_l x)                            <= limit
after outage k        sign (flow_l + f_lk flow_k + (change_l + f_lk change_k) x) <= limit
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grid.hosting_base import NONE
from grid.hosting_case import ROWS_AT_ONCE, Case, Floats, Ints, blocks, flow_after
from grid.hosting_program import Program, Security


@dataclass(frozen=True, slots=True)
class Rows:
    """Security rows; arrays of shape (rows,), each row once."""

    branch: Ints
    outage: Ints
    """NONE with all in service."""
    sign: Ints
    """1 along the branch, -1 against it."""

    def chosen(self, which: npt.NDArray[np.bool_]) -> "Rows":
        """Some of the rows."""
        return Rows(self.branch[which], self.outage[which], self.sign[which])

    def joined(self, other: "Rows") -> "Rows":
        """These rows and those of `other` that are new, in this order."""
        both = np.column_stack(
            [
                np.concatenate([self.branch, other.branch]),
                np.concatenate([self.outage, other.outage]),
                np.concatenate([self.sign, other.sign]),
            ]
        )
        _, first = np.unique(both, axis=0, return_index=True)
        branch, outage, sign = both[np.sort(first)].T
        return Rows(branch, outage, sign)


def no_rows() -> Rows:
    """Start of every search."""
    none = np.zeros(0, dtype=np.int64)
    return Rows(none, none, none)


def matrix_of(case: Case, program: Program, rows: Rows) -> tuple[Floats, Floats]:
    """Left side, shape (rows, x), and right side, shape (rows,), of security rows. [MW]"""
    factor = np.where(rows.outage == NONE, 0.0, case.outages.factor[rows.branch, rows.outage])
    change = program.change[rows.branch] + factor[:, None] * program.change[rows.outage]
    flow_mw = program.flow_mw[rows.branch] + factor * program.flow_mw[rows.outage]
    base_mw = case.flow_mw[rows.branch] + factor * case.flow_mw[rows.outage]
    limit_mw = _limit_mw(case, case.rating_mw[rows.branch], rows.sign * base_mw)
    return rows.sign[:, None] * change, limit_mw - rows.sign * flow_mw


def worst_rows(case: Case, program: Program, x: Floats, security: Security) -> tuple[Rows, Floats]:
    """The row of each branch and direction that `x` breaks most, and by how much. [MW]

    Branches that hold, or hold no rating, have none.
    """
    flow_mw = program.flow_mw + program.change @ x
    watched = np.flatnonzero(program.branches & np.isfinite(case.rating_mw))
    parts = [
        _worst_of(case, flow_mw, watched[block], sign, security)
        for sign in (1, -1)
        for block in blocks(len(watched), ROWS_AT_ONCE)
    ]
    if not parts:
        return no_rows(), np.zeros(0)
    branch, outage, sign, over_mw = (np.concatenate(field) for field in zip(*parts, strict=True))
    broken = over_mw > 0
    return Rows(branch[broken], outage[broken], sign[broken]), over_mw[broken]


def _worst_of(
    case: Case, flow_mw: Floats, branch: Ints, sign: int, security: Security
) -> tuple[Ints, Ints, Ints, Floats]:
    rating_mw = case.rating_mw[branch]
    now_mw = sign * flow_mw[branch] - _limit_mw(case, rating_mw, sign * case.flow_mw[branch])
    outage = np.full(len(branch), NONE, dtype=np.int64)
    over_mw = now_mw
    if security == "n1":
        base_mw = sign * flow_after(case.outages.factor, case.flow_mw, branch)
        after_mw = sign * flow_after(case.outages.factor, flow_mw, branch)
        after_mw -= _limit_mw(case, rating_mw[:, None], base_mw)
        worst = after_mw.argmax(axis=1)
        worst_mw = after_mw[np.arange(len(branch)), worst]
        outage = np.where(worst_mw > now_mw, worst, NONE)
        over_mw = np.maximum(worst_mw, now_mw)
    return branch, outage, np.full(len(branch), sign, dtype=np.int64), over_mw


def _limit_mw(case: Case, rating_mw: Floats, base_mw: Floats) -> Floats:
    """The rating; where an overload of the base may stay, at least the flow of the base."""
    if case.question.base == "strict":
        return rating_mw
    limit: Floats = np.maximum(rating_mw, base_mw)
    return limit
