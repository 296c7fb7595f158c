"""The study grid as a net of moves between neighbouring cells, for least-cost routes.

A move between the middles of two of the eight neighbours costs the ground distance in km times the
mean of the two cells' factors. This is the convention of the cost-distance literature (ESRI Cost
Distance, GRASS r.cost without -k, the geometric minimum cost path of image analysis).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from data.errors import InputError, Problem
from data.lattice import ELLIPSOID, Lattice

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MOVES = ((-1, 0), (0, -1), (0, 1), (1, 0), (-1, -1), (-1, 1), (1, -1), (1, 1))
"""Rows down and columns right of each move: N, W, E, S, NW, NE, SW, SE. Ties go to the first."""

MOST_RATIO = 1e6

Window = tuple[int, int, int, int]
"""First row, end row, first column, end column."""


@dataclass(frozen=True)
class Terrain:
    """What a km of line costs in each cell, against a km where building is easiest.

    Attributes
    ----------
    lattice : Lattice
        The study grid.
    factor : float array, shape (rows, cols)
        Factor on the cost of a km, above 0; NaN or infinite = no line can pass. A line may pass
        between two barriers that touch at a corner, as in the programs named above.

    Raises
    ------
    InputError
        The shape is not that of the lattice, a factor is 0 or negative, or the largest is more
        than a million times the smallest (sums of costs could then not be told apart).
    """

    lattice: Lattice
    factor: Floats

    def __post_init__(self) -> None:
        problems = []
        if self.factor.shape != self.lattice.shape:
            found = f"shape {self.factor.shape}"
            problems.append(Problem("factor", found, f"shape {self.lattice.shape}"))
        low = int(np.count_nonzero(self.factor <= 0))
        if low:
            fix = "Take a small positive factor, or NaN where no line can pass"
            problems.append(Problem("factor", f"{low} cells at 0 or below", "above 0", fix))
        elif self.most_factor / self.least_factor > MOST_RATIO:
            found = f"{self.least_factor:g} to {self.most_factor:g}"
            fix = "Say NaN where no line can pass"
            problems.append(Problem("factor", found, "at most a million times the least", fix))
        if problems:
            raise InputError("terrain of routes", problems)

    @property
    def most_factor(self) -> float:
        """Largest factor of all passable cells; 0 if there is none."""
        passable = self.factor[np.isfinite(self.factor)]
        return float(passable.max()) if passable.size else 0.0

    @cached_property
    def least_factor(self) -> float:
        """Smallest factor of all passable cells; infinite if there is none."""
        passable = self.factor[np.isfinite(self.factor)]
        return float(passable.min()) if passable.size else float("inf")

    @cached_property
    def move_km(self) -> Floats:
        """Ground distance of each move from each row, shape (rows, 8). [km]

        Geodesic on the ellipsoid between the middles on the mesh; straight in the plane of the
        projection else. NaN where a move would leave the lattice in the north or south.
        """
        east, south, corner = self._steps_km()
        up, down = np.append(np.nan, south), np.append(south, np.nan)
        up_corner, down_corner = np.append(np.nan, corner), np.append(corner, np.nan)
        sides = [up, east, east, down]
        return np.stack([*sides, up_corner, up_corner, down_corner, down_corner], axis=1)

    def _steps_km(self) -> tuple[Floats, Floats, Floats]:
        """To the east in each row; to the south and to the south-east, one row less."""
        lattice = self.lattice
        below = lattice.rows - 1
        if not lattice.is_mesh:
            x, y = lattice.step_x / 1e3, lattice.step_y / 1e3
            return (
                np.full(lattice.rows, x),
                np.full(below, y),
                np.full(below, float(np.hypot(x, y))),
            )
        lat = lattice.north - (np.arange(lattice.rows) + 0.5) * lattice.step_y
        zero = np.zeros(lattice.rows)
        east = ELLIPSOID.inv(zero, lat, zero + lattice.step_x, lat)[2]
        south = ELLIPSOID.inv(zero[1:], lat[:-1], zero[1:], lat[1:])[2]
        corner = ELLIPSOID.inv(zero[1:], lat[:-1], zero[1:] + lattice.step_x, lat[1:])[2]
        return np.asarray(east) / 1e3, np.asarray(south) / 1e3, np.asarray(corner) / 1e3

    @property
    def whole(self) -> Window:
        """The window of all cells."""
        return 0, self.lattice.rows, 0, self.lattice.cols

    @cached_property
    def whole_net(self) -> "Net":
        """Net of all passable cells, made once for all searches."""
        return make_net(self)


@dataclass(frozen=True)
class Net:
    """Passable cells of a window as nodes and their moves as links.

    Attributes
    ----------
    links : csr_array, shape (nodes, nodes)
        Cost of each move. [km times factor]
    cells : int array, shape (nodes,)
        Flat number in the whole lattice of each node, rising.
    neighbour : int array, shape (nodes, 8)
        Node of each move; -1 where there is none.
    cost : float array, shape (nodes, 8)
        Cost of each move; infinite where there is none. [km times factor]
    """

    links: csr_array
    cells: Ints
    neighbour: npt.NDArray[np.int32]
    cost: Floats

    def nodes(self, cells: Ints) -> Ints:
        """Nodes of flat cells; -1 where a cell is a barrier or outside the window."""
        if not self.cells.size:
            return np.full(np.shape(cells), -1)
        at = np.minimum(np.searchsorted(self.cells, cells), self.cells.size - 1)
        return np.where(self.cells[at] == cells, at, -1)


def make_net(terrain: Terrain, window: Window | None = None) -> Net:
    """Net of the passable cells of a window.

    Parameters
    ----------
    terrain : Terrain
        Costs.
    window : (row, end row, col, end col), optional
        Part of the lattice; all of it when left out.

    Returns
    -------
    Net
        About 0.2 kB for each passable cell.
    """
    row0, row1, col0, col1 = window or terrain.whole
    width = col1 - col0 + 2
    # a frame of barriers spares every test for the edge of the window
    framed = np.full((row1 - row0 + 2, width), np.nan)
    framed[1:-1, 1:-1] = terrain.factor[row0:row1, col0:col1]
    factor = framed.ravel()
    places = np.flatnonzero(np.isfinite(factor))
    row = places // width - 1 + row0
    node_at = np.full(factor.size, -1, dtype=np.int32)
    node_at[places] = np.arange(places.size, dtype=np.int32)
    neighbour = np.empty((places.size, len(MOVES)), dtype=np.int32)
    cost = np.full((places.size, len(MOVES)), np.inf)
    for move, (down, right) in enumerate(MOVES):
        there = places + down * width + right
        neighbour[:, move] = node_at[there]
        mean = (factor[places] + factor[there]) / 2
        np.multiply(mean, terrain.move_km[row, move], out=cost[:, move])
    exists = neighbour >= 0
    cost[~exists] = np.inf
    ends = np.append(0, exists.sum(axis=1).cumsum()).astype(np.int32)
    shape = (places.size, places.size)
    links = csr_array((cost[exists], neighbour[exists], ends), shape=shape)
    cells = row * terrain.lattice.cols + places % width - 1 + col0
    return Net(links, cells, neighbour, cost)
