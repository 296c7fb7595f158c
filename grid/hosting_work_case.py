"""The case of a network after one reinforcement, from the case before it.

One branch more, or one of another reactance, changes the susceptance matrix by one term of rank
one, so the transfer factors follow from one solve instead of one a node (Sherman and Morrison,
Ann. Math. Stat. 21 (1950) 124-127; e = 1 at the from node, -1 at the to node, b = what is added):

    D[n] = angle over the ends for 1 MW into n      X = D[from] - D[to]
    t    = b D / (1 + b X)                          part of that MW which the new branch takes
    PTDF'[l] = PTDF[l] - (PTDF[l, from] - PTDF[l, to]) t

Outage factors, flows and islanding outages are computed from these as for any other case.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from data.network import Network
from grid.hosting_case import Case, Floats, case_from, case_of
from grid.network_arrays import Grid
from grid.powerflow import angle_factors

LEAST_REST = 1e-6
"""1 + b X nearer to 0 than this: reactances cancel, nothing is gained by a shortcut."""


def case_with_work(case: Case, network: Network, work: pd.Series, after: Network) -> Case:
    """Case after one option.

    Parameters
    ----------
    case : Case
        Of `network`.
    network : Network
    work : Series
        Row of the options, see `grid.hosting_works.rank_works`.
    after : Network
        The network with the work (`grid.hosting_works.with_work`), for works that change more than
        one branch of the grid: a circuit between islands or beside a link, a branch that is out of
        service.

    Returns
    -------
    Case
        As `case_of(after, case.question)` but for the last digits.
    """
    if work["kind"] == "upgrade":
        found = _upgraded(case, network, work)
    else:
        found = _with_circuit(case, network, work)
    return case_of(after, case.question) if found is None else found


def _upgraded(case: Case, network: Network, work: pd.Series) -> Case | None:
    grid = case.grid
    if work["branch"] not in grid.branches:
        return None
    at, row = grid.branches.index(work["branch"]), network.branches.loc[work["branch"]]
    rating_mw = grid.rating_mw.copy()
    rating_mw[at] = work["rating_mw"]
    wider = replace(grid, rating_mw=rating_mw)
    x_pu = work.get("x_pu")
    if pd.isna(x_pu) or x_pu == row["x_pu"]:
        limit_mw = np.where(np.isnan(rating_mw), np.inf, rating_mw)
        return replace(case, grid=wider, rating_mw=limit_mw)
    susceptance_mw = grid.susceptance_mw.copy()
    susceptance_mw[at] *= float(row["x_pu"]) / float(x_pu)
    more_mw = susceptance_mw[at] - grid.susceptance_mw[at]
    found = _moved(case, (int(grid.from_bus[at]), int(grid.to_bus[at])), more_mw)
    if found is None:
        return None
    ptdf, taken = found
    # the branch carries what it did over the angle that is left, and the part that is added
    ptdf[at] = taken * susceptance_mw[at] / more_mw
    return case_from(case, replace(wider, susceptance_mw=susceptance_mw), ptdf)


def _with_circuit(case: Case, network: Network, work: pd.Series) -> Case | None:
    grid = case.grid
    if not {work["from_bus"], work["to_bus"]} <= set(grid.bus_of):
        return None
    ends = grid.bus_of[work["from_bus"]], grid.bus_of[work["to_bus"]]
    if ends[0] == ends[1] or grid.island[ends[0]] != grid.island[ends[1]]:
        return None
    more_mw = network.base_mva / float(work["x_pu"])
    found = _moved(case, ends, more_mw)
    if found is None:
        return None
    ptdf, taken = found
    return case_from(case, _longer(grid, work, ends, more_mw), np.vstack([ptdf, taken]))


def _moved(case: Case, ends: tuple[int, int], more_mw: float) -> tuple[Floats, Floats] | None:
    """Transfer factors of the branches that are there, and the part that the addition takes."""
    start, end = ends
    angle = angle_factors(case.grid, start, end)
    rest = 1.0 + more_mw * (angle[start] - angle[end])
    if abs(rest) < LEAST_REST:
        return None
    taken: Floats = more_mw * angle / rest
    between = case.ptdf[:, start] - case.ptdf[:, end]
    return case.ptdf - between[:, None] * taken, taken


def _longer(grid: Grid, work: pd.Series, ends: tuple[int, int], susceptance_mw: float) -> Grid:
    return replace(
        grid,
        branches=(*grid.branches, str(work.name)),
        from_bus=np.append(grid.from_bus, ends[0]),
        to_bus=np.append(grid.to_bus, ends[1]),
        susceptance_mw=np.append(grid.susceptance_mw, susceptance_mw),
        shift_rad=np.append(grid.shift_rad, 0.0),
        rating_mw=np.append(grid.rating_mw, float(work["rating_mw"])),
    )
