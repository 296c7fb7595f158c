"""Location-based carbon of what the data centres draw, and the carbon that went into them."""

from collections.abc import Iterator

import pyomo.environ as pyo

from optimize.model.dispatch import draw_shares, draw_terms
from optimize.model.terms import gathered, total
from optimize.problem import SiteProblem

T_PER_KT = 1000.0


def cap_carbon(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """Emissions by year: draw times the area's average intensity in the slice, at most the cap.

    The metric is location-based and average: it takes the intensity of the system without the
    sited data centres and says nothing of contracts or of marginal plants. Embodied carbon stands
    beside it in the cap only where that is asked for.
    """
    dispatch = problem.dispatch
    priced = [y for y in problem.carbon.index if y in set(problem.years)]
    model.emitted_kt = pyo.Var(priced, domain=pyo.NonNegativeReals)
    if dispatch is None:
        return
    intensity = dispatch.intensity_t_per_mwh.to_dict("index")
    hours = dispatch.hours_per_year().to_dict()
    share = draw_shares(dispatch)
    areas = list(dict.fromkeys(problem.sites["area"]))

    def emitted(model: pyo.ConcreteModel, y: int) -> object:
        terms = [
            (hours[t] * intensity[y, t][a] * part / T_PER_KT, variable)
            for t in model.SLICES
            for a in areas
            for part, variable in draw_terms(model, share, a, y, t)
        ]
        return total([*gathered(terms), (-1.0, model.emitted_kt[y])]) == 0

    cap_t = problem.carbon["cap_t"].dropna().to_dict()
    beside = _count_embodied(model, problem, priced)

    def capped(model: pyo.ConcreteModel, y: int) -> object:
        return model.emitted_kt[y] + sum(each[y] for each in beside) <= cap_t[y] / T_PER_KT

    model.count_carbon = pyo.Constraint(priced, rule=emitted)
    model.cap_carbon = pyo.Constraint([y for y in cap_t if y in set(priced)], rule=capped)


def _count_embodied(
    model: pyo.ConcreteModel, problem: SiteProblem, years: list[int]
) -> list[pyo.Var]:
    """State embodied carbon by year if the plan sees it; return what the cap holds of it."""
    embodied = problem.embodied
    if embodied is None or not embodied.counts:
        return []
    servers = embodied.servers_t_per_mw_year / T_PER_KT
    building = embodied.building_t_per_mw_year / T_PER_KT
    model.embodied_kt = pyo.Var(years, domain=pyo.NonNegativeReals)

    def counted(model: pyo.ConcreteModel, y: int) -> object:
        installed = [(servers, model.it_mw[s, w, y]) for s in model.SITES for w in model.WORKLOADS]
        standing = [(building, model.contract_mw[s, y]) for s in model.SITES]
        return total([*installed, *standing, (-1.0, model.embodied_kt[y])]) == 0

    model.count_embodied = pyo.Constraint(years, rule=counted)
    return [model.embodied_kt] if embodied.in_cap else []


def carbon_price_terms(
    model: pyo.ConcreteModel, problem: SiteProblem
) -> Iterator[tuple[int, float, pyo.Var]]:
    """Carbon price of each year on what it covers. [M¥/kt]"""
    embodied = problem.embodied
    for y in model.emitted_kt:
        myen_per_kt = T_PER_KT * float(problem.carbon["price_myen_per_t"][y])
        yield y, myen_per_kt, model.emitted_kt[y]
        if embodied is not None and embodied.in_price and problem.dispatch is not None:
            yield y, myen_per_kt, model.embodied_kt[y]
