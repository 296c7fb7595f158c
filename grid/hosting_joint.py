"""Capacity of several buses together, which is not the sum of theirs alone."""

import json
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from data.errors import InputError, Problem
from grid.hosting_base import names
from grid.hosting_case import UNLIMITED_MW, Case, Floats, Ints
from grid.hosting_program import Dispatch, Security, program_of, require_limits
from grid.hosting_redispatch import base_stops
from grid.hosting_run import Run
from grid.secure_solve import Ask, RowPool, solve_secure

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


def joint_capacity(
    case: Case, buses: list[str], way: Way | None = None, *, run: Run | None = None
) -> JointCapacity:
    """Largest total load that some buses host together, shared among them at will.

    Parameters
    ----------
    case : Case
    buses : list of str
        Different buses in service.
    way : Way, optional
        Fixed dispatch under N-1 when left out.
    run : Run, optional
        Each program is handed on as a row once it is solved, index the question as text; a program
        that stands in `done` is not solved again.

    Raises
    ------
    InputError
        For buses the grid does not have or that are named twice; under redispatch for generators
        without limits.
    PlanError
        Where the solver ends without a result.
    """
    way = way or Way()
    asked = _Asked(case, _different(buses), way, run or Run())
    alone = [asked.largest(np.array([i]), np.zeros(1)) for i in range(len(buses))]
    all_of_them = np.arange(len(buses))
    best = asked.optimum(all_of_them)
    return JointCapacity(
        total_mw=_limited(best.mw),
        placed_mw=pd.Series(best.placed, index=asked.index, name="placed_mw", dtype=float),
        alone_mw=pd.Series([_limited(mw) for mw in alone], index=asked.index, name="alone_mw"),
        branch=best.branch,
        outage=best.outage,
        reason=_reason(best),
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
        As for `joint_capacity`; the two may share their rows.

    Returns
    -------
    DataFrame, index placed_at, columns bus
        MW that the bus loses for each MW placed: 1 on the diagonal, 0 where the two do not touch,
        negative where the load relieves what limits the bus. NaN in the row of a bus that cannot
        host the block, and in the column of one that nothing limits. [-]
    """
    if not block_mw > 0:
        raise InputError("taking matrix", [Problem("block_mw", f"{block_mw:g}", "more than 0 MW")])
    run = run or Run()
    asked = _Asked(case, _different(buses), way or Way(), run)
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


@dataclass(frozen=True, slots=True)
class _Best:
    """Optimum of one program, as it is kept."""

    mw: float
    placed: list[float]
    """Load at each bus. [MW]"""
    branch: str
    outage: str


class _Asked:
    """A set of buses, asked for again and again with the same pool of rows."""

    def __init__(self, case: Case, buses: list[str], way: Way, run: Run) -> None:
        self.case, self.way, self.run, self.pool = case, way, run, RowPool()
        self.node, self.index = case.nodes_of(buses), pd.Index(buses, name="bus")
        self.known: dict[str, _Best] = {}
        if run.done is not None:
            rows = run.done.to_dict("index").items()
            self.known = {
                str(key): _Best(**{str(k): v for k, v in row.items()}) for key, row in rows
            }
        if way.dispatch == "redispatch":
            require_limits(case)

    def largest(self, which: Ints, placed_mw: Floats) -> float:
        """Most of the last bus of `which` while loads are placed at those before it. [MW]"""
        gain = np.zeros(len(which))
        gain[-1] = 1.0
        return self._best(which, gain, placed_mw[:-1]).mw

    def optimum(self, which: Ints) -> _Best:
        """Largest sum over the buses of `which`."""
        return self._best(which, np.ones(len(which)), np.zeros(0))

    def _best(self, which: Ints, gain: Floats, placed_mw: Floats) -> _Best:
        """Largest weighted sum while fixed loads are placed at the first buses; kept once known."""
        way, buses = self.way, self.index[which].tolist()
        question = [way.dispatch, way.security, buses, gain.tolist(), placed_mw.tolist()]
        key = json.dumps(question, ensure_ascii=False)
        if key not in self.known:
            best = self._solved(which, gain, placed_mw)
            self.known[key] = best
            self.run.hand_on(pd.DataFrame([asdict(best)], index=pd.Index([key], name="question")))
        return self.known[key]

    def _solved(self, which: Ints, gain: Floats, placed_mw: Floats) -> _Best:
        way = self.way
        program = program_of(
            self.case, self.node[which], dispatch=way.dispatch, security=way.security
        )
        program.least_mw[: len(placed_mw)] = placed_mw
        program.most_mw[: len(placed_mw)] = placed_mw
        for i in range(program.loads):
            if int(program.island[i]) in self._stopped:
                program.most_mw[i] = 0.0
        full = np.zeros(len(program.least_mw))
        full[: program.loads] = gain
        ask = Ask(full, way.dispatch, way.security)
        solution = solve_secure(self.case, program, ask, self.pool)
        if solution is None:
            return _Best(0.0, [0.0] * program.loads, "", "")
        branch, outage = names(self.case, np.array([solution.branch, solution.outage]))
        placed = solution.x_mw[: program.loads].tolist()
        return _Best(max(solution.gained_mw, 0.0), placed, branch, outage)

    @cached_property
    def _stopped(self) -> set[int]:
        """Islands that host nothing under any dispatch."""
        if self.way.dispatch == "fixed":
            return set()
        islands = [int(i) for i in np.unique(self.case.grid.island[self.node])]
        security = self.way.security
        return {i for i in islands if base_stops(self.case, i, security, self.pool)}


def _limited(mw: float) -> float:
    return mw if mw < UNLIMITED_MW else np.nan


def _reason(best: _Best) -> str:
    if best.branch:
        return "branch"
    if best.mw >= UNLIMITED_MW:
        return "unlimited"
    return "generation" if best.mw > 0 else "blocked"


def _different(buses: list[str]) -> list[str]:
    twice = sorted({bus for bus in buses if buses.count(bus) > 1})
    problems = [Problem("buses", f"{bus} twice", "each bus once") for bus in twice]
    if not buses:
        problems = [Problem("buses", "nothing", "at least one bus")]
    if problems:
        raise InputError("joint capacity", problems)
    return buses
