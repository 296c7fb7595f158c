"""Net present cost: what the plan spends and what its soft limits are priced at."""

from collections.abc import Iterator

import pyomo.environ as pyo

from optimize.model.carbon import carbon_price_terms
from optimize.model.certificates import certificate_terms
from optimize.model.contracts import clean_terms
from optimize.model.flexibility import flexibility_terms
from optimize.model.terms import by_key, total
from optimize.model.waiting import waiting_terms
from optimize.problem import Dispatch, SiteProblem

FLOW_PRICE_MYEN_PER_MWH = 1e-6
"""One yen per MWh: keeps power from circling for nothing when two ways cost the same."""

RESERVE_FLOW_PRICE_MYEN_PER_MW = 1e-3
"""A thousand yen a year for each MW of help at the peak, far below any other price: no area imports
more than it needs, so that the margins reported mean something."""


def minimise_cost(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """Sum of all yearly costs at present value. [M¥]"""
    weight = problem.year_weights()
    yearly = (
        _site_terms,
        _reinforcement_terms,
        _assignment_terms,
        carbon_price_terms,
        _slack_terms,
        waiting_terms,
        clean_terms,
        certificate_terms,
        flexibility_terms,
        _energy_terms,
    )
    terms = [
        (weight[y] * myen, variable)
        for cost in yearly
        for y, myen, variable in cost(model, problem)
    ]
    model.net_present_cost = pyo.Objective(expr=total(terms), sense=pyo.minimize)


YearlyTerms = Iterator[tuple[int, float, pyo.Var]]


def _site_terms(model: pyo.ConcreteModel, problem: SiteProblem) -> YearlyTerms:
    cost = problem.costs.groupby("site").sum()
    for s, row in cost.to_dict("index").items():
        for y in problem.years:
            yield y, row["fixed_myen_per_year"], model.build[s, y]
            yield y, row["per_mw_myen_per_year"], model.contract_mw[s, y]


def _reinforcement_terms(model: pyo.ConcreteModel, problem: SiteProblem) -> YearlyTerms:
    for k, myen in problem.reinforcements["myen_per_year"].items():
        for y in problem.years:
            yield y, float(myen), model.reinforce[k, y]


def _assignment_terms(model: pyo.ConcreteModel, problem: SiteProblem) -> YearlyTerms:
    for (m, s), myen in by_key(problem.pairs["myen_per_mw_year"]).items():
        for y in problem.years:
            yield y, float(myen), model.serve_mw[m, s, y]


def _slack_terms(model: pyo.ConcreteModel, problem: SiteProblem) -> YearlyTerms:
    price = problem.forecast["over_price_myen_per_mw"].to_dict()
    for g, y in model.over_forecast_mw:
        yield y, float(price[g, y]), model.over_forecast_mw[g, y]
    for w, myen in problem.workloads["shortfall_price_myen"].dropna().items():
        for y in problem.years:
            yield y, float(myen), model.unmet[w, y]
    for key in model.reserve_flow_mw:
        yield key[-1], RESERVE_FLOW_PRICE_MYEN_PER_MW, model.reserve_flow_mw[key]


def _energy_terms(model: pyo.ConcreteModel, problem: SiteProblem) -> YearlyTerms:
    if problem.dispatch is None:
        return
    dispatch: Dispatch = problem.dispatch
    hours = dispatch.hours_per_year().to_dict()
    price = dispatch.supply["cost_myen_per_mwh"].to_dict()
    for a, g, y, t in model.supply_mw:
        yield y, hours[t] * price[a, g], model.supply_mw[a, g, y, t]
    for a, y, t in model.unserved_mw:
        yield y, hours[t] * dispatch.unserved_price_myen_per_mwh, model.unserved_mw[a, y, t]
    for tie, direction, y, t in model.flow_mw:
        yield y, hours[t] * FLOW_PRICE_MYEN_PER_MWH, model.flow_mw[tie, direction, y, t]
