"""Server power that the demand of a year needs, whatever sites it stands on.

EFLOPS are turned into MW as if every addition were installed in the year that asks for it:

    needed[w,y] = sum_{v<=y} (D[v] - D[v-1]) mw_per_eflops[w,v],    D = demand - unmet

over the years v with a demand. Falling demand is credited with the efficiency of the year in which
it falls, which is never more than what the older servers give back as long as hardware does not
get worse. Demand in MW of IT power is needed as it stands. Years without a demand need nothing.
"""

from itertools import pairwise

import pandas as pd
import pyomo.environ as pyo

from optimize.model.terms import Term, by_key
from optimize.problem import SiteProblem


def needed_it_mw(problem: SiteProblem) -> pd.Series:
    """Server power needed in each modelled year, nothing left unmet.

    Returns
    -------
    Series, index fiscal_year
        All workloads together, before overhead and cooling. [MW]
    """
    demand = problem.demand.to_dict()
    needed = {
        y: sum(
            mw * demand[w, v]
            for w in problem.workloads.index
            for v, mw in _mw_per_unit(problem, w, y).items()
        )
        for y in problem.years
    }
    return pd.Series(needed, dtype=float, name="it_mw").rename_axis("fiscal_year")


def unmet_terms(model: pyo.ConcreteModel, problem: SiteProblem, y: int) -> list[Term]:
    """What the demand left unmet takes off the server power needed in year y. [MW]"""
    return [
        (mw, model.unmet[w, v])
        for w in problem.workloads.index
        for v, mw in _mw_per_unit(problem, w, y).items()
    ]


def _mw_per_unit(problem: SiteProblem, w: str, y: int) -> dict[int, float]:
    """MW needed in year y for one unit of demand in each year up to it; empty if none is asked."""
    asked = [v for v in problem.years if v <= y and (w, v) in problem.demand.index]
    if y not in asked:
        return {}
    if problem.workloads.loc[w, "kind"] == "it_mw":
        return {y: 1.0}
    per_unit = by_key(problem.mw_per_eflops[w])
    worth = {v: per_unit[v] - per_unit[after] for v, after in pairwise(asked)}
    return {v: float(mw) for v, mw in (worth | {y: per_unit[y]}).items()}
