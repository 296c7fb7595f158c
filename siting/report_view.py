"""Tables of the report, each cell ready to be read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from siting.report_answer import Names, Row
from siting.report_dots import BUSY_SHARE, ROUNDING_SHARE, TIGHT_SHARE
from siting.report_numbers import mw_range
from siting.report_words import Both, both, word

MOST_YEARS = 10
"""Years that a table has room for on paper."""

TINTS = 5
"""Steps of blue behind the power of a site."""

NEAR_LIMIT_SHARE = 0.9
"""Use of a group's headroom from which it counts as near its limit. [-]"""

MOST_GROUPS = 20

Cell = Mapping[str, Any]


def shown_years(years: Sequence[int], most: int = MOST_YEARS) -> list[int]:
    """Years for a table: all, or as many evenly spread ones as fit, with the first and the last.

    Examples
    --------
    >>> shown_years(range(2026, 2051), most=5)
    [2026, 2032, 2038, 2044, 2050]
    """
    if len(years) <= most:
        return list(years)
    step = (len(years) - 1) / (most - 1)
    return [years[round(place * step)] for place in range(most)]


def site_rows(summary: Row, years: Sequence[int], names: Names) -> list[Row]:
    """Chosen sites, largest first: head, power by year, reasons, and where the figures stand."""
    places = {row["source"]: place for place, row in enumerate(summary["sources"], start=1)}
    rows = [_site_row(site, years, names) | _references(site, places) for site in summary["sites"]]
    return sorted(rows, key=lambda row: (-row["last_mw"], row["site"]))


def _site_row(site: Row, years: Sequence[int], names: Names) -> dict[str, Any]:
    """One site."""
    power = {row["fiscal_year"]: row["contract_mw"] for row in site["by_year"]}
    most = max((mw for mw in power.values() if mw), default=0.0)
    costs = sorted(site["costs"], key=lambda row: -abs(row["myen_per_year"] or 0.0))
    return {
        "site": site["site"],
        "name": both(site["name_ja"], site["name_en"]),
        "area": names.get(site["area"], word(site["area"])),
        "start": site["start_fiscal_year"],
        "voltage_kv": site["voltage_kv"],
        "precision_km": site["precision_km"],
        "headroom": mw_range(site["headroom_low_mw"], site["headroom_high_mw"]),
        "basis": site["headroom_basis"],
        "confidence": site["confidence"],
        "cells": [_power_cell(power.get(year), most) for year in years],
        "first_mw": power.get(site["start_fiscal_year"]) or 0.0,
        "last_mw": power.get(years[-1]) or 0.0 if years else 0.0,
        "why": [both(*pair) for pair in zip(site["why"]["ja"], site["why"]["en"], strict=False)],
        "binding": site["binding"],
        "next_best": site["next_best"],
        "cost_myen": sum(row["myen_per_year"] or 0.0 for row in costs),
        "costs": [{"item": word(row["item"]), "myen": row["myen_per_year"]} for row in costs],
    }


def _references(site: Row, places: Mapping[str, int]) -> dict[str, Any]:
    """Numbers of a site's sources in the list of sources."""
    return {"references": sorted(places[s] for s in site["sources"] if s in places)}


def _power_cell(mw: float | None, most: float) -> Cell:
    """Power of a year; empty before the start, darker towards the site's full size."""
    if not mw:
        return {"mw": None, "tint": 0}
    return {"mw": mw, "tint": max(1, round(TINTS * mw / most)) if most else 0}


def margin_table(summary: Row, standard: str, years: Sequence[int], names: Names) -> list[Row]:
    """Reserve margins of one standard after imports: the season with least room of each year."""
    tightest = tightest_margins(summary["areas"], standard)
    areas = dict.fromkeys(area for area, _ in tightest)
    return [
        {
            "area": names.get(area, word(area)),
            "cells": [_margin_cell(tightest.get((area, year))) for year in years],
        }
        for area in in_order(areas, names)
    ]


def tightest_margins(rows: Iterable[Row], standard: str) -> dict[tuple[str, int], Row]:
    """Row with the least margin by area and year, of one standard; unknown margins are left out."""
    found: dict[tuple[str, int], Row] = {}
    for row in rows:
        key = (row["area"], row["fiscal_year"])
        if row["standard"] != standard or row["margin_share"] is None:
            continue
        if key not in found or row["margin_share"] < found[key]["margin_share"]:
            found[key] = row
    return found


def _margin_cell(row: Row | None) -> Cell:
    """A margin with its season; tight within two points of what is required."""
    if row is None:
        return {"share": None, "state": "unknown", "season": ""}
    room = row["margin_share"] - (row["required_share"] or 0.0)
    state = "low" if room < -ROUNDING_SHARE else "tight" if room < 0.02 else "fine"
    return {"share": row["margin_share"], "state": state, "season": word(row["season"])}


def own_margin_share(row: Row) -> float | None:
    """Margin before imports: own firm supply over demand with data centres, less one. [-]"""
    parts = (row["supply_mw"], row["demand_mw"], row["dc_mw"])
    if None in parts or not row["demand_mw"] + row["dc_mw"]:
        return None
    return float(row["supply_mw"] / (row["demand_mw"] + row["dc_mw"]) - 1.0)


def forecast_table(summary: Row, years: Sequence[int], names: Names) -> list[Row]:
    """The plan against the forecast by group of areas, the country first."""
    found = {(row["group"], row["fiscal_year"]): row for row in summary["forecast"]}
    groups = dict.fromkeys(group for group, _ in found)
    return [
        {
            "group": names.get(group, word(group)),
            "vintage": next(row["vintage"] for key, row in found.items() if key[0] == group),
            "cells": [found.get((group, year)) for year in years],
        }
        for group in sorted(in_order(groups, names), key=lambda group: group != "japan")
    ]


def tie_table(summary: Row, years: Sequence[int], names: Names) -> list[Row]:
    """Use of the interconnectors by year, with capacities of the first and the last year."""
    found = {(row["tie"], row["fiscal_year"]): row for row in summary["ties"]}
    ties = dict.fromkeys(tie for tie, _ in found)
    return [_tie_row(tie, found, years, names) for tie in in_order(ties, names)]


def _tie_row(tie: str, found: Mapping[Any, Row], years: Sequence[int], names: Names) -> Row:
    """One interconnector."""
    ends = [found[key] for key in found if key[0] == tie]
    first = min(ends, key=lambda row: row["fiscal_year"])
    last = max(ends, key=lambda row: row["fiscal_year"])
    return {
        "name": names.get(tie, word(tie)),
        "first": first,
        "last": last,
        "cells": [_use_cell(found.get((tie, year))) for year in years],
    }


def _use_cell(row: Row | None) -> Cell:
    """Mean use of one year with its class, as on the map."""
    share = row["mean_use_share"] if row else None
    if share is None:
        return {"share": None, "state": "unknown"}
    state = "low" if share >= TIGHT_SHARE else "tight" if share >= BUSY_SHARE else "fine"
    return {"share": share, "state": state}


def group_rows(summary: Row) -> list[Row]:
    """Groups that share headroom, the fullest first, with the year they come near their limit."""
    found: dict[str, list[Row]] = {}
    for row in summary["groups"]:
        if row["headroom_mw"] is not None and row["used_mw"] is not None:
            found.setdefault(row["group"], []).append(row)
    rows = [_group_row(own) for own in found.values()]
    return sorted(rows, key=lambda row: (-row["share"], row["key"]))


def _group_row(own: Sequence[Row]) -> dict[str, Any]:
    """One group in its fullest year."""
    worst = max(own, key=lambda row: (use_share(row), row["fiscal_year"]))
    near = [row["fiscal_year"] for row in own if use_share(row) >= NEAR_LIMIT_SHARE]
    return {
        "key": worst["group"],
        "name": both(worst["name_ja"], worst["name_en"]),
        "basis": worst["basis"],
        "year": worst["fiscal_year"],
        "used_mw": worst["used_mw"],
        "headroom_mw": worst["headroom_mw"],
        "share": use_share(worst),
        "near_from": min(near, default=None),
    }


def use_share(row: Row) -> float:
    """Share of a group's headroom in use; use without any headroom is full. [-]"""
    if row["headroom_mw"]:
        return float(row["used_mw"] / row["headroom_mw"])
    return 1.0 if row["used_mw"] else 0.0


def power_by_basis(summary: Row, year: int) -> list[Row]:
    """Contract power of one year by what is known of the headroom under it."""
    power = dict.fromkeys(("published", "operator", "assumed"), 0.0)
    for site in summary["sites"]:
        mw = sum(r["contract_mw"] or 0.0 for r in site["by_year"] if r["fiscal_year"] == year)
        power[site["headroom_basis"]] = power.get(site["headroom_basis"], 0.0) + mw
    total = sum(power.values())
    return [
        {"basis": basis, "mw": mw, "share": mw / total} for basis, mw in power.items() if mw > 0
    ]


def in_order(keys: Iterable[str], names: Names) -> list[str]:
    """Keys in the order of `names`, unknown ones last."""
    order = {name: place for place, name in enumerate(names)}
    return sorted(keys, key=lambda key: (order.get(key, len(order)), key))


def cost_rows(summary: Row, years: Sequence[int], items: Mapping[str, Both]) -> list[Row]:
    """Yearly cost by item over the years, in the order of `items`."""
    found: dict[str, dict[int, float]] = {}
    for row in summary["costs"]:
        own = found.setdefault(row["item"], {})
        own[row["fiscal_year"]] = own.get(row["fiscal_year"], 0.0) + (row["myen"] or 0.0)
    return [
        {"item": item, "name": word(item), "values": [found[item].get(year, 0.0) for year in years]}
        for item in in_order(found, items)
        if any(found[item].values())
    ]
