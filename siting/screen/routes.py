"""Least-cost routes from many targets to the cheapest of many sources.

All sources start at once, so a target gets the source that is cheapest to reach. Ties are settled
the same way on every machine: of several sources in one cell the first in the list; of several
moves that are equally cheap to 1e-12, the first of N, W, E, S, NW, NE, SW, SE as seen from the
target. So every cell has one next cell, and the routes to one source form a tree.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse.csgraph import dijkstra

from data.crs import WGS84_EPSG
from siting.screen.nearest import nearest_points
from siting.screen.route_graph import Floats, Ints, Net, Terrain, Window, make_net

TIE = 1e-12
"""Relative difference of cost below which two moves are equally cheap."""

WHOLE_CELLS = 4_000_000
"""Up to this many cells the lattice is searched in one piece."""


@dataclass(frozen=True)
class Routes:
    """Routes found, one row and one entry for each target, in the order of the targets.

    Attributes
    ----------
    terrain : Terrain
        What they were searched on.
    table : DataFrame, index as the targets
        source (label; missing where none is reached), weighted_km (km times factor) and
        ground_km (between the middles of the cells); NaN where there is no route.
    cells : list of int arrays
        Flat cells from target to source; empty where there is no route, one cell where target and
        source share it (0 km: the way inside a cell is not counted).
    """

    terrain: Terrain
    table: pd.DataFrame
    cells: list[Ints]


def least_cost_routes(
    terrain: Terrain,
    sources: pd.Series,
    targets: pd.Series,
    *,
    limit_km: float = float("inf"),
    whole_cells: int = WHOLE_CELLS,
) -> Routes:
    """Cheapest route of every target to the source cheapest to reach.

    Parameters
    ----------
    terrain : Terrain
        Costs on the study grid.
    sources, targets : Series of int
        Flat cells by label; -1 (outside) and barriers are not reached, see `passable_cells`.
    limit_km : float
        Routes that cost more are not looked for. [km times factor]
    whole_cells : int
        A lattice with more cells is searched in windows, if there is a limit. A window reaches as
        far beyond its targets as a route within the limit can stray, limit / smallest factor,
        so that windows never change a route.

    Returns
    -------
    Routes
        In the order of `targets`.
    """
    source_cells, target_cells = _cells_of(sources), _cells_of(targets)
    found = _Found(len(target_cells))
    for window, members in _windows(terrain, target_cells, limit_km, whole_cells):
        net = terrain.whole_net if window == terrain.whole else make_net(terrain, window)
        _search(net, source_cells, target_cells[members], members, limit_km, found)
    # position -1 is the last label: none
    labels = np.array([*sources.index, None], dtype=object)
    table = pd.DataFrame(
        {
            "source": pd.Series(labels[found.source], index=targets.index, dtype=object),
            "weighted_km": found.weighted_km,
            "ground_km": [ground_km(terrain, cells) for cells in found.cells],
        },
        index=targets.index,
    )
    table.loc[found.source < 0, "ground_km"] = np.nan
    return Routes(terrain, table, found.cells)


class _Found:
    """What is known of each target so far: position of the source, cost, cells."""

    def __init__(self, count: int) -> None:
        self.source = np.full(count, -1)
        self.weighted_km = np.full(count, np.nan)
        self.cells: list[Ints] = [np.empty(0, dtype=np.int64)] * count


def _cells_of(series: pd.Series) -> Ints:
    return np.asarray(series, dtype=np.int64)


def _windows(
    terrain: Terrain, targets: Ints, limit_km: float, whole_cells: int
) -> Iterator[tuple[Window, Ints]]:
    """Windows and the positions of the targets that are searched in each."""
    rows, cols = terrain.lattice.shape
    reach_km = limit_km / terrain.least_factor
    if rows * cols <= whole_cells or not np.isfinite(reach_km):
        yield terrain.whole, np.arange(targets.size)
        return
    row, col = np.divmod(targets, cols)
    high, wide = (int(reach_km / np.nanmin(terrain.move_km[:, move])) + 2 for move in (0, 2))
    side = max(2 * high, 2 * wide, math.isqrt(whole_cells) // 4)
    # which block a target falls into; -1 = outside the lattice
    block = np.where(targets >= 0, row // side * (cols // side + 1) + col // side, -1)
    for each in np.unique(block[block >= 0]):
        members = np.flatnonzero(block == each)
        top, bottom = int(row[members].min()), int(row[members].max())
        left, right = int(col[members].min()), int(col[members].max())
        window = max(top - high, 0), min(bottom + high + 1, rows)
        yield (*window, max(left - wide, 0), min(right + wide + 1, cols)), members


def _search(
    net: Net, sources: Ints, targets: Ints, members: Ints, limit_km: float, found: _Found
) -> None:
    """Search one window and enter what is found for its targets."""
    source_node, target_node = net.nodes(sources), net.nodes(targets)
    # the first of several sources in one cell stays
    node, first = np.unique(source_node, return_index=True)
    node, first = node[node >= 0], first[node >= 0]
    if not node.size:
        return
    far = dijkstra(net.links, indices=node, min_only=True, limit=limit_km)
    reached = (target_node >= 0) & np.isfinite(far[target_node])
    members, target_node = members[reached], target_node[reached]
    steps = _walk(net, far, target_node)
    end = steps[np.arange(len(steps)), (steps >= 0).sum(axis=1) - 1]
    found.source[members] = first[np.searchsorted(node, end)]
    found.weighted_km[members] = far[target_node]
    for member, nodes in zip(members, steps, strict=True):
        found.cells[member] = net.cells[nodes[nodes >= 0]]


def _walk(net: Net, far: Floats, start: Ints) -> Ints:
    """Nodes from each start down to its source, one row each, filled up with -1."""
    at, columns = start, [start]
    while (moving := (at >= 0) & (far[at] > 0)).any():
        onward = np.full(at.size, -1)
        onward[moving] = _next_node(net, far, at[moving])
        columns.append(onward)
        at = onward
    return np.stack(columns, axis=1)


def _next_node(net: Net, far: Floats, at: Ints) -> npt.NDArray[np.int32]:
    """The neighbour through which each node is reached at its cost; the first of equals."""
    neighbour, cost = net.neighbour[at], net.cost[at]
    own = far[at][:, None]
    # cost is infinite where there is no neighbour
    cheap = far[neighbour] + cost <= own * (1 + TIE)
    # a move much shorter than the way so far could step sideways within the tie
    cheap &= far[neighbour] < own
    return neighbour[np.arange(at.size), cheap.argmax(axis=1)]


def ground_km(terrain: Terrain, cells: Ints) -> float:
    """Length of a route over ground, between the middles of its cells. [km]"""
    return float(step_km(terrain, cells).sum())


def step_km(terrain: Terrain, cells: Ints) -> Floats:
    """Ground distance of each step of a route, one fewer than its cells. [km]"""
    row, col = np.divmod(cells, terrain.lattice.cols)
    move = _MOVE_AT[np.diff(row) + 1, np.diff(col) + 1]
    return terrain.move_km[row[:-1], move]


_MOVE_AT = np.array([[4, 0, 5], [1, -1, 2], [6, 3, 7]])
"""Number in `MOVES` of a step by rows down + 1 and columns right + 1."""


def route_lines(routes: Routes) -> gpd.GeoSeries:
    """Routes as lines in longitude and latitude.

    Returns
    -------
    GeoSeries, index as the targets
        EPSG:4326, through the middles of the cells from target to source. On the mesh corners in
        a straight run are left out, which moves nothing; in a projection all are kept. Missing
        where there is no route or it stays in one cell.
    """
    lines = [_line(routes.terrain, cells) for cells in routes.cells]
    return gpd.GeoSeries(lines, index=routes.table.index, crs=WGS84_EPSG)


def _line(terrain: Terrain, cells: Ints) -> shapely.LineString | None:
    if cells.size < 2:
        return None
    if terrain.lattice.is_mesh:
        row, col = np.divmod(cells, terrain.lattice.cols)
        turns = (np.diff(row, 2) != 0) | (np.diff(col, 2) != 0)
        cells = cells[np.concatenate([[True], turns, [True]])]
    lon, lat = terrain.lattice.centres(cells)
    return shapely.LineString(np.column_stack([lon, lat]))


def passable_cells(terrain: Terrain, cells: Ints, within_km: float) -> tuple[Ints, Floats]:
    """The nearest cells that lines can reach, for places whose own cell is a barrier.

    A substation at the coast often falls into a cell of sea.

    Parameters
    ----------
    terrain : Terrain
        Costs.
    cells : int array, shape (n,)
        Flat cells; -1 = outside.
    within_km : float
        Farthest a place is moved.

    Returns
    -------
    cells : int array, shape (n,)
        The same cell where it is passable; -1 where none is near enough.
    km : float array, shape (n,)
        How far it was moved, between the middles; 0 if not, NaN for -1. [km]
    """
    passable = np.flatnonzero(np.isfinite(terrain.factor).ravel())
    points = pd.DataFrame(dict(zip(("lon", "lat"), terrain.lattice.centres(passable), strict=True)))
    lon, lat = terrain.lattice.centres(np.maximum(cells, 0))
    at, km = nearest_points(np.where(cells >= 0, lon, np.nan), lat, points)
    here = np.isin(cells, passable)
    km = np.where(here, 0.0, km)
    near = (at >= 0) & (km <= within_km)
    if not near.any():
        return np.full(cells.shape, -1), np.full(cells.shape, np.nan)
    moved = np.where(here, cells, passable[at])
    return np.where(near, moved, -1), np.where(near, km, np.nan)
