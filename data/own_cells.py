"""The regular cells a source has of its own, and sources put together of several such pieces."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from affine import Affine

from data.layer import Array, Bounds

EDGE = 1e-6
"""Share of a cell by which an edge may be off: coordinates are sums of rounded decimals."""


@dataclass(frozen=True)
class OwnCells:
    """Cells in rows from north to south and columns from west to east.

    Attributes
    ----------
    west, north : float
        Outer corner of the first cell. [units of the source's reference system]
    step_x, step_y : float
        Size of a cell, both positive. [units of the source's reference system]
    rows, cols : int
        Number of cells.
    """

    west: float
    north: float
    step_x: float
    step_y: float
    rows: int
    cols: int

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north."""
        east = self.west + self.cols * self.step_x
        return self.west, self.north - self.rows * self.step_y, east, self.north

    @property
    def transform(self) -> Affine:
        """Column and row to coordinates."""
        return Affine(self.step_x, 0.0, self.west, 0.0, -self.step_y, self.north)

    def touched(self, bounds: Bounds) -> tuple[int, int, int, int]:
        """First row, end row, first column, end column of the cells that touch a box."""
        west, south, east, north = bounds
        col0 = _clipped((west - self.west) / self.step_x + EDGE, self.cols, np.floor)
        col1 = _clipped((east - self.west) / self.step_x - EDGE, self.cols, np.ceil)
        row0 = _clipped((self.north - north) / self.step_y + EDGE, self.rows, np.floor)
        row1 = _clipped((self.north - south) / self.step_y - EDGE, self.rows, np.ceil)
        return row0, max(row0, row1), col0, max(col0, col1)

    def part(self, row0: int, row1: int, col0: int, col1: int) -> "OwnCells":
        """The cells from `row0` and `col0` up to, not with, `row1` and `col1`."""
        west = self.west + col0 * self.step_x
        north = self.north - row0 * self.step_y
        return OwnCells(west, north, self.step_x, self.step_y, row1 - row0, col1 - col0)

    def offset(self, other: "OwnCells") -> tuple[float, float]:
        """Rows and columns from the first cell here to the first cell of `other`."""
        rows = (self.north - other.north) / self.step_y
        return rows, (other.west - self.west) / self.step_x


def _clipped(place: float, most: int, rounded: np.ufunc) -> int:
    return int(min(max(rounded(place), 0), most))


def covering(pieces: Sequence[OwnCells]) -> OwnCells:
    """The smallest cells of the same size that hold all pieces."""
    first = pieces[0]
    west = min(piece.west for piece in pieces)
    north = max(piece.north for piece in pieces)
    east = max(piece.bounds[2] for piece in pieces)
    south = min(piece.bounds[1] for piece in pieces)
    rows = round((north - south) / first.step_y)
    cols = round((east - west) / first.step_x)
    return OwnCells(west, north, first.step_x, first.step_y, rows, cols)


class Piece(Protocol):
    """A rectangle of cells that can be read in part."""

    @property
    def cells(self) -> OwnCells:
        """Where the piece lies."""
        ...

    def read(self, row0: int, row1: int, col0: int, col1: int) -> Array:
        """Values of its rows and columns, NaN where nothing is known."""
        ...


@dataclass(frozen=True)
class Mosaic:
    """Pieces of one reference system and cell size as one source of cells.

    Where pieces overlap, the first that knows a value wins.

    Attributes
    ----------
    crs : str
        Reference system, as text that pyproj reads.
    pieces : tuple of Piece
        On one common grid of cells.
    """

    crs: str
    pieces: tuple[Piece, ...]

    @cached_property
    def cells(self) -> OwnCells:
        """Cells over all pieces, with the gaps between them."""
        return covering([piece.cells for piece in self.pieces])

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north of all pieces."""
        return self.cells.bounds

    @cached_property
    def _spans(self) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
        """First row, end row, first column, end column of each piece."""
        spans = np.empty((len(self.pieces), 4), dtype=np.int64)
        for number, piece in enumerate(self.pieces):
            row, col = (round(each) for each in self.cells.offset(piece.cells))
            spans[number] = row, row + piece.cells.rows, col, col + piece.cells.cols
        return spans

    def window(self, bounds: Bounds) -> tuple[Array, Affine]:
        """Values of every cell that touches a box; NaN where no piece knows one.

        Raises
        ------
        InputError
            A piece that is needed cannot be read.
        """
        row0, row1, col0, col1 = self.cells.touched(bounds)
        place = self.cells.part(row0, row1, col0, col1)
        if not (place.rows and place.cols):
            return np.empty((0, 0)), place.transform
        spans = self._spans
        hit = (spans[:, 0] < row1) & (spans[:, 1] > row0)
        hit &= (spans[:, 2] < col1) & (spans[:, 3] > col0)
        numbers = np.flatnonzero(hit)
        if len(numbers) == 1 and _holds(spans[numbers[0]], row0, row1, col0, col1):
            top, _, left, _ = (int(v) for v in spans[numbers[0]])
            piece = self.pieces[numbers[0]]
            return piece.read(row0 - top, row1 - top, col0 - left, col1 - left), place.transform
        values = np.full((place.rows, place.cols), np.nan)
        for number in numbers:
            self._add(values, int(number), row0, col0)
        return values, place.transform

    def _add(self, values: Array, number: int, row0: int, col0: int) -> None:
        top, bottom, left, right = (int(v) for v in self._spans[number])
        rows = max(top, row0), min(bottom, row0 + values.shape[0])
        cols = max(left, col0), min(right, col0 + values.shape[1])
        target = values[rows[0] - row0 : rows[1] - row0, cols[0] - col0 : cols[1] - col0]
        open_cells = np.isnan(target)
        if open_cells.any():
            read = self.pieces[number].read(
                rows[0] - top, rows[1] - top, cols[0] - left, cols[1] - left
            )
            target[open_cells] = read[open_cells]


def _holds(
    span: "np.ndarray[tuple[int], np.dtype[np.int64]]", row0: int, row1: int, col0: int, col1: int
) -> bool:
    return bool(span[0] <= row0 and row1 <= span[1] and span[2] <= col0 and col1 <= span[3])
