"""Distance from places to the nearest of many points, lines or areas, on the mean sphere."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

from data.crs import WGS84_EPSG, require_crs
from grid.latency import EARTH_RADIUS_KM, great_circle_km
from siting.screen.nearest import Floats, Ints, unit_vectors

SHARE_ERROR = 1e-3
LEAST_ERROR_KM = 1e-3
"""A distance is right to the larger of a thousandth of itself and a metre."""

GROWTH = 4
PAIRS = 2_000_000
"""Place and piece pairs looked at in one go, which bounds memory."""

MOST_PIECES = 20_000_000

AREA, LAST_SINGLE = 3, 3
"""Shapely's number for polygons, and the last before shapes of several parts."""


@dataclass(frozen=True)
class _Pieces:
    """Lines and outlines as chains of corners that stand close, and points as chains of one.

    Attributes
    ----------
    lon, lat : float arrays, shape (corners,)
        Chain after chain. [degrees]
    before, after : int arrays, shape (corners,)
        The corner joined to each on either side; itself at the end of a chain.
    half_km : float
        Half of the longest piece between two corners.
    tree : cKDTree
        Of the corners on the unit sphere.
    """

    lon: Floats
    lat: Floats
    before: Ints
    after: Ints
    half_km: float
    tree: cKDTree


def distance_km(
    lon: npt.ArrayLike, lat: npt.ArrayLike, geometry: Any, spacing_km: float = 1.0
) -> Floats:
    """Distance from each place to the nearest feature.

    Parameters
    ----------
    lon, lat : array_like, shape (n,)
        Places. [degrees]
    geometry : GeoSeries, EPSG:4326
        Points, lines or areas; edges are straight in longitude and latitude.
    spacing_km : float
        Lines are cut into pieces of this length for the search. It changes time and memory,
        not the result beyond the error below.

    Returns
    -------
    float array, shape (n,)
        Great-circle distance: exact to points; to lines and outlines within a thousandth of
        itself or a metre, whichever is more; 0 inside areas. NaN where a place has no position or
        there is no feature at all. [km]

    Raises
    ------
    InputError
        The reference system is not EPSG:4326.
    """
    return Nearby(geometry, spacing_km).km(lon, lat)


class Nearby:
    """Features made ready to be measured from many places, any number of times.

    Parameters
    ----------
    geometry, spacing_km
        As for `distance_km`.
    """

    def __init__(self, geometry: Any, spacing_km: float = 1.0) -> None:
        require_crs(geometry, WGS84_EPSG, where="geometry")
        shapes = np.asarray(geometry.array)
        shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
        while (shapely.get_type_id(shapes) > LAST_SINGLE).any():
            shapes = shapely.get_parts(shapes)
        self._shapes = shapes
        self._pieces = _cut(shapes, spacing_km) if shapes.size else None

    def km(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Floats:
        """Distance from places to the nearest feature, as `distance_km` gives it. [km]"""
        lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
        km = np.full(lon.shape, np.nan)
        known = np.isfinite(lon) & np.isfinite(lat)
        if self._pieces is None or not known.any():
            return km
        here_lon, here_lat = lon[known], lat[known]
        outside = ~_inside(here_lon, here_lat, self._shapes)
        near = np.zeros(here_lon.shape)
        near[outside] = _to_pieces(here_lon[outside], here_lat[outside], self._pieces)
        km[known] = near
        return km


def _inside(lon: Floats, lat: Floats, shapes: Any) -> npt.NDArray[np.bool_]:
    areas = shapes[shapely.get_type_id(shapes) == AREA]
    inside = np.zeros(lon.shape, dtype=bool)
    # the tree holds the places, since only the shapes asked with are prepared
    tree = shapely.STRtree(np.asarray(shapely.points(lon, lat)))
    inside[tree.query(areas, predicate="intersects")[1]] = True
    return inside


def _cut(shapes: Any, spacing_km: float) -> _Pieces:
    """Edges cut to at most `spacing_km`."""
    xy, owner = shapely.get_coordinates(_outlines(shapes), return_index=True)
    goes_on = np.append(owner[1:] == owner[:-1], False)
    end = np.where(goes_on[:, None], np.roll(xy, -1, axis=0), xy)
    length = great_circle_km(xy[:, 1], xy[:, 0], end[:, 1], end[:, 0])
    spacing_km = max(spacing_km, float(length.sum()) / MOST_PIECES)
    count = np.maximum(np.ceil(length / spacing_km), 1).astype(np.int64)
    edge = np.repeat(np.arange(count.size), count)
    nth = np.arange(edge.size) - (count.cumsum() - count)[edge]
    lon, lat = (xy[edge] + (end - xy)[edge] * (nth / count[edge])[:, None]).T
    place = np.arange(edge.size)
    joined = owner[edge][1:] == owner[edge][:-1]
    before = place - np.append(False, joined)
    after = place + np.append(joined, False)
    longest = great_circle_km(lat, lon, lat[after], lon[after]).max()
    # for places far from all corners this tree is ten times faster than the balanced one
    tree = cKDTree(unit_vectors(lon, lat), compact_nodes=False, balanced_tree=False)
    return _Pieces(lon, lat, before, after, float(longest) / 2, tree)


def _outlines(shapes: Any) -> Any:
    """Points and lines as they are, areas as rings, one entry each."""
    areas = shapely.get_type_id(shapes) == AREA
    rings = shapely.get_rings(shapes[areas])
    return np.concatenate([shapes[~areas], rings])


def _to_pieces(lon: Floats, lat: Floats, pieces: _Pieces) -> Floats:
    """Distance to the nearest piece, asking for ever more corners until no other can be nearer."""
    best = np.full(lon.shape, np.inf)
    vectors = unit_vectors(lon, lat)
    left, wanted, total = np.arange(lon.size), 1, pieces.lon.size
    while left.size:
        wanted = min(wanted, total)
        sure = np.full(left.size, wanted == total)
        size = max(PAIRS // wanted, 1)
        for part in (slice(begin, begin + size) for begin in range(0, left.size, size)):
            some = left[part]
            found = pieces.tree.query(vectors[some], k=[*range(1, wanted + 1)])
            chord, at = (np.asarray(each) for each in found)
            best[some] = _nearest_km(lon[some], lat[some], at, pieces)
            sure[part] |= _others_km(chord[:, -1], pieces.half_km) >= best[some] - np.maximum(
                best[some] * SHARE_ERROR, LEAST_ERROR_KM
            )
        left = left[~sure]
        wanted *= GROWTH
    return best


def _others_km(chord: Floats, half_km: float) -> Floats:
    """Least distance to a piece with both corners at least as far as `chord`.

    The foot on such a piece is at most half of it away from the nearer corner, and a right angle
    on the sphere has an even larger leg than this one in the plane.
    """
    corner_km = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(chord / 2, 1))
    return np.sqrt(np.maximum(corner_km**2 - half_km**2, 0))


def _nearest_km(lon: Floats, lat: Floats, at: Ints, pieces: _Pieces) -> Floats:
    """Distance of each place to the nearest piece at the corners `at`, shape (n, k)."""
    one_side = _piece_km(lon[:, None], lat[:, None], at, pieces.before[at], pieces)
    other_side = _piece_km(lon[:, None], lat[:, None], at, pieces.after[at], pieces)
    return np.asarray(np.minimum(one_side, other_side).min(axis=1))


def _piece_km(lon: Floats, lat: Floats, start: Ints, end: Ints, pieces: _Pieces) -> Floats:
    """Distance to the pieces from corner `start` to corner `end`."""
    lat0, rise = pieces.lat[start], pieces.lat[end] - pieces.lat[start]
    # a plane around the place, as wide as a degree is half-way to the piece
    width = np.cos(np.radians((lat + lat0 + rise / 2) / 2))
    run = (pieces.lon[end] - pieces.lon[start]) * width
    x, y = _turn(lon - pieces.lon[start]) * width, lat - lat0
    square = run**2 + rise**2
    along = np.clip((x * run + y * rise) / np.where(square > 0, square, 1), 0, 1)
    foot_lon = pieces.lon[start] + along * (pieces.lon[end] - pieces.lon[start])
    # measured on the sphere: a foot slightly off changes the distance to second order only
    return great_circle_km(lat, lon, lat0 + along * rise, foot_lon)


def _turn(degrees: Floats) -> Floats:
    """The same turn within half a circle."""
    return np.asarray((degrees + 180) % 360 - 180)
