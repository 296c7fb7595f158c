"""One file of features: looked at first, then read into longitude and latitude."""

import re
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow.lib
import pyogrio
import pyogrio.errors
import shapely.errors
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from data.crs import WGS84_EPSG, missing_crs
from data.errors import InputError, Problem
from data.feature_repair import (
    degree_problems,
    lost_problems,
    plane_problems,
    repaired,
    touching,
)
from data.layer import Bounds, LayerOptions
from data.shapefile import shapefile_encoding, shapefile_problems
from data.vector import chosen_layer

STARTS = {
    ".gpkg": b"SQLite format 3\0",
    ".fgb": b"fgb\x03",
    ".parquet": b"PAR1",
    ".geoparquet": b"PAR1",
    ".shp": b"\0\0\x27\x0a",
}
NAMES = {
    ".gpkg": "a GeoPackage",
    ".fgb": "a FlatGeobuf",
    ".parquet": "a GeoParquet",
    ".geoparquet": "a GeoParquet",
    ".shp": "a shapefile",
}
TEXT_STARTS = {".geojson": b"{", ".json": b"{", ".topojson": b"{", ".kml": b"<", ".gml": b"<"}
PARQUET = (".parquet", ".geoparquet")
BY_PLACE = (".gpkg", ".fgb", ".shp")
"""Formats that can be read by box without reading everything."""

HEAD_BYTES = 2**16
POINTS_ELSEWHERE = re.compile(rb"<OGR\w*DataSource|gdal_streamed_alg", re.I)
"""Text that makes GDAL open other files or go to the network."""

XML_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s|<\?.*?\?>|<!--.*?-->)*", re.S)
"""What may stand before the first element; a document type, which can hold entities that unfold
without end or name other files, may not."""

UNREADABLE = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.GeometryError,
    pyogrio.errors.FieldError,
    pyogrio.errors.CRSError,
    pyarrow.lib.ArrowException,
    shapely.errors.ShapelyError,
    CRSError,
    ValueError,
    OSError,
    RuntimeError,
    MemoryError,
    OverflowError,
)
EDGE_POINTS = 21
WIDER_SHARE = 0.01
"""A study box in another reference system is widened so that its bent edges stay inside."""


def read_feature_file(
    path: Path, where: str, options: LayerOptions, bounds: Bounds | None
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Features of one file, in EPSG:4326 with flat and valid geometry.

    Parameters
    ----------
    path : Path
        An existing file.
    where : str
        Its name for the messages.
    options : LayerOptions
        `layer`, `crs`, `encoding`.
    bounds : (west, south, east, north) or None
        Only features whose extent touches this box. [degrees]

    Returns
    -------
    GeoDataFrame, shape (features, columns)
        Geometry column `geometry`; none at all if nothing touches the box.
    list of str
        Notes.

    Raises
    ------
    InputError
    """
    refuse_content(path, where)
    options, note = _with_encoding(path, where, options)
    frame = _opened(path, where, options, bounds)
    if frame.crs is None:
        frame = frame.set_crs(_stated_crs(path, where, options))
    _refuse_place(frame, where)
    given = len(frame)
    frame, repairs = repaired(frame)
    if given and frame.empty:
        found = f"none that can be used in all {given:,} features ({'; '.join(repairs)})"
        raise InputError(where, [Problem("geometry", found, "a place in each", file=where)])
    located = _located(frame, where)
    if bounds is not None:
        located = touching(located, bounds)
    notes = [note] if note else []
    return _named(located), [*notes, *repairs]


def refuse_content(path: Path, where: str) -> None:
    """Raise before GDAL opens what is not what its ending says, or leads to other files."""
    ending = path.suffix.lower()
    if path.is_dir():
        return
    if not path.is_file():  # a pipe without writer would wait for ever
        raise _refused(where, "no regular file", "a file of features")
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        start = STARTS.get(ending)
        if start is not None and not head.startswith(start):
            raise _refused(where, "something else", f"{NAMES[ending]}, as its ending says")
        if start is None:
            _refuse_text(head, file, ending, where)
    if ending == ".shp" and (problems := list(shapefile_problems(path, where))):
        raise InputError(where, problems)


def _refuse_text(head: bytes, file: Any, ending: str, where: str) -> None:
    sign = TEXT_STARTS.get(ending)
    if sign is not None and not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(sign):
        raise _refused(where, "something else", f"{ending[1:].upper()} text, as its ending says")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        prolog = XML_PROLOG.match(head)
        element = head[prolog.end() :][:2] if prolog else b""
        if not re.match(rb"<[A-Za-z_]", element):
            raise _refused(where, "a document type in it", "an element right after the XML head")
    tail = head[-64:]
    while head:
        if found := POINTS_ELSEWHERE.search(head):
            word = found.group().decode("ascii", "replace")
            raise _refused(where, f"{word} in it", "features, not a reference to other files")
        head = file.read(HEAD_BYTES)
        head, tail = (tail + head if head else b""), head[-64:]


def _with_encoding(path: Path, where: str, options: LayerOptions) -> tuple[LayerOptions, str]:
    if path.suffix.lower() != ".shp" or options.encoding is not None:
        return options, ""
    encoding, note = shapefile_encoding(path, where)
    return replace(options, encoding=encoding), note


def _opened(
    path: Path, where: str, options: LayerOptions, bounds: Bounds | None
) -> gpd.GeoDataFrame:
    """The features as they are; every way in which a file can break ends in one message."""
    try:
        with warnings.catch_warnings(), _alone(path) as place:
            warnings.simplefilter("ignore")  # what GDAL warns of is checked here
            if path.suffix.lower() in PARQUET:
                frame = gpd.read_parquet(place)
            else:
                frame = _by_gdal(place, where, options, bounds)
    except UNREADABLE as error:
        raise _refused(where, _first_line(error), "a whole, readable file") from None
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError(where, [Problem("geometry", "none", "points, lines or areas", file=where)])
    return frame


def _by_gdal(
    path: Path, where: str, options: LayerOptions, bounds: Bounds | None
) -> gpd.GeoDataFrame:
    layer = chosen_layer(str(path), options.layer, where=where)
    encoding = options.encoding if path.suffix.lower() == ".shp" else None
    box = None
    if bounds is not None and path.suffix.lower() in BY_PLACE:
        box = _box(path, layer, options, bounds, encoding)
    asked = {"layer": layer, "bbox": box, "encoding": encoding}
    try:
        return pyogrio.read_dataframe(path, use_arrow=True, **asked)
    except NotImplementedError:  # curves: the slower way makes lines of them
        return pyogrio.read_dataframe(path, use_arrow=False, **asked)


def _box(
    path: Path, layer: str, options: LayerOptions, bounds: Bounds, encoding: str | None
) -> Bounds | None:
    """The study box in the file's reference system; None where everything must be looked at."""
    info = pyogrio.read_info(path, layer=layer, encoding=encoding, force_total_bounds=True)
    stated = info["crs"] or options.crs
    if stated is None:
        return None
    crs, total = CRS(stated), info["total_bounds"]
    if crs.is_geographic and (total is None or max(abs(total[1]), abs(total[3])) > 90):
        return None  # no degrees, or exchanged: the check of positions will say so
    west, south, east, north = bounds
    wider_x, wider_y = (east - west) * WIDER_SHARE, (north - south) * WIDER_SHARE
    box = west - wider_x, max(south - wider_y, -90), east + wider_x, min(north + wider_y, 90)
    if not crs.is_geographic or crs.to_epsg() != WGS84_EPSG:
        change = Transformer.from_crs(WGS84_EPSG, crs, always_xy=True)
        try:
            box = change.transform_bounds(*box, densify_pts=EDGE_POINTS)
        except ProjError:
            return None
    return box if np.isfinite(box).all() else None


@contextmanager
def _alone(path: Path) -> Iterator[Path]:
    """The file; GML through a link elsewhere, since GDAL writes its notes beside it."""
    if path.suffix.lower() != ".gml":
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="siting-") as folder:
        link = Path(folder) / path.name
        link.symlink_to(path.resolve())
        yield link


def _stated_crs(path: Path, where: str, options: LayerOptions) -> CRS:
    if options.crs is not None:
        try:
            return CRS.from_user_input(options.crs)
        except CRSError:
            problem = Problem(
                "crs", options.crs, "a reference system such as EPSG:6668", file=where
            )
            raise InputError(where, [problem]) from None
    if path.suffix.lower() == ".topojson" or _is_topology(path):
        return CRS.from_epsg(WGS84_EPSG)
    problem = missing_crs(where)
    fix = f"Say crs: EPSG:6668 with the layer, if it is in degrees. {problem.fix}"
    raise InputError(where, [replace(problem, fix=fix)])


def _is_topology(path: Path) -> bool:
    if path.suffix.lower() != ".json":
        return False
    with path.open("rb") as file:
        return re.search(rb'"type"\s*:\s*"Topology"', file.read(HEAD_BYTES)) is not None


def _refuse_place(frame: gpd.GeoDataFrame, where: str) -> None:
    """Raise for coordinates that cannot be what the reference system says."""
    check = degree_problems if CRS(frame.crs).is_geographic else plane_problems
    boxes = frame.geometry.bounds.reset_index(drop=True)
    if len(boxes) and (problems := check(boxes, where)):
        raise InputError(where, problems)


def _located(frame: gpd.GeoDataFrame, where: str) -> gpd.GeoDataFrame:
    if frame.empty:
        return frame.set_crs(WGS84_EPSG, allow_override=True)
    try:
        located = frame.to_crs(WGS84_EPSG)
    except ProjError as error:
        raise _refused(where, f"no conversion ({error})", "a CRS of the ground") from None
    if problems := lost_problems(located.geometry.bounds, where):
        raise InputError(where, problems)
    return located


def _named(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Column names without blanks around them; the geometry is called `geometry`."""
    stripped = [str(name).strip() for name in frame.columns]
    if len(set(stripped)) == len(stripped):
        frame = frame.set_axis(stripped, axis=1).set_geometry(frame.geometry.name.strip())
    if frame.geometry.name == "geometry":
        return frame
    if "geometry" in frame.columns:
        frame = frame.rename(columns={"geometry": "geometry_column"})
    return frame.rename_geometry("geometry")


def _first_line(error: BaseException) -> str:
    text = str(error).strip().splitlines()
    return f"nothing readable ({text[0][:200]})" if text else "nothing readable"


def _refused(where: str, found: str, expected: str) -> InputError:
    return InputError(where, [Problem("file", found, expected, file=where)])
