"""Where the lines of OpenStreetMap meet: at substations, end to end, and end to side.

Lines meet only at one voltage; lines that cross do not meet. Distances are taken in the Mercator
plane, stretched back by the latitude, which is exact enough over some hundred metres.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from data.osm_stations import MERCATOR_EPSG

JOIN_M = 50.0
"""Ends as near as this are one place: a tower, or two drawings of one."""

STATION_M = 300.0
"""How far a line may end from a substation that is mapped as a point."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Joined:
    """Lines cut where they meet.

    Attributes
    ----------
    sections : DataFrame
        part (of `LineParts`), from_node, to_node, km.
    nodes : DataFrame, index node
        kv, station (row of the substations; -1 = a joint of lines), lat, lon, ends (line ends and
        cuts that meet there).
    counts : dict of str to int
        at_station, joined (ends that met another, not being drawn to the same spot), tees,
        dangling (joints where one end meets nothing), loops (sections with both ends at one node).
    """

    sections: pd.DataFrame
    nodes: pd.DataFrame
    counts: dict[str, int]


@dataclass(slots=True)
class _Ends:
    """Both ends of each part: first all starts, then all ends."""

    part: Ints
    kv: Floats
    point: npt.NDArray[np.object_]
    stretch: Floats
    """Units of the plane in one metre."""


def join_lines(parts: gpd.GeoDataFrame, stations: gpd.GeoDataFrame) -> Joined:
    """Join line ends to substations and to each other.

    Parameters
    ----------
    parts : GeoDataFrame, EPSG:4326
        Of `data.osm_network_lines.line_parts`.
    stations : GeoDataFrame, EPSG:4326
        Points with area_m2 (NaN for a point).

    Returns
    -------
    Joined
        An end belongs to the nearest substation whose reach it lies in: 300 m from a point, else
        50 m and the root of the area from the middle. Other ends within 50 m of each other are one
        joint; an end within 50 m of the side of a line is a branch point of that line.
    """
    lines = np.asarray(parts.geometry.to_crs(MERCATOR_EPSG).array)
    ends = _ends(lines, parts)
    station = _station_of(ends, stations)
    label, joined = _labels(ends, station)
    cuts = _tees(ends, station, label, lines)
    sections = _sections(parts, label, cuts, lines)
    loops = sections["from_node"] == sections["to_node"]
    sections = sections[~loops].reset_index(drop=True)
    nodes = _nodes(ends, station, label, sections)
    alone = (nodes["station"] < 0) & (nodes["ends"] == 1)
    counts = {"at_station": int((station >= 0).sum()), "joined": joined, "tees": len(cuts)}
    counts |= {"dangling": int(alone.sum()), "loops": int(loops.sum())}
    return Joined(sections, nodes, counts)


def _ends(lines: npt.NDArray[np.object_], parts: gpd.GeoDataFrame) -> _Ends:
    count = len(parts)
    point = np.concatenate([shapely.get_point(lines, place) for place in (0, -1)])
    degrees = np.asarray(parts.geometry.array)
    y = np.concatenate([shapely.get_y(shapely.get_point(degrees, place)) for place in (0, -1)])
    part = np.tile(np.arange(count), 2)
    kv = np.tile(parts["kv"].to_numpy(float), 2)
    return _Ends(part, kv, point, 1 / np.cos(np.radians(y)))


def _station_of(ends: _Ends, stations: gpd.GeoDataFrame) -> Ints:
    """Row of the nearest substation in reach of each end; -1 = none."""
    at = np.full(len(ends.part), -1, dtype=np.int64)
    if not len(stations) or not len(at):
        return at
    plane = np.asarray(stations.geometry.to_crs(MERCATOR_EPSG).array)
    area = stations["area_m2"].to_numpy(float)
    reach = np.where(np.isnan(area), STATION_M, JOIN_M + np.sqrt(np.nan_to_num(area)))
    reach = reach / np.cos(np.radians(stations.geometry.y.to_numpy(float)))
    which, end = shapely.STRtree(ends.point).query(plane, predicate="dwithin", distance=reach)
    away = shapely.distance(plane[which], ends.point[end])
    pairs = pd.DataFrame({"end": end, "station": which, "away": away})
    nearest = pairs.sort_values(["end", "away", "station"]).drop_duplicates("end")
    at[nearest["end"].to_numpy()] = nearest["station"].to_numpy()
    return at


def _labels(ends: _Ends, station: Ints) -> tuple[Ints, int]:
    """Number of the node of each end, and how many met another that was not at the same spot."""
    tree = shapely.STRtree(ends.point)
    one, two = tree.query(ends.point, predicate="dwithin", distance=JOIN_M * ends.stretch)
    free = (station[one] < 0) & (station[two] < 0)
    meet = free & (ends.kv[one] == ends.kv[two])
    by_station = _same_station(ends, station)
    # a free end beside one that is at a substation is at the substation too
    beside = (station[one] < 0) & (station[two] >= 0) & (ends.kv[one] == ends.kv[two])
    near = pd.DataFrame({"one": one[beside], "two": two[beside]}).drop_duplicates("one")
    rows = np.concatenate([one[meet], by_station[0], near["one"].to_numpy(np.int64)])
    columns = np.concatenate([two[meet], by_station[1], near["two"].to_numpy(np.int64)])
    shape = (len(station), len(station))
    graph = coo_array((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=shape)
    label = pd.factorize(connected_components(graph, directed=False)[1])[0].astype(np.int64)
    apart = shapely.distance(ends.point[one], ends.point[two]) > 0
    moved = set(one[meet & apart].tolist()) | set(near["one"].tolist())
    return label, len(moved)


def _same_station(ends: _Ends, station: Ints) -> tuple[Ints, Ints]:
    """Each end at a substation with the first one of its voltage there."""
    at = np.flatnonzero(station >= 0)
    table = pd.DataFrame({"end": at, "station": station[at], "kv": ends.kv[at]})
    first = table.groupby(["station", "kv"])["end"].transform("first")
    return at, first.to_numpy(np.int64)


def _tees(ends: _Ends, station: Ints, label: Ints, lines: npt.NDArray[np.object_]) -> pd.DataFrame:
    """Free ends at the side of another line: part, share of its length, node."""
    free = np.flatnonzero(station < 0)
    reach = JOIN_M * ends.stretch[free]
    which, part = shapely.STRtree(lines).query(
        ends.point[free], predicate="dwithin", distance=reach
    )
    end, reach = free[which], reach[which]
    kv = ends.kv[: len(lines)]
    length = shapely.length(lines[part])
    along = shapely.line_locate_point(lines[part], ends.point[end])
    inner = (along > reach) & (along < length - reach)
    good = inner & (kv[part] == ends.kv[end]) & (part != ends.part[end])
    with np.errstate(invalid="ignore", divide="ignore"):
        share = along / length
    table = pd.DataFrame({"part": part, "share": share, "node": label[end]})[good]
    return table.drop_duplicates(["part", "node"]).sort_values(["part", "share"])


def _sections(
    parts: gpd.GeoDataFrame, label: Ints, cuts: pd.DataFrame, lines: npt.NDArray[np.object_]
) -> pd.DataFrame:
    """Pieces between neighbouring nodes along each part."""
    count = len(lines)
    number = np.arange(count)
    starts = pd.DataFrame({"part": number, "share": 0.0, "node": label[:count]})
    finish = pd.DataFrame({"part": number, "share": 1.0, "node": label[count:]})
    stops = pd.concat([starts, cuts, finish]).sort_values(["part", "share"], kind="stable")
    after = stops.groupby("part").shift(-1)
    rows = after["node"].notna().to_numpy()
    share = (after["share"] - stops["share"]).to_numpy()[rows]
    part = stops["part"].to_numpy()[rows]
    return pd.DataFrame(
        {
            "part": parts.index.to_numpy()[part],
            "from_node": stops["node"].to_numpy(np.int64)[rows],
            "to_node": after["node"].to_numpy()[rows].astype(np.int64),
            "km": parts["km"].to_numpy(float)[part] * share,
        }
    )


def _nodes(ends: _Ends, station: Ints, label: Ints, sections: pd.DataFrame) -> pd.DataFrame:
    middle = gpd.GeoSeries(ends.point, crs=MERCATOR_EPSG).to_crs(4326)
    table = pd.DataFrame(
        {"node": label, "kv": ends.kv, "station": station, "lat": middle.y, "lon": middle.x}
    )
    how = {"kv": "first", "station": "max", "lat": "mean", "lon": "mean"}
    nodes = table.groupby("node").agg(how)
    meet = pd.concat([sections["from_node"], sections["to_node"]]).value_counts()
    nodes["ends"] = meet.reindex(nodes.index, fill_value=0)
    return nodes[nodes["ends"] > 0]
