"""Coordinate reference systems the toolkit uses."""

from typing import TYPE_CHECKING

from data.errors import InputError, Problem

if TYPE_CHECKING:
    import geopandas

WGS84_EPSG = 4326
"""Longitude and latitude of all tables, files and maps; JGD2011 agrees with it within a metre."""

JGD2011_EPSG = 6668
"""Longitude and latitude of Japanese public data."""

EQUAL_AREA_EPSG = 6933
"""World cylindrical equal area, metres: for areas only."""

JAPAN_BOUNDS = (122.0, 20.0, 154.0, 46.0)
"""West, south, east, north of all islands. [degrees]"""


def require_crs(frame: "geopandas.GeoDataFrame", epsg: int, *, where: str = "layer") -> None:
    """Refuse a frame whose coordinates are not in `epsg`.

    Parameters
    ----------
    frame : GeoDataFrame
        Any geometry.
    epsg : int
        Expected reference system.
    where : str
        Name of the layer or file for the message.

    Raises
    ------
    InputError
        The frame has no reference system or another one.
    """
    from pyproj import CRS

    expected = CRS.from_epsg(epsg)
    if frame.crs is None:
        raise InputError(where, [missing_crs(where)])
    if not expected.equals(frame.crs, ignore_axis_order=True):
        fix = f"Convert it with to_crs({epsg})"
        problem = Problem("CRS", frame.crs.name, f"EPSG:{epsg} ({expected.name})", fix)
        raise InputError(where, [problem])


def missing_crs(where: str) -> Problem:
    """Say that a layer does not state what its coordinates are."""
    return Problem(
        "CRS",
        "none",
        "a stated coordinate reference system",
        "Add the .prj file, or write it in with ogr2ogr -a_srs EPSG:4326 if it is in degrees",
        file=where,
    )
