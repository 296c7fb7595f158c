"""Zones of vector files as rows of text, with the place of each and its extent."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from data.crs import EQUAL_AREA_EPSG, WGS84_EPSG, missing_crs
from data.errors import InputError, Problem
from data.feature_file import UNREADABLE, refuse_content
from data.feature_repair import degree_problems, lost_problems, plane_problems
from data.read_csv import TextTable
from data.vector import chosen_layer
from data.vector_layer import source_files
from data.zone_kml import read_placemarks

ENDINGS = (".gpkg", ".fgb", ".geojson", ".json", ".shp", ".kml")
"""Looked for in an archive (.zip, .kmz), the first that is there wins."""

LEFT_OUT = ("lat", "lon")


@dataclass(frozen=True, slots=True)
class ZoneFeatures:
    """Rows of text, and where each lies."""

    table: TextTable
    place: pd.DataFrame
    """`lat`, `lon` [degrees], `footprint_km2` (NaN unless an area), `reach_km`: how far the shape
    extends from its point; all NaN without geometry."""
    notes: tuple[str, ...] = ()


def read_zone_features(path: Path) -> ZoneFeatures:
    """Zones of a GeoPackage, GeoJSON, Shapefile, FlatGeobuf, KML, or a ZIP or KMZ of one.

    Features without geometry stay: a utility may withhold the place as well.

    Raises
    ------
    SourceUnavailableError
        No such file.
    InputError
        The file cannot be used.
    """
    frames, notes = [], []
    with source_files(path, ENDINGS) as (files, left):
        notes += left
        for file in files:
            frames.append(_features(file.path, file.name))
    frame = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
    if frame.empty:
        raise InputError(str(path), [Problem("features", "none", "at least one", file=str(path))])
    shapes = gpd.GeoSeries(frame["geometry"], crs=WGS84_EPSG)
    rows = frame.drop(columns="geometry")
    table = TextTable(_as_text(rows), tuple(range(1, len(rows) + 1)), ())
    return ZoneFeatures(table, places_of(shapes), tuple(notes))


def places_of(shapes: gpd.GeoSeries) -> pd.DataFrame:
    """Point that represents each shape, its area, and how far it extends from that point.

    Parameters
    ----------
    shapes : GeoSeries
        EPSG:4326; None where nothing is known.

    Returns
    -------
    DataFrame
        `lat`, `lon` [degrees], `footprint_km2` [km2], `reach_km` [km].
    """
    points = shapes.representative_point()
    flat = shapes.to_crs(EQUAL_AREA_EPSG)
    reach_m = flat.hausdorff_distance(points.to_crs(EQUAL_AREA_EPSG))
    area_km2 = flat.area / 1e6
    is_area = area_km2 > 0
    return pd.DataFrame(
        {
            "lat": points.y,
            "lon": points.x,
            "footprint_km2": area_km2.where(is_area),
            "reach_km": (reach_m / 1e3).where(reach_m > 0),
        }
    ).reset_index(drop=True)


def _features(path: Path, where: str) -> pd.DataFrame:
    if path.suffix.lower() == ".kml":
        marks = read_placemarks(path, where)
        rows = pd.DataFrame([cells for cells, _ in marks], dtype=object)
        shapes = gpd.GeoSeries([shape for _, shape in marks], crs=WGS84_EPSG)
    else:
        frame = _opened(path, where)
        rows = pd.DataFrame(frame.drop(columns=frame.geometry.name))
        shapes = frame.geometry
    # without the empty ones, which would be neither missing nor anywhere
    shapes = gpd.GeoSeries(_flat(shapes), index=shapes.index, crs=shapes.crs)
    _refuse_place(shapes, where)
    located = shapes.to_crs(WGS84_EPSG)
    if lost := lost_problems(located[located.notna()].bounds, where):
        raise InputError(where, lost)
    return rows.assign(geometry=pd.Series(_flat(located), index=rows.index, dtype=object))


def _opened(path: Path, where: str) -> gpd.GeoDataFrame:
    refuse_content(path, where)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what GDAL warns of is checked here
            frame = pyogrio.read_dataframe(path, layer=chosen_layer(str(path), None, where=where))
    except UNREADABLE as error:
        found = f"nothing readable ({str(error)[:200]})"
        raise InputError(where, [Problem("file", found, "a whole file", file=where)]) from None
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError(where, [Problem("geometry", "none", "points, lines or areas", file=where)])
    if frame.crs is None:
        raise InputError(where, [missing_crs(where)])
    return frame


def _refuse_place(shapes: gpd.GeoSeries, where: str) -> None:
    boxes = shapes[shapes.notna()].bounds
    infinite = boxes.index[~np.isfinite(boxes.to_numpy(dtype=float)).all(axis=1)]
    problems = [
        Problem("coordinates", "not finite", "numbers", file=where, line=int(row) + 1)
        for row in infinite
    ]
    check = degree_problems if shapes.crs.is_geographic else plane_problems
    problems += check(boxes.drop(index=infinite), where) if len(boxes) > len(infinite) else []
    if problems:
        raise InputError(where, problems)


def _flat(shapes: gpd.GeoSeries) -> list[Any]:
    """Valid shapes without height; None where there is none."""
    flat = shapely.force_2d(np.asarray(shapes.array, dtype=object))
    finite = np.isfinite(shapely.bounds(flat)).all(axis=1)
    whole = flat.copy()
    whole[finite] = shapely.make_valid(flat[finite])  # the others are missing, empty or refused
    empty = shapely.is_missing(whole) | shapely.is_empty(whole)
    return [None if gone else shape for shape, gone in zip(whole, empty, strict=True)]


def _as_text(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {str(name).strip(): _texts(rows[name]) for name in rows.columns}, dtype=object
    )


def _texts(column: pd.Series) -> Sequence[str | None]:
    return [_text(cell) or None for cell in column]


def _text(cell: Any) -> str:
    """Cell as text, "" where nothing is known; lists as GDAL has them stay in brackets."""
    if pd.api.types.is_scalar(cell) and pd.isna(cell):
        return ""
    if isinstance(cell, float | np.floating):
        return f"{cell:.15g}"
    if isinstance(cell, date):  # a timestamp is one too
        return cell.isoformat()[:10]
    return str(cell).strip()
