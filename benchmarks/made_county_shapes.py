"""Points, lines and areas of the made county, from cells to degrees."""

import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
from rasterio.features import shapes
from shapely.geometry import LineString, Point, Polygon

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.made_county_land import Bools, Line

WEST, NORTH = 140.0, 35.95
COLS_PER_DEGREE, ROWS_PER_DEGREE = 800, 1200
DECIMALS = 7
NOTE = "架空 made"
"""Column `note` of every feature."""

Corner = tuple[float, float]


def areas(mask: Bools, stride: int = 1, least_cells: int = 3) -> list[Polygon]:
    """Areas around cells, with cut corners so that they do not follow the cells exactly.

    Parameters
    ----------
    mask : bool array
        Cells inside.
    stride : int
        Only every `stride`-th cell is looked at: coarser outlines, smaller files.
    least_cells : int
        Smaller areas are left out.
    """
    coarse = np.ascontiguousarray(mask[stride // 2 :: stride, stride // 2 :: stride])
    found = shapes(coarse.astype(np.uint8), mask=coarse, connectivity=4)
    rings = [shape["coordinates"] for shape, _ in found]
    outlines = [Polygon(_ring(r[0], stride), [_ring(h, stride) for h in r[1:]]) for r in rings]
    least = least_cells / (COLS_PER_DEGREE * ROWS_PER_DEGREE)
    return [outline for outline in outlines if outline.area >= least]


def point(col: float, row: float) -> Point:
    """The point at a column and a row of cells."""
    return Point(degrees(col, row))


def line(corners: Line) -> LineString:
    """The bent line through columns and rows of cells."""
    return LineString([degrees(*corner) for corner in corners])


def block(col: float, row: float, cols: float, rows: float) -> Polygon:
    """A slightly turned rectangle, `cols` wide and `rows` high."""
    turn = 0.15
    corners = [(0.0, 0.0), (cols, turn * rows), (cols - turn * cols, rows), (-turn * cols, rows)]
    return Polygon([degrees(col + x, row + y) for x, y in corners])


def degrees(col: float, row: float) -> Corner:
    """Longitude and latitude, rounded to a centimetre."""
    lon, lat = WEST + col / COLS_PER_DEGREE, NORTH - row / ROWS_PER_DEGREE
    return round(lon, DECIMALS), round(lat, DECIMALS)


def table(rows: Sequence[dict[str, object]], crs: str = "EPSG:6668") -> gpd.GeoDataFrame:
    """A frame of rows that each have a `geometry`; the column `note` says that they are made."""
    noted = [{**row, "note": NOTE, "geometry": row["geometry"]} for row in rows]
    return gpd.GeoDataFrame(noted, geometry="geometry", crs=crs)


def _ring(corners: Sequence[Corner], stride: int) -> list[Corner]:
    """Ring through the middles of all cell edges instead of their corners."""
    middles = list(_edge_middles(corners))
    bends = [
        here
        for before, here, after in zip(
            middles[-1:] + middles[:-1], middles, middles[1:] + middles[:1], strict=True
        )
        if (here[0] - before[0], here[1] - before[1]) != (after[0] - here[0], after[1] - here[1])
    ]
    return [degrees(x * stride, y * stride) for x, y in bends]


def _edge_middles(corners: Sequence[Corner]) -> Iterator[Corner]:
    for (x0, y0), (x1, y1) in pairwise(corners):
        length = int(abs(x1 - x0) + abs(y1 - y0))
        dx, dy = (x1 - x0) / length, (y1 - y0) / length
        for step in range(length):
            yield x0 + (step + 0.5) * dx, y0 + (step + 0.5) * dy
