"""Geometry as it comes, made fit for use; what was missing or crossed is counted."""

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.crs import JAPAN_BOUNDS
from data.errors import Problem
from data.layer import Bounds

FIRST_SHOWN = 5
SLACK_DEGREES = 1e-6
FARTHEST = 1e9
"""Beyond any plane coordinate, be it in feet."""

AREAS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
Mask = npt.NDArray[np.bool_]


def repaired(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Features with flat, valid geometry, and notes on what was done to the others.

    Heights are dropped. Of a collection the part of the highest dimension is kept. An area that
    crosses itself becomes the areas it encloses; lines and points that come with that are left.
    Features without geometry, or without finite coordinates, are left out.

    Parameters
    ----------
    frame : GeoDataFrame, shape (features, columns)
        Any reference system.
    """
    shapes = shapely.force_2d(np.asarray(frame.geometry.array, dtype=object))
    shapes, mixed = _highest_part(shapes)
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes)) & _finite(shapes)
    shapes, crossed = _without_crossings(shapes, there)
    whole = there & ~shapely.is_empty(shapes)
    notes = [
        _count(mixed, "collections reduced to their areas, lines or points"),
        _count(int(crossed.sum()), "areas that cross themselves repaired"),
        _count(int((~there).sum()), "features without geometry left out"),
        _count(int((there & ~whole).sum()), "areas without extent left out"),
    ]
    kept = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))[whole]
    return kept.reset_index(drop=True), [note for note in notes if note]


def _count(number: int, words: str) -> str:
    return f"{number:,} {words}" if number else ""


def _finite(shapes: npt.NDArray[np.object_]) -> Mask:
    return np.asarray(np.isfinite(shapely.bounds(shapes)).all(axis=1))


def _without_crossings(
    shapes: npt.NDArray[np.object_], there: Mask
) -> tuple[npt.NDArray[np.object_], Mask]:
    crossed = np.isin(shapely.get_type_id(shapes), AREAS) & there
    crossed[crossed] = ~shapely.is_valid(shapes[crossed])
    shapes = shapes.copy()
    shapes[crossed] = shapely.make_valid(shapes[crossed], method="structure", keep_collapsed=False)
    return shapes, crossed


def _highest_part(
    shapes: npt.NDArray[np.object_],
) -> tuple[npt.NDArray[np.object_], int]:
    """Of each collection the areas, else the lines, else the points."""
    rows = np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION)
    shapes = shapes.copy()
    for row in rows:
        shapes[row] = _part(shapes[row])
    return shapes, len(rows)


def _part(collection: Any) -> Any:
    pieces = np.asarray(shapely.get_parts(shapely.get_parts(collection)), dtype=object)
    dimensions = shapely.get_dimensions(pieces)
    if not len(pieces):
        return None
    best = pieces[dimensions == dimensions.max()].tolist()
    makers = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)
    dimension = int(dimensions.max())
    if not 0 <= dimension < len(makers):
        return None
    return best[0] if len(best) == 1 else makers[dimension](best)


def touching(frame: gpd.GeoDataFrame, bounds: Bounds) -> gpd.GeoDataFrame:
    """Features whose extent touches a box. [degrees]"""
    west, south, east, north = bounds
    box = frame.geometry.bounds
    touches = (
        (box["maxx"] >= west)
        & (box["minx"] <= east)
        & (box["maxy"] >= south)
        & (box["miny"] <= north)
    )
    return frame[touches].reset_index(drop=True)


def degree_problems(boxes: pd.DataFrame, where: str) -> list[Problem]:
    """What is wrong with coordinates said to be longitude and latitude.

    Parameters
    ----------
    boxes : DataFrame, shape (features, 4)
        minx, miny, maxx, maxy. [degrees]
    where : str
        File name for the messages.
    """
    boxes = boxes.loc[np.isfinite(boxes.to_numpy(dtype=float)).all(axis=1)]
    x0, y0, x1, y1 = (boxes[name].to_numpy() for name in ("minx", "miny", "maxx", "maxy"))
    west, south, east, north = JAPAN_BOUNDS
    exchanged = (y0 >= west) & (y1 <= east) & (x0 >= south) & (x1 <= north)
    # a box in Japan can never be read the other way round: no latitude is above 90 degrees
    inside = (np.abs([x0, x1]) <= 180 + SLACK_DEGREES) & (np.abs([y0, y1]) <= 90 + SLACK_DEGREES)
    outside = ~inside.all(axis=0) & ~exchanged
    problems = []
    if exchanged.any():
        fix = "Latitude and longitude are exchanged: put longitude first in the file"
        found = (
            _listed(boxes.index[exchanged]) + " in Japan only with latitude and longitude exchanged"
        )
        problems.append(Problem("coordinates", found, "longitude, latitude", fix, file=where))
    if outside.any():
        fix = "The stated CRS is wrong: these are no degrees"
        found = _listed(boxes.index[outside]) + " outside -180 to 180 and -90 to 90"
        problems.append(Problem("coordinates", found, "degrees", fix, file=where))
    return problems


def plane_problems(boxes: pd.DataFrame, where: str) -> list[Problem]:
    """What is wrong with coordinates said to be in a plane.

    Parameters
    ----------
    boxes : DataFrame, shape (features, 4)
        minx, miny, maxx, maxy. [units of the plane]
    where : str
        File name for the messages.
    """
    boxes = boxes.loc[np.isfinite(boxes.to_numpy(dtype=float)).all(axis=1)]
    far = boxes.index[(boxes.abs() > FARTHEST).any(axis=1)]
    if len(far):
        fix = "The file is damaged"
        found = _listed(far) + f" beyond {FARTHEST:,.0f}"
        return [Problem("coordinates", found, "places on the ground", fix, file=where)]
    low, high = boxes[["minx", "miny"]].min(), boxes[["maxx", "maxy"]].max()
    west, south, east, north = JAPAN_BOUNDS
    if low["minx"] < west or low["miny"] < south or high["maxx"] > east or high["maxy"] > north:
        return []
    found = f"{low['minx']:g}, {low['miny']:g} to {high['maxx']:g}, {high['maxy']:g}"
    fix = "The stated CRS is wrong: these are degrees (EPSG:4326 or EPSG:6668)"
    return [Problem("coordinates", found, "plane coordinates", fix, file=where)]


def lost_problems(located: pd.DataFrame, where: str) -> list[Problem]:
    """Features that the conversion to longitude and latitude (minx ... maxy) has lost."""
    lost = located.index[~np.isfinite(located.to_numpy()).all(axis=1)]
    if not len(lost):
        return []
    found = _listed(lost) + " where the stated CRS has no place"
    fix = "The stated CRS is wrong"
    return [Problem("coordinates", found, "places on the ground", fix, file=where)]


def _listed(rows: pd.Index) -> str:
    first = ", ".join(str(row + 1) for row in rows[:FIRST_SHOWN])
    return f"{len(rows):,} feature{'s' if len(rows) > 1 else ''} (first: {first})"
