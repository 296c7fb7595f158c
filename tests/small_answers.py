"""An invented but plausible answer of the forecast check, each number from its definition."""

import random

AREAS = (
    "hokkaido",
    "tohoku",
    "tokyo",
    "chubu",
    "hokuriku",
    "kansai",
    "chugoku",
    "shikoku",
    "kyushu",
    "okinawa",
)
YEARS = list(range(2024, 2036))
VINTAGES = ["2024-01", "2025-01", "2026-01"]
CASES = ["contracted", "weighted", "all"]
PROBABILITY = {"study": 0.04, "applied": 0.38, "accepted": 0.7, "contract": 1.0, "supplied": 1.0}
COMPARED = {"data_center": 1.0, "fab": 1.0, "other": 0.0}
LOAD_FACTOR = 0.8

FORECASTS = {
    "counted_mw": {
        "2024-01": {2024: 480, 2033: 5370},
        "2025-01": {2025: 560, 2030: 5380, 2034: 7150},
        "2026-01": {2026: 830, 2030: 4200, 2035: 7620},
    },
    "counted_dc_mw": {"2025-01": {2025: 470, 2030: 4400, 2034: 6160}, "2026-01": {2035: 6610}},
    "counted_fab_mw": {"2025-01": {2025: 90, 2030: 980, 2034: 990}, "2026-01": {2035: 1010}},
    "peak_mw": {
        "2024-01": {2024: 158568},
        "2025-01": {2025: 159200, 2034: 164590},
        "2026-01": {2026: 159626, 2035: 164601},
    },
    "counted_energy_gwh": {
        "2024-01": {2024: 3700, 2033: 40700},
        "2025-01": {2034: 51400},
        "2026-01": {2035: 56800},
    },
}
SUPPLY_DEMAND_MW = {
    "hokkaido": (6330, 5060),
    "tohoku": (20420, 13350),
    "tokyo": (56990, 55010),
    "chubu": (26760, 23680),
    "hokuriku": (5370, 4910),
    "kansai": (28150, 26880),
    "chugoku": (13260, 10020),
    "shikoku": (8640, 4690),
    "kyushu": (19180, 15860),
    "okinawa": (2020, 1610),
}
TIES = {"tokyo": "tohoku-tokyo", "kyushu": "chugoku-kyushu"}


def make_answer(count=300, *, size=0.8, seed=7):
    """An answer about `count` applications, their power scaled by `size`."""
    listed = make_list(count, size, seed)
    verdict = [
        row
        for area in [*AREAS, "rest-of-japan", "japan"]
        for year in YEARS
        for vintage in VINTAGES
        for case in CASES
        for row in [verdict_row(listed, area, year, vintage, case)]
    ]
    firsts = make_firsts(verdict)
    return texts() | {
        "exceeds": bool(firsts),
        "totals": make_totals(listed),
        "pipeline": [
            {"area": a, "fiscal_year": y, "stage": s, "mw": mw}
            for a in [*AREAS, "japan"]
            for y in YEARS
            for s in PROBABILITY
            if (mw := total_mw(listed, a, y, {s: 1.0})) > 0
        ],
        "verdict": verdict,
        "firsts": firsts,
        "contributors": [row for first in firsts for row in contributors(listed, first)],
        "vintage_comparison": list(comparison()),
        "peaks": list(make_peaks()),
        "adequacy": list(make_adequacy(listed)),
        "draws": [draw_row(listed, area, year) for area in [*AREAS, "japan"] for year in YEARS],
        "chance": [
            chance_row(listed, area, y, v) for area in AREAS for y in YEARS for v in VINTAGES
        ]
        + [chance_row(listed, "japan", y, v) for y in YEARS for v in VINTAGES],
    }


def make_list(count, size, seed):
    """Applications: more of them in Tokyo, later ones less far."""
    chance = random.Random(seed)
    weights = (12, 6, 44, 5, 0, 15, 6, 0, 10, 2)
    firsts = {"supplied": 2024, "contract": 2026, "accepted": 2028, "applied": 2028, "study": 2029}
    listed = []
    for place in range(count):
        stage = chance.choices(list(firsts), (5, 15, 15, 35, 30))[0]
        kind = chance.choices(list(COMPARED), (88, 7, 5))[0]
        listed.append(
            {
                "id": f"A{place + 1:03d}",
                "name": f"第{place + 1}データセンター",
                "applicant": f"事業者{chance.randrange(60) + 1}",
                "area": chance.choices(AREAS, weights)[0],
                "kind": kind,
                "stage": stage,
                "contract_mw": round(size * chance.choice((12, 25, 40, 60, 80, 120, 150)), 1),
                "start": firsts[stage] + chance.randrange(4),
                "counted": stage == "supplied" or (stage == "contract" and place % 2 == 0),
            }
        )
    return listed


def power_mw(row, year):
    """Three years of ramp."""
    return row["contract_mw"] * min(1.0, max(0, year - row["start"] + 1) / 3)


def inside(row, area):
    return area in ("japan", row["area"]) or (area == "rest-of-japan" and row["area"] != "tokyo")


def total_mw(listed, area, year, weights, *, kinds=None):
    shares = kinds or dict.fromkeys(COMPARED, 1.0)
    return sum(
        power_mw(row, year) * weights.get(row["stage"], 0.0) * shares[row["kind"]]
        for row in listed
        if inside(row, area)
    )


def weights_of(case):
    contracted = {"contract": 1.0, "supplied": 1.0}
    every = dict.fromkeys(PROBABILITY, 1.0)
    return {"contracted": contracted, "weighted": PROBABILITY, "all": every}[case]


def between(points, year):
    """Straight line between published years; outside nothing is known."""
    if year in points:
        return float(points[year]), "published"
    before = max((y for y in points if y < year), default=None)
    after = min((y for y in points if y > year), default=None)
    if before is None or after is None:
        return None, "not_published"
    share = (year - before) / (after - before)
    return points[before] + share * (points[after] - points[before]), "interpolated"


def allowance(area, year, vintage):
    """Middle, low, high and basis of what a forecast holds for an area."""
    japan, basis = between(FORECASTS["counted_mw"][vintage], year)
    if area == "japan" or japan is None:
        return japan, japan, japan, basis
    if area == "tokyo":
        return 0.575 * japan, 0.55 * japan, 0.6 * japan, "computed"
    if area == "rest-of-japan":
        return 0.425 * japan, 0.4 * japan, 0.45 * japan, "computed"
    if area == "kyushu":
        return 0.2 * japan, 0.2 * japan, 0.2 * japan, "user_table"
    return None, 0.0, 0.4 * japan, "bound"


def verdict_row(listed, area, year, vintage, case):
    additions = total_mw(listed, area, year, weights_of(case), kinds=COMPARED)
    held = [row for row in listed if row["counted"]]
    counted = total_mw(held, area, year, weights_of(case), kinds=COMPARED)
    middle, low, high, basis = allowance(area, year, vintage)
    over = None if middle is None else max(0.0, additions - middle)
    if middle is None and high is not None and additions > high:
        over = additions - high
    gwh = 8.76 * LOAD_FACTOR
    return {
        "area": area,
        "fiscal_year": year,
        "vintage": vintage,
        "case": case,
        "additions_mw": additions,
        "counted_mw": counted,
        "allowance_mw": middle,
        "over_mw": over,
        "verdict": verdict_of(additions, counted, middle, high),
        "allowance_low_mw": low,
        "allowance_high_mw": high,
        "over_low_mw": None if high is None else max(0.0, additions - high),
        "over_high_mw": None if low is None else max(0.0, additions - low),
        "basis": basis,
        "confidence": {"published": "second_hand", "bound": "assumed"}.get(basis, "computed"),
        "source": None if middle is None else "occto_demand_2026",
        "additions_gwh": additions * gwh,
        "allowance_gwh": None if middle is None else middle * 7.4,
        "over_gwh": None if middle is None else max(0.0, additions * gwh - middle * 7.4),
    }


def verdict_of(additions, counted, middle, high):
    """Nothing listed always fits; beyond a bound it exceeds for certain."""
    limit = high if middle is None else middle
    if additions == 0:
        return "fits"
    if limit is not None and additions > limit:
        return "exceeds"
    if counted == additions:
        return "inside"
    return "unknown" if middle is None else "fits"


def make_firsts(verdict):
    found = {}
    for row in verdict:
        if row["verdict"] == "exceeds":
            found.setdefault((row["area"], row["vintage"], row["case"]), []).append(row)
    return [
        dict(zip(("area", "vintage", "case"), key, strict=True)) | first_and_worst(rows)
        for key, rows in found.items()
    ]


def first_and_worst(rows):
    first = min(rows, key=lambda row: row["fiscal_year"])
    worst = max(rows, key=lambda row: row["over_mw"])
    return {
        "first_fiscal_year": first["fiscal_year"],
        "first_over_mw": first["over_mw"],
        "worst_fiscal_year": worst["fiscal_year"],
        "worst_over_mw": worst["over_mw"],
    }


def contributors(listed, first):
    weights, year = weights_of(first["case"]), first["worst_fiscal_year"]
    powers = [
        (power_mw(row, year) * weights.get(row["stage"], 0.0) * COMPARED[row["kind"]], row)
        for row in listed
        if inside(row, first["area"])
    ]
    total = sum(mw for mw, _ in powers)
    new = [pair for pair in powers if pair[0] and not pair[1]["counted"]]
    largest = sorted(new or powers, key=lambda pair: (-pair[0], pair[1]["id"]))[:10]
    head = {key: first[key] for key in ("area", "vintage", "case")} | {"fiscal_year": year}
    for rank, (mw, row) in enumerate(((mw, row) for mw, row in largest if mw), start=1):
        own = {key: row[key] for key in ("id", "name", "applicant", "stage")}
        yield head | own | {"rank": rank, "mw": mw, "share": mw / total}


def make_totals(listed):
    def part(key, value):
        own = [row for row in listed if row[key] == value]
        mw = sum(row["contract_mw"] for row in own)
        return {key: value, "applications": len(own), "contract_mw": mw}

    return {
        "applications": len(listed),
        "contract_mw": sum(row["contract_mw"] for row in listed),
        "located": len(listed),
        "kinds": [part("kind", k) | {"compared_share": share} for k, share in COMPARED.items()],
        "stages": [part("stage", s) | {"probability": p} for s, p in PROBABILITY.items()],
    }


def comparison():
    for quantity, vintages in FORECASTS.items():
        for vintage in VINTAGES:
            for year in YEARS:
                value, basis = between(vintages.get(vintage, {}), year)
                head = {"quantity": quantity, "fiscal_year": year, "vintage": vintage}
                yield head | {"value": value, "basis": basis}


def make_peaks():
    for vintage in VINTAGES:
        for year in YEARS:
            mw, _ = between(FORECASTS["peak_mw"][vintage], year)
            summed = 161070.0 if (vintage, year) == ("2026-01", 2026) else None
            yield {
                "vintage": vintage,
                "fiscal_year": year,
                "coincident_mw": mw,
                "non_coincident_mw": summed,
                "note": "both" if summed else "areas_missing",
            }


def make_adequacy(listed):
    for area, (supply, demand) in SUPPLY_DEMAND_MW.items():
        for year in YEARS:
            for standard, required, uplift in (("h3", 0.08, 1.0), ("h1", 0.03, 1.05)):
                for season, share in (("summer", 1.0), ("winter", 0.92)):
                    for case in ["none", *CASES]:
                        mw = total_mw(listed, area, year, weights_of(case)) if case != "none" else 0
                        base = {"area": area, "fiscal_year": year, "season": season, "case": case}
                        load = demand * share * uplift
                        if (area, season) == ("okinawa", "winter"):
                            load = None
                        told = margins(area, supply, load, mw, required)
                        yield base | {"standard": standard} | told


def margins(area, supply, demand, new, required):
    """With ties an area gets up to 8 % of its demand more; Okinawa has none."""
    known = demand is not None
    imports = 0.0 if area == "okinawa" else 0.08 * demand if known else None
    own = supply / (1 + required) - demand - new if known else None
    tied = own + imports / (1 + required) if known else None
    return {
        "supply_mw": float(supply),
        "demand_mw": demand,
        "new_mw": new,
        "required_share": required,
        "own_margin_share": supply / (demand + new) - 1 if known else None,
        "tied_margin_share": (supply + imports) / (demand + new) - 1 if known else None,
        "import_mw": imports,
        "spare_own_mw": own,
        "spare_mw": tied,
        "conditional_mw": max(0.0, tied) / 3 if known else None,
        "binding": [{"tie": TIES[area], "direction": "forward"}] if area in TIES else [],
        "relieved_mw": min(0.25 * new, 0.02 * demand) if known else None,
        "limited_by": limit_of(area) if known else None,
        "basis": "held",
    }


def limit_of(area):
    """A tie where one is named; Chubu waits for others, all else has what can reach it."""
    return "ties" if area in TIES else "others" if area == "chubu" else "supply"


def draw_row(listed, area, year):
    mean = total_mw(listed, area, year, PROBABILITY, kinds=COMPARED)
    shares = {"mean_mw": 1.0, "p10_mw": 0.82, "p50_mw": 0.99, "p90_mw": 1.19}
    return {"area": area, "fiscal_year": year} | {key: s * mean for key, s in shares.items()}


def chance_row(listed, area, year, vintage):
    middle, *_ = allowance(area, year, vintage)
    own = draw_row(listed, area, year)
    low, high = own["p10_mw"], own["p90_mw"]
    if middle is None:
        share = None
    elif high == low:
        share = 0.0
    else:
        share = min(1.0, max(0.0, 0.1 + 0.8 * (high - middle) / (high - low)))
    return {"area": area, "fiscal_year": year, "vintage": vintage, "exceed_share": share}


def texts():
    """What is the same in every answer."""
    return {
        "format": 1,
        "kind": "forecast",
        "created": "2026-11-25",
        "file": "additions.csv",
        "title": {
            "ja": "需要追加リストとOCCTO想定の照合",
            "en": "Load additions against OCCTO's forecast",
        },
        "vintages": VINTAGES,
        "newest": VINTAGES[-1],
        "cases": CASES,
        "years": YEARS,
        "areas": [*AREAS, "rest-of-japan", "japan"],
        "draw_count": 10000,
        "seed": 7,
        "notices": [
            {
                "kind": "double",
                "ja": "同じ事業者・同じ規模の申込が2件あります（二重申込の可能性）",
                "en": "Two applications of one applicant and size: possibly the same load",
                "rows": [12, 57],
                "ids": ["A011", "A056"],
            },
            {
                "kind": "several_points",
                "ja": "同じ事業者が複数の接続点に申し込んでいます（空押さえの可能性）",
                "en": "One applicant holds several connection points",
                "rows": list(range(20, 80)),
                "ids": [f"A{n:03d}" for n in range(19, 79)],
            },
        ],
        "assumptions": [
            {
                "field": "realised-applied",
                "value": 0.38,
                "unit": "share",
                "ja": "申込の実現率",
                "en": "Chance that an application is built",
                "confidence": "assumed",
                "source": "project_assumption",
            },
            {
                "field": "load-factor-data_center",
                "value": 0.8,
                "unit": "share",
                "ja": "データセンターの負荷率",
                "en": "Load factor of data centres",
                "confidence": "found",
                "source": "itmedia_2501_29_3",
            },
        ],
        "unknowns": [
            {
                "ja": "東京以外のエリアの個別計上は公表されていません",
                "en": "The count by area, other than Tokyo's share, is not published",
            }
        ],
        "sources": [
            {
                "source": "occto_demand_2026",
                "title": "全国及び供給区域ごとの需要想定（2026年度）",
                "publisher": "OCCTO",
                "url": "https://www.occto.or.jp/news/010743.html",
                "licence": "published page",
                "as_of": "2026-01-21",
                "confidence_marks": ["second_hand", "computed"],
            }
        ],
    }
