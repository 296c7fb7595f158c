"""Load hosting capacity at fixed dispatch: the largest extra load at each bus.

    flow(d)        = flow + influence d                      all in service
    flow(d, k)     = flow(d) + factor[k] flow_k(d)           after outage k
    capacity       = least d at which |flow| reaches a rating, over all branches and outages

Flows are straight lines in d, so each pair of branch and outage gives its own least d by one
division. A pair is left out only where a bound proves that it cannot bind: at the capacity D with
all in service, |flow_l(D)| + |factor| |flow_k(D)| <= rating means that the pair still holds at D,
hence at every smaller load too.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import reverse_cuthill_mckee

from grid.hosting_base import NONE, Overloads, names, overloads_of
from grid.hosting_case import TOLERANCE_MW, UNLIMITED_MW, Case, Floats, Ints, blocks
from grid.hosting_pairs import least_load_mw, tighten_by_outages
from grid.hosting_reserve import reserve_limit_mw
from grid.hosting_run import Run

BUSES_AT_ONCE = 64
"""Neighbours load the same branches, so one bound serves them all; a larger block dilutes it."""
STEP = "hosting capacity at fixed dispatch"


@dataclass(frozen=True, slots=True)
class _Limits:
    """Capacity of some nodes and what binds; arrays of shape (nodes,)."""

    mw: Floats
    branch: Ints
    outage: Ints
    reason: npt.NDArray[np.object_]

    def put(
        self, where: npt.NDArray[np.bool_], branch: Ints | int, outage: Ints | int, reason: str
    ) -> None:
        """Say that nothing is left at some nodes."""
        self.mw[where], self.branch[where], self.outage[where] = 0.0, branch, outage
        self.reason[where] = reason


def hosting_fixed(
    case: Case, buses: list[str] | None = None, *, run: Run | None = None
) -> pd.DataFrame:
    """Largest extra load at each bus while all generators keep to the balancing rule.

    Parameters
    ----------
    case : Case
        From `grid.hosting_case.case_of`.
    buses : list of str, optional
        All buses in service when left out. Buses joined over links have the same capacity.
    run : Run, optional
        Progress and cancel, rows as they come, rows that are there already.

    Returns
    -------
    DataFrame, index bus
        n0_mw with all in service, n1_mw also after every single outage, never more than n0_mw
        [MW], NaN where nothing limits it; the branch and outage that bind ("" where none does, no
        outage where the limit is reached with all in service); n0_reason and n1_reason: `branch`,
        `generation` (the rule meets the maximum of a generator; under N-1 with the islanding outage
        after which it does, see `grid.hosting_reserve`), `base` (overloaded before any
        load is added, see `grid.hosting_base.base_overloads`), `cut_off` (the outage takes the
        bus off supply), `unlimited`.

    Raises
    ------
    InputError
        With every bus the grid does not have.
    """
    run = run or Run()
    asked = list(case.grid.bus_of) if buses is None else buses
    left = pd.Series(case.nodes_of(run.left(asked)), index=pd.Index(run.left(asked), name="bus"))
    influence = case.influence
    stops = overloads_of(case), reserve_limit_mw(case)
    weight = np.abs(case.outages.factor).astype(np.float32)
    rows: list[pd.DataFrame] = []
    order = _by_neighbourhood(case, left.to_numpy())
    for block in blocks(len(order), BUSES_AT_ONCE):
        run.report(block[0] / len(order), STEP)
        nodes = order[block]
        n0 = _with_all_in_service(case, influence[:, nodes], nodes, stops[0])
        n1 = _after_outages(case, (influence[:, nodes], weight), nodes, (n0, *stops))
        rows.append(_rows(case, left, nodes, (n0, n1)))
        run.hand_on(rows[-1])
    run.report(1.0, STEP)
    return run.joined(rows, asked)


def _by_neighbourhood(case: Case, nodes: Ints) -> Ints:
    """Different nodes in an order in which neighbours stand together."""
    grid = case.grid
    rows, columns = (
        np.concatenate([grid.from_bus, grid.to_bus]),
        np.concatenate([grid.to_bus, grid.from_bus]),
    )
    shape = (len(grid.buses), len(grid.buses))
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=shape).tocsr()
    order: Ints = reverse_cuthill_mckee(graph, symmetric_mode=True).astype(np.int64)
    return order[np.isin(order, nodes)]


def _with_all_in_service(
    case: Case, influence: Floats, nodes: Ints, overloads: Overloads
) -> _Limits:
    up_mw = np.maximum(case.rating_mw - case.flow_mw, 0.0)[:, None]
    down_mw = np.maximum(case.rating_mw + case.flow_mw, 0.0)[:, None]
    most_mw = np.minimum(case.balancing.most_mw[nodes], UNLIMITED_MW)
    load_mw = np.vstack([least_load_mw(up_mw, down_mw, influence), most_mw])
    branch = load_mw.argmin(axis=0)
    mw = load_mw[branch, np.arange(len(nodes))]
    is_branch = branch < len(influence)
    reason = np.where(is_branch, "branch", np.where(mw < UNLIMITED_MW, "generation", "unlimited"))
    branch = np.where(is_branch, branch, NONE)
    now = np.abs(case.flow_mw) > case.rating_mw
    reason[is_branch & now[branch]] = "base"
    limits = _Limits(mw, branch, np.full(len(nodes), NONE, dtype=np.int64), reason.astype(object))
    if case.question.base == "strict":
        _stop_overloaded(case, limits, nodes, overloads.worst(case, after_outages=False))
    return limits


def _after_outages(
    case: Case,
    factors: tuple[Floats, npt.NDArray[np.float32]],
    nodes: Ints,
    known: tuple[_Limits, Overloads, tuple[Floats, Ints]],
) -> _Limits:
    n0, overloads, reserve = known
    limits = _Limits(n0.mw.copy(), n0.branch.copy(), n0.outage.copy(), n0.reason.copy())
    if case.question.base == "strict":
        _stop_overloaded(case, limits, nodes, overloads.worst(case, after_outages=True))
    bridge = case.outages.cut_off_by[nodes]
    limits.put(bridge != NONE, bridge[bridge != NONE], bridge[bridge != NONE], "cut_off")
    _keep_reserve(limits, nodes, reserve)
    free = np.flatnonzero(limits.mw > 0)
    found = tighten_by_outages(case, *factors, free, limits.mw)
    limits.mw[found.bus], limits.branch[found.bus] = found.mw, found.branch
    limits.outage[found.bus], limits.reason[found.bus] = found.outage, found.reason
    return limits


def _keep_reserve(limits: _Limits, nodes: Ints, reserve: tuple[Floats, Ints]) -> None:
    """Host no more than generators can still make after each outage that splits an island."""
    most_mw, outage = reserve[0][nodes], reserve[1][nodes]
    tighter = most_mw < limits.mw - TOLERANCE_MW
    limits.mw[tighter] = most_mw[tighter]
    limits.branch[tighter], limits.outage[tighter] = NONE, outage[tighter]
    limits.reason[tighter] = "generation"


def _stop_overloaded(
    case: Case, limits: _Limits, nodes: Ints, worst: dict[int, tuple[int, int]]
) -> None:
    """Nothing is hosted in an island that is overloaded as it stands."""
    for island, (branch, outage) in worst.items():
        here = case.grid.island[nodes] == island
        limits.put(here, branch, outage, "base")


def _rows(
    case: Case, left: pd.Series, nodes: Ints, limits: tuple[_Limits, _Limits]
) -> pd.DataFrame:
    """One row for every bus that is asked for at these nodes."""
    n0, n1 = limits
    table = pd.DataFrame(
        {
            "n0_mw": np.where(n0.mw < UNLIMITED_MW, n0.mw, np.nan),
            "n0_branch": names(case, n0.branch),
            "n0_reason": n0.reason,
            "n1_mw": np.where(n1.mw < UNLIMITED_MW, n1.mw, np.nan),
            "n1_branch": names(case, n1.branch),
            "n1_outage": names(case, n1.outage),
            "n1_reason": n1.reason,
        },
        index=nodes,
    )
    here = left[left.isin(nodes)]
    return table.loc[here.to_numpy()].set_axis(here.index)
