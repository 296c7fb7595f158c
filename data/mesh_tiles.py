"""Small whole numbers by mesh code, kept as dense tiles of one byte a cell.

Land use in cells of 100 m over all of Japan is some hundred million cells: listed singly they
would need gigabytes, as tiles of a first mesh (80 x 80 third meshes) they need a hundred megabytes.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
from affine import Affine

from data.crs import JAPAN_BOUNDS
from data.layer import Array, Bounds
from data.mesh import COLS_PER_DEGREE, PARTS, ROWS_PER_DEGREE, WEST, mesh_cells
from data.own_cells import OwnCells

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
TILE_THIRDS = 80
"""Third meshes along one side of a first mesh."""


@dataclass(frozen=True)
class MeshTiles:
    """Numbers 1 ... 255 in cells of the mesh as a source of cells; 0 is not known.

    Attributes
    ----------
    crs : str
        Reference system of the codes: JGD2011, JGD2000 or, for old editions, the Tokyo datum.
    cell_m : int
        Level of the mesh. [m]
    meaning : float array, shape (256,)
        Value that each number stands for; NaN for 0.
    tiles : dict of (row, column) to uint8 array
        First meshes; cells from south to north and from west to east.
    """

    crs: str
    cell_m: int
    meaning: Array
    tiles: dict[tuple[int, int], Bytes] = field(default_factory=dict)

    @property
    def side(self) -> int:
        """Cells along one side of a tile."""
        return TILE_THIRDS * PARTS[self.cell_m]

    def put(self, codes: Ints, numbers: Bytes) -> tuple[int, int]:
        """Set cells by code; a cell that has a number keeps it.

        Parameters
        ----------
        codes : int array, shape (n,)
            Mesh codes of the level.
        numbers : uint8 array, shape (n,)

        Returns
        -------
        int, int
            Codes that are none of the level or lie outside Japan; cells that had another number.
        """
        rows, cols = mesh_cells(codes, self.cell_m)
        fits = (rows >= 0) & self._in_japan(rows, cols)
        rows, cols, numbers = rows[fits], cols[fits], numbers[fits]
        differ = 0
        keys = rows // self.side * 10_000 + cols // self.side
        for key in np.unique(keys):
            here = keys == key
            place = (int(key) // 10_000, int(key) % 10_000)
            tile = self.tiles.setdefault(place, np.zeros((self.side, self.side), np.uint8))
            row, col, new = rows[here] % self.side, cols[here] % self.side, numbers[here]
            old = tile[row, col]
            differ += int(((old != 0) & (new != 0) & (old != new)).sum())
            tile[row, col] = np.where(old == 0, new, old)
        return int((~fits).sum()), differ

    def _in_japan(self, rows: Ints, cols: Ints) -> npt.NDArray[np.bool_]:
        """A few false codes must not make thousands of tiles."""
        west, south, east, north = JAPAN_BOUNDS
        per_lat, per_lon = self._per_degree
        lat, lon = rows / per_lat, WEST + cols / per_lon
        return (lat >= south) & (lat < north) & (lon >= west) & (lon < east)

    @property
    def known_cells(self) -> int:
        """How many cells have a number."""
        return sum(int(np.count_nonzero(tile)) for tile in self.tiles.values())

    @cached_property
    def cells(self) -> OwnCells:
        """The box around all tiles."""
        rows, cols = [row for row, _ in self.tiles], [col for _, col in self.tiles]
        per_lat, per_lon = self._per_degree
        return OwnCells(
            west=WEST + min(cols) * self.side / per_lon,
            north=(max(rows) + 1) * self.side / per_lat,
            step_x=1 / per_lon,
            step_y=1 / per_lat,
            rows=(max(rows) + 1 - min(rows)) * self.side,
            cols=(max(cols) + 1 - min(cols)) * self.side,
        )

    @property
    def _per_degree(self) -> tuple[int, int]:
        parts = PARTS[self.cell_m]
        return ROWS_PER_DEGREE * parts, COLS_PER_DEGREE * parts

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north of all tiles. [degrees]"""
        return self.cells.bounds

    def window(self, bounds: Bounds) -> tuple[Array, Affine]:
        """Values of every cell that touches a box; NaN where nothing is known."""
        row0, row1, col0, col1 = self.cells.touched(bounds)
        place = self.cells.part(row0, row1, col0, col1)
        if row1 == row0 or col1 == col0:
            return np.empty((0, 0)), place.transform
        numbers = np.zeros((place.rows, place.cols), np.uint8)
        top = (max(row for row, _ in self.tiles) + 1) * self.side - row0
        left = min(col for _, col in self.tiles) * self.side + col0
        for (row, col), tile in self.tiles.items():
            _paste(tile[::-1], numbers, top - (row + 1) * self.side, col * self.side - left)
        return self.meaning[numbers], place.transform


def _paste(tile: Bytes, numbers: Bytes, row: int, col: int) -> None:
    """Copy what of a tile, whose first cell is at `row` and `col`, lies inside `numbers`."""
    rows = slice(max(row, 0), min(row + len(tile), numbers.shape[0]))
    cols = slice(max(col, 0), min(col + tile.shape[1], numbers.shape[1]))
    if rows.start < rows.stop and cols.start < cols.stop:
        inner = tile[rows.start - row : rows.stop - row, cols.start - col : cols.stop - col]
        numbers[rows, cols] = inner
