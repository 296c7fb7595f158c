"""Files of a run: the same content gives the same bytes."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.crs import JGD2011_EPSG
from siting.spreadsheet import with_index_columns

if TYPE_CHECKING:
    import geopandas

SITES_LAYER = "sites"


def write_json(value: object, path: Path) -> None:
    """Write a value as JSON: UTF-8, sorted keys, unknown numbers as null.

    Parameters
    ----------
    value : object
        Mappings, sequences, text, numbers (numpy's too), None.
    path : Path
        File to write.
    """
    text = json.dumps(plain(value), ensure_ascii=False, allow_nan=False, sort_keys=True, indent=1)
    path.write_bytes(f"{text}\n".encode())


def plain(value: Any) -> Any:
    """A value of JSON's own kinds; NaN and infinity, which JSON lacks, become None.

    Raises
    ------
    TypeError
        JSON has no such kind.

    Examples
    --------
    >>> plain({2030: (1, float("nan"))})
    {'2030': [1, None]}
    """
    if value is None or value is pd.NA or isinstance(value, (str, bool)):
        return None if value is pd.NA else value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [plain(item) for item in value]
    number = value.item() if hasattr(value, "item") else value
    if isinstance(number, (bool, int)):
        return number
    if isinstance(number, float):
        return number if math.isfinite(number) else None
    raise TypeError(f"JSON has no place for {type(value).__name__}: {value!r}")


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet, a GeoDataFrame as GeoParquet; index levels become columns."""
    with_index_columns(frame).to_parquet(path, index=False, compression="zstd")


def write_gpkg(sites: pd.DataFrame, path: Path, *, created: str, layer: str = SITES_LAYER) -> None:
    """Write sites as points of a GeoPackage, JGD2011 (EPSG:6668).

    Parameters
    ----------
    sites : DataFrame
        One row a site, with columns `lat` and `lon`. [°]
    path : Path
        File to write.
    created : str
        Day the run was made, ISO 8601; stamped into the file in place of the clock, so that two
        writings of one run are equal.
    layer : str
        Name of the layer.
    """
    import pyogrio

    points = _points(with_index_columns(sites))
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{created[:10]}T00:00:00.000Z"})
    try:
        pyogrio.write_dataframe(points, path, layer=layer, driver="GPKG", geometry_type="Point")
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _points(sites: pd.DataFrame) -> "geopandas.GeoDataFrame":
    """Sites with their place as geometry."""
    import geopandas

    geometry = geopandas.points_from_xy(sites["lon"], sites["lat"], crs=JGD2011_EPSG)
    return geopandas.GeoDataFrame(sites, geometry=geometry)
