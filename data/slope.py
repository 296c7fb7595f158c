"""Slope of the ground from heights in cells (Horn 1981, as GDAL and most GIS compute it).

Horn, B. K. P., 1981: Hill shading and the reflectance map. Proceedings of the IEEE 69 (1), 14-47:

    gx = ((c + 2 f + i) - (a + 2 d + g)) / (8 dx)        a b c
    gy = ((a + 2 b + c) - (g + 2 h + i)) / (8 dy)        d e f
    slope = 100 sqrt(gx2 + gy2)  [%]                     g h i

A cell has a slope only where all nine heights are known: heights that a cell at the edge or at the
sea would need are never made up, so land loses a rim of one cell of the elevation model (5 to 10 m
in Japan's). Cell sizes are metres on the GRS 80 ellipsoid at the latitude of the row.
"""

from dataclasses import dataclass

import numpy as np
from affine import Affine
from pyproj import CRS, Transformer

from data.layer import Array, Bounds, CellSource

GRS80_A_M = 6_378_137.0
GRS80_E2 = 0.006694380022900788


@dataclass(frozen=True)
class SlopeSource:
    """Slope in percent in the cells of a source of heights in metres.

    Attributes
    ----------
    heights : CellSource
        Heights. [m]
    """

    heights: CellSource

    @property
    def crs(self) -> str:
        """Reference system, that of the heights."""
        return self.heights.crs

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north, those of the heights."""
        return self.heights.bounds

    def window(self, bounds: Bounds) -> tuple[Array, Affine]:
        """Slope of every cell that touches a box, the same whatever the box. [%]

        Raises
        ------
        InputError
            The heights cannot be read.
        """
        inner, place = self.heights.window(bounds)
        if not inner.size:
            return inner, place
        rows, cols = inner.shape
        wider = _box(place, (-1, rows + 1), (-1, cols + 1))
        heights, outer = self.heights.window(wider)
        top, left = _offset(place, outer)
        # the source ends where no neighbour is: unknown stands in for it
        framed = np.full((rows + 2, cols + 2), np.nan)
        framed[1 - top : 1 - top + len(heights), 1 - left : 1 - left + heights.shape[1]] = heights
        return slope_percent(framed, *self._steps_m(place, rows)), place

    def _steps_m(self, place: Affine, rows: int) -> tuple[Array, Array]:
        """East-west and north-south size of the cells of each row. [m]"""
        y: Array = place.f + (np.arange(rows, dtype=np.float64) + 0.5) * place.e
        crs = CRS(self.crs)
        if crs.is_geographic or (crs.is_compound and crs.sub_crs_list[0].is_geographic):
            east, north = metres_per_degree(y)
            return place.a * east, -place.e * north
        unit_m = crs.axis_info[0].unit_conversion_factor
        scale_x, scale_y = self._scales(crs, place, y)
        return place.a * unit_m / scale_x, -place.e * unit_m / scale_y

    def _scales(self, crs: CRS, place: Affine, y: Array) -> tuple[Array, Array]:
        """Metres of map to a metre of ground in each row, taken in the middle of the source.

        Mercator maps stretch with 1 / cos(latitude); plane systems of surveyors hardly at all.
        """
        x = np.full(len(y), (self.bounds[0] + self.bounds[2]) / 2)
        to_degrees = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
        half_x, half_y = place.a / 2, -place.e / 2
        east = _ground_m(to_degrees, (x - half_x, y), (x + half_x, y))
        north = _ground_m(to_degrees, (x, y - half_y), (x, y + half_y))
        unit_m = crs.axis_info[0].unit_conversion_factor
        return 2 * half_x * unit_m / east, 2 * half_y * unit_m / north


def _ground_m(
    to_degrees: Transformer, start: tuple[Array, Array], end: tuple[Array, Array]
) -> Array:
    """Length on the ellipsoid between points a cell apart. [m]"""
    lon0, lat0 = to_degrees.transform(*start)
    lon1, lat1 = to_degrees.transform(*end)
    east, north = metres_per_degree((np.asarray(lat0) + np.asarray(lat1)) / 2)
    return np.hypot((lon1 - lon0) * east, (lat1 - lat0) * north)


def _box(place: Affine, rows: tuple[int, int], cols: tuple[int, int]) -> Bounds:
    west, east = place.c + cols[0] * place.a, place.c + cols[1] * place.a
    return west, place.f + rows[1] * place.e, east, place.f + rows[0] * place.e


def _offset(place: Affine, outer: Affine) -> tuple[int, int]:
    return round((outer.f - place.f) / -place.e), round((place.c - outer.c) / place.a)


def metres_per_degree(lat: Array) -> tuple[Array, Array]:
    """Metres of a degree of longitude and of latitude on GRS 80.

    Parameters
    ----------
    lat : float array
        Latitude. [degrees]

    Examples
    --------
    >>> [round(float(each), 1) for each in metres_per_degree(np.array(0.0))]
    [111319.5, 110574.3]
    """
    angle = np.radians(lat)
    flat = 1 - GRS80_E2 * np.sin(angle) ** 2
    across = np.radians(1.0) * GRS80_A_M * np.cos(angle) / np.sqrt(flat)
    return across, np.radians(1.0) * GRS80_A_M * (1 - GRS80_E2) / flat**1.5


def slope_percent(heights: Array, step_x_m: Array, step_y_m: Array) -> Array:
    """Slope after Horn.

    Parameters
    ----------
    heights : float array, shape (rows + 2, cols + 2)
        With the neighbours of the outer cells; north first. [m]
    step_x_m, step_y_m : float array, shape (rows,)
        Size of the cells of each row. [m]

    Returns
    -------
    float array, shape (rows, cols)
        NaN where one of the nine heights is unknown. [%]
    """
    sums = heights[:-2] + 2 * heights[1:-1] + heights[2:]
    gx = (sums[:, 2:] - sums[:, :-2]) / (8 * step_x_m[:, None])
    sums = heights[:, :-2] + 2 * heights[:, 1:-1] + heights[:, 2:]
    gy = (sums[:-2] - sums[2:]) / (8 * step_y_m[:, None])
    slope = 100.0 * np.hypot(gx, gy)
    slope[np.isnan(heights[1:-1, 1:-1])] = np.nan
    return np.asarray(slope)
