"""Which share of which cell is covered by which area, exactly."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource

from data.crs import WGS84_EPSG
from data.lattice import Lattice

Floats = npt.NDArray[np.float64]


def on_lattice(geometry: Any, lattice: Lattice) -> Any:
    """Geometry in the reference system of a lattice.

    Parameters
    ----------
    geometry : GeoSeries
        EPSG:4326.
    lattice : Lattice

    Returns
    -------
    GeoSeries
        Unchanged for the mesh: JGD2011 and WGS 84 agree within a metre.
    """
    return geometry if lattice.is_mesh else geometry.to_crs(lattice.crs)


def covered_cells(areas: Sequence[Any] | Any, lattice: Lattice) -> pd.DataFrame:
    """Cells that each area covers in part or whole.

    Parameters
    ----------
    areas : array of shapely geometry, shape (areas,)
        Valid polygons in the reference system of the lattice; lines and points cover nothing.
    lattice : Lattice

    Returns
    -------
    DataFrame, shape (pairs, 3)
        `area` (position in `areas`), `cell` (flat number), `share` of the cell covered, above 0.
        Exact for polygons whose edges are straight in the lattice's reference system.
    """
    shapes = np.asarray(areas, dtype=object)
    solid = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    west, south, east, north = lattice.bounds
    solid = solid[shapely.intersects(shapes[solid], shapely.box(west, south, east, north))]
    if not len(solid):
        return _pairs([], [], [])
    ground = NumPyRasterSource(np.zeros(lattice.shape, dtype=np.uint8), west, south, east, north)
    rows = exact_extract(
        ground, _features(shapes[solid], solid), ["cell_id", "coverage"], include_cols=["area"]
    )
    found = [row["properties"] for row in rows]
    cells = [np.asarray(row["cell_id"], dtype=np.int64) for row in found]
    shares = [np.asarray(row["coverage"], dtype=np.float64) for row in found]
    names = [np.full(len(cell), row["area"]) for row, cell in zip(found, cells, strict=True)]
    return _pairs(names, cells, shares)


def covered_share(areas: Sequence[Any] | Any, lattice: Lattice) -> Floats:
    """Share of each cell that lies in any of the areas; overlaps count once.

    Parameters
    ----------
    areas : array of shapely geometry
        Valid polygons in the reference system of the lattice.
    lattice : Lattice

    Returns
    -------
    float array, shape (rows * cols,)
        0 to 1.
    """
    shapes = np.asarray(areas, dtype=object)
    together = shapely.union_all(shapes[shapely.get_dimensions(shapes) == 2])
    pairs = covered_cells(shapely.get_parts([together]), lattice)
    size = lattice.rows * lattice.cols
    share = np.bincount(pairs["cell"], weights=pairs["share"], minlength=size)
    return np.minimum(share, 1.0)


def _features(shapes: Any, names: npt.NDArray[np.int64]) -> Any:
    import geopandas

    return geopandas.GeoDataFrame({"area": names}, geometry=shapes, crs=WGS84_EPSG)


def _pairs(names: list[Any], cells: list[Any], shares: list[Any]) -> pd.DataFrame:
    """Pairs above the rounding of the cover routine, which also reports cells only touched."""
    table = pd.DataFrame(
        {
            "area": np.concatenate([*names, np.zeros(0, dtype=np.int64)]).astype(np.int64),
            "cell": np.concatenate([*cells, np.zeros(0, dtype=np.int64)]).astype(np.int64),
            "share": np.minimum(np.concatenate([*shares, np.zeros(0)]), 1.0),
        }
    )
    return table[table["share"] > 0].reset_index(drop=True)
