"""DC power flow: flows, transfer factors (PTDF) and outage factors (LODF).

    flow[l]   = b[l] (angle[from] - angle[to] - shift[l])
    A' flow   = injection + slack share of what the island lacks
    PTDF[l,n] = flow on l for 1 MW into node n, taken out at the slack
    LODF[l,k] = H[l,k] / (1 - H[k,k]),  H[l,k] = PTDF[l, from k] - PTDF[l, to k]

b = base_mva / (x * tap), A the incidence of branches and nodes. After the outage of k the flow on l
is flow[l] + LODF[l,k] flow[k], exactly, with phase shifters too. Definitions as in the MATPOWER
User's Manual, 3.7 and 4.5 (PTDF for any slack distribution, eq. 4.36).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csc_array
from scipy.sparse.linalg import SuperLU, splu

from data.errors import InputError, Problem
from grid.network_arrays import Grid
from grid.outages import Floats, Ints, bridges

__all__ = ["Factors", "angle_factors", "bridges", "dc_flow_mw", "factors", "lodf", "ptdf"]

COLUMNS_AT_ONCE = 256
"""Columns of a factor matrix made together: 2,869 nodes x 256 are 6 MB."""
SOLVED_AT_ONCE = 8
"""Right-hand sides for one call of the solver: with more, its many small products of matrices are
spread over threads, which took 4 to 10 times as long on 2,869 nodes."""
LEAST_PIVOT = 1e-13
"""Of a matrix scaled to about 1: below it nothing but rounding is left, the matrix is singular."""
LEAST_REST = 1e-9
"""1 - H[k,k] of a branch that is no bridge; smaller only where reactances cancel."""


@dataclass(frozen=True, slots=True)
class Factors:
    """Transfer and outage factors of one grid."""

    ptdf: Floats
    """Shape (branches, nodes)."""
    lodf: Floats
    """Shape (branches, branches); columns of bridges are NaN."""


def factors(grid: Grid) -> Factors:
    """PTDF and LODF of `grid`."""
    transfer = ptdf(grid)
    return Factors(transfer, lodf(grid, transfer))


def ptdf(grid: Grid) -> Floats:
    """Power transfer distribution factors against the slack shares.

    Returns
    -------
    float array, shape (branches, nodes)
        MW on each branch for 1 MW into a node, taken out by the slack of its island. [-]

    Raises
    ------
    InputError
        Where reactances cancel so that no flow can be computed, by a bus of the island.

    Notes
    -----
    2,869 nodes and 4,582 branches take 105 MB.
    """
    solver = _Solver(grid)
    transfer: Floats = np.empty((len(grid.branches), len(grid.buses)))
    for columns in _blocks(len(grid.buses)):
        inputs = np.zeros((len(grid.buses), len(columns)))
        inputs[columns, np.arange(len(columns))] = 1.0
        transfer[:, columns] = solver.flow_mw(inputs)
    by_slack = transfer @ _slack(grid)
    for columns in _blocks(len(grid.buses)):
        transfer[:, columns] -= by_slack[:, grid.island[columns]]
    return transfer


def angle_factors(grid: Grid, start: int, end: int) -> Floats:
    """Angle from node `start` to node `end` for 1 MW into each node, taken out by the slack.

    Parameters
    ----------
    grid : Grid
    start, end : int
        Nodes of one island.

    Returns
    -------
    float array, shape (nodes,)
        0 at nodes of other islands. [rad / MW]
    """
    inputs = np.zeros(len(grid.buses))
    inputs[start], inputs[end] = 1.0, -1.0
    # the susceptance matrix is symmetric: one solve gives this angle for every node
    angle_rad = _Solver(grid).angle_rad(inputs)
    inside = grid.island == grid.island[start]
    by_slack = float(grid.slack_share[inside] @ angle_rad[inside])
    found: Floats = np.where(inside, angle_rad - by_slack, 0.0)
    return found


def lodf(grid: Grid, transfer: Floats) -> Floats:
    """Line outage distribution factors.

    Parameters
    ----------
    grid : Grid
    transfer : float array, shape (branches, nodes)
        From `ptdf`; the slack does not matter.

    Returns
    -------
    float array, shape (branches, branches)
        Column k: share of the flow of k that each branch takes up when k is out, -1 at k itself.
        The whole column is NaN where the outage of k islands nodes. [-]

    Raises
    ------
    InputError
        Where the network without one branch, though connected, has no flow: reactances cancel.
    """
    islanding = bridges(grid)
    taken_up: Floats = np.empty((len(grid.branches), len(grid.branches)))
    rest: Floats = np.full(len(grid.branches), np.nan)
    for k in _blocks(len(grid.branches)):
        moved = transfer[:, grid.from_bus[k]] - transfer[:, grid.to_bus[k]]
        rest[k] = np.where(islanding[k], np.nan, 1.0 - moved[k, np.arange(len(k))])
        with np.errstate(divide="ignore", invalid="ignore"):
            taken_up[:, k] = moved / rest[k]
        taken_up[k, k] = np.where(islanding[k], np.nan, -1.0)
    _require_rest(grid, rest)
    return taken_up


def dc_flow_mw(grid: Grid, injection_mw: Floats) -> Floats:
    """Flow on each branch, phase shifters included.

    Parameters
    ----------
    grid : Grid
    injection_mw : float array, shape (nodes,) or (cases, nodes)
        Generation less load; what an island lacks is made at its slack. [MW]

    Returns
    -------
    float array, shape (branches,) or (cases, branches)
        Positive from `from_bus` to `to_bus`. [MW]
    """
    slack = _slack(grid)
    lack_mw = -injection_mw @ _island_sum(grid)
    shifted_mw = grid.susceptance_mw * grid.shift_rad
    pushed_mw = np.zeros(len(grid.buses))
    np.add.at(pushed_mw, grid.from_bus, shifted_mw)
    np.subtract.at(pushed_mw, grid.to_bus, shifted_mw)
    balanced = injection_mw + lack_mw @ slack.T + pushed_mw
    flow: Floats = _Solver(grid).flow_mw(balanced.T).T - shifted_mw
    return flow


class _Solver:
    """The susceptance matrix of all islands, factorised once without one node of each island."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        _, reference = np.unique(grid.island, return_index=True)
        self.kept: Ints = np.setdiff1d(np.arange(len(grid.buses)), reference)
        self.scale, self.lu = _factorised(grid, self.kept)

    def flow_mw(self, inputs_mw: Floats) -> Floats:
        """Flows, shape (branches, ...), for inputs of shape (nodes, ...) that balance."""
        angle_rad = self.angle_rad(inputs_mw)
        difference = angle_rad[self.grid.from_bus] - angle_rad[self.grid.to_bus]
        flow: Floats = (self.grid.susceptance_mw * difference.T).T
        return flow

    def angle_rad(self, inputs_mw: Floats) -> Floats:
        """Angles of the nodes, 0 at one node of each island, shape (nodes, ...)."""
        angle_rad: Floats = np.zeros(inputs_mw.shape)
        if self.lu is not None:
            angle_rad[self.kept] = _solved(self.lu, self.scale, inputs_mw[self.kept])
        return angle_rad


def _solved(lu: SuperLU, scale: Floats, inputs_mw: Floats) -> Floats:
    """Angles for inputs of shape (kept nodes, ...)."""
    columns = (scale * inputs_mw.T).T.reshape(len(scale), -1)
    for start in range(0, columns.shape[1], SOLVED_AT_ONCE):
        some = slice(start, start + SOLVED_AT_ONCE)
        columns[:, some] = lu.solve(columns[:, some])
    angle_rad: Floats = (scale * columns.T).T.reshape(inputs_mw.shape)
    return angle_rad


def _factorised(grid: Grid, kept: Ints) -> tuple[Floats, SuperLU | None]:
    """Scale of the kept nodes and the factors of their scaled susceptance matrix."""
    matrix, scale = _susceptance(grid, kept)
    if not len(kept):
        return scale, None
    lu = _regular(matrix)
    if lu is None:
        raise InputError("network", list(_singular(grid, kept)))
    return scale, lu


def _susceptance(grid: Grid, kept: Ints) -> tuple[csc_array, Floats]:
    """Matrix scaled by the root of all that meets at a node, which puts pivots near 1."""
    b, ends = grid.susceptance_mw, (grid.from_bus, grid.to_bus)
    size = (len(grid.buses), len(grid.buses))
    rows = np.concatenate([ends[0], ends[1], ends[0], ends[1]])
    columns = np.concatenate([ends[0], ends[1], ends[1], ends[0]])
    meeting = np.zeros(len(grid.buses))
    for end in ends:
        np.add.at(meeting, end, np.abs(b))
    scale = 1.0 / np.sqrt(np.where(meeting > 0, meeting, 1.0))
    values = np.concatenate([b, b, -b, -b]) * scale[rows] * scale[columns]
    matrix = coo_array((values, (rows, columns)), shape=size).tocsc()
    return matrix[kept][:, kept], scale[kept]


def _regular(matrix: csc_array) -> SuperLU | None:
    """Factors of `matrix`, None if it is singular."""
    try:
        lu = splu(matrix, permc_spec="MMD_AT_PLUS_A")
    except RuntimeError:  # "Factor is exactly singular"
        return None
    pivots = np.abs(lu.U.diagonal())
    return lu if pivots.min() > LEAST_PIVOT else None


def _singular(grid: Grid, kept: Ints) -> Iterator[Problem]:
    """The islands that have no flow."""
    for island in np.unique(grid.island[kept]):
        matrix, _ = _susceptance(grid, kept[grid.island[kept] == island])
        if _regular(matrix) is None:
            bus = grid.buses[int(np.flatnonzero(grid.island == island)[0])]
            found = "reactances that cancel each other"
            expected = "a network with one flow for each injection"
            yield Problem(f"island of bus {bus}", found, expected, "Look at negative x_pu.")


def _require_rest(grid: Grid, rest: Floats) -> None:
    problems = [
        Problem(
            f"branch {grid.branches[k]}",
            "reactances that cancel each other once it is out",
            "a network with one flow for each injection",
            "Look at negative x_pu around it.",
        )
        for k in np.flatnonzero(np.abs(rest) < LEAST_REST)
    ]
    if problems:
        raise InputError("network", problems)


def _slack(grid: Grid) -> csc_array:
    """Shares of the slack nodes, shape (nodes, islands)."""
    node = np.flatnonzero(grid.slack_share)
    shape = (len(grid.buses), int(grid.island.max()) + 1)
    return coo_array((grid.slack_share[node], (node, grid.island[node])), shape=shape).tocsc()


def _island_sum(grid: Grid) -> csc_array:
    nodes = len(grid.buses)
    shape = (nodes, int(grid.island.max()) + 1)
    return coo_array((np.ones(nodes), (np.arange(nodes), grid.island)), shape=shape).tocsc()


def _blocks(count: int) -> Iterator[Ints]:
    for start in range(0, count, COLUMNS_AT_ONCE):
        yield np.arange(start, min(start + COLUMNS_AT_ONCE, count))
