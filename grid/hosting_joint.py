"""Capacity of several buses together, which is not the sum of theirs alone."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.errors import InputError, Problem
from grid.hosting_base import NONE, names
from grid.hosting_case import UNLIMITED_MW, Case, Floats, Ints
from grid.hosting_program import Dispatch, Program, Security, program_of, require_limits
from grid.hosting_redispatch import base_stops
from grid.hosting_run import Run
from grid.secure_solve import Ask, RowPool, Solution, solve_secure

MARGIN_MW = 0.01
"""Block that stands for the margin: far above the solver's 1e-7 MW, far below any bend that
matters."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a joint question is meant."""

    dispatch: Dispatch = "fixed"
    security: Security = "n1"


@dataclass(frozen=True, slots=True)
class JointCapacity:
    """What a set of buses hosts together."""

    total_mw: float
    """NaN where nothing limits it. [MW]"""
    placed_mw: pd.Series
    """One way to place the total, index bus; there may be others. [MW]"""
    alone_mw: pd.Series
    """Capacity of each bus if the others get nothing, NaN where unlimited, index bus. [MW]"""
    branch: str
    """Binds with the highest price, "" if none does."""
    outage: str
    reason: str
    """`branch`, `generation`, `unlimited`, or `blocked` where no bus may host anything (overloaded
    base or cut off by an outage: see the rows of each bus)."""

    @property
    def not_additive_mw(self) -> float:
        """Sum of `alone_mw` less the joint one; negative where loads help each other. [MW]"""
        return float(self.alone_mw.sum(skipna=False)) - self.total_mw


def joint_capacity(case: Case, buses: list[str], way: Way | None = None) -> JointCapacity:
    """Largest total load that some buses host together, shared among them at will.

    Parameters
    ----------
    case : Case
    buses : list of str
        Different buses in service.
    way : Way, optional
        Fixed dispatch under N-1 when left out.

    Raises
    ------
    InputError
        For buses the grid does not have or that are named twice; under redispatch for generators
        without limits.
    PlanError
        Where the solver ends without a result.
    """
    way = way or Way()
    asked = _Asked(case, _different(buses), case.nodes_of(buses), way)
    alone = [asked.largest(np.array([i]), np.zeros(1)) for i in range(len(buses))]
    all_of_them = np.arange(len(buses))
    total_mw, solution = asked.optimum(all_of_them, np.zeros(len(buses)))
    branch, outage = names(case, np.array([solution.branch, solution.outage]))
    return JointCapacity(
        total_mw=_limited(total_mw),
        placed_mw=pd.Series(solution.x_mw[: len(buses)], index=asked.index, name="placed_mw"),
        alone_mw=pd.Series([_limited(mw) for mw in alone], index=asked.index, name="alone_mw"),
        branch=branch,
        outage=outage,
        reason=_reason(total_mw, solution),
    )


def taking_matrix(
    case: Case,
    buses: list[str],
    way: Way | None = None,
    *,
    block_mw: float = MARGIN_MW,
    run: Run | None = None,
) -> pd.DataFrame:
    """How much a load at one bus takes from the capacity of another.

    Parameters
    ----------
    case : Case
    buses : list of str
    way : Way, optional
    block_mw : float
        Size of the load that is placed; the margin when left out. Capacity bends, so a large block
        may take more per MW than the first one. [MW]
    run : Run, optional
        Only its `progress` is used.

    Returns
    -------
    DataFrame, index placed_at, columns bus
        MW that the bus loses for each MW placed: 1 on the diagonal, 0 where the two do not touch,
        negative where the load relieves what limits the bus. NaN in the row of a bus that cannot
        host the block, and in the column of one that nothing limits. [-]
    """
    if not block_mw > 0:
        raise InputError("taking matrix", [Problem("block_mw", f"{block_mw:g}", "more than 0 MW")])
    asked = _Asked(case, _different(buses), case.nodes_of(buses), way or Way())
    run = run or Run()
    count = len(buses)
    alone = np.array([asked.largest(np.array([i]), np.zeros(1)) for i in range(count)])
    taken = np.full((count, count), np.nan)
    for i in range(count):
        run.report(i / count, "what one bus takes from another")
        if alone[i] < block_mw:
            continue
        for j in np.flatnonzero(alone < UNLIMITED_MW):
            left_mw = asked.largest(np.array([i, j]), np.array([block_mw, 0.0]))
            taken[i, j] = (alone[j] - left_mw) / block_mw
    run.report(1.0, "what one bus takes from another")
    index = pd.Index(buses, name="placed_at")
    return pd.DataFrame(taken, index=index, columns=asked.index)


class _Asked:
    """A set of buses, asked for again and again with the same pool of rows."""

    def __init__(self, case: Case, buses: list[str], node: Ints, way: Way) -> None:
        self.case, self.node, self.way, self.pool = case, node, way, RowPool()
        self.index = pd.Index(buses, name="bus")
        self.stopped: set[int] = set()
        if way.dispatch == "redispatch":
            require_limits(case)
            islands = [int(i) for i in np.unique(case.grid.island[node])]
            self.stopped = {i for i in islands if base_stops(case, i, way.security, self.pool)}

    def largest(self, which: Ints, placed_mw: Floats) -> float:
        """Most of the last bus of `which` while loads are placed at those before it. [MW]"""
        gain = np.zeros(len(which))
        gain[-1] = 1.0
        program = self._program(which)
        program.least_mw[: len(which) - 1] = placed_mw[:-1]
        program.most_mw[: len(which) - 1] = placed_mw[:-1]
        solution = self._solve(program, gain)
        return max(solution.gained_mw, 0.0) if solution is not None else 0.0

    def optimum(self, which: Ints, least_mw: Floats) -> tuple[float, Solution]:
        """Largest sum over the buses of `which`. [MW]"""
        program = self._program(which)
        program.least_mw[: len(which)] = least_mw
        solution = self._solve(program, np.ones(len(which)))
        if solution is None:
            return 0.0, Solution(np.zeros(len(program.least_mw)), 0.0, NONE, NONE)
        return max(solution.gained_mw, 0.0), solution

    def _program(self, which: Ints) -> Program:
        way = self.way
        return program_of(self.case, self.node[which], dispatch=way.dispatch, security=way.security)

    def _solve(self, program: Program, gain: Floats) -> Solution | None:
        for i in range(program.loads):
            if int(program.island[i]) in self.stopped:
                program.most_mw[i] = 0.0
        full = np.zeros(len(program.least_mw))
        full[: program.loads] = gain
        return solve_secure(
            self.case, program, Ask(full, self.way.dispatch, self.way.security), self.pool
        )


def _limited(mw: float) -> float:
    return mw if mw < UNLIMITED_MW else np.nan


def _reason(total_mw: float, solution: Solution) -> str:
    if solution.branch != NONE:
        return "branch"
    if total_mw >= UNLIMITED_MW:
        return "unlimited"
    return "generation" if total_mw > 0 else "blocked"


def _different(buses: list[str]) -> list[str]:
    twice = sorted({bus for bus in buses if buses.count(bus) > 1})
    problems = [Problem("buses", f"{bus} twice", "each bus once") for bus in twice]
    if not buses:
        problems = [Problem("buses", "nothing", "at least one bus")]
    if problems:
        raise InputError("joint capacity", problems)
    return buses
