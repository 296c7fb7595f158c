"""How much of OCCTO's counted data-centre additions a plan uses."""

import pyomo.environ as pyo

from optimize.model.terms import by_key, total
from optimize.problem import SiteProblem


def stay_in_forecast(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """Coincident contract power of a group of areas stays in the count, or pays and is reported."""
    counted_mw = by_key(problem.forecast["limit_mw"])
    areas = problem.forecast_areas.groupby("group")["area"].agg(list).to_dict()
    known = set(model.AREAS)
    limited = [(g, y) for g, y in counted_mw if y in set(problem.years)]
    model.over_forecast_mw = pyo.Var(limited, domain=pyo.NonNegativeReals)

    def within(model: pyo.ConcreteModel, g: str, y: int) -> object:
        used = [(1.0, model.area_contract_mw[a, y]) for a in areas[g] if a in known]
        return total([*used, (-1.0, model.over_forecast_mw[g, y])]) <= counted_mw[g, y]

    model.stay_in_forecast = pyo.Constraint(limited, rule=within)
