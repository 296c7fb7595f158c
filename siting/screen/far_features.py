"""Features outside the box that a layer was read for, where a cell's nearest may be one of them."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import numpy.typing as npt
import shapely

from data.layer import Bounds, FeatureLayer
from siting.screen.buffer import KM_PER_DEGREE
from siting.screen.cells import Block, Cells
from siting.screen.measure_features import chosen_features, feature_measure
from siting.screen.wanted import Wanted

Numbers = npt.NDArray[np.float32]
Measure = Callable[[Block], Numbers]

CAUTION = 0.95
"""A great circle is shorter than the way along its parallel."""


def asks_nearest(layer: FeatureLayer, wanted: Wanted) -> bool:
    """Whether features far away matter: for distances, and for values of the nearest point.

    Not for classes: their numbers are those of the words inside the box.
    """
    if wanted.kind != "value":
        return wanted.kind == "distance_km"
    return set(shapely.get_dimensions(chosen_features(layer, wanted).geometry)) <= {0}


def reach_km(cells: Cells, bounds: Bounds) -> float:
    """Distance up to which every cell has all its features inside the box. [km]"""
    lon, lat = cells.centre
    west, south, east, north = bounds
    across = min(float(lon.min()) - west, east - float(lon.max()))
    down = min(float(lat.min()) - south, north - float(lat.max()))
    narrow = np.cos(np.radians(min(max(abs(south), abs(north)), 90.0)))
    return max(0.0, CAUTION * KM_PER_DEGREE * min(across * float(narrow), down))


def with_far_features(
    near: FeatureLayer,
    whole: Callable[[], FeatureLayer],
    wanted: Wanted,
    cells: Cells,
    bounds: Bounds,
) -> Measure:
    """As `feature_measure`, but cells with nothing near look at the whole layer.

    Parameters
    ----------
    near : FeatureLayer
        What touches `bounds`.
    whole : callable
        Opens the layer with all that it holds; called only if a cell needs it.
    wanted : Wanted
        See `asks_nearest`.
    cells : Cells
    bounds : (west, south, east, north)
        [degrees]
    """
    answer = feature_measure(near, wanted, cells.lattice)
    distance = feature_measure(near, replace(wanted, kind="distance_km"), cells.lattice)
    reach = reach_km(cells, bounds)

    @cache
    def everywhere() -> Measure:
        return feature_measure(whole(), wanted, cells.lattice)

    def measure(block: Block) -> Numbers:
        found = answer(block)
        km = found if wanted.kind == "distance_km" else distance(block)
        far = np.flatnonzero(~(km <= reach))
        if len(far):
            found[far] = everywhere()(_part(block, far))
        return found

    return measure


def _part(block: Block, cells: npt.NDArray[np.int64]) -> Block:
    return replace(
        block,
        local=block.local[cells],
        position=block.position[cells],
        lon=block.lon[cells],
        lat=block.lat[cells],
    )
