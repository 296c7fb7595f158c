"""Which site is built, how big, and when: the decisions and the limits of one site alone."""

from itertools import pairwise

import pyomo.environ as pyo

from optimize.model.terms import by_key, total
from optimize.problem import SiteProblem


def declare_sites(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """Decisions of every site and year: built or not, contract power, IT power by workload."""
    model.SITES = pyo.Set(initialize=problem.sites.index.tolist())
    model.YEARS = pyo.Set(initialize=list(problem.years))
    model.WORKLOADS = pyo.Set(initialize=problem.workloads.index.tolist())
    model.AREAS = pyo.Set(initialize=problem.areas)
    model.build = pyo.Var(model.SITES, model.YEARS, domain=pyo.Binary)
    model.contract_mw = pyo.Var(model.SITES, model.YEARS, domain=pyo.NonNegativeReals)
    model.it_mw = pyo.Var(model.SITES, model.WORKLOADS, model.YEARS, domain=pyo.NonNegativeReals)
    model.area_contract_mw = pyo.Var(model.AREAS, model.YEARS, domain=pyo.NonNegativeReals)
    members = _sites_of_area(problem)
    coincidence = problem.sites["coincidence_share"].to_dict()

    def sum_of_area(model: pyo.ConcreteModel, a: str, y: int) -> object:
        sites = [(coincidence[s], model.contract_mw[s, y]) for s in members.get(a, [])]
        return total([*sites, (-1.0, model.area_contract_mw[a, y])]) == 0

    model.sum_of_area = pyo.Constraint(model.AREAS, model.YEARS, rule=sum_of_area)


def size_within_class(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """A built site has a contract between the smallest and the largest its connection allows."""
    lowest, highest = problem.sites["min_mw"].to_dict(), problem.sites["max_mw"].to_dict()

    def at_least(model: pyo.ConcreteModel, s: str, y: int) -> object:
        return model.contract_mw[s, y] >= lowest[s] * model.build[s, y]

    def at_most(model: pyo.ConcreteModel, s: str, y: int) -> object:
        return model.contract_mw[s, y] <= highest[s] * model.build[s, y]

    model.size_at_least = pyo.Constraint(model.SITES, model.YEARS, rule=at_least)
    model.size_at_most = pyo.Constraint(model.SITES, model.YEARS, rule=at_most)


def keep_what_is_built(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """Sites are not torn down and contracts are not given back within the horizon.

    IT power falls only where servers that need less replace others, at each site by no larger
    part than overall.
    """
    steps = list(pairwise(problem.years))
    kept = by_key(problem.kept_share)

    def built(model: pyo.ConcreteModel, s: str, y: int, z: int) -> object:
        return model.build[s, y] <= model.build[s, z]

    def contracted(model: pyo.ConcreteModel, s: str, y: int, z: int) -> object:
        return model.contract_mw[s, y] <= model.contract_mw[s, z]

    def installed(model: pyo.ConcreteModel, s: str, w: str, y: int, z: int) -> object:
        return kept.get((w, z), 1.0) * model.it_mw[s, w, y] <= model.it_mw[s, w, z]

    model.STEPS = pyo.Set(dimen=2, initialize=steps)
    model.keep_built = pyo.Constraint(model.SITES, model.STEPS, rule=built)
    model.keep_contract = pyo.Constraint(model.SITES, model.STEPS, rule=contracted)
    model.keep_it = pyo.Constraint(model.SITES, model.WORKLOADS, model.STEPS, rule=installed)


def wait_for_power(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """No contract power before the first year in which the connection can be ready."""
    first = problem.sites["first_fiscal_year"].to_dict()
    waiting = [(s, y) for s in problem.sites.index for y in problem.years if y < first[s]]

    def not_yet(model: pyo.ConcreteModel, s: str, y: int) -> object:
        return model.contract_mw[s, y] <= 0

    model.wait_for_power = pyo.Constraint(waiting, rule=not_yet)


def ramp_up(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """Contract power grows at most by the yearly ramp; the first modelled year counts as one.

    Between modelled years that are further apart, only years with a connection count.
    """
    ramp_mw = by_key(problem.sites["ramp_mw_per_year"])
    first = by_key(problem.sites["first_fiscal_year"])
    before = dict(zip(problem.years[1:], problem.years, strict=False))

    def slowly(model: pyo.ConcreteModel, s: str, y: int) -> object:
        if y not in before:
            return model.contract_mw[s, y] <= ramp_mw[s]
        growth_mw = model.contract_mw[s, y] - model.contract_mw[s, before[y]]
        connected = y - max(before[y], first[s] - 1)
        return growth_mw <= ramp_mw[s] * max(connected, 1)

    model.ramp_up = pyo.Constraint(model.SITES, model.YEARS, rule=slowly)


def _sites_of_area(problem: SiteProblem) -> dict[str, list[str]]:
    return problem.sites.groupby("area").groups  # type: ignore[return-value]
