"""The study grid: one lattice of cells on which all layers meet."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
from affine import Affine
from pyproj import CRS, Geod, Transformer

from data.crs import JGD2011_EPSG, WGS84_EPSG
from data.mesh import COLS_PER_DEGREE, PARTS, ROWS_PER_DEGREE, WEST, mesh_codes

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ELLIPSOID = Geod(ellps="GRS80")
EQUAL_AREA = "+proj=laea +lat_0={lat:.6f} +lon_0={lon:.6f} +ellps=GRS80 +units=m +no_defs"
EDGE_POINTS = 21
"""Points along each edge of a box of degrees that is turned into metres."""


@dataclass(frozen=True)
class Lattice:
    """Cells in rows from north to south and columns from west to east.

    Attributes
    ----------
    crs : str
        Reference system of `west`, `north` and the steps, as text that pyproj reads.
    west, north : float
        Outer corner of the first cell. [units of `crs`]
    step_x, step_y : float
        Size of a cell, both positive. [units of `crs`]
    rows, cols : int
        Number of cells.
    cell_m : int
        Nominal size of a cell. [m]
    """

    crs: str
    west: float
    north: float
    step_x: float
    step_y: float
    rows: int
    cols: int
    cell_m: int

    @property
    def transform(self) -> Affine:
        """Column and row to coordinates, as rasterio takes it."""
        return Affine(self.step_x, 0.0, self.west, 0.0, -self.step_y, self.north)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows, self.cols

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north. [units of `crs`]"""
        east = self.west + self.cols * self.step_x
        return self.west, self.north - self.rows * self.step_y, east, self.north

    @property
    def is_mesh(self) -> bool:
        """Whether the cells are those of JIS X 0410 and have its codes."""
        return CRS(self.crs).is_geographic

    @cached_property
    def row_km2(self) -> Floats:
        """Area of one cell in each row, on the ellipsoid. [km2]"""
        if not self.is_mesh:
            return np.full(self.rows, self.step_x * self.step_y / 1e6)
        return np.array([abs(self._cell_m2(row)) / 1e6 for row in range(self.rows)])

    @cached_property
    def row_step_km(self) -> tuple[Floats, Floats]:
        """East-west and north-south size of a cell in each row. [km]"""
        if not self.is_mesh:
            return np.full(self.rows, self.step_x / 1e3), np.full(self.rows, self.step_y / 1e3)
        lat = self.north - (np.arange(self.rows) + 0.5) * self.step_y
        zero = np.zeros(self.rows)
        east_m = ELLIPSOID.inv(zero, lat, zero + self.step_x, lat)[2]
        half = self.step_y / 2
        north_m = ELLIPSOID.inv(zero, lat - half, zero, lat + half)[2]
        return np.asarray(east_m) / 1e3, np.asarray(north_m) / 1e3

    def _cell_m2(self, row: int) -> float:
        top = self.north - row * self.step_y
        lons, lats = [0.0, 0.0, self.step_x, self.step_x], [top, top - self.step_y] * 2
        lats[2:] = lats[1], lats[0]
        return float(ELLIPSOID.polygon_area_perimeter(lons, lats)[0])

    def centres(self, cells: Ints) -> tuple[Floats, Floats]:
        """Longitude and latitude of the middle of cells. [degrees]

        Parameters
        ----------
        cells : int array, shape (n,)
            Flat numbers, row * cols + col.
        """
        row, col = np.divmod(np.asarray(cells, dtype=np.int64), self.cols)
        x = self.west + (col + 0.5) * self.step_x
        y = self.north - (row + 0.5) * self.step_y
        return (x, y) if self.is_mesh else self._to_degrees.transform(x, y)

    def cells_at(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Ints:
        """Flat numbers of the cells that hold points; -1 outside the lattice."""
        x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
        if not self.is_mesh:
            x, y = self._to_metres.transform(x, y)
        # half a thousandth of a cell: a point on a cell's edge must not fall to rounding
        col = np.floor((x - self.west) / self.step_x + 1e-9).astype(np.int64)
        row = np.ceil((self.north - y) / self.step_y - 1e-9).astype(np.int64) - 1
        inside = (row >= 0) & (row < self.rows) & (col >= 0) & (col < self.cols)
        return np.where(inside, row * self.cols + col, -1)

    def codes(self, cells: Ints) -> Ints:
        """JIS mesh codes of cells; 0 where the lattice is not the mesh."""
        if not self.is_mesh:
            return np.zeros(len(cells), dtype=np.int64)
        row, col = np.divmod(np.asarray(cells, dtype=np.int64), self.cols)
        parts = PARTS[self.cell_m]
        from_equator = round(self.north * ROWS_PER_DEGREE * parts) - 1 - row
        from_west = round((self.west - WEST) * COLS_PER_DEGREE * parts) + col
        return mesh_codes(from_equator, from_west, self.cell_m)

    def blocks(self, side: int) -> Iterator[tuple[int, int, int, int]]:
        """Windows of `side` x `side` cells or less: first row, end row, first col, end col."""
        for row in range(0, self.rows, side):
            for col in range(0, self.cols, side):
                yield row, min(row + side, self.rows), col, min(col + side, self.cols)

    def window(self, row0: int, row1: int, col0: int, col1: int) -> "Lattice":
        """The part of the lattice from `row0` and `col0` up to, not with, `row1` and `col1`."""
        west = self.west + col0 * self.step_x
        north = self.north - row0 * self.step_y
        return replace(self, west=west, north=north, rows=row1 - row0, cols=col1 - col0)

    @cached_property
    def _to_degrees(self) -> Transformer:
        return Transformer.from_crs(self.crs, WGS84_EPSG, always_xy=True)

    @cached_property
    def _to_metres(self) -> Transformer:
        return Transformer.from_crs(WGS84_EPSG, self.crs, always_xy=True)


def mesh_lattice(bounds: tuple[float, float, float, float], cell_m: int) -> Lattice:
    """The JIS mesh over a box.

    Parameters
    ----------
    bounds : (west, south, east, north)
        Box to cover. [degrees]
    cell_m : {1000, 500, 250, 100}
        Level.

    Returns
    -------
    Lattice
        EPSG:6668; its edges are edges of third meshes, so that every level nests in it.

    Examples
    --------
    >>> mesh_lattice((139.76, 35.68, 139.77, 35.69), 500).shape
    (4, 4)
    """
    west, south, east, north = bounds
    left = math.floor(west * COLS_PER_DEGREE + 1e-9)
    right = math.ceil(east * COLS_PER_DEGREE - 1e-9)
    low = math.floor(south * ROWS_PER_DEGREE + 1e-9)
    top = math.ceil(north * ROWS_PER_DEGREE - 1e-9)
    parts = PARTS[cell_m]
    return Lattice(
        crs=f"EPSG:{JGD2011_EPSG}",
        west=left / COLS_PER_DEGREE,
        north=top / ROWS_PER_DEGREE,
        step_x=1 / (COLS_PER_DEGREE * parts),
        step_y=1 / (ROWS_PER_DEGREE * parts),
        rows=(top - low) * parts,
        cols=(right - left) * parts,
        cell_m=cell_m,
    )


def equal_area_lattice(bounds: tuple[float, float, float, float], cell_m: int) -> Lattice:
    """Square cells of one area over a box, in a projection centred on it.

    Parameters
    ----------
    bounds : (west, south, east, north)
        Box to cover, anywhere. [degrees]
    cell_m : int
        Side of a cell. [m]

    Returns
    -------
    Lattice
        Lambert azimuthal equal area on GRS 80; every cell has `cell_m` squared of ground.
    """
    west, south, east, north = bounds
    crs = EQUAL_AREA.format(lat=(south + north) / 2, lon=(west + east) / 2)
    to_metres = Transformer.from_crs(WGS84_EPSG, crs, always_xy=True)
    box = to_metres.transform_bounds(west, south, east, north, densify_pts=EDGE_POINTS)
    left, low, right, top = (v / cell_m for v in box)
    left, low = math.floor(left), math.floor(low)
    right, top = math.ceil(right), math.ceil(top)
    return Lattice(
        crs=crs,
        west=left * cell_m,
        north=top * cell_m,
        step_x=cell_m,
        step_y=cell_m,
        rows=top - low,
        cols=right - left,
        cell_m=cell_m,
    )
