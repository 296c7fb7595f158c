"""Lines of OpenStreetMap as circuits of one voltage, ready to be joined to a network."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod

from data.osm_voltage import voltage_class

CIRCUITS = 2
CIRCUITS_SOURCE = "no tag circuits or cables: two circuits, as Japanese lines are usually built"
SHARED_SOURCE = "several voltages on one line: its circuits shared equally among them"
UNKNOWN_KV, OTHER_KV, DRAWN = "unknown", "other", "drawn"
GEOD = Geod(ellps="GRS80")


@dataclass(frozen=True, slots=True)
class LineParts:
    """What of the lines can be used.

    Attributes
    ----------
    parts : DataFrame, index part (text)
        name, kv (voltage class) [kV], circuits (whole), circuits_source ("" = tagged), km,
        geometry (EPSG:4326, one LineString). A line of two voltages is two parts.
    left_out : dict of str to (int, float)
        Reason (`UNKNOWN_KV`, `OTHER_KV`, `DRAWN`) to lines and their km.
    """

    parts: gpd.GeoDataFrame
    left_out: dict[str, tuple[int, float]]


def line_parts(lines: gpd.GeoDataFrame) -> LineParts:
    """Parts of the lines of `data.read_osm_power.read_osm_lines`.

    A voltage is taken for its class if it is within 5 % of one; lines that the makers of an
    extract drew themselves have no voltage and are left out.
    """
    lines = _simple(lines)
    kv = [_classes(text) for text in lines["voltages_kv"]]
    reason = pd.Series([_reason(*row) for row in zip(kv, _tagged(lines), strict=True)], lines.index)
    reason = reason.mask(lines["heuristic"].astype(bool), DRAWN)
    used = reason.eq("").to_numpy()
    left = lines["km"].groupby(reason[~used]).agg(["size", "sum"])
    left_out = {str(why): (int(row["size"]), float(row["sum"])) for why, row in left.iterrows()}
    kept = lines[used].assign(kv=[each for each, keep in zip(kv, used, strict=True) if keep])
    return LineParts(_by_voltage(kept), left_out)


def _simple(lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """One unbroken piece a row, with a key and its length along the ellipsoid."""
    number = [f"line {place + 1}" for place in range(len(lines))]
    own = lines["osm_id"].where(lines["osm_id"].ne(""), pd.Series(number, lines.index))
    merged = lines.assign(key=own).set_geometry(_merged(lines.geometry))
    pieces = merged.explode(index_parts=False).reset_index(drop=True)
    turn = pieces.groupby("key").cumcount()
    pieces["key"] = pieces["key"].where(turn == 0, pieces["key"] + "~" + turn.astype("str"))
    return pieces.assign(km=[GEOD.geometry_length(line) / 1e3 for line in pieces.geometry])


def _merged(geometry: gpd.GeoSeries) -> gpd.GeoSeries:
    several = geometry.geom_type == "MultiLineString"
    return geometry.where(~several, shapely.line_merge(np.asarray(geometry.array)))


def _classes(text: str) -> tuple[float, ...]:
    """Classes in the tag, highest first; voltages that are no class are dropped."""
    stated = [float(word) for word in text.split(";") if word]
    known = voltage_class(stated)
    return tuple(sorted({float(kv) for kv in known[~np.isnan(known)]}, reverse=True))


def _tagged(lines: pd.DataFrame) -> list[bool]:
    return lines["voltages_kv"].ne("").to_list()


def _reason(kv: tuple[float, ...], tagged: bool) -> str:
    if kv:
        return ""
    return OTHER_KV if tagged else UNKNOWN_KV


def _by_voltage(lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    several = lines["kv"].map(len)
    tagged = lines["circuits"].notna()
    each = (lines["circuits"].fillna(0) // several).clip(lower=1).where(tagged, CIRCUITS)
    source = pd.Series("", lines.index).mask(several > 1, SHARED_SOURCE)
    lines = lines.assign(circuits=each.astype(int), several=several > 1)
    lines = lines.assign(circuits_source=source.mask(~tagged, CIRCUITS_SOURCE))
    parts = lines.explode("kv", ignore_index=True).astype({"kv": float})
    level = parts["key"] + ":" + parts["kv"].map("{:g}".format).astype("str")
    parts.index = pd.Index(parts["key"].where(~parts["several"], level), name="part")
    return parts[["name", "kv", "circuits", "circuits_source", "km", "geometry"]]
