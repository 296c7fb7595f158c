"""Power carried between areas: one entry a direction, dated, each with its own capacity."""

from collections.abc import Iterable
from typing import Any

import pyomo.environ as pyo

from optimize.model.terms import Term, by_key, total
from optimize.problem import SiteProblem

TiesOfYear = dict[tuple[str, str], tuple[str, str, float]]
"""(tie, direction) -> (from area, to area, capacity in MW)."""


def ties_by_year(problem: SiteProblem) -> dict[int, TiesOfYear]:
    """Ties in service in each modelled year."""
    by_year: dict[int, TiesOfYear] = {y: {} for y in problem.years}
    rows: dict[Any, Any] = dict(problem.ties.to_dict("index"))
    for (tie, direction, year), row in rows.items():
        if year in by_year:
            ends = (row["from_area"], row["to_area"], float(row["capacity_mw"]))
            by_year[year][tie, direction] = ends
    return by_year


def net_import(flow_mw: pyo.Var, ties: TiesOfYear, area: str, place: tuple[Any, ...]) -> list[Term]:
    """Terms of what `area` receives less what it sends, at one place of the other indices.

    Ties that carry nothing there (they have no flow) are left out.
    """
    side = {tie: _side(ends, area) for tie, ends in ties.items()}
    return [
        (sign, flow_mw[*tie, *place])
        for tie, sign in side.items()
        if sign and (*tie, *place) in flow_mw
    ]


def _side(ends: tuple[str, str, float], area: str) -> float:
    """Return +1 if a tie ends in the area, -1 if it starts there, else 0."""
    return float(ends[1] == area) - float(ends[0] == area)


def limit_interchange(
    flow_mw: pyo.Var, problem: SiteProblem, places: Iterable[tuple[Any, ...]]
) -> pyo.Constraint:
    """Net interchange of areas inside a loop stays behind its fence, both ways.

    `places` are the indices of `flow_mw` after tie and direction; the fiscal year is among them.
    """
    ties = ties_by_year(problem)
    fences = by_key(problem.fences["net_mw"])
    rows = [
        (area, sign, *place)
        for (area, year) in fences
        for place in places
        if year in place
        for sign in (-1, 1)
    ]

    def behind_fence(_: object, area: str, sign: int, *place: Any) -> object:
        year = next(item for item in place if (area, item) in fences)
        flows = net_import(flow_mw, ties[year], area, place)
        return total((sign * factor, variable) for factor, variable in flows) <= fences[area, year]

    return pyo.Constraint(rows, rule=behind_fence)
