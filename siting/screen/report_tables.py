"""Tables of the screening's report, each cell ready to be read."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from data.facts import read_fact
from siting.report_numbers import UNKNOWN, Number, number
from siting.report_words import Both, both
from siting.screen.amounts import rough, rough_km, share_of
from siting.screen.charts import draw_shape
from siting.screen.report_ranks import rank_picture, rank_scale
from siting.screen.rule_words import (
    DISTANCES,
    MEASURES,
    Titles,
    capital,
    condition_text,
    criterion_text,
    full_title,
    layer_title,
)
from siting.screen.words import line_km, point_text

Row = Mapping[str, Any]
Names = Mapping[str, Both]

MOST_SITES = 50
"""Sites on the page; the files hold all of them."""

TINTS = 5
"""Steps of blue behind a score."""

MOST_LISTED = 12
MOST_METROS = 2


def rule_rows(summary: Row, titles: Titles) -> list[dict[str, Any]]:
    """Rules by what they take out, the dearest first; bars as shares of the longest one."""
    most = max([row["alone_km2"] or 0.0 for row in summary["rules"]], default=0.0) or 1.0
    land_km2 = summary["totals"]["land_km2"]
    rows = [_rule_row(rule, titles, most, land_km2) for rule in summary["rules"]]
    return sorted(rows, key=lambda row: math.inf if row["alone"] is None else -row["alone"])


def _rule_row(rule: Row, titles: Titles, most: float, land_km2: Number) -> dict[str, Any]:
    return {
        "rule": rule["rule"],
        "text": condition_text(rule, titles),
        "alone": rule["alone_km2"],
        "only": rule["only_km2"],
        "unknown": rule["unknown_km2"],
        "alone_bar": (rule["alone_km2"] or 0.0) / most,
        "only_bar": (rule["only_km2"] or 0.0) / most,
        "share": share_of(rule["alone_km2"], land_km2),
        "soft": rule["soft"],
        "relaxed": rule["relaxed"],
        "keeps": rule["unknown"] != "exclude",
        "missing": bool(rule.get("missing")),
        "note": rule["note"] or "",
    }


def acts(rule: Row) -> bool:
    """Whether a rule excludes anything: it is not relaxed, and its layer has a file."""
    return not rule["relaxed"] and not rule.get("missing")


def land_parts(summary: Row) -> list[dict[str, Any]]:
    """The land in three parts: open, out by one rule only, out by several rules at once."""
    totals = summary["totals"]
    parts = [rule["only_km2"] for rule in summary["rules"] if acts(rule)]
    one = None if None in parts else sum(parts)
    excluded, land = totals["excluded_km2"], totals["land_km2"]
    several = None if one is None or excluded is None else max(0.0, excluded - one)
    named = (
        ("open", both("残る", "open"), totals["open_km2"]),
        ("one", both("1つの規則だけで除外", "out by one rule only"), one),
        ("several", both("2つ以上の規則で除外", "out by two or more rules"), several),
    )
    return [
        {"part": part, "name": name, "km2": km2, "share": share_of(km2, land)}
        for part, name, km2 in named
    ]


def area_rows(summary: Row, names: Names) -> list[dict[str, Any]]:
    """Land, excluded and open land of the supply areas."""
    return [
        {
            "name": names.get(row["area"]) or both(str(row["area"]), str(row["area"])),
            "land": row["land_km2"],
            "excluded": row["excluded_km2"],
            "open": row["open_km2"],
            "share": share_of(row["open_km2"], row["land_km2"]),
            "sites": sum(site["area"] == row["area"] for site in summary["sites"]),
        }
        for row in summary["totals"]["by_area"]
    ]


def criterion_rows(summary: Row, titles: Titles) -> list[dict[str, Any]]:
    """Criteria with their shapes, the heaviest first."""
    rows = [
        _criterion_row(place, row, titles) for place, row in enumerate(summary["criteria"], start=1)
    ]
    return sorted(rows, key=lambda row: -(row["share"] or 0.0))


def _criterion_row(place: int, row: Row, titles: Titles) -> dict[str, Any]:
    classes = row["classes"] or {}
    unit = "" if row["unit"] is None else str(row["unit"])
    unknown = row["unknown"]
    return {
        "criterion": row["criterion"],
        "layer": with_capital(layer_title(row["layer"], titles)),
        "missing": bool(row.get("missing")),
        "measure": MEASURES.get(str(row["measure"])) or both(*[str(row["measure"])] * 2),
        "weight": row["weight"],
        "share": row["weight_share"],
        "svg": draw_shape(f"shape-{place}", row["corners"] or [], unit),
        "classes": sorted(classes.items(), key=lambda item: -item[1])[:MOST_LISTED],
        "more_classes": len(classes) - MOST_LISTED,
        "known": row["known_share"],
        "mean": row["mean_score"],
        "left_out": unknown == "leave_out",
        "unknown_score": None if isinstance(unknown, str) else unknown,
        "note": row["note"] or "",
    }


def site_rows(summary: Row, titles: Titles, names: Names) -> list[dict[str, Any]]:
    """The best sites by rank, each with its heat strip and its place on the scale of ranks."""
    scale = rank_scale(summary["sites"])
    ranked = sorted(summary["sites"], key=lambda site: (site["rank"], site["site"]))
    return [_site_row(site, summary, titles, names, scale) for site in ranked[:MOST_SITES]]


def _site_row(
    site: Row, summary: Row, titles: Titles, names: Names, scale: float
) -> dict[str, Any]:
    area = site["area"]
    length, is_route = line_km(site)
    cell_m = summary["grid"]["cell_m"]
    return {
        "site": site["site"],
        "rank": site["rank"],
        "name": both(site["name_ja"], site["name_en"]),
        "area": names.get(area) or both(str(area), str(area)),
        "place": f"{site['lat']:.3f}, {site['lon']:.3f}",
        "score": site["score"],
        "known": site["known_weight_share"],
        "heat": [heat_cell(site, row, titles, cell_m) for row in summary["criteria"]],
        "open_ha": rough(site["open_ha"]),
        "usable_ha": rough(site["usable_ha"]),
        "land_mw": rough(site["land_mw"]),
        "cluster_ha": rough(site["cluster_ha"]),
        "in_cluster": site["in_cluster"],
        "cells": site["cells"],
        "point": point_name(site, summary) if site["point"] else None,
        "km": rough_km(length, cell_m),
        "is_straight": length is not None and not is_route,
        "cost": rough(site["route_cost_myen"]),
        "shared_km": site["shared_km"],
        "shared_with": list(site["shared_with"] or ()),
        "ranks": rank_picture(site, scale),
        "top_share": site["top_share"],
        "latency": latencies(site),
        "ix": DISTANCES.get(str(site["ix_class"])),
        "landing": DISTANCES.get(str(site["landing_class"])),
        "pruned_by": site["pruned_by"],
        "reason": both(site["reason_ja"] or UNKNOWN, site["reason_en"] or UNKNOWN),
    }


def point_name(site: Row, summary: Row) -> Both:
    """Connection point of a site in both languages."""
    return both(point_text(site, summary, "ja"), point_text(site, summary, "en"))


def latencies(site: Row) -> list[tuple[Both, float]]:
    """The nearest cities with their latency. [ms]"""
    metros = read_fact("metros").set_index("metro")
    named = {key: both(row["name_ja"], row["name_en"]) for key, row in metros.iterrows()}
    known = [(ms, key) for key, ms in (site["latency_ms"] or {}).items() if ms is not None]
    return [(named.get(key) or both(key, key), ms) for ms, key in sorted(known)[:MOST_METROS]]


def heat_cell(site: Row, criterion: Row, titles: Titles, cell_m: float) -> dict[str, Any]:
    """Score of one criterion in hundredths, with what was measured; unknown is hatched."""
    key = criterion["criterion"]
    score = site["scores"].get(key)
    text = criterion_text(criterion, site["values"].get(key), titles, cell_m=cell_m)
    if score is None:
        return {"text": UNKNOWN, "tint": "unknown", "title": text}
    return {"text": number(100 * score), "tint": f"heat-{round(TINTS * score)}", "title": text}


def hub_rows(summary: Row) -> list[dict[str, Any]]:
    """Existing hubs, the best percentile first, then those that the rules take out."""
    rows = [_hub_row(row) for row in summary["backtest"]]
    return sorted(rows, key=lambda row: (row["order"], -(row["percentile"] or 0.0)))


def _hub_row(row: Row) -> dict[str, Any]:
    """`out`: a rule excludes the place; `outside`: it is not in the study or has no score."""
    out = bool(row["excluded_by"])
    state = "out" if out else "outside" if row["percentile"] is None else "open"
    return {
        "name": both(row["name_ja"], row["name_en"]),
        "state": state,
        "order": ("open", "out", "outside").index(state),
        "score": row["score"],
        "percentile": row["percentile"],
        "rules": list(row["excluded_by"]),
        "note": row.get("note") or "",
        "precision_km": row.get("precision_km"),
    }


def shared_rows(summary: Row) -> list[dict[str, Any]]:
    """Connection points at which routes run together, the longest common way first."""
    found: dict[str, list[Row]] = {}
    for site in summary["sites"]:
        if site["shared_with"] and site["shared_km"]:
            found.setdefault(site["point"], []).append(site)
    rows = [_shared_row(summary, sites) for sites in found.values()]
    return sorted(rows, key=lambda row: (-row["longest_km"], row["name"]["ja"]))


def _shared_row(summary: Row, sites: Sequence[Row]) -> dict[str, Any]:
    ranked = sorted(sites, key=lambda site: site["rank"])
    return {
        "name": point_name(ranked[0], summary),
        "longest_km": max(site["shared_km"] for site in sites),
        "sites": [
            {"rank": site["rank"], "name": both(site["name_ja"], site["name_en"])}
            | {"km": rough(site["shared_km"])}
            for site in ranked[:MOST_LISTED]
        ],
        "more": max(0, len(ranked) - MOST_LISTED),
    }


def layer_rows(summary: Row) -> list[dict[str, Any]]:
    """Layers as they were read, those without a file last."""
    rows = [_layer_row(row) for row in summary["layers"]]
    return sorted(rows, key=lambda row: row["missing"])


def _layer_row(row: Row) -> dict[str, Any]:
    credit = row.get("credit_ja") or "", row.get("credit_en") or ""
    files = [str(name) for name in row["files"] or ()]
    return {
        "layer": row["layer"],
        "title": with_capital(full_title(row)),
        "credit": both(*credit) if any(credit) else both(UNKNOWN, UNKNOWN),
        "licence": row.get("licence") or UNKNOWN,
        "url": row.get("url") or "",
        "as_of": row.get("as_of") or UNKNOWN,
        "confidence": row["confidence"],
        "reader": row["reader"] or "",
        "missing": row["kind"] == "missing",
        "features": row["features"],
        "known": row["known_share"],
        "notes": list(row["notes"] or ()),
        "files": files[:MOST_LISTED],
        "more_files": max(0, len(files) - MOST_LISTED),
    }


def with_capital(text: Both) -> Both:
    """A text whose English begins with a capital letter."""
    return both(text["ja"], capital(text["en"]))


def listed_names(rows: Iterable[Both], lang: str) -> str:
    """Names in a row; English ones may hold commas."""
    return ("、" if lang == "ja" else "; ").join(row[lang] for row in rows)
