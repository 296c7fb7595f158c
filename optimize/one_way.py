"""Clean power that a solved plan carries against the net flow of a tie: done away with if possible.

A tie runs one way at a time, which no linear limit can say: within its convex hull both directions
may run at a part of their capacity and carry clean power for nothing. Where a plan does that, the
direction of less power is closed, or that of less power with clean power counted more or alone,
and the plan is solved again with its sites. The result is a plan of the model, so the bound proven
before still holds for it.
"""

import math
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from data.errors import InfeasibleError, PlanError
from optimize.highs import (
    SMALLEST_COST,
    Deadline,
    Highs,
    Solution,
    SolverSettings,
    deadline_of,
    load_highs,
    read_solution,
    run,
)
from optimize.matrix import SCALE, Floats, Matrix
from optimize.year_basis import start_from_years

AGAINST_MW = 1e-3
"""Clean power against the flow below a kilowatt is solver noise. [MW]"""

MOST_ROUNDS = 10

CLEAN_COUNTS = 0.6
"""Weight of clean power beside power when they decide together (best of those tried on Japan)."""

Columns = npt.NDArray[np.int64]

Closing = Callable[[Columns, Floats], Columns]
"""Places with clean power against the flow, and values: the columns to be closed."""


@dataclass(frozen=True, slots=True)
class OneWay:
    """A plan, and what one costs in which ties run one way."""

    solution: Solution
    cost_myen: float
    """Of the cheapest such plan found with the same sites; NaN where none was. [M¥]"""


def run_one_way(
    matrix: Matrix, solution: Solution, settings: SolverSettings, *, base_cost_myen: float = 0.0
) -> OneWay:
    """Close the lesser direction of ties that carry clean power against their net flow.

    Returns
    -------
    OneWay
        A plan without any, if one is found within the gap with the same sites; otherwise the one
        given, whose clean power against the flow is reported (`optimize.read_clean`).
    """
    ways = _ways(matrix)
    if not (_beyond(ways, solution.values) > AGAINST_MW).any():
        return OneWay(solution, solution.cost_myen)
    whole = matrix.integer
    at = np.round(solution.values / matrix.column_scale)
    fixed = replace(
        matrix,
        offset=matrix.offset - base_cost_myen / SCALE,
        lower=np.where(whole, at, matrix.lower),
        upper=np.where(whole, at, matrix.upper),
        integer=np.zeros_like(whole),
    )
    highs, deadline = load_highs(fixed, settings), deadline_of(settings)
    start_from_years(highs, fixed, settings, deadline)
    least = math.nan
    for closing in CLOSINGS:
        _set_upper(highs, ways.ravel(), fixed.upper)
        found = _closed(highs, fixed, solution, closing=closing, deadline=deadline)
        if found is not None and found.gap_share <= settings.gap_share:
            return OneWay(found, found.cost_myen)
        if found is not None:
            least = float(np.fmin(least, found.cost_myen))
    return OneWay(solution, least)


def closed_ways(
    highs: Highs, fixed: Matrix, first: Solution, deadline: Deadline, *, rounds: int
) -> Solution | None:
    """Dispatch the hours of a solved model again with ties that run one way.

    Parameters
    ----------
    highs : Highs
        Holds the model, solved; directions that carry less are closed in it.
    fixed : Matrix
        The model, nothing whole in it left to be decided.
    first : Solution
        As found.
    deadline : Deadline
    rounds : int
        Most times that it is solved again.

    Returns
    -------
    Solution or None
        The cheapest found; None if clean power goes against the flow in all, or none is left.
    """
    best, ways = None, _ways(fixed).ravel()
    for closing in CLOSINGS:
        _set_upper(highs, ways, fixed.upper)
        found = _closed(highs, fixed, first, closing=closing, deadline=deadline, rounds=rounds)
        if found is not None and (best is None or found.cost_myen < best.cost_myen):
            best = found
    return best


def _closed(
    highs: Highs,
    fixed: Matrix,
    first: Solution,
    *,
    closing: Closing,
    deadline: Deadline,
    rounds: int = MOST_ROUNDS,
) -> Solution | None:
    """Close one direction after the other until no clean power goes against the flow."""
    found, ways = first, _ways(fixed)
    for _ in range(rounds):
        bad = ways[_beyond(ways, found.values) > AGAINST_MW]
        if not len(bad):
            return _proven(found, first)
        _set_upper(highs, closing(bad, found.values).ravel(), np.zeros_like(fixed.upper))
        started = time.perf_counter()
        try:
            run(highs, deadline)  # from the last basis: far faster than anew
        except (InfeasibleError, PlanError):
            return None
        spent_s = found.highs_seconds + time.perf_counter() - started
        found = read_solution(highs, fixed, bound=-np.inf, seconds=spent_s)
    return None


def _set_upper(highs: Highs, columns: Columns, upper: Floats) -> None:
    at = columns.astype(np.int32)
    highs.changeColsBounds(len(at), at, np.zeros(len(at)), upper[at])


def _ways(matrix: Matrix) -> Columns:
    """Columns of flow and clean flow in one direction, then in the other; a row for each place."""
    places: dict[Any, list[tuple[int, int]]] = defaultdict(list)
    named = matrix.column_names
    column = {
        name: {matrix.variables[i].index(): int(i) for i in np.flatnonzero(named == name)}
        for name in ("flow_mw", "clean_flow_mw")
    }
    for key, clean in column["clean_flow_mw"].items():
        places[key[0], *key[2:]].append((column["flow_mw"][key], clean))
    rows = [[*one, *other] for one, other in (w for w in places.values() if len(w) == 2)]
    return np.array(rows, dtype=np.int64).reshape(-1, 4)


def _beyond(ways: Columns, values: Floats) -> Floats:
    """Clean power of each place that goes against the net flow. [MW]"""
    flow, clean, back, clean_back = values[ways].T
    net = flow - back
    against = (clean - np.maximum(net, 0.0), clean_back - np.maximum(-net, 0.0))
    return np.asarray(np.maximum(*against))


def _lesser(ways: Columns, values: Floats) -> Columns:
    """Flow and clean flow of the direction that carries less power."""
    flow, _, back, _ = values[ways].T
    return np.where((flow >= back)[:, None], ways[:, 2:], ways[:, :2])


def _lesser_together(ways: Columns, values: Floats) -> Columns:
    """Flow and clean flow of the direction that carries less of both."""
    flow, clean, back, clean_back = values[ways].T
    ahead = flow + CLEAN_COUNTS * clean >= back + CLEAN_COUNTS * clean_back
    return np.where(ahead[:, None], ways[:, 2:], ways[:, :2])


def _against_clean(ways: Columns, values: Floats) -> Columns:
    """Flow and clean flow of the direction that carries less clean power."""
    _, clean, _, clean_back = values[ways].T
    return np.where((clean >= clean_back)[:, None], ways[:, 2:], ways[:, :2])


CLOSINGS = (_lesser, _lesser_together, _against_clean)
"""Which direction of a tie is closed, by what both carry; none of them is always best."""


def _proven(found: Solution, first: Solution) -> Solution:
    """The new solution with the bound of the first."""
    if found is first:
        return first
    cost = max(abs(found.cost_myen), SMALLEST_COST * SCALE)
    return replace(
        found,
        bound_myen=first.bound_myen,
        gap_share=(found.cost_myen - first.bound_myen) / cost,
    )
