"""Layers of the made county that come in general formats: power, fibre, water, places, prices."""

import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.made_county_land import MUNICIPALITIES, County, Line, distance_km, line_km
from benchmarks.made_county_shapes import NOTE, areas, block, degrees, line, point, table

Rows = list[dict[str, object]]

WGS84 = "EPSG:4326"

SUBSTATIONS = (
    (99000001, "架空新台変電所", 103, 124, "275000;154000;66000", "架空送配電"),
    (99000002, "架空東変電所", 205, 106, "154000;66000", "架空送配電"),
    (99000003, "架空川変電所", 49, 150, "66 kV", "架空送配電"),
    (99000004, "架空浦変電所", 222, 218, "66000;6600", ""),
    (99000005, "架空南変電所", 140, 236, "154000", "架空送配電"),
    (99000006, "", 82, 176, "", ""),
    (99000007, "架空駅前配電所", 100, 158, "6600", "架空送配電"),
)
"""OSM id, name, column, row, voltage as people tag it, operator."""

LINES: tuple[tuple[int, str, str, Line], ...] = (
    (99001001, "架空新台線", "275000", ((0, 104), (60, 108), (103, 124))),
    (99001002, "架空東線", "154000", ((103, 124), (160, 96), (205, 106))),
    (99001003, "架空南線", "154000", ((103, 124), (122, 180), (140, 236))),
    (99001004, "架空川線", "66000", ((103, 124), (70, 140), (49, 150))),
    (99001005, "架空浦線", "66 kV", ((205, 106), (212, 160), (222, 218))),
    (99001006, "", "", ((82, 176), (60, 196))),
)

OSM_FIRST = 99_100_000
"""Numbers of nodes and ways begin after it."""

FIBRE: tuple[Line, ...] = (
    ((0, 132), (98, 160), (200, 102), (280, 98)),
    ((98, 160), (160, 182), (230, 207)),
)
FAULT: Line = ((22, 92), (60, 64), (104, 22))
STATIONS = (
    ("架空台駅", 98, 153),
    ("架空川駅", 60, 190),
    ("架空東駅", 201, 97),
    ("架空中央駅", 150, 119),
    ("架空北駅", 250, 74),
)
WATER_PIPES = ((92, 114, 44, 34), (174, 214, 34, 34))
"""Column, row, width and height of where industrial water is piped."""
AIRFIELD = (176, 36, 26, 5)

PRICES = {"12991": (30_500, 820), "12992": (46_200, 0), "12993": (21_800, 1_500)}
"""Municipality: mean price of land [yen/m2], subsidy [million yen]. One says nothing."""


def substations(_: County) -> gpd.GeoDataFrame:
    """Substations as a download of OpenStreetMap turned into a table has them."""
    rows: Rows = []
    for osm_id, name, col, row, voltage, operator in SUBSTATIONS:
        told = {"osm_id": str(osm_id), "name": name, "power": "substation", "voltage": voltage}
        rows.append({**told, "operator": operator, "geometry": point(col, row)})
    return table(rows, WGS84)


def lines(_: County) -> gpd.GeoDataFrame:
    """Power lines in the same way."""
    rows: Rows = []
    for osm_id, name, voltage, corners in LINES:
        told = {"osm_id": str(osm_id), "name": name, "power": "line", "voltage": voltage}
        rows.append({**told, "cables": "6", "geometry": line(corners)})
    return table(rows, WGS84)


def fibre(_: County) -> gpd.GeoDataFrame:
    """Trunk fibre."""
    rows: Rows = [{"owner": "架空通信", "geometry": line(each)} for each in FIBRE]
    return table(rows, WGS84)


def industrial_water(_: County) -> gpd.GeoDataFrame:
    """Where industrial water is piped, with what is free."""
    rows: Rows = []
    for number, corners in enumerate(WATER_PIPES, 1):
        told = {"system": f"架空工業用水{number}", "free_m3_day": 6_000.0 * number}
        rows.append({**told, "geometry": block(*corners)})
    return table(rows, WGS84)


def stations(_: County) -> gpd.GeoDataFrame:
    """Railway stations; the file states no encoding."""
    rows: Rows = [{"駅名": name, "geometry": point(col, row)} for name, col, row in STATIONS]
    return table(rows)


def fault(_: County) -> gpd.GeoDataFrame:
    """An active fault and an airfield, for one KML file each."""
    return table([{"name": "架空断層 made fault", "geometry": line(FAULT)}], WGS84)


def airfield(_: County) -> gpd.GeoDataFrame:
    """An airfield."""
    return table([{"name": "架空飛行場 made airfield", "geometry": block(*AIRFIELD)}], WGS84)


def municipalities(county: County) -> gpd.GeoDataFrame:
    """The four municipalities, which together are the county."""
    rows: Rows = []
    for number, (code, (name, _, _)) in enumerate(MUNICIPALITIES.items()):
        mask = county.land & (county.municipality == number)
        rows += [
            {"lg_code_5": code, "city_name": name, "geometry": a} for a in areas(mask, stride=2)
        ]
    return table(rows)


def municipal_table(county: County) -> pd.DataFrame:
    """Table that is joined to the municipalities; what one does not say is an empty cell."""
    rows = []
    for number, (code, (name, _, _)) in enumerate(MUNICIPALITIES.items()):
        people = int(county.people[county.land & (county.municipality == number)].sum())
        price, subsidy = PRICES.get(code, ("", ""))
        told = {"lg_code": code, "muni": name, "population": people}
        price_and_subsidy = {"land_value_jpy_m2": price, "subsidy_myen": subsidy}
        rows.append({**told, **price_and_subsidy, "note": NOTE})
    return pd.DataFrame(rows)


def price_where_known(county: County) -> np.ndarray:
    """Prices of land; unknown on water, outside the county and in the far south. [yen/m2]"""
    south = distance_km(120, 285) < 4.0
    road = np.where(line_km(FIBRE[0]) < 1.0, 4_000, 0)
    known = county.land & ~county.water & ~south
    return np.where(known, county.price_yen_m2 + road, -9999).astype(np.int32)


def osm_text() -> str:
    """A small file in OpenStreetMap's own XML: a mapped substation area and a line to it."""
    corners = ((148, 66), (151, 66), (151, 68), (148, 68))
    route = ((103, 124), (128, 84), (149, 68))
    listed = [_node(OSM_FIRST + at, *each) for at, each in enumerate((*corners, *route), 1)]
    site = _way(1, (1, 2, 3, 4, 1), {"power": "substation", "name": "架空北変電所"})
    wire = _way(2, (5, 6, 7), {"power": "line", "name": "架空北線", "cables": "3"})
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6" generator="made_county">'
    told = f"  <note>{NOTE}: nothing in here is mapped</note>"
    return "\n".join([head, told, *listed, site, wire, "</osm>", ""])


def _node(number: int, col: float, row: float) -> str:
    lon, lat = degrees(col, row)
    return f'  <node id="{number}" version="1" lat="{lat}" lon="{lon}"/>'


def _way(number: int, nodes: tuple[int, ...], tags: dict[str, str]) -> str:
    refs = "".join(f'\n    <nd ref="{OSM_FIRST + node}"/>' for node in nodes)
    every = {**tags, "voltage": "66000", "note": NOTE}
    told = "".join(f'\n    <tag k="{key}" v="{value}"/>' for key, value in every.items())
    return f'  <way id="{OSM_FIRST + number}" version="1">{refs}{told}\n  </way>'
