"""Features widened by a distance on the ground."""

from typing import Any

import numpy as np
import shapely

from grid.latency import EARTH_RADIUS_KM

KM_PER_DEGREE = EARTH_RADIUS_KM * np.pi / 180
QUARTER_SEGMENTS = 16
"""Pieces of a quarter circle: a corner is cut by at most 0.5 % of the distance."""


def widened(geometry: Any, km: float) -> Any:
    """Features with everything within `km` of them.

    Each is widened in a plane of its own: longitude is shrunk by the cosine of its middle
    latitude. A feature one degree tall is then true to about 1 % of `km` at its ends; coverage is
    an area, so the simplification of the circle counts more.

    Parameters
    ----------
    geometry : GeoSeries
        EPSG:4326.
    km : float
        0 leaves all as it is. [km]

    Returns
    -------
    GeoSeries
        Areas, EPSG:4326.
    """
    if km == 0 or not len(geometry):
        return geometry
    shapes = geometry.to_numpy()
    bounds = shapely.bounds(shapes)
    shrink = np.cos(np.radians((bounds[:, 1] + bounds[:, 3]) / 2))
    flat = _stretched(shapes, shrink)
    wide = shapely.buffer(flat, km / KM_PER_DEGREE, quad_segs=QUARTER_SEGMENTS)
    return type(geometry)(_stretched(wide, 1 / shrink), crs=geometry.crs)


def _stretched(shapes: Any, factor: Any) -> Any:
    """Shapes whose longitudes are multiplied, each by its own factor."""
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    coordinates[:, 0] *= factor[owner]
    return shapely.set_coordinates(shapes.copy(), coordinates)
