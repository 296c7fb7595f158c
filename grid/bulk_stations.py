"""Names and places of the stations at the ends of bulk lines."""

import re
import unicodedata
from typing import Any

import numpy as np
import pandas as pd

from grid.bulk_parameters import NEIGHBOUR_SOURCE
from grid.latency import great_circle_km

BRACKETS = re.compile(r"\([^()]*\)")
SUFFIXES = ("変電所", "開閉所", "SWS", "SS", "CS", "PS")
MOST_STEPS = 10


def station_key(name: str) -> str:
    """Name without brackets and kind, so that all voltages of one site have one key.

    Examples
    --------
    >>> station_key("金剛開閉所"), station_key("新徳山（変）"), station_key("４２Ｔ（北神線）")
    ('金剛', '新徳山', '42T')
    >>> station_key("大野SS"), station_key("一ツ瀬ss")
    ('大野', '一ツ瀬')
    """
    plain = unicodedata.normalize("NFKC", name).replace(" ", "")
    plain = BRACKETS.sub("", plain) or plain
    for suffix in SUFFIXES:
        if plain.upper().endswith(suffix) and len(plain) > len(suffix):
            return plain[: -len(suffix)]
    return plain


def line_ends(lines: pd.DataFrame) -> pd.DataFrame:
    """Lines with `from_station` and `to_station`, "area:key"."""
    ends = {
        f"{end}_station": lines["area"] + ":" + lines[end].map(station_key)
        for end in ("from", "to")
    }
    return lines.assign(**ends)


def station_places(stations: pd.DataFrame, ends: pd.DataFrame) -> pd.DataFrame:
    """Place of every station key; of the best-known name where several share the key.

    Parameters
    ----------
    stations : DataFrame
        area, name, lat, lon, confidence (high, medium, low, none).
    ends : DataFrame
        from_station, to_station of all lines.

    Returns
    -------
    DataFrame, index station
        lat, lon [degrees], confidence (high, medium, low, neighbours, none). A station nobody
        locates is put at the mean of its located neighbours, step by step.
    """
    order = pd.Series({"high": 0, "medium": 1, "low": 2})
    table = stations.assign(station=stations["area"] + ":" + stations["name"].map(station_key))
    table = table.assign(order=table["confidence"].map(order).fillna(3))
    table = table.sort_values("order", kind="stable").drop_duplicates("station")
    names = pd.unique(ends[["from_station", "to_station"]].to_numpy().ravel())
    places = table.set_index("station")[["lat", "lon", "confidence"]].reindex(names)
    places["confidence"] = places["confidence"].fillna("none")
    pairs = ends[["from_station", "to_station"]].set_axis(["station", "other"], axis=1)
    both = pd.concat([pairs, pairs[["other", "station"]].set_axis(pairs.columns, axis=1)])
    for _ in range(MOST_STEPS):
        places, added = _from_neighbours(places, both)
        if not added:
            break
    return places.rename_axis("station")


def _from_neighbours(places: pd.DataFrame, both: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    known = both.assign(lat=places["lat"].reindex(both["other"]).to_numpy())
    known = known.assign(lon=places["lon"].reindex(both["other"]).to_numpy())
    mean = known.groupby("station")[["lat", "lon"]].mean().reindex(places.index)
    new = places["lat"].isna() & mean["lat"].notna()
    filled = places.assign(
        lat=places["lat"].where(~new, mean["lat"]),
        lon=places["lon"].where(~new, mean["lon"]),
        confidence=places["confidence"].where(~new, "neighbours"),
    )
    return filled, int(new.sum())


def assumed_places(places: pd.DataFrame) -> dict[str, str]:
    """Source of each place that is no published one."""
    words = {"low": "keyword guess of the station table, 5 to 100 km off"}
    words["neighbours"] = NEIGHBOUR_SOURCE
    kinds = places["confidence"].map(words).dropna()
    return {str(station): str(source) for station, source in kinds.items()}


def nearest(points: pd.DataFrame, places: pd.DataFrame, most_km: float = np.inf) -> list[Any]:
    """Label of the place nearest to each point, None if none is within `most_km`.

    Parameters
    ----------
    points, places : DataFrame
        lat, lon [degrees]; a place without them is never near.
    """
    if not len(places) or not len(points):
        return [None] * len(points)
    lat, lon = (points[[c]].to_numpy(float) for c in ("lat", "lon"))
    km = np.asarray(great_circle_km(lat, lon, places["lat"].to_numpy(), places["lon"].to_numpy()))
    km = np.where(np.isnan(km), np.inf, km)
    best, least = km.argmin(axis=1), km.min(axis=1)
    near = np.isfinite(least) & (least <= most_km)
    return [places.index[i] if good else None for i, good in zip(best, near, strict=True)]
