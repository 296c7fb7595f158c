"""Campuses: connected cells with enough land for the wanted power."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from grid.latency import EARTH_RADIUS_KM
from siting.screen.cells import Cells
from siting.screen.nearest import unit_vectors

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

EDGES = ((0, 1), (1, 0))
CORNERS = ((1, 1), (1, -1))


@dataclass(frozen=True)
class Ground:
    """Open cells with their land, as campuses are cut from them; arrays have shape (open,).

    Attributes
    ----------
    position : int array
        Where the open cells stand in `Cells`.
    ha : float array
        Land of each that may be built on. [ha]
    score : float array
    """

    cells: Cells
    position: Ints
    ha: Floats
    score: Floats
    diagonal: bool

    def __len__(self) -> int:
        return len(self.position)

    @cached_property
    def places(self) -> Floats:
        """Middles of the open cells on the unit sphere, shape (open, 3)."""
        lon, lat = self.cells.centre
        return unit_vectors(lon[self.position], lat[self.position])

    @cached_property
    def tree(self) -> cKDTree:
        """Finds what lies around a place; made once, as every seed may ask."""
        return cKDTree(self.places)


@dataclass(frozen=True)
class Campus:
    """One campus: where its cells stand in `Ground`, the seed first."""

    members: Ints

    @property
    def seed(self) -> int:
        """The cell it grew from."""
        return int(self.members[0])


def neighbour_pairs(ground: Ground) -> tuple[Ints, Ints]:
    """Pairs of open cells that share an edge, or a corner where that counts."""
    cells, cols = ground.cells, ground.cells.lattice.cols
    cell, col = cells.cell[ground.position], cells.col[ground.position]
    first, second = [], []
    for down, right in EDGES + (CORNERS if ground.diagonal else ()):
        inside = (col + right >= 0) & (col + right < cols)
        here = np.flatnonzero(inside)
        there = cell[here] + down * cols + right
        at = np.minimum(np.searchsorted(cell, there), max(len(cell) - 1, 0))
        is_open = cell[at] == there if len(cell) else np.zeros(0, dtype=bool)
        first.append(here[is_open])
        second.append(at[is_open])
    return np.concatenate(first), np.concatenate(second)


def component_ha(ground: Ground) -> Floats:
    """Connected land that each open cell belongs to. [ha], shape (open,)."""
    first, second = neighbour_pairs(ground)
    size = len(ground)
    graph = coo_array((np.ones(len(first), dtype=np.int8), (first, second)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    total: Floats = np.bincount(label, weights=ground.ha).astype(float)
    return total[label]


def find_campuses(
    ground: Ground,
    need_ha: float,
    *,
    most: int,
    spacing_km: float,
    accept: Callable[[int], bool] = lambda seed: True,
    taken: Callable[[int], None] = lambda seed: None,
) -> list[Campus]:
    """The best campuses, each with enough land, apart from each other.

    Open cells are tried as seeds from the best score down (equal scores: from the north, then from
    the west). A campus takes, from the cells that touch it, always the one with the best score,
    until the land is enough. No cell belongs to two campuses, and no seed lies within
    `spacing_km` of another.

    Parameters
    ----------
    ground : Ground
    need_ha : float
        Land of a campus. [ha]
    most : int
        Campuses wanted.
    spacing_km : float
        Smallest distance between two seeds. [km]
    accept : callable
        Whether a seed may be used, asked once it would be.
    taken : callable
        Told the seed of every campus found.
    """
    enough = component_ha(ground) >= need_ha
    order = np.lexsort((ground.cells.cell[ground.position], -np.nan_to_num(ground.score, nan=-1)))
    near = _Neighbours(ground)
    free = enough.copy()
    may_seed = enough.copy()
    campuses: list[Campus] = []
    within = _within(ground, spacing_km)
    for seed in order:
        if len(campuses) == most:
            break
        if not (may_seed[seed] and free[seed]):
            continue
        if not accept(int(seed)):
            may_seed[seed] = False
            continue
        members = _grown(int(seed), need_ha, ground, near, free)
        if members is None:
            continue
        free[members] = False
        may_seed[within(int(seed))] = False
        campuses.append(Campus(members))
        taken(int(seed))
    return campuses


class _Neighbours:
    """Open cells that touch an open cell."""

    def __init__(self, ground: Ground) -> None:
        first, second = neighbour_pairs(ground)
        here = np.concatenate([first, second])
        there = np.concatenate([second, first])
        order = np.lexsort((there, here))
        self.there = there[order]
        self.start = np.searchsorted(here[order], np.arange(len(ground) + 1))

    def of(self, cell: int) -> Ints:
        return self.there[self.start[cell] : self.start[cell + 1]]


def _grown(
    seed: int, need_ha: float, ground: Ground, near: _Neighbours, free: Flags
) -> Ints | None:
    """Cells of a campus around `seed`; None where other campuses have taken too much of it."""
    members: list[int] = []
    seen = {seed}
    edge = [(-float(ground.score[seed]), seed)]
    land_ha = 0.0
    while edge and land_ha < need_ha:
        _, cell = heapq.heappop(edge)
        members.append(cell)
        land_ha += float(ground.ha[cell])
        for other in near.of(cell).tolist():
            if free[other] and other not in seen:
                seen.add(other)
                heapq.heappush(edge, (-float(np.nan_to_num(ground.score[other])), other))
    return np.array(members, dtype=np.int64) if land_ha >= need_ha else None


def _within(ground: Ground, km: float) -> Callable[[int], Ints]:
    """Cells whose middle lies nearer than `km` to that of a seed."""
    chord = _chord(km)

    def within(seed: int) -> Ints:
        if km == 0:
            return np.array([seed], dtype=np.int64)
        # below, not at: two seeds may be exactly the spacing apart
        found = ground.tree.query_ball_point(ground.places[seed], np.nextafter(chord, 0))
        return np.array(found, dtype=np.int64)

    return within


def _chord(km: float) -> float:
    """Chord of a great circle on the unit sphere; beyond half the globe all is near."""
    return float(2 * np.sin(min(km / EARTH_RADIUS_KM, np.pi) / 2))
