"""Power objects of OpenStreetMap out of any file, with their tags as columns.

A raw extract (.osm, .osm.pbf) is read through GDAL's OSM driver without a configuration: tags the
driver has no column for stand in `other_tags` as "key"=>"value", and are unpacked here. Two traps:
the driver takes a closed way for an area only by certain tags, and power is none of them, so that
most substations arrive as closed lines; and a relation and a way can have the same number.
"""

import json
import re
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyogrio.errors
import shapely
from pyproj import Transformer

from data.crs import WGS84_EPSG, missing_crs
from data.errors import InputError, Problem, SourceUnavailableError
from data.layer import Bounds, LayerOptions

TAG = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"', re.DOTALL)
ESCAPE = re.compile(r"\\(.)", re.DOTALL)

HEADS: dict[str, tuple[bytes, ...]] = {
    ".gpkg": (b"SQLite format 3\x00",),
    ".geojson": (b"{",),
    ".json": (b"{",),
    ".fgb": (b"fgb",),
    ".shp": (b"\x00\x00'\n",),
    ".osm": (b"<?xml", b"<osm"),
    ".pbf": (b"\x00\x00\x00",),
}
"""Endings read and how such a file begins, so that no other driver is led to open it."""

OSM_LAYERS = {"points": "node", "lines": "way", "multipolygons": "relation"}
"""Layers of the OSM driver that hold power objects, and what they were in OpenStreetMap."""

HAS_POWER = """other_tags LIKE '%"power"=>%'"""
HEAD_BYTES = 2000
DEGREES = (-180.0, -90.0, 180.0, 90.0)


def read_tags(
    paths: Sequence[Path], options: LayerOptions, bounds: Bounds | None
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Features of all files with tags as text columns.

    Parameters
    ----------
    paths : sequence of Path
        GeoPackage, GeoJSON, FlatGeobuf, Shapefile, .osm or .osm.pbf.
    options : LayerOptions
        Layer, reference system and encoding, where the file does not say.
    bounds : (west, south, east, north), optional
        Only features that touch the box. [degrees]

    Returns
    -------
    frame : GeoDataFrame, shape (features, tags)
        EPSG:4326, valid; from raw extracts only objects with a power tag. Column osm_id such as
        "way/123", "" where the file does not say.
    notes : list of str
        What was left out, and warnings of the reader.

    Raises
    ------
    SourceUnavailableError
        A file is not there.
    InputError
        A file is not what its ending says, is broken, states no reference system or its
        coordinates are no degrees; all problems of all files.
    """
    frames: list[gpd.GeoDataFrame] = []
    problems: list[Problem] = []
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", RuntimeWarning)
        for path in paths:
            try:
                frames.append(_read(Path(path), options, bounds))
            except InputError as error:
                problems += error.problems
    if problems:
        raise InputError(", ".join(str(path) for path in paths), problems)
    both = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
    both = gpd.GeoDataFrame(both, geometry="geometry", crs=WGS84_EPSG)
    blank = both.geometry.isna() | both.geometry.is_empty
    notes = [f"{int(blank.sum())} features without geometry left out"] * bool(blank.any())
    notes += list(dict.fromkeys(f"reading said: {str(each.message)[:200]}" for each in said))[:5]
    return both[~blank].reset_index(drop=True), notes


def parse_tags(text: object) -> dict[str, str]:
    r"""Tags of an `other_tags` text.

    Parameters
    ----------
    text : str or missing
        Pairs "key"=>"value" with \" and \\ escaped, or a JSON object.

    Returns
    -------
    dict
        Empty for a missing text; what is not a pair is skipped.

    Examples
    --------
    >>> parse_tags('"power"=>"substation","name"=>"the \\"old\\" one"')
    {'power': 'substation', 'name': 'the "old" one'}
    """
    if not isinstance(text, str):
        return {}
    if text.startswith("{"):
        return _tags_of_json(text)
    return {ESCAPE.sub(r"\1", k): ESCAPE.sub(r"\1", v) for k, v in TAG.findall(text)}


def _tags_of_json(text: str) -> dict[str, str]:
    try:
        tags = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return {str(k): str(v) for k, v in tags.items()} if isinstance(tags, dict) else {}


def _read(path: Path, options: LayerOptions, bounds: Bounds | None) -> gpd.GeoDataFrame:
    _refuse_file(path)
    raw = path.suffix.lower() in (".osm", ".pbf")
    try:
        frames = list(_raw_layers(path, bounds) if raw else _table(path, options, bounds))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError) as error:
        found = f"broken: {' '.join(str(error).split())[:200]}"
        raise _problem("file", found, "a whole file", "Fetch it again", path) from None
    frame = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
    _refuse_position(frame, path)
    return frame.set_geometry(frame.geometry.make_valid())


def _raw_layers(path: Path, bounds: Bounds | None) -> Iterator[gpd.GeoDataFrame]:
    for layer, kind in OSM_LAYERS.items():
        frame = pyogrio.read_dataframe(path, layer=layer, where=HAS_POWER, bbox=bounds)
        tags = _unpacked(frame)
        way = frame.get("osm_way_id", pd.Series(None, frame.index, dtype=object))
        own = kind + "/" + frame["osm_id"].astype("str")
        tags["osm_id"] = own.where(way.isna(), "way/" + way.astype("str"))
        yield tags.set_geometry(_closed_to_areas(tags.geometry, tags["power"]))


def _closed_to_areas(geometry: gpd.GeoSeries, power: pd.Series) -> gpd.GeoSeries:
    """Closed ways as areas, if they are places and no lines."""
    ways = (geometry.geom_type == "LineString") & geometry.is_closed
    ways &= (shapely.get_num_coordinates(geometry.array) > 3) & ~power.isin(LINE_VALUES)
    areas = geometry.copy()
    areas[ways] = shapely.build_area(np.asarray(geometry[ways].array))
    # a ring that encloses nothing stays a line
    return areas.where(~areas.is_empty, geometry)


LINE_VALUES = ("line", "minor_line", "cable")


def _table(path: Path, options: LayerOptions, bounds: Bounds | None) -> Iterator[gpd.GeoDataFrame]:
    layer = _layer(path, options)
    crs = pyogrio.read_info(path, layer=layer)["crs"] or options.crs
    if crs is None:
        raise InputError(str(path), [missing_crs(str(path))])
    box = None
    if bounds is not None:
        box = Transformer.from_crs(WGS84_EPSG, crs, always_xy=True).transform_bounds(*bounds)
    frame = pyogrio.read_dataframe(path, layer=layer, bbox=box, encoding=options.encoding)
    if not isinstance(frame, gpd.GeoDataFrame):
        raise _problem("geometry", "none", "points, lines or areas", "", path)
    frame = frame.set_crs(crs, allow_override=True).to_crs(WGS84_EPSG)
    tags = _unpacked(frame)
    tags["osm_id"] = _osm_ids(tags)
    yield tags


def _layer(path: Path, options: LayerOptions) -> str:
    names = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    if options.layer is None and len(names) == 1:
        return names[0]
    if options.layer not in names:
        found = "not stated" if options.layer is None else options.layer
        raise _problem("layer", found, "one of " + ", ".join(names), "", path)
    return options.layer


def _unpacked(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Tags of `other_tags` as columns, beside those that are columns already."""
    if "other_tags" not in frame:
        return frame
    packed = frame["other_tags"].map(parse_tags)
    wide = pd.DataFrame(packed.to_list(), index=frame.index, dtype=object)
    wide = wide.reindex(columns=["power", *(tag for tag in USED_TAGS if tag in wide)])
    kept = frame.drop(columns=["other_tags", *frame.columns.intersection(wide.columns)])
    for column in frame.columns.intersection(wide.columns):
        wide[column] = frame[column].where(frame[column].notna(), wide[column])
    return gpd.GeoDataFrame(kept.join(wide), geometry="geometry", crs=frame.crs)


USED_TAGS = (
    "name",
    "name:ja",
    "operator",
    "substation",
    "voltage",
    "circuits",
    "cables",
    "location",
    "disused",
    "abandoned",
    "railway",
)


def _osm_ids(frame: gpd.GeoDataFrame) -> pd.Series:
    """Numbers as "way/123" out of the columns that export tools write."""
    for column in ("@id", "full_id", "id", "osm_id"):
        if column in frame:
            texts = frame[column].astype("str").str.strip()
            whole = texts.where(texts.str.fullmatch(r"(?:node|way|relation)/\d+"), "")
            short = texts.str.extract(r"^([nwr])(\d+)$")
            spelt = short[0].map({"n": "node/", "w": "way/", "r": "relation/"}) + short[1]
            if column == "osm_id" and "osm_type" in frame:
                spelt = frame["osm_type"].astype("str") + "/" + texts
            ids = whole.where(whole.ne(""), spelt).fillna("")
            if ids.ne("").any():
                return ids
    return pd.Series("", index=frame.index)


def _refuse_file(path: Path) -> None:
    if not path.is_file():
        raise SourceUnavailableError(
            f"{path} is not there. Put the file in place or correct the path"
        )
    heads = HEADS.get(path.suffix.lower())
    if heads is None:
        raise _problem("file", f"ending {path.suffix!r}", "one of " + ", ".join(HEADS), "", path)
    with path.open("rb") as file:
        start = file.read(HEAD_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    right = start.startswith(heads)
    if path.suffix.lower() == ".pbf":
        right &= b"OSMHeader" in start[:32]
    if path.suffix.lower() == ".osm":
        # nobody who exports maps defines entities
        right &= b"<osm" in start and b"<!" not in start.split(b"<osm")[0]
    if not right:
        raise _problem("file", "another kind of file", f"a {path.suffix} file", "", path)


def _refuse_position(frame: gpd.GeoDataFrame, path: Path) -> None:
    west, south, east, north = DEGREES
    box = frame.geometry.bounds
    inside = box["minx"].ge(west) & box["maxx"].le(east)
    inside &= box["miny"].ge(south) & box["maxy"].le(north)
    inside |= box["minx"].isna()
    if not inside.all():
        found = f"{int((~inside).sum())} features outside the world"
        fix = "The stated CRS is wrong, or latitude and longitude are exchanged"
        raise _problem("coordinates", found, "longitude and latitude", fix, path)


def _problem(field: str, found: str, expected: str, fix: str, path: Path) -> InputError:
    return InputError(str(path), [Problem(field, found, expected, fix, file=str(path))])
