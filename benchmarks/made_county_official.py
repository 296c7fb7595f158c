"""Layers of the made county with the attributes of the National Land Numerical Information.

Attribute codes and their values are those of the published specifications; every name is invented
and the prefecture code 12 only says where the county lies on the map.
"""

import sys
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
from shapely import Polygon, box

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.made_county_land import FOREST, MUNICIPALITIES, Bools, County, distance_km
from benchmarks.made_county_shapes import areas, block, table

Rows = list[dict[str, object]]

JGD2000 = "EPSG:4612"
"""Editions before 2012 and those of land use planning of 2015 are in it."""

FLOOD_RANKS_M = (0.0, 0.5, 3.0, 5.0, 10.0, 20.0)
"""Depth above which a rank of A31a begins: 1 from 0, 2 from 0.5 m, 3 from 3 m ... [m]"""
TSUNAMI_M = (0.01, 0.3, 1.0, 2.0, 5.0, 10.0)
"""Edges of the classes of A40. [m]"""
ESTATES = (
    ("架空台工業団地", 108, 130, 14, 10, "12992", 12),
    ("架空北テクノパーク", 208, 110, 12, 9, "12991", 11),
    ("架空川工業団地", 52, 140, 10, 8, "12993", 12),
    ("架空浦南工業団地", 182, 232, 9, 8, "12994", 11),
)
"""Name, column, row, width, height, municipality, use zone (11 industrial, 12 exclusively so)."""

USE_ZONES = {
    1: ("第一種低層住居専用地域", 50, 100),
    5: ("第一種住居地域", 60, 200),
    9: ("商業地域", 80, 400),
    10: ("準工業地域", 60, 200),
    11: ("工業地域", 60, 200),
    12: ("工業専用地域", 60, 200),
}
"""Code of a use zone: name, building coverage and floor area ratio. [%]"""


def flood(county: County) -> gpd.GeoDataFrame:
    """A31a, largest flood assumed: areas by depth rank."""
    rows: Rows = []
    deep = np.where(county.land, county.flood_depth_m, 0)
    edges = (*FLOOD_RANKS_M, np.inf)
    for rank, (low, high) in enumerate(pairwise(edges), 1):
        for area in areas((deep > low) & (deep <= high), stride=2):
            named = {"A31a_201": "8399990001", "A31a_202": "架空川", "A31a_203": "12"}
            rows.append({**named, "A31a_204": "千葉県", "A31a_205": rank, "geometry": area})
    return table(rows)


def landslide(county: County) -> gpd.GeoDataFrame:
    """A33: warning (1) and special warning (2) areas on steep ground."""
    rows: Rows = []
    steep = county.land & (county.noise(20, 8) > 0.45)
    for zone, least in ((1, 11), (2, 15)):
        for area in areas(steep & (county.slope_percent > least)):
            number = len(rows) + 1
            kind = {"A33_001": 1 + number % 2, "A33_002": zone, "A33_003": "12"}
            place = {"A33_004": f"made-{number:03d}", "A33_005": f"架空{number}"}
            told = {"A33_006": "架空郡架空川町", "A33_007": "2026-04-01", "A33_008": 0}
            rows.append({**kind, **place, **told, "geometry": area})
    return table(rows)


def tsunami(county: County) -> gpd.GeoDataFrame:
    """A40: areas by class of depth, which is a text."""
    rows: Rows = []
    deep = np.where(county.land, county.tsunami_depth_m, 0)
    for low, high in pairwise(TSUNAMI_M):
        for area in areas((deep >= low) & (deep < high)):
            depth = f"{low:g}m以上 ～ {high:g}m未満"
            rows.append({"A40_001": "千葉県", "A40_002": "12", "A40_003": depth, "geometry": area})
    return table(rows)


def parks(county: County) -> gpd.GeoDataFrame:
    """A10: natural park (11), its special zone (12) and special protection zone (13)."""
    bend = 1.5 * (county.noise(21, 18) - 0.5)
    hills = distance_km(44, 52) + bend
    shore = distance_km(168, 206) * 0.8 + bend
    found = {
        11: (hills < 3.8) | (shore < 2.6),
        12: (hills < 2.6) | (shore < 1.8),
        13: hills < 1.1,
    }
    return _planning(county, found, "架空県立自然公園", theme=3)


def conservation(county: County) -> gpd.GeoDataFrame:
    """A11: conservation area (14) and its special district (16)."""
    bend = distance_km(242, 128) + 1.2 * (county.noise(22, 12) - 0.5)
    return _planning(county, {14: bend < 1.5, 16: bend < 0.7}, "架空沼自然環境保全地域", theme=4)


def forest(county: County) -> gpd.GeoDataFrame:
    """A13: national (8), planned private (9) and protection forest (10)."""
    wood = county.land & (county.land_use == FOREST)
    found = {
        8: wood & (distance_km(50, 40) < 3.0),
        9: wood & (county.noise(23, 20) > 0.55),
        10: wood & (county.slope_percent > 8),
    }
    return _planning(county, found, "架空森林", theme=2, stride=2)


def _planning(
    county: County, found: dict[int, Bools], name: str, *, theme: int, stride: int = 1
) -> gpd.GeoDataFrame:
    """Areas of the land use plan: one set of attributes for A10 to A13."""
    rows: Rows = []
    for layer, mask in found.items():
        for area in areas(mask & county.land, stride, least_cells=8):
            key = {"OBJECTID": len(rows) + 1, "PREFEC_CD": "12", "AREA_CD": "12990"}
            told = {"CTV_NAME": "架空郡", "FIS_YEAR": 2015, "THEMA_NO": theme, "LAYER_NO": layer}
            rest = {"OBJ_NAME": name, "AREA_SIZE": _ha(area), "IOSIDE_DIV": 1, "REMARK_STR": ""}
            rows.append({**key, **told, **rest, "geometry": area})
    return table(rows, JGD2000)


def _ha(area: Polygon) -> int:
    """Size of an area near 35.8 degrees north, roughly. [ha]"""
    return round(area.area * 1e6 * 1.0034)


def use_zones(county: County) -> gpd.GeoDataFrame:
    """A29: use zones of the towns and of the industrial estates."""
    town, wave = county.town_share, 0.25 * (county.noise(24, 7) - 0.5)
    dry = county.land & ~county.water
    inner = town + wave
    found = {
        1: dry & (inner > 0.2) & (inner <= 0.42),
        5: dry & (inner > 0.42) & (inner <= 0.72),
        9: dry & (inner > 0.72),
        10: dry & (inner > 0.1) & (inner <= 0.2) & (county.noise(25, 14) > 0.55),
    }
    rows: Rows = []
    for code, mask in found.items():
        rows += [_zone(code, "12992", area) for area in areas(mask, least_cells=6)]
    for _, col, row, cols, height, town_code, code in ESTATES:
        rows.append(_zone(code, town_code, block(col, row, cols, height)))
    return table(rows)


def _zone(code: int, town: str, area: Polygon) -> dict[str, object]:
    name, coverage, ratio = USE_ZONES[code]
    place = {"A29_001": town, "A29_002": "千葉県", "A29_003": MUNICIPALITIES[town][0]}
    told = {"A29_004": code, "A29_005": name, "A29_006": coverage, "A29_007": ratio}
    return {**place, **told, "A29_008": "", "geometry": area}


def industrial(_: County) -> gpd.GeoDataFrame:
    """L05: industrial estates as areas, with the year and sizes in all, for works, and unused."""
    rows: Rows = []
    for number, (name, col, row, cols, height, town, _code) in enumerate(ESTATES, 1):
        site = block(col, row, cols, height)
        place = {"L05_001": f"made{number:02d}", "L05_002": name, "L05_003": town}
        told = {"L05_004": MUNICIPALITIES[town][0], "L05_005": "2", "L05_006": "架空"}
        rest = {"L05_007": "架空", "L05_008": "架空土地開発公社", "L05_009": "1998"}
        sizes_ha = {"L05_010": _ha(site), "L05_011": _ha(site) - 10, "L05_012": 20 + number}
        rows.append({**place, **told, **rest, **sizes_ha, "geometry": site})
    return table(rows, JGD2000)


def land_use(county: County) -> gpd.GeoDataFrame:
    """L03-b, edition of 2021: one square for each cell of 100 m on land."""
    lattice = county.lattice
    cells = np.flatnonzero(county.land.ravel())
    codes = lattice.codes(cells)
    order = np.argsort(codes)  # as published, and neighbours pack well
    cells, codes = cells[order], codes[order]
    row, col = np.divmod(cells, lattice.cols)
    west, east = (np.round(140 + (col + k) / 800, 9) for k in (0, 1))
    north, south = (np.round(35.95 - (row + k) / 1200, 9) for k in (0, 1))
    use = county.land_use.ravel()[cells]
    columns = {"L03b_001": codes.astype(str), "L03b_002": use, "L03b_003": "20210401"}
    return gpd.GeoDataFrame(columns, geometry=box(west, south, east, north), crs="EPSG:6668")
