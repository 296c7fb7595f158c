"""Substations of OpenStreetMap: what they are, whether one can connect, and which are one place.

`kind` is the tag `substation` in few words; where mappers leave it out, names and operators of
railways and works give it away. Traction and industrial substations belong to their owners, so they
are no connection points.
"""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

SAME_PLACE_M = 300.0

KINDS = {
    "transmission": "transmission",
    "switching": "transmission",
    "compensation": "transmission",
    "distribution": "distribution",
    "minor_distribution": "minor_distribution",
    "traction": "traction",
    "industrial": "industrial",
    "converter": "converter",
    "transition": "transition",
    "generation": "generation",
}
"""Value of the tag `substation` to kind; anything else is "unknown"."""

REASONS = {
    "traction": "feeds a railway",
    "industrial": "belongs to a works",
    "minor_distribution": "feeds households at low voltage",
    "transition": "only joins overhead line and cable",
    "generation": "belongs to a power plant",
}
"""Kinds that are no connection points, and why."""

RAILWAY = (
    r"(?:^|[;\s])JR|鉄道|電鉄|地下鉄|高速度交通|交通局|新幹線|軌道|東京メトロ"
    r"|モノレール|き電|饋電|railway"
)
WORKS = (
    r"製鐵|製鉄|製鋼|製油|精製|製紙|化学|セメント|アルミ|自動車|製作所|工場|コンビナート|shipyard"
)
"""Signs of a railway's or works' own substation in name or operator, after NFKC."""

MERCATOR_EPSG = 3857
"""True in angle: a short distance is stretched alike in all directions, by 1 / cos(latitude)."""


def kind_of(frame: pd.DataFrame) -> pd.Series:
    """Kind of each substation.

    Parameters
    ----------
    frame : DataFrame
        Text columns substation, name, operator ("" = not known).

    Returns
    -------
    Series of str
        A value of `KINDS`, or "unknown".
    """
    kind = frame["substation"].str.strip().str.casefold().map(KINDS).fillna("unknown")
    words = (frame["name"] + ";" + frame["operator"]).str.normalize("NFKC")
    for guess, signs in (("traction", RAILWAY), ("industrial", WORKS)):
        kind = kind.where(~(kind.eq("unknown") & words.str.contains(signs, case=False)), guess)
    return kind


def unsuitable_reason(kind: pd.Series, disused: pd.Series) -> pd.Series:
    """Why each substation is no connection point; "" where nothing speaks against it."""
    return kind.map(REASONS).fillna("").where(~disused, "out of use")


def merge_places(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, int]:
    """Objects that are one substation as one.

    One are objects of kinds that agree (or are unknown) which overlap, or have the same name and
    lie within 300 m. The largest area, else the first object, gives geometry, number and words;
    what it does not know comes from the others, and voltages are those of all.

    Parameters
    ----------
    frame : GeoDataFrame, EPSG:4326
        Columns name, operator, kind, disused, kv (tuples), osm_id, area_m2.

    Returns
    -------
    frame : GeoDataFrame
        Same columns, in the order of the first object of each.
    merged : int
        How many objects went into others.
    """
    if len(frame) < 2:
        return frame.reset_index(drop=True), 0
    label = _labels(frame)
    largest = frame["area_m2"].fillna(0).to_numpy()
    order = np.lexsort([np.arange(len(frame)), -largest, label])
    ranked = frame.iloc[order]
    known = ranked.replace({"name": "", "operator": "", "osm_id": ""}, None)
    known["kind"] = known["kind"].where(known["kind"].ne("unknown"), None)
    groups = known.drop(columns=["kv", "disused", "geometry"]).groupby(label[order])
    one = groups.first().fillna({"name": "", "operator": "", "osm_id": "", "kind": "unknown"})
    one["kv"] = ranked["kv"].groupby(label[order]).agg(_all_voltages)
    # of a place out of use and its successor on the same ground one is in use
    one["disused"] = ranked["disused"].groupby(label[order]).all()
    shapes = ranked.geometry.groupby(label[order]).first()
    first = pd.Series(order).groupby(label[order]).min().sort_values().index
    merged = gpd.GeoDataFrame(one, geometry=gpd.GeoSeries(shapes, crs=frame.crs))
    return merged.loc[first].reset_index(drop=True), len(frame) - len(one)


def _all_voltages(tuples: pd.Series) -> tuple[float, ...]:
    return tuple(sorted({kv for each in tuples for kv in each}, reverse=True))


def _labels(frame: gpd.GeoDataFrame) -> npt.NDArray[np.int64]:
    """Number of the place of each object."""
    plane = np.asarray(frame.geometry.to_crs(MERCATOR_EPSG).array)
    near_m = SAME_PLACE_M / np.cos(np.radians(frame.geometry.representative_point().y))
    one, other = shapely.STRtree(plane).query(plane, predicate="dwithin", distance=near_m)
    one, other = one[one < other], other[one < other]
    name = frame["name"].str.normalize("NFKC").str.replace(r"\s", "", regex=True).to_numpy()
    kind = frame["kind"].to_numpy()
    same = (name[one] == name[other]) & (name[one] != "")
    same |= shapely.intersects(plane[one], plane[other])
    unknown = (kind[one] == "unknown") | (kind[other] == "unknown")
    same &= (kind[one] == kind[other]) | unknown
    links = coo_array((np.ones(same.sum()), (one[same], other[same])), (len(frame), len(frame)))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)
