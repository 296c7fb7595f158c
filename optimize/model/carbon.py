"""Location-based carbon of what the data centres draw."""

import pyomo.environ as pyo

from optimize.model.dispatch import draw_shares, draw_terms
from optimize.model.terms import gathered, total
from optimize.problem import SiteProblem


def cap_carbon(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """Emissions by year: draw times the area's average intensity in the slice, at most the cap.

    The metric is location-based and average: it takes the intensity of the system without the
    sited data centres and says nothing of contracts or of marginal plants.
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
            (hours[t] * intensity[y, t][a] * part / 1000.0, variable)
            for t in model.SLICES
            for a in areas
            for part, variable in draw_terms(model, share, a, y, t)
        ]
        return total([*gathered(terms), (-1.0, model.emitted_kt[y])]) == 0

    cap_t = problem.carbon["cap_t"].dropna().to_dict()

    def capped(model: pyo.ConcreteModel, y: int) -> object:
        return model.emitted_kt[y] <= cap_t[y] / 1000.0

    model.count_carbon = pyo.Constraint(priced, rule=emitted)
    model.cap_carbon = pyo.Constraint([y for y in cap_t if y in set(priced)], rule=capped)
