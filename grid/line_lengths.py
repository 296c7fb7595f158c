"""Length of lines of which only the ends are known: along mapped lines, or as the crow flies."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from grid.bulk_parameters import LENGTH_FACTOR
from grid.bulk_stations import nearest
from grid.latency import great_circle_km

LEAST_BULK_KV = 187.0
NEAR_KM = 3.0
"""How far a mapped line may end from the station."""
LEAST_KM = 0.5
DETOUR = (0.95, 1.6)
"""Path over great circle that is believed; a longer way round is another line's way."""
OTHER_COST = {"same": 1.0, "unknown": 1.5, "other": 3.0}
"""What one km costs in the search: mapped with the line's own kV, without kV, with another."""
PLACED = ("high", "medium")


def line_lengths(
    ends: pd.DataFrame, places: pd.DataFrame, nodes: pd.DataFrame, mapped: pd.DataFrame
) -> pd.DataFrame:
    """Length of every line and where it comes from.

    Parameters
    ----------
    ends : DataFrame, index line
        from_station, to_station, kv.
    places : DataFrame, index station
        lat, lon, confidence.
    nodes : DataFrame, index v_id
        lat, lon of the mapped network.
    mapped : DataFrame
        v_id_1, v_id_2, kv, length_km.

    Returns
    -------
    DataFrame, index line
        km, how ("path": along mapped lines between well-placed ends; "factor": great circle times
        1.25; "median": no place, the median of its kV), straight_km.
    """
    position = places[["lat", "lon"]]
    a, b = (position.reindex(ends[f"{end}_station"]).to_numpy(float) for end in ("from", "to"))
    straight = np.asarray(great_circle_km(a[:, 0], a[:, 1], b[:, 0], b[:, 1]))
    km = np.maximum(straight * LENGTH_FACTOR, LEAST_KM)
    table = pd.DataFrame({"km": km, "how": "factor", "straight_km": straight}, index=ends.index)
    path = _paths(ends, places, nodes, mapped)
    ratio = path / table["straight_km"].where(table["straight_km"] > LEAST_KM)
    good = ratio.between(*DETOUR)
    table["km"] = path.where(good, table["km"])
    table["how"] = table["how"].mask(good, "path").mask(table["km"].isna(), "median")
    median = table["km"].groupby(ends["kv"]).transform("median")
    table["km"] = table["km"].fillna(median).fillna(table["km"].median())
    return table


def _paths(
    ends: pd.DataFrame, places: pd.DataFrame, nodes: pd.DataFrame, mapped: pd.DataFrame
) -> pd.Series:
    """Length of the cheapest way between the mapped nodes at both ends; NaN where none. [km]"""
    usable = mapped[~(mapped["kv"] < LEAST_BULK_KV) & (mapped["length_km"] > 0)]
    bulk = usable[usable["kv"] >= LEAST_BULK_KV]
    on_bulk = nodes.loc[nodes.index.isin(bulk[["v_id_1", "v_id_2"]].to_numpy().ravel())]
    sure = places[places["confidence"].isin(PLACED)]
    at = dict(zip(sure.index, nearest(sure, on_bulk, NEAR_KM), strict=True))
    found = pd.Series(np.nan, index=ends.index)
    for kv, lines in ends.groupby("kv"):
        pairs = [
            (at.get(f), at.get(t)) for f, t in lines[["from_station", "to_station"]].to_numpy()
        ]
        ways = _ways(pairs, nodes.index, usable, float(str(kv)))
        found.update(pd.Series(ways, index=lines.index))
    return found


def _ways(
    pairs: list[tuple[Any, Any]], names: pd.Index, mapped: pd.DataFrame, kv: float
) -> list[float]:
    number = pd.Series(range(len(names)), index=names)
    kind = np.select([mapped["kv"] == kv, mapped["kv"].isna()], ["same", "unknown"], "other")
    cost = mapped["length_km"].to_numpy() * np.array([OTHER_COST[k] for k in kind])
    one, two = (number.reindex(mapped[f"v_id_{i}"]).to_numpy() for i in (1, 2))
    edges = pd.DataFrame({"one": one, "two": two, "cost": cost, "km": mapped["length_km"]})
    edges = edges.dropna().astype({"one": int, "two": int})
    both = pd.concat([edges, edges.rename(columns={"one": "two", "two": "one"})])
    both = both.sort_values("cost", kind="stable").drop_duplicates(["one", "two"])
    shape = (len(names), len(names))
    graph = csr_array((both["cost"], (both["one"], both["two"])), shape=shape)
    km = {(i, j): v for i, j, v in both[["one", "two", "km"]].itertuples(index=False)}
    wanted = sorted({int(number[a]) for a, b in pairs if a is not None and b is not None})
    if not wanted:
        return [np.nan] * len(pairs)
    _, before = dijkstra(graph, directed=False, indices=wanted, return_predecessors=True)
    row = {start: before[i] for i, start in enumerate(wanted)}
    return [
        np.nan
        if a is None or b is None
        else _walked_km(row[int(number[a])], int(number[a]), int(number[b]), km)
        for a, b in pairs
    ]


def _walked_km(
    before: npt.NDArray[np.int32], start: int, end: int, km: dict[tuple[int, int], float]
) -> float:
    total, place = 0.0, end
    while place != start:
        previous = int(before[place])
        if previous < 0:
            return np.nan
        total += km[previous, place]
        place = previous
    return total
