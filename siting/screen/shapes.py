"""Shapes as plain values for JSON."""

from typing import Any

import numpy as np
import shapely

DEGREE_DECIMALS = 6
"""About 0.1 m."""


def geometry_json(shape: shapely.Geometry | None) -> dict[str, Any] | None:
    """Shape as GeoJSON; None where there is none.

    >>> geometry_json(shapely.Point(140.0, 35.12345678))
    {'type': 'Point', 'coordinates': (140.0, 35.123457)}
    """
    if shape is None or shapely.is_empty(shape):
        return None
    rounded = shapely.transform(shape, lambda xy: np.round(xy, DEGREE_DECIMALS))
    mapped: dict[str, Any] = shapely.geometry.mapping(rounded)  # type: ignore[arg-type]
    return mapped


def line_points(line: shapely.LineString | None) -> list[list[float]] | None:
    """Corners of a line as [longitude, latitude]; None where there is none."""
    if line is None or line.is_empty:
        return None
    points: list[list[float]] = np.round(shapely.get_coordinates(line), DEGREE_DECIMALS).tolist()
    return points
