"""Time to power: megawatts that are wanted and not yet connected, and for how long.

Against a wanted path W[y] of server power, what has contract power by year y counts as connected:

    late[y]      = max(0, W[y] - sum_s contract[s,y] / peak[s])                          [MW]
    MW-years     = sum_y span[y] late[y]            span: years that a modelled year stands for
    mean years   = MW-years / largest W             a megawatt wanted waits that long on average

As both paths only rise, the area between them is the sum over all megawatts of the years each one
waits, whichever is connected first. A megawatt never connected waits until the end of the horizon;
years before the first modelled one are not in the model. Where W is the demand itself, late[y] is
what the contracts leave of the demand, so nothing waits unless demand may stay unmet.

`late` may be priced (a MW-year is paid for in each year at present value), its mean may be limited,
and it may be ruled out from a year on (all that is wanted has power by then).
"""

import math
from collections.abc import Iterator

import pyomo.environ as pyo

from optimize.model.compute import peak_mw_per_it_mw
from optimize.model.terms import by_key, total
from optimize.problem import SiteProblem, Waiting, year_spans


def limit_waiting(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """Count what is late and keep it within its limits; nothing where nobody asks for it."""
    waiting = problem.waiting
    if waiting is None:
        return
    model.late_mw = pyo.Var(model.YEARS, domain=pyo.NonNegativeReals)
    wanted_mw = by_key(waiting.wanted_it_mw)
    it_mw_per_mw = {s: 1.0 / mw for s, mw in peak_mw_per_it_mw(problem).items()}

    def counted(model: pyo.ConcreteModel, y: int) -> object:
        connected = [(it_mw, model.contract_mw[s, y]) for s, it_mw in it_mw_per_mw.items()]
        return total([*connected, (1.0, model.late_mw[y])]) >= wanted_mw[y]

    model.count_waiting = pyo.Constraint(model.YEARS, rule=counted)
    _limit_mean(model, problem, waiting)
    _connect_by(model, problem, waiting)


def _limit_mean(model: pyo.ConcreteModel, problem: SiteProblem, waiting: Waiting) -> None:
    if math.isnan(waiting.mean_years):
        return
    spans = year_spans(problem.years)
    mw_years = total((float(spans[y]), model.late_mw[y]) for y in problem.years)
    most = waiting.mean_years * float(waiting.wanted_it_mw.max())
    model.limit_waiting = pyo.Constraint(expr=mw_years <= most)


def _connect_by(model: pyo.ConcreteModel, problem: SiteProblem, waiting: Waiting) -> None:
    if waiting.full_from is None:
        return
    years = [y for y in problem.years if y >= waiting.full_from]

    def connected(model: pyo.ConcreteModel, y: int) -> object:
        return model.late_mw[y] <= 0

    model.connect_by = pyo.Constraint(years, rule=connected)


def waiting_terms(
    model: pyo.ConcreteModel, problem: SiteProblem
) -> Iterator[tuple[int, float, pyo.Var]]:
    """Year, price [M¥/(MW a)] and variable of what is late, for the objective."""
    if problem.waiting is None:
        return
    for y in problem.years:
        yield y, problem.waiting.price_myen_per_mw_year, model.late_mw[y]
