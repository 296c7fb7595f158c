"""The ground of the made county: seeded fields on the 100 m cells of the JIS mesh.

Only sums, products, square roots and comparisons are used, so that every machine finds the same
cells. Nothing here is measured; the county lies on the map where Chiba is and is not Chiba.
"""

import sys
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from data.lattice import Lattice, mesh_lattice

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Line = tuple[tuple[int, int], ...]
"""Columns and rows of cells from the north-western corner."""

SEED = 20261126
BOUNDS = (140.0, 35.725, 140.35, 35.95)
"""West, south, east, north: edges of third meshes, all inside first mesh 5340. [degrees]"""
CELL_M = 100
CELL_KM = (0.113, 0.0925)
"""East-west and north-south size of a cell near 35.8 degrees north. [km]"""

RIVER: Line = ((0, 68), (45, 96), (100, 92), (150, 128), (205, 146), (280, 172))
BROOK: Line = ((70, 270), (92, 215), (130, 205), (165, 200))
RAIL: Line = ((0, 178), (60, 190), (98, 152), (160, 112), (202, 96), (280, 60))
ROADS: tuple[Line, ...] = (
    ((20, 270), (60, 196), (98, 158), (150, 62), (160, 0)),
    ((0, 130), (98, 158), (200, 100), (280, 96)),
    ((98, 158), (160, 180), (230, 205), (280, 240)),
)
TOWNS: tuple[tuple[int, int, float], ...] = (
    (98, 156, 2.6),
    (202, 98, 1.9),
    (60, 194, 1.5),
    (232, 208, 1.4),
    (152, 60, 1.1),
)
"""Column, row and radius of the towns. [cell, cell, km]"""
MUNICIPALITIES: dict[str, tuple[str, int, int]] = {
    "12991": ("架空北市", 165, 55),
    "12992": ("架空台市", 95, 170),
    "12993": ("架空川町", 45, 90),
    "12994": ("架空浦町", 220, 190),
}
"""Code that no municipality has, name, and middle as column and row."""

PADDY, FIELD, FOREST, WASTE = "0100", "0200", "0500", "0600"
BUILT, ROAD, RAILWAY, OTHER = "0700", "0901", "0902", "1000"
WATER, BEACH, SEA, GOLF = "1100", "1400", "1500", "1600"


@dataclass(frozen=True)
class County:
    """All fields of the county, north first, shape (270, 280) each."""

    seed: int = SEED

    @property
    def lattice(self) -> Lattice:
        """The cells."""
        return mesh_lattice(BOUNDS, CELL_M)

    @cached_property
    def inlet(self) -> Bools:
        """Invented sea in the east."""
        x, y = offset_km(280, 176)
        return (x / 6.2) ** 2 + (y / 2.1) ** 2 < 0.8 + 0.5 * self.noise(1, 12)

    @cached_property
    def lake(self) -> Bools:
        """Invented lake in the south."""
        x, y = offset_km(168, 206)
        return (x / 3.0) ** 2 + (y / 1.3) ** 2 < 0.6 + 0.7 * self.noise(2, 9)

    @cached_property
    def land(self) -> Bools:
        """Cells of the county: inside its border and not sea."""
        x, y = offset_km(139, 135)
        border = (x / 14.8) ** 2 + (y / 11.7) ** 2 < 0.8 + 0.36 * self.noise(3, 44)
        return border & ~self.inlet

    @cached_property
    def river_km(self) -> Floats:
        """Distance to the river. [km]"""
        return line_km(RIVER)

    @cached_property
    def water(self) -> Bools:
        """River, brook and lake."""
        return (self.river_km < 0.15) | (line_km(BROOK) < 0.06) | self.lake

    @cached_property
    def elevation_m(self) -> Floats:
        """Height of the ground, to 0.1 m. [m]"""
        plateau = 25 + 9 * (self.noise(4, 60) - 0.5) + 5 * (self.noise(5, 9) - 0.5)
        cut = smooth(np.abs(2 * self.noise(6, 42) - 1) / 0.12)
        plateau = plateau * (0.4 + 0.6 * cut)
        low = smooth((self.river_km - 1.0) / 0.8) * smooth((line_km(BROOK) - 0.2) / 0.8)
        low = low * smooth(self.inlet_km / 1.6 - 0.2)
        ground = 2.5 + 1.5 * self.noise(7, 20) + (plateau - 3) * low + self._hills_m * low
        ground = np.where(self.lake, 1.6, ground)
        return np.round(np.where(self.inlet, 0.0, ground), 1)

    @cached_property
    def _hills_m(self) -> Floats:
        """Hills in the north-west and in the south-west."""
        shape = 0.3 + 0.9 * self.noise(8, 14) + 0.8 * (self.noise(9, 6) - 0.5)
        return shape * (210 * mound(38, 34, 9.0) + 70 * mound(40, 245, 6.0))

    @cached_property
    def inlet_km(self) -> Floats:
        """Distance to the sea. [km]"""
        from scipy.ndimage import distance_transform_edt

        return np.asarray(distance_transform_edt(~self.inlet, sampling=CELL_KM[::-1]))

    @cached_property
    def slope_percent(self) -> Floats:
        """Slope, used to place things; the layer itself comes from the heights. [%]"""
        north, east = np.gradient(self.elevation_m, CELL_KM[1] * 1e3, CELL_KM[0] * 1e3)
        return 100 * np.sqrt(north**2 + east**2)

    @cached_property
    def town_share(self) -> Floats:
        """1 in the middle of a town, 0 outside all of them. [-]"""
        near = [np.maximum(0, 1 - distance_km(col, row) / km) for col, row, km in TOWNS]
        return np.maximum.reduce(near)

    @cached_property
    def municipality(self) -> npt.NDArray[np.int64]:
        """Number of the municipality in the order of MUNICIPALITIES."""
        bend = 5 * (self.noise(10, 30) - 0.5)
        reach = [distance_km(col, row) + bend * k for k, (_, col, row) in enumerate(_middles())]
        return np.argmin(np.stack(reach), axis=0)

    @cached_property
    def land_use(self) -> npt.NDArray[np.str_]:
        """Code of the land use of L03-b, the 2009 to 2021 edition. [-]"""
        wood, idle = self.noise(11, 12), self.noise(12, 10)
        use = np.full(self.land.shape, FIELD)
        use[(wood > 0.56) | (self.slope_percent > 6)] = FOREST
        use[(idle > 0.84) & (self.slope_percent < 8)] = WASTE
        use[(self.elevation_m < 9) & (self.slope_percent < 4)] = PADDY
        use[(distance_km(72, 232) < 0.7) | (distance_km(118, 38) < 0.8)] = GOLF
        use[self.built] = BUILT
        use[np.minimum.reduce([line_km(road) for road in ROADS]) < 0.05] = ROAD
        use[line_km(RAIL) < 0.05] = RAILWAY
        use[(self.inlet_km < 0.15) & ~self.inlet] = BEACH
        use[self.water] = WATER
        use[self.inlet] = SEA
        return use

    @cached_property
    def built(self) -> Bools:
        """Cells with buildings."""
        score = self.town_share + 0.35 * (self.noise(13, 6) - 0.5)
        hamlet = (self.noise(14, 4) > 0.88) & (self.elevation_m > 5)
        return ((score > 0.3) | hamlet) & ~self.water & ~self.inlet & (self.slope_percent < 9)

    @cached_property
    def flood_depth_m(self) -> Floats:
        """Depth of the largest flood assumed; 0 = none. [m]"""
        level = 8.6 - 0.018 * np.arange(self.land.shape[1])[None, :]
        reach = 1 - smooth((self.river_km - 1.2) / 1.6)
        deep = np.maximum(0, level * reach - self.elevation_m)
        return np.where(self.inlet, 0.0, np.round(deep, 1))

    @cached_property
    def tsunami_depth_m(self) -> Floats:
        """Depth of the largest tsunami assumed on land; 0 = none. [m]"""
        deep = np.maximum(0, 7.5 - 1.6 * self.inlet_km - self.elevation_m)
        return np.where(self.inlet, 0.0, np.round(deep, 1))

    @cached_property
    def price_yen_m2(self) -> Floats:
        """Price of land. [yen/m2]"""
        price = 9_000 + 95_000 * self.town_share**2 + 14_000 * self.noise(15, 16)
        return np.round(price / 100) * 100

    @cached_property
    def quake_share(self) -> Floats:
        """Chance of intensity 6-lower or more within 30 years; soft ground shakes more. [-]"""
        soft = 1 - smooth(self.elevation_m / 22)
        return np.round(0.26 + 0.42 * soft + 0.1 * self.noise(16, 30), 4)

    @cached_property
    def people(self) -> npt.NDArray[np.int64]:
        """Residents of each cell. [-]"""
        dense = np.where(self.built, 6 + 70 * self.town_share, 0.15)
        return np.floor(dense * (0.6 + 0.8 * self.noise(17, 3))).astype(np.int64)

    def noise(self, number: int, step: int) -> Floats:
        """Smooth noise from 0 to 1 with bumps `step` cells apart; one stream for each number."""
        rows, cols = 270, 280
        random = np.random.default_rng([self.seed, number])
        knots = random.random((rows // step + 2, cols // step + 2))
        (i, s), (j, t) = _between(rows, step), _between(cols, step)
        s, t = s[:, None], t[None, :]
        upper = knots[i][:, j] * (1 - t) + knots[i][:, j + 1] * t
        lower = knots[i + 1][:, j] * (1 - t) + knots[i + 1][:, j + 1] * t
        return np.asarray(upper * (1 - s) + lower * s)


def _between(count: int, step: int) -> tuple[npt.NDArray[np.int64], Floats]:
    """Knot before each cell, and how far the cell lies towards the next one."""
    at = np.arange(count)
    return at // step, smooth(at % step / step)


def _middles() -> tuple[tuple[str, int, int], ...]:
    return tuple(MUNICIPALITIES.values())


def smooth(share: npt.ArrayLike) -> Floats:
    """0 below 0, 1 above 1, and a soft step between."""
    x = np.clip(np.asarray(share, dtype=float), 0, 1)
    return x * x * (3 - 2 * x)


def offset_km(col: float, row: float) -> tuple[Floats, Floats]:
    """Kilometres east and south of a cell."""
    x = (np.arange(280) - col) * CELL_KM[0]
    y = (np.arange(270) - row) * CELL_KM[1]
    return x[None, :], y[:, None]


def distance_km(col: float, row: float) -> Floats:
    """Distance of every cell to one. [km]"""
    x, y = offset_km(col, row)
    return np.sqrt(x * x + y * y)


def mound(col: float, row: float, radius_km: float) -> Floats:
    """1 in the middle, 0 at the radius."""
    return smooth(1 - distance_km(col, row) / radius_km)


def line_km(line: Line) -> Floats:
    """Distance of every cell to a bent line. [km]"""
    return np.minimum.reduce([_piece_km(a, b) for a, b in pairwise(line)])


def _piece_km(start: tuple[int, int], end: tuple[int, int]) -> Floats:
    x, y = offset_km(*start)
    dx, dy = (end[0] - start[0]) * CELL_KM[0], (end[1] - start[1]) * CELL_KM[1]
    along = np.clip((x * dx + y * dy) / (dx * dx + dy * dy), 0, 1)
    return np.sqrt((x - along * dx) ** 2 + (y - along * dy) ** 2)
