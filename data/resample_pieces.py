"""Own cells of a source under a block of study cells: straight overlap, or warped."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from affine import Affine
from scipy.sparse import csr_array

from data.lattice import Lattice
from data.layer import Array, Bounds
from data.raster_checks import bounds_in

SLIVER = 1e-6
"""Share of a cell below which an overlap is rounding."""
FINER = 4
"""Parts along the side of a study cell, at most, onto which another reference system is warped."""


@dataclass(frozen=True)
class Straight:
    """Own cells on the study's own axes: shares of area are exact.

    Attributes
    ----------
    rows, cols : slice
        The study's cells.
    values : float array, shape (own rows, own cols)
        North first; NaN where unknown.
    down : sparse array, shape (rows, own rows)
        Share of each study row that each own row covers.
    across : sparse array, shape (cols, own cols)
        Share of each study column that each own column covers.
    """

    rows: slice
    cols: slice
    values: Array
    down: csr_array
    across: csr_array

    def sums(self, values: Array) -> Array:
        """Sum over own cells, each weighted with the share of the study cell it covers."""
        return (self.across @ (self.down @ values).T).T

    def largest(self, values: Array) -> Array:
        """Largest of the own cells that touch each study cell; -inf where all are."""
        return _largest(_largest(values, self.down).T, self.across).T


def weights(start: float, step: float, number: int, count: int) -> csr_array:
    """Share of each study cell along one axis that each own cell covers.

    Parameters
    ----------
    start, step : float
        Where the first study cell begins and how long each is. [own cells]
    number : int
        Study cells.
    count : int
        Own cells.

    Returns
    -------
    sparse array, shape (number, count)

    Examples
    --------
    >>> weights(0.5, 2.0, 2, 4).toarray().tolist()
    [[0.25, 0.5, 0.25, 0.0], [0.0, 0.0, 0.25, 0.5]]
    """
    edges = start + step * np.arange(number + 1)
    cuts = np.unique(np.concatenate([edges, np.arange(count + 1)]).clip(0, count))
    middle, length = (cuts[1:] + cuts[:-1]) / 2, np.diff(cuts)
    study = np.searchsorted(edges, middle, side="right") - 1
    keep = (length > SLIVER * min(step, 1.0)) & (study >= 0) & (study < number)
    own = np.floor(middle[keep]).astype(np.int64)
    return csr_array((length[keep] / step, (study[keep], own)), shape=(number, count))


def _largest(values: Array, shares: csr_array) -> Array:
    """Largest of the rows that each line of shares touches; -inf where it touches none."""
    first = shares.indptr[:-1]
    touched = np.diff(shares.indptr) > 0
    result = np.full((shares.shape[0], values.shape[1]), -np.inf)
    if touched.any():
        low = shares.indices[first[touched]]
        high = shares.indices[shares.indptr[1:][touched] - 1] + 1
        ends = np.column_stack([low, high]).ravel()
        padded = np.vstack([values, np.full((1, values.shape[1]), -np.inf)])
        result[touched] = np.maximum.reduceat(padded, ends, axis=0)[::2]
    return result


@dataclass(frozen=True)
class Warped:
    """Own cells of another reference system, averaged by GDAL onto parts of the study's cells.

    Attributes
    ----------
    rows, cols : slice
        The study's cells.
    values : float array, shape (own rows, own cols)
        North first; NaN where unknown; covers the whole block.
    own : Affine
        Column and row of `values` to coordinates of `crs`.
    crs : str
        Reference system of the own cells.
    part : Lattice
        The study's cells `rows`, `cols`.
    """

    rows: slice
    cols: slice
    values: Array
    own: Affine
    crs: str
    part: Lattice

    @cached_property
    def _parts(self) -> int:
        """Parts along the side of a study cell: no smaller than own cells, at most `FINER`."""
        row, col = self.part.rows // 2, self.part.cols // 2
        box = bounds_in(self.part.window(row, row + 1, col, col + 1), self.crs)
        if box is None:
            return 1
        across, down = (box[2] - box[0]) / self.own.a, (box[3] - box[1]) / -self.own.e
        return int(np.clip(min(across, down), 1, FINER))

    def sums(self, values: Array) -> Array:
        """Sum over own cells, each weighted with the share of the study cell it covers."""
        return np.asarray(self._blocks(values, "average").mean(axis=(1, 3)))

    def largest(self, values: Array) -> Array:
        """Largest of the own cells around each study cell; -inf where all are."""
        known = np.where(np.isfinite(values), values, np.nan)
        blocks = self._blocks(known, "max")
        return np.asarray(np.where(np.isnan(blocks), -np.inf, blocks).max(axis=(1, 3)))

    def _blocks(self, values: Array, how: str) -> Array:
        from rasterio.warp import Resampling, reproject

        parts, (rows, cols) = self._parts, self.part.shape
        target = np.full((rows * parts, cols * parts), np.nan)
        reproject(
            values,
            target,
            src_transform=self.own,
            src_crs=self.crs,
            src_nodata=np.nan,
            dst_transform=self.part.transform @ Affine.scale(1 / parts),
            dst_crs=self.part.crs,
            dst_nodata=np.nan,
            resampling=Resampling[how],
        )
        return target.reshape(rows, parts, cols, parts)


def framed(values: Array, own: Affine, box: Bounds) -> tuple[Array, Affine]:
    """Own cells with unknown cells around them, out to a box and one cell more."""
    rows, cols = values.shape
    left = max(0, math.ceil((own.c - box[0]) / own.a)) + 1
    right = max(0, math.ceil((box[2] - own.c) / own.a) - cols) + 1
    top = max(0, math.ceil((box[3] - own.f) / -own.e)) + 1
    bottom = max(0, math.ceil((own.f - box[1]) / -own.e) - rows) + 1
    padded = np.pad(values, ((top, bottom), (left, right)), constant_values=np.nan)
    return padded, own @ Affine.translation(-left, -top)
