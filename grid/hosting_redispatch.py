"""Load hosting capacity with redispatch: generators move within their limits.

One dispatch must bear all in service and, for n1, every single outage without moving again
(preventive). What an outage that splits an island takes away is met by the balancing rule, and no
generator may have to make more than its maximum for that (`grid.hosting_reserve`).
"""

import numpy as np
import pandas as pd

from grid.hosting_base import NONE, names
from grid.hosting_case import TOLERANCE_MW, UNLIMITED_MW, Case, Ints
from grid.hosting_program import Program, Security, program_of, require_limits
from grid.hosting_run import Run
from grid.secure_solve import Ask, RowPool, solve_secure

STEP = "hosting capacity with redispatch"
Found = tuple[float, int, int, str]
"""Capacity [MW], branch, outage, reason."""


def hosting_redispatch(
    case: Case, buses: list[str] | None = None, *, run: Run | None = None
) -> pd.DataFrame:
    """Largest extra load at each bus when generators may be set anew within their limits.

    Parameters
    ----------
    case : Case
        From `grid.hosting_case.case_of`. Its set points do not matter, except as the overloads that
        may stay under `base="no_worse"`.
    buses : list of str, optional
        All buses in service when left out.
    run : Run, optional

    Returns
    -------
    DataFrame, index bus
        As `grid.hosting.hosting_fixed`. The branch is the one whose rating has the highest price
        among those that bind. Reason `base`: no dispatch bears the load that is there already; the
        branch is one that is overloaded whatever is done.

    Raises
    ------
    InputError
        With every generator whose limits are not known, every bus the grid does not have.
    PlanError
        Where the solver ends without a result.
    """
    run = run or Run()
    require_limits(case)
    asked = list(case.grid.bus_of) if buses is None else buses
    left = pd.Series(case.nodes_of(run.left(asked)), index=pd.Index(run.left(asked), name="bus"))
    pool = RowPool()
    stops = _stops(case, np.unique(case.grid.island[left.to_numpy(dtype=np.int64)]), pool)
    rows: list[pd.DataFrame] = []
    nodes = left.unique()
    for place, node in enumerate(nodes):
        run.report(place / len(nodes), STEP)
        found = [_capacity(case, int(node), security, pool, stops) for security in ("n0", "n1")]
        here = left.index[left == node]
        rows.append(pd.DataFrame([_row(case, *found)] * len(here), index=here))
        run.hand_on(rows[-1])
    run.report(1.0, STEP)
    return run.joined(rows, asked)


def base_stops(case: Case, island: int, security: Security, pool: RowPool) -> Found | None:
    """Why an island hosts nothing under any dispatch, None if it may.

    Returns
    -------
    tuple or None
        Least overload that no dispatch avoids [MW] (0 where generators cannot meet the load), a
        branch and an outage that cause it, reason `base`, or `generation` without a branch where
        generators cannot make up for the outage.
    """
    node = np.flatnonzero(case.grid.island == island)[:1]
    program = program_of(case, node, dispatch="redispatch", security=security)
    program.most_mw[0] = 0.0
    ask = Ask(np.zeros(len(program.least_mw)), "redispatch", security, is_elastic=True)
    solution = solve_secure(case, program, ask, pool)
    if solution is None:
        return 0.0, NONE, NONE, "generation"
    if solution.gained_mw <= TOLERANCE_MW:
        return None
    reason = "generation" if solution.branch == NONE else "base"
    return solution.gained_mw, solution.branch, solution.outage, reason


def _stops(case: Case, islands: Ints, pool: RowPool) -> dict[tuple[int, Security], Found]:
    securities: tuple[Security, Security] = ("n0", "n1")
    found = {(int(i), s): base_stops(case, int(i), s, pool) for i in islands for s in securities}
    return {key: stop for key, stop in found.items() if stop is not None}


def _capacity(
    case: Case,
    node: int,
    security: Security,
    pool: RowPool,
    stops: dict[tuple[int, Security], Found],
) -> Found:
    bridge = int(case.outages.cut_off_by[node])
    if security == "n1" and bridge != NONE:
        return 0.0, bridge, bridge, "cut_off"
    stop = stops.get((int(case.grid.island[node]), security))
    if stop is not None:
        return 0.0, *stop[1:]
    at = np.array([node], dtype=np.int64)
    program = program_of(case, at, dispatch="redispatch", security=security)
    return _largest(case, program, security, pool)


def _largest(case: Case, program: Program, security: Security, pool: RowPool) -> Found:
    gain = (np.arange(len(program.least_mw)) < program.loads).astype(float)
    solution = solve_secure(case, program, Ask(gain, "redispatch", security), pool)
    if solution is None:  # bears the base by a hair only
        return 0.0, NONE, NONE, "base"
    mw = max(solution.gained_mw, 0.0)
    if mw >= UNLIMITED_MW:
        return UNLIMITED_MW, NONE, NONE, "unlimited"
    reason = "generation" if solution.branch == NONE else "branch"
    return mw, solution.branch, solution.outage, reason


def _row(case: Case, n0: Found, n1: Found) -> dict[str, object]:
    branch0, branch1, outage1 = names(case, np.array([n0[1], n1[1], n1[2]]))
    return {
        "n0_mw": n0[0] if n0[0] < UNLIMITED_MW else np.nan,
        "n0_branch": branch0,
        "n0_reason": n0[3],
        "n1_mw": n1[0] if n1[0] < UNLIMITED_MW else np.nan,
        "n1_branch": branch1,
        "n1_outage": outage1,
        "n1_reason": n1[3],
    }
