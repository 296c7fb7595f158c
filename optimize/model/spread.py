"""Limits that keep a plan from leaning on one area, one fault zone or one purse."""

import math

import pyomo.environ as pyo

from optimize.model.terms import total
from optimize.problem import SiteProblem


def spread_sites(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """State every spread limit that the problem sets."""
    if not math.isnan(problem.spread.largest_area_share):
        _cap_area_share(model, problem)
    _count_sites(model, problem)
    _cap_zones(model, problem)
    if not math.isnan(problem.spread.budget_myen):
        _stay_in_budget(model, problem)


def _cap_area_share(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """No area holds more than its share of all contract power, in the last year."""
    share = problem.spread.largest_area_share
    last = problem.years[-1]
    areas = list(dict.fromkeys(problem.sites["area"]))

    def shared(model: pyo.ConcreteModel, a: str) -> object:
        own = [(1.0, model.contract_mw[s, last]) for s in model.SITES if area_of[s] == a]
        return total([*own, *((-share, model.contract_mw[s, last]) for s in model.SITES)]) <= 0

    area_of = problem.sites["area"].to_dict()
    model.largest_area_share = pyo.Constraint(areas, rule=shared)


def _count_sites(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    last = problem.years[-1]
    built = total((1.0, model.build[s, last]) for s in model.SITES)
    if problem.spread.min_sites > 0:
        model.min_sites = pyo.Constraint(expr=built >= problem.spread.min_sites)
    if problem.spread.max_sites is not None:
        model.max_sites = pyo.Constraint(expr=built <= problem.spread.max_sites)


def _cap_zones(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """Contract power that one earthquake could stop stays below the zone's cap, in every year."""
    cap_mw = problem.spread.zone_cap_mw
    members = problem.sites.groupby("seismic_zone").groups
    zones = [zone for zone in cap_mw if zone in members]

    def capped(model: pyo.ConcreteModel, zone: str, y: int) -> object:
        return total((1.0, model.contract_mw[s, y]) for s in members[zone]) <= cap_mw[zone]

    model.zone_cap = pyo.Constraint(zones, model.YEARS, rule=capped)


def _stay_in_budget(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """Present value of all costs of the sites themselves (not of energy) within the budget."""
    weight = problem.year_weights()
    cost = problem.costs.groupby("site").sum()
    fixed = cost["fixed_myen_per_year"].to_dict()
    per_mw = cost["per_mw_myen_per_year"].to_dict()
    places = [(s, y) for s in problem.sites.index for y in problem.years]
    spent = total(
        [(weight[y] * fixed.get(s, 0.0), model.build[s, y]) for s, y in places]
        + [(weight[y] * per_mw.get(s, 0.0), model.contract_mw[s, y]) for s, y in places]
    )
    model.budget = pyo.Constraint(expr=spent <= problem.spread.budget_myen)
