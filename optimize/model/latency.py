"""Inference is served to each metro from sites within its latency bound."""

from collections import defaultdict

import pyomo.environ as pyo

from optimize.model.terms import by_key, total
from optimize.problem import SiteProblem


def serve_metros(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """Each metro's demand is assigned to allowed sites, within what they have installed.

    What is not assigned counts as unmet demand of the latency-bound workloads.
    """
    asked = by_key(problem.metros["it_mw"])
    asked_mw = {(m, y): mw for (m, y), mw in asked.items() if y in set(problem.years)}
    pairs = problem.pairs.index.tolist()
    sites_of, metros_of = defaultdict(list), defaultdict(list)
    for metro, site in pairs:
        sites_of[metro].append(site)
        metros_of[site].append(metro)
    model.PAIRS = pyo.Set(dimen=2, initialize=pairs)
    model.serve_mw = pyo.Var(model.PAIRS, model.YEARS, domain=pyo.NonNegativeReals)
    model.unmet_metro_mw = pyo.Var(list(asked_mw), domain=pyo.NonNegativeReals)

    def served(model: pyo.ConcreteModel, m: str, y: int) -> object:
        terms = [(1.0, model.serve_mw[m, s, y]) for s in sites_of[m]]
        return total([*terms, (1.0, model.unmet_metro_mw[m, y])]) >= asked_mw[m, y]

    model.serve_metros = pyo.Constraint(list(asked_mw), rule=served)
    _stay_within_installed(model, problem, metros_of)
    _count_unmet(model, problem, list(asked_mw))
    if problem.tight_assignment:
        _link_pairs(model, asked_mw)


def _bound_workloads(problem: SiteProblem) -> list[str]:
    return problem.workloads.index[problem.workloads["latency_bound"].astype(bool)].tolist()


def _stay_within_installed(
    model: pyo.ConcreteModel, problem: SiteProblem, metros_of: dict[str, list[str]]
) -> None:
    bound = _bound_workloads(problem)

    def installed(model: pyo.ConcreteModel, s: str, y: int) -> object:
        serving = [(1.0, model.serve_mw[m, s, y]) for m in metros_of[s]]
        return total([*serving, *((-1.0, model.it_mw[s, w, y]) for w in bound)]) <= 0

    model.serve_within_it = pyo.Constraint(list(metros_of), model.YEARS, rule=installed)


def _count_unmet(
    model: pyo.ConcreteModel, problem: SiteProblem, asked: list[tuple[str, int]]
) -> None:
    bound = _bound_workloads(problem)
    years = [y for y in problem.years if any(year == y for _, year in asked)]

    def counted(model: pyo.ConcreteModel, y: int) -> object:
        missing = [(1.0, model.unmet_metro_mw[m, year]) for m, year in asked if year == y]
        return total([*missing, *((-1.0, model.unmet[w, y]) for w in bound)]) <= 0

    model.count_unmet = pyo.Constraint(years, rule=counted)


def _link_pairs(model: pyo.ConcreteModel, asked_mw: dict[tuple[str, int], float]) -> None:
    """Strong form of facility location: nobody is served from a site that is not built."""

    def linked(model: pyo.ConcreteModel, m: str, s: str, y: int) -> object:
        return model.serve_mw[m, s, y] <= asked_mw.get((m, y), 0.0) * model.build[s, y]

    model.link_pairs = pyo.Constraint(model.PAIRS, model.YEARS, rule=linked)
