"""Tables of places from a user's file: CSV with lat and lon, or points of a vector file."""

from pathlib import Path

import pandas as pd

from data.read_csv import read_user_csv
from data.tables import check
from data.vector import read_vector

VECTOR_ENDINGS = (".gpkg", ".geojson", ".json", ".shp", ".fgb", ".kml", ".parquet")
"""Endings read through GDAL; everything else is taken for CSV."""


def read_points(path: Path | str, contract_name: str) -> pd.DataFrame:
    """Read places through a contract that has the columns lat and lon.

    Parameters
    ----------
    path : Path or str
        CSV (see `read_user_csv`), or a vector file in any reference system, whose points give lat
        and lon; of areas the point that represents them.
    contract_name : str
        Name of a contract in `data.tables.CONTRACTS`, such as `places` or `zones`.

    Returns
    -------
    DataFrame, shape (rows, contract columns)
        As `data.tables.check` returns it.

    Raises
    ------
    InputError
        Every problem of the file; a vector file without a reference system is refused.
    SourceUnavailableError
        The vector file is not there.
    """
    if Path(path).suffix.lower() not in VECTOR_ENDINGS:
        return read_user_csv(path, contract_name)
    features = read_vector(path)
    points = features.geometry.representative_point()
    table = pd.DataFrame(
        features.drop(columns=[features.geometry.name, "lat", "lon"], errors="ignore")
    )
    return check(table.assign(lat=points.y, lon=points.x), contract_name, where=str(path))
