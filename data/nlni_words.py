"""National Land Numerical Information (国土数値情報): words and numbers in place of codes.

Each function takes the features of one file and the file's name, and returns the features with
more columns, and notes. What the columns mean is said at the readers in `data.read_nlni`.
"""

import re
from collections.abc import Mapping
from math import nan
from typing import Any
from unicodedata import normalize

import geopandas as gpd
import numpy as np
import pandas as pd

from data import nlni_forms as forms
from data.nlni_columns import column
from data.nlni_forms import DEPTHS_2012_M, DEPTHS_M
from data.tsunami_depth import depth_m

UNKNOWN = "unknown"

Told = tuple[gpd.GeoDataFrame, list[str]]

FLOOD_DEPTHS = {
    "A31a_205": "largest",
    "A31a_105": "planned",
    "A31b_201": "largest",
    "A31b_101": "planned",
    "A31_205": "largest",
    "A31_105": "planned",
    "A31_201": "largest",
    "A31_101": "planned",
    "A31_001": "planned",
}
"""Columns of depth and what they assume, the first present counts. A31_101 and A31_201 are depths
only in files without A31_105 and A31_205; there they name the river."""

RIVERS = ("A31a_202", "A31a_102", "A31_202", "A31_102")
WITHOUT_DEPTH = re.compile(r"A31[ab]?_[34]\d\d")
"""Columns of files on duration of flooding and on collapse of houses."""

YEARS = range(1900, 2100)


def flood(frame: gpd.GeoDataFrame, file: str) -> Told:
    """Depth, scenario and river of flood areas (A31); no rows of files that hold no depth."""
    depths = [name for name in FLOOD_DEPTHS if name in frame and not _is_river(name, frame)]
    if not depths:
        left = f"holds no depth ({_first(frame)}): {len(frame):,} features left out"
        return frame.iloc[:0], [left]
    codes = frame[depths[0]].map(code_text)
    table = DEPTHS_2012_M if depths[0] == "A31_001" else DEPTHS_M
    low, high = (
        codes.map(lambda code, end=end: table.get(code, (nan, nan))[end]) for end in (0, 1)
    )
    lows = [low for low, _ in DEPTHS_M.values()]
    rank = np.searchsorted(lows, low.to_numpy(dtype=float), side="right").astype(float)
    river = next((name for name in RIVERS if name in frame), None)
    added = frame.assign(
        depth_rank=np.where(low.isna(), nan, rank),
        depth_low_m=low.astype(float),
        depth_high_m=high.astype(float),
        scenario=FLOOD_DEPTHS[depths[0]],
        river=frame[river] if river else None,
    )
    notes = _unknown(codes[low.isna()], depths[0])
    if depths[0] == "A31_001":
        notes.append("classes of 2012: depth_rank is the rank of the lower end")
    return added, notes


def _is_river(name: str, frame: pd.DataFrame) -> bool:
    return name in ("A31_101", "A31_201") and f"{name[:-1]}5" in frame


def _first(frame: pd.DataFrame) -> str:
    return next((str(name) for name in frame.columns if WITHOUT_DEPTH.fullmatch(str(name))), "")


def landslide(frame: gpd.GeoDataFrame, file: str) -> Told:
    """Phenomenon and zone of landslide warnings (A33)."""
    phenomenon, first = _words(frame, "A33_001", forms.PHENOMENA)
    zone, second = _words(frame, "A33_002", forms.LANDSLIDE_ZONES)
    name = frame.get("A33_005")
    return frame.assign(phenomenon=phenomenon, zone=zone, name=name), first + second


def tsunami(frame: gpd.GeoDataFrame, file: str) -> Told:
    """Depth of tsunami inundation (A40)."""
    texts = frame["A40_003"].map(lambda text: "" if pd.isna(text) else str(text))
    known = {text: depth_m(text) for text in texts.unique()}
    low = texts.map(lambda text: known[text][0]).astype(float)
    high = texts.map(lambda text: known[text][1]).astype(float)
    return frame.assign(depth_low_m=low, depth_high_m=high), _unknown(texts[low.isna()], "A40_003")


def parks(frame: gpd.GeoDataFrame, file: str) -> Told:
    """Zone and kind of natural parks (A10)."""
    frame, notes = _by_layer(frame, forms.PARK_ZONES, "A10")
    name = column(frame, "OBJ_NAME") or column(frame, "OBJ_NAME_ja")
    kinds = [_park_kind(frame[name].iloc[row]) if name else UNKNOWN for row in range(len(frame))]
    if missing := kinds.count(UNKNOWN):
        notes.append(f"kind of park not known for {missing:,} features, which have no name")
    return frame.assign(kind=kinds), notes


def _park_kind(name: Any) -> str:
    text = "" if pd.isna(name) else normalize("NFKC", str(name)).strip()
    for end, word in forms.PARK_KINDS.items():
        if text.endswith(end):
            return word
    return "prefectural" if "自然公園" in text else UNKNOWN


def conservation(frame: gpd.GeoDataFrame, file: str) -> Told:
    """Zone of nature conservation areas (A11)."""
    return _by_layer(frame, forms.CONSERVATION_ZONES, "A11")


def forest(frame: gpd.GeoDataFrame, file: str) -> Told:
    """Zone of forest areas (A13)."""
    return _by_layer(frame, forms.FOREST_ZONES, "A13")


def _by_layer(frame: gpd.GeoDataFrame, table: Mapping[str, str], product: str) -> Told:
    name = column(frame, "LAYER_NO")
    if name is None:
        note = f"codes of the columns {product}_... are not confirmed: zone is {UNKNOWN} throughout"
        return frame.assign(zone=UNKNOWN), [note]
    zone, notes = _words(frame, name, table)
    return frame.assign(zone=zone), notes


def use_zones(frame: gpd.GeoDataFrame, file: str) -> Told:
    """Zone and permitted density of city planning (A29)."""
    zone, notes = _words(frame, "A29_004", {k: word for k, (word, _) in forms.USE_ZONES.items()})
    if "A29_005" in frame:
        by_name = {name: word for word, name in forms.USE_ZONES.values()}
        named = frame["A29_005"].map(lambda text: by_name.get(normalize("NFKC", str(text)).strip()))
        if differ := int((named.notna() & (named != zone)).sum()):
            notes.append(
                f"{differ:,} features have a name (A29_005) that is not that of their code"
            )
    coverage, floor = (_percent(frame, name) for name in ("A29_006", "A29_007"))
    return frame.assign(zone=zone, building_coverage_share=coverage, floor_area_ratio=floor), notes


def _percent(frame: pd.DataFrame, name: str) -> Any:
    if name not in frame:
        return nan
    values = pd.to_numeric(frame[name], errors="coerce").astype(float)
    return values.where((values > 0) & (values < forms.NOT_KNOWN_PERCENT)) / 100


def industrial_sites(frame: gpd.GeoDataFrame, file: str) -> Told:
    """Name, place and size of industrial sites (L05)."""
    shore, notes = _words(frame, "L05_005", forms.SHORES)
    kind = re.search(r"L05-([12])", file)
    site = {"1": "estate", "2": "factory"}[kind.group(1)] if kind else UNKNOWN
    first = next((n for n in (8, 9) if _are_years(frame, f"L05_{n:03d}")), None)
    if first is None and site != "factory":
        notes.append("no column of years among L05_008 and L05_009: years and areas are not known")
    values = [nan if first is None else _numbers(frame, f"L05_{first + n:03d}") for n in range(4)]
    added = frame.assign(
        name=frame["L05_002"],
        municipality=frame["L05_003"].map(lambda value: code_text(value).zfill(5)),
        shore=shore,
        site=site,
    )
    names = ("completed_year", "area_ha", "industrial_ha", "unused_ha")
    return added.assign(**dict(zip(names, values, strict=True))), notes


def _are_years(frame: pd.DataFrame, name: str) -> bool:
    if name not in frame:
        return False
    values = _numbers(frame, name).dropna()
    return len(values) > 0 and bool(values.isin(YEARS).mean() > 0.5)


def _numbers(frame: pd.DataFrame, name: str) -> Any:
    if name not in frame:
        return nan
    return pd.to_numeric(frame[name].astype(str).str[:10], errors="coerce").astype(float)


def code_text(value: Any) -> str:
    """A code as text without leading zeros, whatever type the file gives it.

    >>> code_text("01"), code_text(11.0), code_text(None)
    ('1', '11', '')
    """
    if pd.isna(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip().lstrip("0") or "0"


def _words(frame: pd.DataFrame, name: str, table: Mapping[str, str]) -> tuple[pd.Series, list[str]]:
    codes = frame[name].map(code_text)
    words = codes.map(lambda code: table.get(code, UNKNOWN)).astype("str")
    return words, _unknown(codes[words == UNKNOWN], name)


def _unknown(codes: pd.Series, name: str) -> list[str]:
    if codes.empty:
        return []
    shown = ", ".join(code or "(empty)" for code in codes.unique()[:5])
    return [f"{len(codes):,} features have an unknown code in {name}: {shown}"]
