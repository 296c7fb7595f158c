"""Open land within a distance of every open cell, by sums along rows."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from data.lattice import Lattice
from grid.latency import EARTH_RADIUS_KM
from siting.screen.campus import Ground

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MOST_NUMBERS = 50_000_000
"""Numbers held at once: rows are looked at in bands."""


def land_around_ha(ground: Ground, km: float) -> Floats:
    """Open land within `km` of each open cell, by the middles of the cells.

    A circle around a cell cuts every row in one run of cells, whose land is the difference of two
    running sums; so the time grows with the rows of the circle, not with its cells. Distances are
    great circles on the mesh and straight in the plane of an equal-area study.

    Parameters
    ----------
    ground : Ground
    km : float
        Radius. [km]

    Returns
    -------
    float array, shape (open,)
        The cell's own land included. [ha]
    """
    lattice = ground.cells.lattice
    row, col = ground.cells.row[ground.position], ground.cells.col[ground.position]
    around = np.zeros(len(ground))
    reach = min(int(km / lattice.row_step_km[1].min()) + 1, lattice.rows)
    for first, end in _bands(lattice, reach):
        here = np.flatnonzero((row >= first) & (row < end))
        if len(here):
            top = max(first - reach, 0)
            sums = _running_sums(ground, row, col, top, min(end + reach, lattice.rows))
            around[here] = _circle_sums(lattice, sums, top, row[here], col[here], (reach, km))
    return around


def _bands(lattice: Lattice, reach: int) -> Iterator[tuple[int, int]]:
    height = max(MOST_NUMBERS // (lattice.cols + 1) - 2 * reach, 1)
    for first in range(0, lattice.rows, height):
        yield first, min(first + height, lattice.rows)


def _running_sums(ground: Ground, row: Ints, col: Ints, top: int, end: int) -> Floats:
    """Land from the west up to each column, one row of sums a row of the band. [ha]"""
    inside = (row >= top) & (row < end)
    land = np.zeros((end - top, ground.cells.lattice.cols + 1))
    land[row[inside] - top, col[inside] + 1] = ground.ha[inside]
    return np.asarray(land.cumsum(axis=1))


def _circle_sums(
    lattice: Lattice, sums: Floats, top: int, row: Ints, col: Ints, circle: tuple[int, float]
) -> Floats:
    """Land in the circle of each cell, row by row. [ha]"""
    reach, km = circle
    total = np.zeros(len(row))
    for down in range(-reach, reach + 1):
        other = row + down
        width = _half_width(lattice, row, other, km)
        use = np.flatnonzero((other >= 0) & (other < lattice.rows) & (width >= 0))
        at = other[use] - top
        west = np.maximum(col[use] - width[use], 0)
        east = np.minimum(col[use] + width[use] + 1, lattice.cols)
        total[use] += sums[at, east] - sums[at, west]
    return total


def _half_width(lattice: Lattice, row: Ints, other: Ints, km: float) -> Ints:
    """Columns to either side that are within `km`, in another row; -1 for none."""
    if not lattice.is_mesh:
        down_km = (other - row) * lattice.step_y / 1e3
        left = km**2 - down_km**2
        across_km = np.sqrt(np.maximum(left, 0))
        width = np.floor(across_km / (lattice.step_x / 1e3) + 1e-9)
        return np.where(left >= 0, width, -1).astype(np.int64)
    lat, lat2 = (np.radians(lattice.north - (r + 0.5) * lattice.step_y) for r in (row, other))
    half = np.sin(min(km / EARTH_RADIUS_KM, np.pi) / 2) ** 2 - np.sin((lat2 - lat) / 2) ** 2
    share = np.clip(half / (np.cos(lat) * np.cos(lat2)), 0, 1)
    turn = np.degrees(2 * np.arcsin(np.sqrt(share)))
    width = np.floor(turn / lattice.step_x + 1e-9)
    return np.where(half >= 0, width, -1).astype(np.int64)
