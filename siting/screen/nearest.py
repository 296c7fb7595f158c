"""The nearest point of a table, on the mean sphere."""

from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from data.osm_voltage import voltage_class
from grid.latency import great_circle_km

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def nearest_points(
    lon: npt.ArrayLike, lat: npt.ArrayLike, points: pd.DataFrame
) -> tuple[Ints, Floats]:
    """Nearest of some points to each place, by great circle.

    Parameters
    ----------
    lon, lat : array_like, shape (n,)
        Places. [degrees]
    points : DataFrame
        Columns lon, lat in degrees; rows without position are never nearest.

    Returns
    -------
    index : int array, shape (n,)
        Row position of the nearest point; of points on one spot the first; -1 where there is none
        or the place has no position.
    km : float array, shape (n,)
        Great-circle distance; NaN where index is -1. [km]
    """
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    point_lon, point_lat = (points[name].to_numpy(dtype=float) for name in ("lon", "lat"))
    index, km = np.full(lon.shape, -1), np.full(lon.shape, np.nan)
    usable = np.flatnonzero(np.isfinite(point_lon) & np.isfinite(point_lat))
    known = np.isfinite(lon) & np.isfinite(lat)
    if not usable.size or not known.any():
        return index, km
    spots, first = np.unique(
        unit_vectors(point_lon[usable], point_lat[usable]), axis=0, return_index=True
    )
    # for places far from all points this tree is faster than the balanced one
    tree = cKDTree(spots, compact_nodes=False, balanced_tree=False)
    at = usable[first[tree.query(unit_vectors(lon[known], lat[known]))[1]]]
    index[known] = at
    km[known] = great_circle_km(lat[known], lon[known], point_lat[at], point_lon[at])
    return index, km


def nearest_by_class(
    lon: npt.ArrayLike,
    lat: npt.ArrayLike,
    substations: pd.DataFrame,
    classes: Mapping[str, Collection[float]],
) -> pd.DataFrame:
    """Nearest suitable substation of each list of voltage classes.

    Parameters
    ----------
    lon, lat : array_like, shape (n,)
        Places. [degrees]
    substations : DataFrame
        Columns lon, lat and voltage_kv; voltages_kv ("154;66") counts instead where there is one,
        so that a substation stands in every class it has; rows with `suitable` False are left out.
    classes : mapping of str to voltages
        Voltage classes by a name of one's own; NaN in a list = voltage not known. [kV]

    Returns
    -------
    DataFrame, shape (n, 2 * lists)
        For each name: <name>_index, row position in `substations` (-1 = none), and <name>_km.
    """
    found: dict[str, Floats | Ints] = {}
    suitable = np.ones(len(substations), dtype=bool)
    if "suitable" in substations:
        suitable = substations["suitable"].to_numpy(dtype=bool)
    row, kv = _voltages(substations)
    for name, wanted in classes.items():
        fits = np.isin(kv, [v for v in wanted if not np.isnan(v)])
        if any(np.isnan(v) for v in wanted):
            fits |= np.isnan(kv)
        chosen = np.unique(row[fits])
        chosen = chosen[suitable[chosen]]
        at, found[f"{name}_km"] = nearest_points(lon, lat, substations.iloc[chosen])
        found[f"{name}_index"] = np.where(at >= 0, np.append(chosen, -1)[at], -1)
    return pd.DataFrame(found)[[f"{n}_{part}" for n in classes for part in ("index", "km")]]


def _voltages(substations: pd.DataFrame) -> tuple[Ints, Floats]:
    """Row position and voltage class of every voltage of every substation; NaN = not known."""
    own = substations["voltage_kv"].reset_index(drop=True).astype(float)
    if "voltages_kv" in substations:
        texts = substations["voltages_kv"].reset_index(drop=True).astype("str")
        listed = pd.to_numeric(texts.str.split(";").explode(), errors="coerce")
        own = pd.concat([own[~own.index.isin(listed.dropna().index)], listed.dropna()])
    kv = np.where(own.isna(), np.nan, voltage_class(own.to_numpy()))
    # a voltage that is known but of no class belongs to no list, not to the unknown ones
    kv = np.where(np.isnan(kv) & own.notna(), -1.0, kv)
    return own.index.to_numpy(dtype=np.int64), kv


def unit_vectors(lon: Floats, lat: Floats) -> Floats:
    """Places on the unit sphere, shape (n, 3); chords between them grow with the great circle."""
    phi, angle = np.radians(lat), np.radians(lon)
    flat = np.cos(phi)
    return np.column_stack([flat * np.cos(angle), flat * np.sin(angle), np.sin(phi)])
