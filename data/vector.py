"""Vector files, opened with checks."""

from pathlib import Path

import geopandas as gpd
import pyogrio
import pyogrio.errors

from data.crs import JAPAN_BOUNDS, WGS84_EPSG, missing_crs
from data.errors import InputError, Problem, SourceUnavailableError

FIRST_SHOWN = 5


def read_vector(path: Path | str, *, layer: str | None = None) -> gpd.GeoDataFrame:
    """Read a vector file into longitude and latitude, with valid geometry.

    Parameters
    ----------
    path : Path or str
        GeoPackage, GeoJSON, Shapefile or what else GDAL reads.
    layer : str, optional
        Layer of a file with several.

    Returns
    -------
    GeoDataFrame, shape (features, columns)
        EPSG:4326; at least one feature, none without geometry, all inside the window of Japan.

    Raises
    ------
    SourceUnavailableError
        The file is not there.
    InputError
        It cannot be read, the layer is not named or unknown, it states no reference system, or
        its coordinates are not where it says.
    """
    where = str(path)
    if not Path(path).exists():
        raise SourceUnavailableError(
            f"{where} is not there. Put the file in place or correct the path"
        )
    frame = _opened(where, chosen_layer(where, layer))
    if frame.crs is None:
        raise InputError(where, [missing_crs(where)])
    _refuse_features(frame, where)
    located = frame.to_crs(WGS84_EPSG)
    _refuse_position(located, where)
    return located.set_geometry(located.geometry.make_valid())


def chosen_layer(path: str, layer: str | None, *, where: str = "") -> str:
    """Name of the layer to read; the only one with geometry if none is stated.

    Parameters
    ----------
    path : str
        The file.
    layer : str, optional
        As stated by the user.
    where : str
        Name for the messages; `path` if empty.

    Raises
    ------
    InputError
        No vector file, no such layer, or several and none stated.
    """
    where = where or path
    try:
        listed = pyogrio.list_layers(path)
    except pyogrio.errors.DataSourceError:
        problem = Problem(
            "file", "not a vector file", "GeoPackage, GeoJSON or Shapefile", file=where
        )
        raise InputError(where, [problem]) from None
    names = [str(name) for name, kind in listed if kind is not None]  # not styles and other tables
    names = names or [str(name) for name, _ in listed]
    if layer is None and len(names) == 1:
        return names[0]
    if layer not in names:
        found = "not stated" if layer is None else layer
        problem = Problem("layer", found, "one of " + ", ".join(names), file=where)
        raise InputError(where, [problem])
    return layer


def _opened(where: str, layer: str) -> gpd.GeoDataFrame:
    frame = gpd.read_file(where, layer=layer)
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError(where, [Problem("geometry", "none", "points, lines or areas", file=where)])
    return frame


def _refuse_features(frame: gpd.GeoDataFrame, where: str) -> None:
    blank = frame.index[frame.geometry.isna() | frame.geometry.is_empty]
    problems = []
    if frame.empty:
        problems.append(Problem("features", "none", "at least one", file=where))
    if len(blank):
        first = ", ".join(str(i + 1) for i in blank[:FIRST_SHOWN])
        found = f"{len(blank)} without, first: feature {first}"
        problems.append(Problem("geometry", found, "one in every feature", file=where))
    if problems:
        raise InputError(where, problems)


def _refuse_position(frame: gpd.GeoDataFrame, where: str) -> None:
    west, south, east, north = JAPAN_BOUNDS
    box = frame.geometry.bounds
    inside = (
        box["minx"].ge(west) & box["maxx"].le(east) & box["miny"].ge(south) & box["maxy"].le(north)
    )
    if not inside.all():
        first = frame.index[~inside][:FIRST_SHOWN]
        found = f"{int((~inside).sum())} outside, first: feature " + ", ".join(
            str(i + 1) for i in first
        )
        fix = (
            "The stated CRS is wrong, latitude and longitude are exchanged, or the data lie abroad"
        )
        problem = Problem("coordinates", found, "features in Japan", fix, file=where)
        raise InputError(where, [problem])
