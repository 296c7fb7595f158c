"""An invented but plausible screening over northern Chiba, for tests of its map and report.

40 x 40 cells of the 1 km mesh, five criteria, six rules, twelve sites. The figures of the summary
are counted from the cells, so that the two never contradict each other.
"""

import json
from importlib.resources import files

import numpy as np

from data.facts import read_fact
from data.lattice import ELLIPSOID
from maps.screen_page import ScreenCells, ScreenContent

ROWS, COLS = 40, 40
WEST, NORTH, STEP_X, STEP_Y = 139.9, 36.0, 1 / 80, 1 / 120
UNKNOWN = 255

# criterion, layer, measure, unit, weight, shape, corners
CRITERIA = [
    ("power", "substations", "distance_km", "km", 3.0, "piecewise", [[0, 1], [5, 0.8], [20, 0]]),
    ("flood", "flood", "value", "m", 2.0, "linear", [[3, 0], [0, 1]]),
    ("slope", "slope", "value", "%", 1.5, "linear", [[15, 0], [0, 1]]),
    ("landuse", "landuse", "value", "", 1.0, "classes", None),
    ("city", "cities", "distance_km", "km", 1.0, "linear", [[60, 0], [5, 1]]),
]
CLASSES = {"荒地": 1.0, "建物用地": 0.6, "田": 0.4, "森林": 0.1}

# rule, layer, condition, threshold, unit, soft, relaxed
RULES = [
    ("steep", "slope", "above", "15", "%", True, False),
    ("deep_flood", "flood", "above", "3", "m", False, False),
    ("parks", "protected", "overlap_above", "0.1", "-", False, False),
    ("paddy", "landuse", "among", "田", "", True, False),
    ("far", "substations", "beyond_km", "20", "km", True, False),
    ("near_school", "schools", "within_km", "0.5", "km", True, True),
]

# layer, kind, ja, en, credit ja, credit en, licence, known share
LAYERS = [
    (
        "substations",
        "features",
        "変電所",
        "Substations",
        "© OpenStreetMap contributors",
        "ODbL",
        1.0,
    ),
    (
        "flood",
        "features",
        "洪水浸水想定区域",
        "Flood depth",
        "国土数値情報（国土交通省）",
        "CC BY 4.0",
        0.93,
    ),
    ("slope", "cells", "傾斜", "Slope", "基盤地図情報（国土地理院）", "測量法", 0.97),
    ("landuse", "cells", "土地利用", "Land use", "国土数値情報（国土交通省）", "CC BY 4.0", 1.0),
    (
        "protected",
        "features",
        "自然公園",
        "Nature parks",
        "国土数値情報（国土交通省）",
        "非商用",
        1.0,
    ),
    ("cities", "features", "大都市", "Cities", "本プロジェクトの事実表", "-", 1.0),
    ("schools", "missing", "学校", "Schools", "国土数値情報（国土交通省）", "CC BY 4.0", None),
]

# name ja, name en, municipality, code, lat, lon
PLACES = [
    ("千葉県印西市 その1", "Inzai, Chiba 1", "印西市", "12231", 35.831, 140.131),
    ("千葉県印西市 その2", "Inzai, Chiba 2", "印西市", "12231", 35.802, 140.181),
    ("千葉県白井市 その1", "Shiroi, Chiba 1", "白井市", "12232", 35.797, 140.056),
    ("千葉県成田市 その1", "Narita, Chiba 1", "成田市", "12211", 35.785, 140.319),
    ("千葉県柏市 その1", "Kashiwa, Chiba 1", "柏市", "12217", 35.868, 139.981),
    ("千葉県八千代市 その1", "Yachiyo, Chiba 1", "八千代市", "12221", 35.752, 140.094),
    ("千葉県佐倉市 その1", "Sakura, Chiba 1", "佐倉市", "12212", 35.706, 140.231),
    ("千葉県四街道市 その1", "Yotsukaido, Chiba 1", "四街道市", "12228", 35.682, 140.169),
    ("茨城県龍ケ崎市 その1", "Ryugasaki, Ibaraki 1", "龍ケ崎市", "08208", 35.912, 140.181),
    ("茨城県取手市 その1", "Toride, Ibaraki 1", "取手市", "08217", 35.906, 140.056),
    ("千葉県富里市 その1", "Tomisato, Chiba 1", "富里市", "12233", 35.723, 140.356),
    ("茨城県稲敷市 その1", "Inashiki, Ibaraki 1", "稲敷市", "08229", 35.953, 140.331),
]

# point, ja, en, lat, lon, kV
POINTS = [
    ("osm-101", "新京葉変電所", "Shin-Keiyo", 35.762, 140.018, 500),
    ("osm-102", "印西変電所", "Inzai", 35.816, 140.152, 275),
    ("osm-103", "北千葉変電所", "Kita-Chiba", 35.741, 140.262, 154),
    ("osm-104", "龍ケ崎変電所", "Ryugasaki", 35.921, 140.196, 66),
    ("osm-105", "", "", 35.701, 140.351, None),
]


def screen_content(**changes):
    """The screening with its cells on the real outlines; `changes` go into the summary."""
    return ScreenContent(screen_summary(**changes), screen_cells(), outlines(), areas())


def outlines():
    path = files("data") / "japan" / "prefectures.geojson"
    return json.loads(path.read_text(encoding="utf-8"))


def areas():
    rows = read_fact("areas").rename(columns={"label_lat": "lat", "label_lon": "lon"})
    return rows[["area", "name_ja", "name_en", "lat", "lon"]].to_dict("records")


def screen_cells():
    """1,520 land cells: all but a bay in the south-west."""
    row, col = np.divmod(np.arange(ROWS * COLS), COLS)
    land = ~((row >= 30) & (col < 8))
    row, col = row[land].astype(np.int32), col[land].astype(np.int32)
    values = cell_values(row, col)
    scores = {name: as_bytes(cell_score(name, values)) for name, *_ in CRITERIA}
    return ScreenCells(
        WEST, NORTH, STEP_X, STEP_Y, ROWS, COLS, row, col,
        score=combine(scores), scores=scores, rules=hit_rules(values),
    )  # fmt: skip


def middles(row, col):
    return NORTH - (row + 0.5) * STEP_Y, WEST + (col + 0.5) * STEP_X


def cell_values(row, col):
    """What the layers say at the cells; NaN where they know nothing."""
    lat, lon = middles(row, col)
    wave = np.sin(lon * 40) * np.cos(lat * 55)
    flood = np.clip(4 * (1 - np.abs(lat - 35.86 - 0.03 * np.sin(lon * 20)) / 0.04), 0, None)
    slope = 9 + 9 * wave + 3 * np.sin(lon * 130)
    return {
        "substations": nearest_km(lat, lon, [(y, x) for *_, y, x, _ in POINTS]),
        "flood": np.where(col >= 37, np.nan, flood),
        "slope": np.where(row == 0, np.nan, np.clip(slope, 0, None)),
        "landuse": np.array(list(CLASSES))[(row * 7 + col * 3 + (wave > 0) * 2) % 4],
        "cities": nearest_km(lat, lon, [(35.68, 139.77)]),
        "protected": np.hypot((lat - 35.76) / 0.8, lon - 140.22) < 0.035,
        "schools": (row % 9 == 4) & (col % 9 == 4),
    }


def nearest_km(lat, lon, places):
    lengths = [ELLIPSOID.inv(lon, lat, lon * 0 + x, lat * 0 + y)[2] / 1e3 for y, x in places]
    return np.min(lengths, axis=0)


def cell_score(name, values):
    _, layer, _, _, _, shape, corners = next(row for row in CRITERIA if row[0] == name)
    if shape == "classes":
        return np.array([CLASSES[each] for each in values[layer]])
    (xs, ys) = zip(*sorted(corners), strict=True)
    return np.interp(values[layer], xs, ys, left=None, right=None)


def as_bytes(score):
    known = np.round(np.nan_to_num(score) * 254).astype(np.uint8)
    return np.where(np.isnan(score), UNKNOWN, known).astype(np.uint8)


def combine(scores, weights=None):
    """Mean of what is known, by weight; 255 where nothing is."""
    weights = weights or {row[0]: row[4] for row in CRITERIA}
    table = np.array([scores[name] for name in weights], dtype=float)
    weight = np.array(list(weights.values()))[:, None] * (table != UNKNOWN)
    total = weight.sum(axis=0)
    mean = (weight * table).sum(axis=0) / np.where(total, total, 1)
    return np.where(total > 0, np.round(mean), UNKNOWN).astype(np.uint8)


def hit_rules(values):
    hits = [
        values["slope"] > 15,
        values["flood"] > 3,
        values["protected"],
        values["landuse"] == "田",
        values["substations"] > 20,
        values["schools"],
    ]
    return sum(hit.astype(np.uint32) << np.uint32(bit) for bit, hit in enumerate(hits))


def row_km2():
    """Area of a cell by row, on the ellipsoid."""
    top = NORTH - np.arange(ROWS) * STEP_Y
    boxes = [([0, 0, STEP_X, STEP_X], [t, t - STEP_Y, t - STEP_Y, t]) for t in top]
    return np.array([abs(ELLIPSOID.polygon_area_perimeter(*box)[0]) / 1e6 for box in boxes])


def active_mask():
    return np.uint32(sum(1 << bit for bit, rule in enumerate(RULES) if not rule[6]))


def screen_summary(**changes):
    """The run's summary.json; `changes` replace parts of it."""
    cells = screen_cells()
    km2 = row_km2()[cells.row]
    is_out = (cells.rules & active_mask()) > 0
    sites = make_sites(cells)
    summary = {
        "format": 1,
        "kind": "screen",
        "name": "north-chiba-1km",
        "title": {"ja": "候補地の一次選定：千葉県北部", "en": "Site screening: northern Chiba"},
        "variant": None,
        "created": "2026-11-26T12:00:00+09:00",
        "version": "0.1.0",
        "seed": 1,
        "made": False,
        "grid": make_grid(len(km2), km2.sum()),
        "layers": [make_layer(row) for row in LAYERS],
        "unknowns": [
            unknown("landslide", "土砂災害は見ていない", "Landslides are not looked at"),
            unknown("price", "地価は見ていない", "Land prices are not looked at"),
            unknown("schools", "学校の場所が無い", "Schools are missing"),
        ],
        "rules": [make_rule(bit, cells, km2) for bit in range(len(RULES))],
        "totals": make_totals(km2, is_out),
        "criteria": [make_criterion(row, cells, km2) for row in CRITERIA],
        "score": make_score(cells.score[~is_out], km2[~is_out]),
        "sites": sites,
        "points": [make_point(row, sites) for row in POINTS],
        "backtest": make_backtest(),
        "sensitivity": {
            "draws": 1000,
            "spread_share": 0.5,
            "top": 5,
            "always": [site["site"] for site in sites[:2]],
            "mean_rank_correlation": 0.93,
        },
        "seconds": {"layers": 1.2, "cells": 8.1, "routes": 1.0},
    }
    return summary | changes


def unknown(key, text_ja, text_en):
    return {"key": key, "text_ja": text_ja, "text_en": text_en}


def make_grid(count, land_km2):
    bounds = [WEST, NORTH - ROWS * STEP_Y, WEST + COLS * STEP_X, NORTH]
    shape = {"mesh": "jis", "cell_m": 1000, "rows": ROWS, "cols": COLS, "crs": "EPSG:6668"}
    return shape | {"cells": count, "land_km2": land_km2, "bounds": bounds}


def make_layer(row):
    layer, kind, title_ja, title_en, credit, licence, known = row
    missing = kind == "missing"
    return {
        "layer": layer,
        "reader": "vector",
        "kind": kind,
        "files": [] if missing else [f"{layer}.gpkg"],
        "title_ja": title_ja,
        "title_en": title_en,
        "credit_ja": credit,
        "credit_en": credit,
        "licence": licence,
        "url": "https://nlftp.mlit.go.jp/ksj/",
        "as_of": "" if missing else "2024",
        "confidence": "user_file",
        "notes": ["3 areas crossed themselves and were mended"] if layer == "flood" else [],
        "features": 120 if kind == "features" else None,
        "known_share": known,
    }


def make_rule(bit, cells, km2):
    rule, layer, condition, threshold, unit, soft, relaxed = RULES[bit]
    own = np.uint32(1 << bit)
    hit = (cells.rules & own) > 0
    others = cells.rules & active_mask() & ~own
    unknown = {"slope": cells.row == 0, "flood": cells.col >= 37}.get(layer, cells.row < 0)
    return {
        "rule": rule,
        "layer": layer,
        "condition": condition,
        "threshold": threshold,
        "unit": unit,
        "soft": soft,
        "relaxed": relaxed,
        "unknown": "keep",
        "note": "practitioners' usual value",
        "alone_km2": float(km2[hit].sum()),
        "only_km2": float(km2[hit & (others == 0)].sum()),
        "unknown_km2": float(km2[unknown].sum()),
    }


def make_totals(km2, is_out):
    total = {
        "land_km2": float(km2.sum()),
        "excluded_km2": float(km2[is_out].sum()),
        "open_km2": float(km2[~is_out].sum()),
    }
    return total | {"by_area": [{"area": "tokyo"} | total]}


def make_criterion(row, cells, km2):
    criterion, layer, measure, unit, weight, shape, corners = row
    scores = cells.scores[criterion]
    known = scores != UNKNOWN
    return {
        "criterion": criterion,
        "layer": layer,
        "measure": measure,
        "unit": unit,
        "weight": weight,
        "weight_share": weight / sum(each[4] for each in CRITERIA),
        "shape": shape,
        "corners": corners,
        "classes": CLASSES if shape == "classes" else None,
        "unknown": "leave_out",
        "known_share": float(km2[known].sum() / km2.sum()),
        "mean_score": float(np.average(scores[known], weights=km2[known]) / 254),
        "note": "",
    }


def make_score(score, km2):
    edges = np.linspace(0, 1, 21)
    shares = np.percentile(score / 254, [5, 25, 50, 75, 95])
    return {
        "percentiles": dict(zip(("5", "25", "50", "75", "95"), shares.tolist(), strict=True)),
        "histogram": {
            "edges": edges.tolist(),
            "km2": np.histogram(score / 254, edges, weights=km2)[0].tolist(),
        },
    }


def make_sites(cells):
    sites = [make_site(place, number, cells) for number, place in enumerate(PLACES)]
    sites.sort(key=lambda site: -site["score"])
    return [site | ranks(rank) for rank, site in enumerate(sites, start=1)]


def ranks(rank):
    spread = max(1, rank // 2)
    return {
        "rank": rank,
        "rank_p5": max(1, rank - spread),
        "rank_p50": rank,
        "rank_p95": rank + 2 * spread,
        "top_share": max(0.0, round(1.05 - 0.1 * rank, 2)),
        "reason_ja": "送電線に近く、浸水の想定が無い",
        "reason_en": "Close to power, no flood expected",
    }


def cell_of(cells, lat, lon):
    row, col = int((NORTH - lat) / STEP_Y), int((lon - WEST) / STEP_X)
    return int(np.flatnonzero((cells.row == row) & (cells.col == col))[0])


def make_site(place, number, cells):
    name_ja, name_en, municipality, code, lat, lon = place
    at = cell_of(cells, lat, lon)
    row, col = cells.row[at : at + 1], cells.col[at : at + 1]
    values = cell_values(row, col)
    scores = {
        name: None if column[at] == UNKNOWN else round(int(column[at]) / 254, 3)
        for name, column in cells.scores.items()
    }
    known = sum(weight for name, *_, weight, _, _ in CRITERIA if scores[name] is not None)
    return {
        "site": f"s-{code[:2]}-{number + 1:04d}",
        "name_ja": name_ja,
        "name_en": name_en,
        "lat": lat,
        "lon": lon,
        "area": "tokyo",
        "prefecture_code": code[:2],
        "municipality": code,
        "municipality_ja": municipality,
        "score": round(int(cells.score[at]) / 254, 3),
        "known_weight_share": known / sum(row[4] for row in CRITERIA),
        "scores": scores,
        "values": {name: site_value(layer, values) for name, layer, *_ in CRITERIA},
        "polygon": outline(int(row[0]), int(col[0])),
        **site_land(number),
        **site_connection(number, lat, lon),
        **site_network(number),
    }


def site_value(layer, values):
    value = values[layer][0]
    if isinstance(value, str):
        return str(value)
    return None if np.isnan(value) else round(float(value), 2)


def outline(row, col):
    """Two cells side by side."""
    west, north = WEST + col * STEP_X, NORTH - row * STEP_Y
    east, south = west + 2 * STEP_X, north - STEP_Y
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def site_land(number):
    return {
        "cells": 2,
        "open_ha": 210.0,
        "usable_ha": None if number % 3 == 0 else 120.0,
        "land_mw": None if number % 3 == 0 else 2400.0,
        "cluster_ha": 900.0 - 70 * number,
        "in_cluster": number < 8,
        "pruned_by": "s-12-0001" if number == 10 else None,
    }


def site_connection(number, lat, lon):
    lengths = [nearest_km(np.array([lat]), np.array([lon]), [(p[3], p[4])])[0] for p in POINTS]
    nearest = int(np.argmin(lengths))
    point, name_ja, _, point_lat, point_lon, voltage_kv = POINTS[nearest]
    straight_km = round(float(lengths[nearest]), 1)
    has_route = number % 5 != 4
    bend = [(lon + point_lon) / 2, lat]
    return {
        "point": point,
        "point_name": name_ja,
        "voltage_kv": voltage_kv,
        "straight_km": straight_km,
        "route_km": round(straight_km * 1.25, 1) if has_route else None,
        "route_weighted_km": round(straight_km * 1.6, 2) if has_route else None,
        "route_cost_myen": round(straight_km * 310, 1) if has_route else None,
        "shared_km": 1.2 if number < 2 else 0.0,
        "shared_with": [f"s-12-{2 - number:04d}"] if number < 2 else [],
        "route": [[lon, lat], bend, [point_lon, point_lat]] if has_route else None,
    }


def site_network(number):
    return {
        "latency_ms": {"tokyo": 0.4 + 0.1 * number, "osaka": 4.9},
        "ix_km": 31.0 + number,
        "ix_class": "20-100",
        "landing_km": 55.0,
        "landing_class": "20-100",
    }


def make_point(row, sites):
    point, name_ja, name_en, lat, lon, voltage_kv = row
    return {
        "point": point,
        "name_ja": name_ja,
        "name_en": name_en,
        "lat": lat,
        "lon": lon,
        "voltage_kv": voltage_kv,
        "sites": sum(site["point"] == point for site in sites),
        "confidence": "user_file",
    }


def make_backtest():
    inzai = {"place": "inzai", "name_ja": "印西", "name_en": "Inzai", "lat": 35.814, "lon": 140.144}
    narita = {
        "place": "narita",
        "name_ja": "成田",
        "name_en": "Narita",
        "lat": 35.77,
        "lon": 140.36,
    }
    return [
        inzai | {"score": 0.78, "percentile": 93.0, "excluded_by": [], "note": "position to 2 km"},
        narita | {"score": None, "percentile": None, "excluded_by": ["paddy"], "note": ""},
    ]  # fmt: skip
