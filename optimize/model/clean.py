"""Which draw of the data centres is covered by clean power under contract, and how much has to be.

In every area, year and slice the contracted clean power has a balance of its own:

    output + discharge - charge + clean imports - clean exports = matched + excess

Clean imports ride on real flows: no more than the tie carries in that direction, as part of the
balance of all power. Excess is sold to the grid for nothing, beyond what it displaces there.
"""

import math
from collections import defaultdict
from typing import Any

import pyomo.environ as pyo

from optimize.clean import CleanPower
from optimize.model.contracts import most_output_mw
from optimize.model.dispatch import draw_shares, draw_terms, most_draw_mw
from optimize.model.terms import Term, by_key, gathered, total
from optimize.model.ties import net_import, ties_by_year
from optimize.problem import Dispatch, SiteProblem

GWH_PER_MWH = 1e-3


def match_clean(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """State how clean power meets draw; nothing where nobody contracts any."""
    clean, dispatch = problem.clean, problem.dispatch
    if clean is None or dispatch is None:
        return
    _declare_matching(model, problem, clean, dispatch)
    _balance_clean(model, problem, dispatch)
    _match_within_draw(model, dispatch)
    _carry_on_flow(model, problem)
    asked = [y for y in problem.years if y in clean.share.index]
    rule = _hourly_share if clean.matching == "hourly" else _annual_share
    model.clean_share = pyo.Constraint(asked, rule=rule(clean, dispatch))
    _limit_excess(model, clean, dispatch)


def _declare_matching(
    model: pyo.ConcreteModel, problem: SiteProblem, clean: CleanPower, dispatch: Dispatch
) -> None:
    places = (model.YEARS, model.SLICES)
    model.SITE_AREAS = pyo.Set(initialize=list(dict.fromkeys(problem.sites["area"])))
    model.CLEAN_AREAS = pyo.Set(initialize=[str(a) for a in dispatch.demand_mw.columns])
    draw_mw = most_draw_mw(problem, dispatch)
    model.matched_mw = pyo.Var(
        model.SITE_AREAS, *places, bounds=lambda _, a, y, t: (0.0, draw_mw[a])
    )
    ties = ties_by_year(problem)
    model.clean_flow_mw = pyo.Var(
        list(model.flow_mw), bounds=lambda _, tie, way, y, t: (0.0, ties[y][tie, way][2])
    )
    excess_mw = _most_excess_mw(problem, clean)
    into = {y: _import_capacity(ties[y]) for y in problem.years}
    model.excess_mw = pyo.Var(
        model.CLEAN_AREAS,
        *places,
        bounds=lambda _, a, y, t: (0.0, excess_mw[a].get(t, 0.0) + into[y].get(a, 0.0)),
    )


def _most_excess_mw(problem: SiteProblem, clean: CleanPower) -> dict[str, dict[str, float]]:
    """Most clean power that an area's own offers and stores can give by slice. [MW]"""
    most: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for (area, _), runs in most_output_mw(problem, clean).items():
        for t, mw in runs.items():
            most[area][t] += mw
    for (area, _), mw in by_key(clean.stores["potential_mw"]).items():
        for t in clean.availability.index:
            most[area][t] += mw
    return most


def _import_capacity(ties: Any) -> dict[str, float]:
    capacity: dict[str, float] = defaultdict(float)
    for _, to_area, mw in ties.values():
        capacity[to_area] += mw
    return capacity


def _balance_clean(model: pyo.ConcreteModel, problem: SiteProblem, dispatch: Dispatch) -> None:
    """All clean power of an area is matched, stored, sent on or excess."""
    ties = ties_by_year(problem)
    signed = [(1.0, key, model.clean_gen_mw) for key in model.OFFERS]
    signed += [(1.0, key, model.discharge_mw) for key in model.STORES]
    signed += [(-1.0, key, model.charge_mw) for key in model.STORES]

    def balanced(model: pyo.ConcreteModel, a: str, y: int, t: str) -> object:
        own = [(sign, variable[*key, y, t]) for sign, key, variable in signed if key[0] == a]
        flows = net_import(model.clean_flow_mw, ties[y], a, (y, t))
        used = [(-1.0, model.excess_mw[a, y, t])]
        if a in model.SITE_AREAS:
            used.append((-1.0, model.matched_mw[a, y, t]))
        return total([*own, *flows, *used]) == 0

    model.clean_balance = pyo.Constraint(
        model.CLEAN_AREAS, model.YEARS, model.SLICES, rule=balanced
    )


def _match_within_draw(model: pyo.ConcreteModel, dispatch: Dispatch) -> None:
    share = draw_shares(dispatch)

    def within(model: pyo.ConcreteModel, a: str, y: int, t: str) -> object:
        draw = [(-part, variable) for part, variable in draw_terms(model, share, a, y, t)]
        return total([(1.0, model.matched_mw[a, y, t]), *draw]) <= 0

    model.match_within_draw = pyo.Constraint(
        model.SITE_AREAS, model.YEARS, model.SLICES, rule=within
    )


def _carry_on_flow(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """Clean power goes over a tie only on what the tie carries in that direction.

    A tie runs one way at a time; `one_way` is the convex hull of that. Inside the hull both
    directions may still run at a part of their capacity, for a yen each: `optimize.one_way` closes
    one of them where it can, and the plan reports what is left (`optimize.read_clean`).
    """
    ties = ties_by_year(problem)

    def carried(model: pyo.ConcreteModel, tie: str, way: str, y: int, t: str) -> object:
        return model.clean_flow_mw[tie, way, y, t] <= model.flow_mw[tie, way, y, t]

    model.carry_on_flow = pyo.Constraint(list(model.clean_flow_mw), rule=carried)
    pairs = {y: _both_ways(ties[y]) for y in problem.years}
    places = [(tie, y, t) for y in problem.years for tie in pairs[y] for t in model.SLICES]

    def one_way(model: pyo.ConcreteModel, tie: str, y: int, t: str) -> object:
        ways = [(1.0 / mw, model.flow_mw[tie, way, y, t]) for way, mw in pairs[y][tie]]
        return total(ways) <= 1

    model.one_way = pyo.Constraint(places, rule=one_way)


def _both_ways(ties: Any) -> dict[str, list[tuple[str, float]]]:
    """Ties that can carry power in two directions, with the capacity of each. [MW]"""
    ways: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for (tie, way), (_, _, mw) in ties.items():
        if mw > 0:
            ways[tie].append((way, mw))
    return {tie: each for tie, each in ways.items() if len(each) == 2}


def _hourly_share(clean: CleanPower, dispatch: Dispatch) -> Any:
    """Matched, and the clean share of what is not: at least the share of the year's draw. [GWh]"""
    hours, share = by_key(dispatch.hours_per_year()), draw_shares(dispatch)
    grid = clean.grid_clean_share.to_dict("index")
    asked = by_key(clean.share)

    def covered(model: pyo.ConcreteModel, y: int) -> object:
        terms: list[Term] = []
        for a in model.SITE_AREAS:
            for t in model.SLICES:
                gwh, of_grid = hours[t] * GWH_PER_MWH, grid[y, t][a] if grid else 0.0
                terms.append((gwh * (1.0 - of_grid), model.matched_mw[a, y, t]))
                draw = draw_terms(model, share, a, y, t)
                terms += [(gwh * (of_grid - asked[y]) * part, var) for part, var in draw]
        return total(gathered(terms)) >= 0

    return covered


def _annual_share(clean: CleanPower, dispatch: Dispatch) -> Any:
    """Clean energy delivered, whenever: at least the share of the year's draw. [GWh]

    What a store loses is not delivered; otherwise burning power in a store would count.
    """
    asked = by_key(clean.share)

    def covered(model: pyo.ConcreteModel, y: int) -> object:
        delivered = delivered_terms(model, dispatch, y)
        return total([*delivered, *energy_terms(model, dispatch, y, -asked[y])]) >= 0

    return covered


def delivered_terms(model: pyo.ConcreteModel, dispatch: Dispatch, y: int) -> list[Term]:
    """Clean energy under contract that is delivered in a year, whenever. [GWh]"""
    hours = by_key(dispatch.hours_per_year())
    return [
        (hours[t] * GWH_PER_MWH, variable[a, y, t])
        for variable, areas in (
            (model.matched_mw, model.SITE_AREAS),
            (model.excess_mw, model.CLEAN_AREAS),
        )
        for a in areas
        for t in model.SLICES
    ]


def _limit_excess(model: pyo.ConcreteModel, clean: CleanPower, dispatch: Dispatch) -> None:
    """Clean energy that is not matched in its slice stays below its share of the draw. [GWh]"""
    if math.isnan(clean.excess_share):
        return
    hours = by_key(dispatch.hours_per_year())

    def little(model: pyo.ConcreteModel, y: int) -> object:
        excess = [
            (hours[t] * GWH_PER_MWH, model.excess_mw[a, y, t])
            for a in model.CLEAN_AREAS
            for t in model.SLICES
        ]
        return total([*excess, *energy_terms(model, dispatch, y, -clean.excess_share)]) <= 0

    model.clean_excess = pyo.Constraint(model.YEARS, rule=little)


def energy_terms(model: pyo.ConcreteModel, dispatch: Dispatch, y: int, factor: float) -> list[Term]:
    """`factor` times the draw of all data centres in a year. [GWh]"""
    hours, share = by_key(dispatch.hours_per_year()), draw_shares(dispatch)
    return gathered(
        (factor * hours[t] * GWH_PER_MWH * part, variable)
        for a in model.SITE_AREAS
        for t in model.SLICES
        for part, variable in draw_terms(model, share, a, y, t)
    )
