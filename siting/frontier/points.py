"""Points of a frontier as plain values: each plan, and what changes from the one before."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from optimize.frontier import Frontier, FrontierPoint
from optimize.problem import SiteProblem
from siting.report_words import Both, both

Row = dict[str, Any]

LEAST_MW = 0.05
"""A change of power below this is none."""


def point_rows(found: Frontier, problem: SiteProblem, names: Mapping[str, Both]) -> list[Row]:
    """Every point, the cheapest first, with the change from the one before.

    Returns
    -------
    list of dict
        number, limit and value [Mt or years], cost_myen, bound_myen, extra_myen (over the first),
        gap_share, price_myen (per unit, sites kept), step_myen (per unit, from the point before),
        within_gap (whether the proofs leave open that the step costs nothing), sites, area_mw,
        comes, leaves, area_change_mw.
    """
    rows = [_point_row(number, point, problem, names) for number, point in enumerate(found.points)]
    return [row | _change(row, rows[max(row["number"] - 2, 0)], rows[0]) for row in rows]


def _point_row(
    place: int, point: FrontierPoint, problem: SiteProblem, names: Mapping[str, Both]
) -> Row:
    record = point.plan.record
    sites = _site_rows(point, problem, names)
    return {
        "number": place + 1,
        "limit": point.limit if np.isfinite(point.limit) else None,
        "value": point.value,
        "cost_myen": record.cost_myen,
        "bound_myen": record.bound_myen,
        "gap_share": record.gap_share,
        "price_myen": point.price_myen + 0.0,
        "way": point.way,
        "seconds": point.seconds,
        "sites": sites,
        "area_mw": _by_area(sites),
    }


def _site_rows(point: FrontierPoint, problem: SiteProblem, names: Mapping[str, Both]) -> list[Row]:
    """Sites that the plan builds, with contract power by year [MW]."""
    built = point.plan.sites[point.plan.sites["built"] > 0.5]
    rows = []
    areas = problem.sites["area"]
    for key in sorted(set(built.index.get_level_values("site"))):
        power = built.xs(key, level="site")["contract_mw"]
        rows.append(
            {
                "site": key,
                "name": names.get(key, both(key, key)),
                "area": str(areas[key]),
                "start_fiscal_year": int(min(power.index)),
                "mw_by_year": {str(year): float(mw) for year, mw in power.items()},
                "last_mw": float(power.iloc[-1]),
            }
        )
    return rows


def _by_area(sites: Sequence[Row]) -> dict[str, float]:
    """Contract power of the last year by area. [MW]"""
    total: dict[str, float] = {}
    for row in sites:
        total[row["area"]] = total.get(row["area"], 0.0) + row["last_mw"]
    return total


def _change(row: Row, before: Row, first: Row) -> Row:
    """What the point costs over the first, and how its plan differs from the one before."""
    own, other = ({site["site"] for site in one["sites"]} for one in (row, before))
    less, extra = before["value"] - row["value"], row["cost_myen"] - before["cost_myen"]
    areas = {*row["area_mw"], *before["area_mw"]}
    moved = {a: row["area_mw"].get(a, 0.0) - before["area_mw"].get(a, 0.0) for a in sorted(areas)}
    return {
        "extra_myen": row["cost_myen"] - first["cost_myen"],
        "step_myen": extra / less if less > 0.0 else None,
        "within_gap": row is not before and row["bound_myen"] <= before["cost_myen"],
        "comes": sorted(own - other),
        "leaves": sorted(other - own),
        "area_change_mw": {area: mw for area, mw in moved.items() if abs(mw) >= LEAST_MW},
    }


def dropped_rows(found: Frontier) -> list[Row]:
    """Points left out, with the point that keeps their limit for no more."""
    rows = [
        {str(key): value for key, value in row.items()} for row in found.dropped.to_dict("records")
    ]
    return [row | {"limit": row["limit"] if np.isfinite(row["limit"]) else None} for row in rows]
