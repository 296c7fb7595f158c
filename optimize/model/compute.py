"""Computing to be hosted, and the power contract it needs."""

from itertools import pairwise

import pyomo.environ as pyo

from optimize.model.terms import Term, by_key, total
from optimize.problem import SiteProblem

RELEASE_YEARS = 3
"""TEPCO PG releases contract power not used three years after supply start (denjiji.co.jp)."""


def declare_demand(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """Demand left unmet: priced and reported where the scenario allows it, else zero."""
    price = problem.workloads["shortfall_price_myen"].to_dict()

    def bounds(model: pyo.ConcreteModel, w: str, y: int) -> tuple[float, float | None]:
        allowed = price[w] == price[w]  # NaN: not allowed
        return (0.0, None if allowed else 0.0)

    model.unmet = pyo.Var(model.WORKLOADS, model.YEARS, bounds=bounds)


def meet_compute(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """Installed IT power covers each workload's demand in every year."""
    demand = problem.demand.to_dict()
    kind = problem.workloads["kind"].to_dict()
    asked = [(w, y) for w in problem.workloads.index for y in problem.years if (w, y) in demand]

    def met(model: pyo.ConcreteModel, w: str, y: int) -> object:
        terms = _eflops(model, problem, w, y) if kind[w] == "eflops" else _it_mw(model, w, y)
        return total([*terms, (1.0, model.unmet[w, y])]) >= demand[w, y]

    model.meet_compute = pyo.Constraint(asked, rule=met)


def _it_mw(model: pyo.ConcreteModel, w: str, y: int) -> list[Term]:
    return [(1.0, model.it_mw[s, w, y]) for s in model.SITES]


def _eflops(model: pyo.ConcreteModel, problem: SiteProblem, w: str, y: int) -> list[Term]:
    """EFLOPS by year y: what was added in year v counts with the efficiency of v.

    sum_{v<=y} (it[v] - it[v-1]) / mw_per_eflops[v], gathered by it[v].
    """
    past = [v for v in problem.years if v <= y]
    per_mw = {v: 1.0 / float(problem.mw_per_eflops[w, v]) for v in past}
    worth = {v: per_mw[v] - per_mw[after] for v, after in pairwise(past)} | {y: per_mw[y]}
    return [(worth[v], model.it_mw[s, w, v]) for v in past for s in model.SITES]


def contract_covers_peak(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """Contract power is at least the facility's peak: IT with overhead times PUE at the peak."""
    peak = peak_mw_per_it_mw(problem)

    def covered(model: pyo.ConcreteModel, s: str, y: int) -> object:
        installed = [(-peak[s], model.it_mw[s, w, y]) for w in model.WORKLOADS]
        return total([(1.0, model.contract_mw[s, y]), *installed]) >= 0

    model.contract_covers_peak = pyo.Constraint(model.SITES, model.YEARS, rule=covered)


def release_unused(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """Contract power that is not in use three years later would be released: it is not taken.

    What servers needed before others that need less replaced them has been in use: it stays.
    """
    peak = peak_mw_per_it_mw(problem)
    first_from = {y: _first_year_from(problem.years, y + RELEASE_YEARS) for y in problem.years}
    used_by = {y: later for y, later in first_from.items() if later is not None}
    freed = _freed_shares(problem)

    def used(model: pyo.ConcreteModel, s: str, y: int) -> object:
        later = used_by[y]
        installed = [(-peak[s], model.it_mw[s, w, later]) for w in model.WORKLOADS]
        left_over = [
            (-peak[s] * share, model.it_mw[s, w, before])
            for w, before, after, share in freed
            if after <= later
        ]
        return total([(1.0, model.contract_mw[s, y]), *installed, *left_over]) <= 0

    model.release_unused = pyo.Constraint(model.SITES, list(used_by), rule=used)


def _freed_shares(problem: SiteProblem) -> list[tuple[str, int, int, float]]:
    """Workload, modelled year, the next one, and the share of IT power freed between them."""
    kept = by_key(problem.kept_share)
    return [
        (w, before, after, 1.0 - kept[w, after])
        for w in problem.workloads.index
        for before, after in pairwise(problem.years)
        if (w, after) in kept
    ]


def _first_year_from(years: tuple[int, ...], start: int) -> int | None:
    return next((year for year in years if year >= start), None)


def peak_mw_per_it_mw(problem: SiteProblem) -> dict[str, float]:
    """Contract power for one MW of IT power at each site: overhead and PUE at the peak. [MW/MW]"""
    return by_key((1.0 + problem.overhead_share) * problem.sites["pue_peak"])
