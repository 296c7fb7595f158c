"""Cells of a screening as the map carries them: few enough to be sent, on a lattice in degrees."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.lattice import Lattice, mesh_lattice
from maps.screen_page import BEST_SCORE, UNKNOWN_SCORE, ScreenCells
from siting.screen.run import Screening

MOST_CELLS = 400_000
"""Cells that a page carries."""

FINE_M = 100
"""Cells out of which those of a study in a projection are put together. [m]"""

Bytes = npt.NDArray[np.uint8]


def map_cells(found: Screening, most: int = MOST_CELLS) -> ScreenCells:
    """Land cells with scores and rules, as bytes.

    More cells than `most` are put together to larger ones: scores become means by land, and a
    rule holds where it takes out at least half of the land. A study in a projection is laid on a
    lattice in degrees, each of its cells at its middle.

    Parameters
    ----------
    found : Screening
    most : int
        Cells that the page may carry.
    """
    lattice, owner = _map_lattice(found, most)
    cell, member = np.unique(owner, return_inverse=True)
    land = found.cells.land_km2
    whole = np.bincount(member, weights=land)

    def mean(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        known = ~np.isnan(values) * land
        weight = np.bincount(member, weights=known)
        total = np.bincount(member, weights=np.nan_to_num(values.astype(float)) * known)
        return np.where(weight > 0, total / np.where(weight > 0, weight, 1), np.nan)

    names = found.scores.names
    return ScreenCells(
        west=lattice.west,
        north=lattice.north,
        step_x=lattice.step_x,
        step_y=lattice.step_y,
        rows=lattice.rows,
        cols=lattice.cols,
        row=cell // lattice.cols,
        col=cell % lattice.cols,
        score=as_bytes(mean(found.score)),
        scores={n: as_bytes(mean(found.scores.by_criterion[i])) for i, n in enumerate(names)},
        rules=_rules(found, lambda held: np.bincount(member, weights=held * land) >= whole / 2),
    )


def as_bytes(score: npt.NDArray[np.float64]) -> Bytes:
    """Scores from 0 to 1 as whole numbers from 0 to 254; 255 where not known.

    >>> as_bytes(np.array([0.0, 0.5, 1.0, np.nan])).tolist()
    [0, 127, 254, 255]
    """
    known = np.round(np.nan_to_num(score) * BEST_SCORE)
    return np.where(np.isnan(score), UNKNOWN_SCORE, known).astype(np.uint8)


def _rules(
    found: Screening, mostly: Callable[[npt.NDArray[np.bool_]], npt.NDArray[np.bool_]]
) -> npt.NDArray[np.uint32]:
    bits = None
    for i in range(len(found.exclusions.names)):
        bit = np.uint32(1 << i)
        held = mostly((found.exclusions.bits & bit) != 0)
        part = np.where(held, bit, np.uint32(0)).astype(np.uint32)
        bits = part if bits is None else bits | part
    return mostly(np.zeros(len(found.cells), bool)).astype(np.uint32) * 0 if bits is None else bits


def _map_lattice(found: Screening, most: int) -> tuple[Lattice, npt.NDArray[np.int64]]:
    """Lattice of the map, and the flat cell of it that each cell of the study falls into."""
    cells, lattice = found.cells, found.cells.lattice
    join = 1
    if not lattice.is_mesh:
        lon, lat = cells.centre
        box = float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())
        size_km, lattice = lattice.cell_m / 1e3, mesh_lattice(box, FINE_M)
        # no cell of the map may be smaller than one of the study: it could stay empty
        join = math.ceil(size_km / min(float(step.min()) for step in lattice.row_step_km))
    at = lattice.cells_at(*cells.centre)
    while len(pd.unique(_coarse(at, lattice, join)[1])) > most:
        join *= 2
    return _coarse(at, lattice, join)


def _coarse(
    at: npt.NDArray[np.int64], lattice: Lattice, join: int
) -> tuple[Lattice, npt.NDArray[np.int64]]:
    """Lattice with `join` cells on a side put together, and the cells in it."""
    rows, cols = -(-lattice.rows // join), -(-lattice.cols // join)
    large = Lattice(
        lattice.crs,
        lattice.west,
        lattice.north,
        lattice.step_x * join,
        lattice.step_y * join,
        rows,
        cols,
        lattice.cell_m * join,
    )
    row, col = np.divmod(at, lattice.cols)
    return large, row // join * cols + col // join
