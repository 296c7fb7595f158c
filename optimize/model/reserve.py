"""Adequacy: firm supply and imports against peak demand with a margin."""

from typing import Any

import pyomo.environ as pyo

from optimize.model.firm import Firm
from optimize.model.terms import total
from optimize.model.ties import limit_interchange, net_import, ties_by_year
from optimize.problem import SiteProblem


def keep_reserve(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """Each area keeps its margin over H3 and H1 demand, summer and winter, data centres included.

    Of data centres their firm power counts: what may be called off at the peak needs no supply.

    Imports are transported: what one area receives another sends, within every tie's direction.
    A tie to an area without a row of its own carries nothing: that area would be a free source.
    """
    table: dict[Any, Any] = dict(problem.reserve.to_dict("index"))
    cases = list(dict.fromkeys((standard, season) for _, standard, season, _ in table))
    ties = ties_by_year(problem)
    carried = [
        (*tie, *case, y)
        for y in problem.years
        for tie, (start, end, _) in ties[y].items()
        for case in cases
        if (start, *case, y) in table and (end, *case, y) in table
    ]
    firm = Firm(model, problem)
    capacity_mw = {key: ties[key[-1]][key[:2]][2] for key in carried}
    model.reserve_flow_mw = pyo.Var(carried, bounds=lambda _, *key: (0.0, capacity_mw[key]))

    def enough(model: pyo.ConcreteModel, a: str, standard: str, season: str, y: int) -> object:
        row = table[a, standard, season, y]
        factor = 1.0 + row["margin_share"]
        flows = net_import(model.reserve_flow_mw, ties[y], a, (standard, season, y))
        needed_mw = factor * row["demand_mw"] - row["supply_mw"]
        load = [(-factor * part, variable) for part, variable in firm.of_area(a, y)]
        return total([*flows, *load]) >= needed_mw

    rows = [key for key in table if key[-1] in set(problem.years)]
    model.keep_reserve = pyo.Constraint(rows, rule=enough)
    places = [(*case, y) for case in cases for y in problem.years]
    model.reserve_fences = limit_interchange(model.reserve_flow_mw, problem, places)
