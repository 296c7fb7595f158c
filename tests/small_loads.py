"""Invented but plausible checks of a load list, for tests of their map only."""

import json
from importlib.resources import files

import numpy as np

from data.facts import read_fact
from maps.loads_page import LoadsContent

YEARS = list(range(2025, 2036))
VINTAGES = ["2024-01", "2025-01", "2026-01"]
CASES = ["contracted", "weighted", "all"]
STAGES = ["study", "applied", "accepted", "contract", "supplied"]
KINDS = ["data_center", "fab", "other"]
PROBABILITY = np.array([0.1, 0.3, 0.6, 0.9, 1.0])

# Where applications gather, on land: area, name, lat, lon, share of all applications.
SPOTS = [
    ("hokkaido", "石狩", 43.15, 141.45, 5),
    ("hokkaido", "苫小牧", 42.75, 141.75, 6),
    ("tohoku", "仙台", 38.3, 140.75, 4),
    ("tohoku", "郡山", 37.4, 140.4, 3),
    ("tokyo", "印西", 35.83, 140.1, 24),
    ("tokyo", "相模原", 35.57, 139.3, 12),
    ("tokyo", "古河", 36.2, 139.75, 7),
    ("chubu", "豊田", 35.1, 137.2, 6),
    ("hokuriku", "南砺", 36.6, 136.85, 2),
    ("kansai", "精華", 34.8, 135.75, 13),
    ("chugoku", "福山", 34.65, 133.3, 4),
    ("shikoku", "高松", 34.15, 134.0, 2),
    ("kyushu", "菊陽", 32.95, 130.75, 8),
    ("kyushu", "北九州", 33.65, 130.8, 4),
    ("okinawa", "うるま", 26.4, 127.85, 1),
]

# Share of the newest forecast's allowance in FY2035; a pair is a range, None is not known.
ALLOWANCE_MW = {
    "hokkaido": 420.0,
    "tohoku": None,
    "tokyo": 4700.0,
    "chubu": 900.0,
    "hokuriku": 150.0,
    "kansai": (600.0, 2600.0),
    "chugoku": 520.0,
    "shikoku": (300.0, 300.0),
    "kyushu": 700.0,
    "okinawa": None,
    "rest-of-japan": 2900.0,
    "japan": 7600.0,
}
VINTAGE_FACTOR = {"2024-01": 0.7, "2025-01": 1.1, "2026-01": 1.0}


def loads_content(count=300, seed=1):
    """A check of `count` applications."""
    points = make_points(count, np.random.default_rng(seed))
    prefectures = (files("data") / "japan" / "prefectures.geojson").read_text(encoding="utf-8")
    return LoadsContent(
        summary=make_summary(points),
        points={name: column.tolist() for name, column in points.items()},
        prefectures=json.loads(prefectures),
        areas=make_areas(),
        ties=[{"tie": "soma-futaba", "name_ja": "相馬双葉幹線", "name_en": "Soma-Futaba line"}],
    )


def make_areas():
    areas = read_fact("areas").rename(columns={"label_lat": "lat", "label_lon": "lon"})
    return areas[["area", "name_ja", "name_en", "lat", "lon"]].to_dict("records")


def make_points(count, random):
    weights = np.array([spot[4] for spot in SPOTS], dtype=float)
    spot = random.choice(len(SPOTS), size=count, p=weights / weights.sum())
    stage = random.choice(5, size=count, p=[0.34, 0.3, 0.16, 0.14, 0.06])
    start = np.where(
        stage == 4, random.integers(2023, 2026, count), 2026 + random.integers(0, 9, count)
    )
    number = np.arange(1, count + 1)
    place = np.array([row[1] for row in SPOTS])[spot]
    mw = np.clip(random.lognormal(3.1, 0.9, count), 2, 400).round(1) * 300 / max(count, 300)
    return {
        "id": np.array([f"A-{each:05d}" for each in number]),
        "name": np.array(
            [f"{a}データセンター計画 第{b}期" for a, b in zip(place, number, strict=True)]
        ),
        "applicant": np.array([f"架空電算株式会社{each % max(7, count // 4)}" for each in number]),
        "area": np.array([row[0] for row in SPOTS])[spot],
        "lat": np.array([row[2] for row in SPOTS])[spot] + random.normal(0, 0.1, count),
        "lon": np.array([row[3] for row in SPOTS])[spot] + random.normal(0, 0.12, count),
        "contract_mw": mw,
        "start": start,
        "stage": stage,
        "kind": np.array(KINDS)[random.choice(3, size=count, p=[0.85, 0.1, 0.05])],
        "probability": PROBABILITY[stage],
        "counted": (stage >= 3) & (random.random(count) < 0.7),
        "point": np.array([f"変電所{each % 40}" if each % 3 else "" for each in number]),
        "full": start + 3,
    }


def make_summary(points):
    verdict = [row for area in ALLOWANCE_MW for row in area_verdicts(points, area)]
    return {
        "format": 1,
        "kind": "forecast",
        "created": "2026-11-25",
        "file": "additions.csv",
        "title": {
            "ja": "需要想定との照合：特別高圧の申込一覧",
            "en": "Load list against the forecast",
        },
        "vintages": VINTAGES,
        "newest": "2026-01",
        "cases": CASES,
        "years": YEARS,
        "areas": list(ALLOWANCE_MW),
        "exceeds": True,
        "totals": make_totals(points),
        "pipeline": [row for area in ALLOWANCE_MW for row in pipeline(points, area)],
        "verdict": verdict,
        "firsts": list(make_firsts(verdict)),
        "contributors": list(make_contributors(points, verdict)),
        "vintage_comparison": [],
        "peaks": [],
        "adequacy": [row for area in list(ALLOWANCE_MW)[:10] for row in adequacy(area)],
        "draws": [
            draws(row)
            for row in verdict
            if row["vintage"] == "2026-01" and row["case"] == "weighted"
        ],
        "chance": [chance(row) for row in verdict if row["case"] == "weighted"],
        "draw_count": 10000,
        "seed": 7,
        **texts(),
    }


def mw_of(points, area, year, case):
    """MW in service, of all and of what the forecast already counts."""
    weight = {"contracted": points["stage"] >= 3, "weighted": points["probability"], "all": 1.0}[
        case
    ]
    inside = {
        "japan": np.ones(len(points["id"]), dtype=bool),
        "rest-of-japan": points["area"] != "tokyo",
    }.get(area, points["area"] == area)
    ramp = np.clip((year - points["start"] + 1) / 4, 0, 1)
    mw = points["contract_mw"] * ramp * weight * inside
    return float(mw.sum().round(1)), float(mw[points["counted"]].sum().round(1))


def allowance(area, year, vintage):
    """Lowest and highest MW, growing in a straight line to FY2035."""
    full = ALLOWANCE_MW[area]
    low, high = full if isinstance(full, tuple) else (full, full)
    if full is None or (area == "shikoku" and vintage == "2024-01"):
        return None, None
    share = VINTAGE_FACTOR[vintage] * (year - 2023) / 12
    return round(low * share, 1), round(high * share, 1)


def area_verdicts(points, area):
    for year in YEARS:
        for case in CASES:
            additions_mw, counted_mw = mw_of(points, area, year, case)
            for vintage in VINTAGES:
                low, high = allowance(area, year, vintage)
                yield one_verdict(
                    {"area": area, "fiscal_year": year, "vintage": vintage, "case": case},
                    (additions_mw, counted_mw),
                    (low, high),
                )


def one_verdict(head, additions, limits):
    (additions_mw, counted_mw), (low, high) = additions, limits
    over = [
        None if limit is None else max(0.0, round(additions_mw - limit, 1)) for limit in (high, low)
    ]
    return head | {
        "additions_mw": additions_mw,
        "counted_mw": counted_mw,
        "allowance_mw": low if low == high else None,
        "over_mw": over[0] if low == high else None,
        "verdict": decide(head["area"], additions_mw, low, high),
        "allowance_low_mw": low,
        "allowance_high_mw": high,
        "over_low_mw": over[0],
        "over_high_mw": over[1],
        "basis": "not_published" if low is None else "interpolated" if low == high else "bound",
        "confidence": "second_hand",
        "source": "occto_demand_2026",
        "additions_gwh": additions_mw * 7.0,
        "allowance_gwh": None if low is None or low != high else low * 7.0,
        "over_gwh": None if low is None or low != high else over[0] * 7.0,
    }


def decide(area, additions_mw, low, high):
    if low is None or low < additions_mw <= high:
        return "unknown"
    if area == "hokuriku":
        return "inside"
    return "exceeds" if additions_mw > high else "fits"


def make_totals(points):
    mw, stage = points["contract_mw"], points["stage"]
    return {
        "applications": len(mw) + 20,
        "contract_mw": float(mw.sum()),
        "located": len(mw),
        "kinds": [],
        "stages": [
            {
                "stage": name,
                "applications": int((stage == index).sum()),
                "contract_mw": float(mw[stage == index].sum()),
                "probability": float(PROBABILITY[index]),
            }
            for index, name in enumerate(STAGES)
        ],
    }


def pipeline(points, area):
    for index, stage in enumerate(STAGES):
        chosen = {name: column[points["stage"] == index] for name, column in points.items()}
        for year in YEARS:
            mw = mw_of(chosen, area, year, "all")[0]
            yield {"area": area, "fiscal_year": year, "stage": stage, "mw": mw}


def make_firsts(verdict):
    for key in dict.fromkeys((row["area"], row["vintage"], row["case"]) for row in verdict):
        rows = exceeding(verdict, key)
        if rows:
            worst = max(rows, key=lambda row: row["over_low_mw"])
            yield dict(zip(("area", "vintage", "case"), key, strict=True)) | {
                "first_fiscal_year": rows[0]["fiscal_year"],
                "first_over_mw": rows[0]["over_low_mw"],
                "worst_fiscal_year": worst["fiscal_year"],
                "worst_over_mw": worst["over_low_mw"],
            }


def exceeding(verdict, key):
    return [
        row
        for row in verdict
        if (row["area"], row["vintage"], row["case"]) == key and row["verdict"] == "exceeds"
    ]


def make_contributors(points, verdict):
    largest = np.argsort(-points["contract_mw"])[:10]
    for first in make_firsts(verdict):
        for rank, index in enumerate(largest):
            yield {
                "area": first["area"],
                "vintage": first["vintage"],
                "case": first["case"],
                "fiscal_year": first["worst_fiscal_year"],
                "rank": rank + 1,
                "id": str(points["id"][index]),
                "name": str(points["name"][index]),
                "applicant": str(points["applicant"][index]),
                "stage": STAGES[points["stage"][index]],
                "mw": float(points["contract_mw"][index]),
                "share": 0.1,
            }


def adequacy(area):
    for year in YEARS:
        for case in ["none", *CASES]:
            new_mw = 0 if case == "none" else 40 * (year - 2024) * (1 + CASES.index(case))
            for season, extra in (("summer", 0.0), ("winter", 0.02)):
                for standard, required in (("h3", 0.08), ("h1", 0.03)):
                    yield adequacy_row(
                        {"area": area, "fiscal_year": year, "case": case, "new_mw": new_mw},
                        {"season": season, "standard": standard, "required_share": required},
                        extra,
                    )


def adequacy_row(head, kind, extra):
    spare_mw = 900.0 + 20000 * extra - head["new_mw"]
    return (
        head
        | kind
        | {
            "supply_mw": 22000.0,
            "demand_mw": 20000.0,
            "own_margin_share": 0.1 + extra - head["new_mw"] / 2e4,
            "tied_margin_share": 0.14 + extra - head["new_mw"] / 2e4,
            "import_mw": 700.0,
            "spare_own_mw": spare_mw - 600,
            "spare_mw": spare_mw,
            "conditional_mw": max(0.0, spare_mw / 3),
            "binding": [{"tie": "soma-futaba", "direction": "forward"}]
            if kind["season"] == "summer"
            else [],
            "basis": "published",
        }
    )


def draws(row):
    mw = row["additions_mw"]
    levels = {"mean_mw": mw, "p10_mw": 0.8 * mw, "p50_mw": mw, "p90_mw": 1.25 * mw}
    return {"area": row["area"], "fiscal_year": row["fiscal_year"]} | levels


def chance(row):
    share = {"exceeds": 0.82, "fits": 0.07, "inside": 0.0, "unknown": None}[row["verdict"]]
    return {name: row[name] for name in ("area", "fiscal_year", "vintage")} | {
        "exceed_share": share
    }


def texts():
    return {
        "notices": [
            {
                "kind": "same_applicant",
                "ja": "同じ申込者が複数の地点に申し込んでいます（空押さえの可能性）",
                "en": "The same applicant stands at several points (possibly speculative)",
                "rows": [3, 9],
                "ids": ["A-00002", "A-00008"],
            }
        ],
        "assumptions": [
            {
                "field": "probability.study",
                "value": 0.1,
                "unit": "-",
                "ja": "事前検討が実現する確率",
                "en": "Chance that a study becomes a load",
                "confidence": "assumed",
                "source": "",
            }
        ],
        "unknowns": [
            {
                "ja": "東京以外のエリア別の枠は公表されていない",
                "en": "Allowances outside Tokyo are not published",
            }
        ],
        "sources": [
            {
                "source": "occto_demand_2026",
                "title": "需要想定 2026年1月",
                "publisher": "OCCTO",
                "url": "https://www.occto.or.jp/",
                "licence": "-",
                "as_of": "2026-01-21",
                "confidence_marks": ["second_hand"],
            }
        ],
    }
