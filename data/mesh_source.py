"""Values by mesh code as a source of cells: windows are filled when they are asked for."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from affine import Affine

from data.crs import JGD2011_EPSG
from data.layer import Array, Bounds
from data.mesh import COLS_PER_DEGREE, PARTS, ROWS_PER_DEGREE, WEST
from data.own_cells import OwnCells

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class MeshSource:
    """Values in single cells of the mesh; memory for what is listed, never for all of Japan.

    Attributes
    ----------
    cell_m : int
        Level of the mesh. [m]
    rows, cols : int array, shape (n,)
        Cells north of the equator and east of 100 degrees, in order of row, then column, each once.
    values : float array, shape (n,)
        NaN where listed but unknown.
    """

    cell_m: int
    rows: Ints
    cols: Ints
    values: Array

    @property
    def crs(self) -> str:
        """JGD2011 in degrees."""
        return f"EPSG:{JGD2011_EPSG}"

    @cached_property
    def cells(self) -> OwnCells:
        """The box around all cells listed."""
        parts = PARTS[self.cell_m]
        step_x, step_y = 1 / (COLS_PER_DEGREE * parts), 1 / (ROWS_PER_DEGREE * parts)
        west, top = int(self.cols.min()), int(self.rows[-1]) + 1
        return OwnCells(
            WEST + west / (COLS_PER_DEGREE * parts),
            top / (ROWS_PER_DEGREE * parts),
            step_x,
            step_y,
            top - int(self.rows[0]),
            int(self.cols.max()) + 1 - west,
        )

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north of all cells listed. [degrees]"""
        return self.cells.bounds

    def window(self, bounds: Bounds) -> tuple[Array, Affine]:
        """Values of every cell that touches a box; NaN where none is listed."""
        row0, row1, col0, col1 = self.cells.touched(bounds)
        place = self.cells.part(row0, row1, col0, col1)
        values = np.full((place.rows, place.cols), np.nan)
        if values.size:
            top, left = int(self.rows[-1]) - row0, int(self.cols.min()) + col0
            first, end = np.searchsorted(self.rows, [top - place.rows + 1, top + 1])
            row, col = top - self.rows[first:end], self.cols[first:end] - left
            inside = (col >= 0) & (col < place.cols)
            values[row[inside], col[inside]] = self.values[first:end][inside]
        return values if values.size else np.empty((0, 0)), place.transform
