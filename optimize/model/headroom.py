"""What the grid can supply at a point, a substation, an upper system."""

import pyomo.environ as pyo

from optimize.model.firm import Firm
from optimize.model.terms import by_key, total
from optimize.problem import SiteProblem


def respect_headroom(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """Firm power in every group stays within its headroom plus the reinforcements in service.

    Groups nest: a site may belong to its connection point, a zone and an upper system at once,
    and published figures of one zone are never added up beyond the zone's own limit. Works are
    paid once and serve every site of every group they lift.
    """
    options = problem.reinforcements
    model.OPTIONS = pyo.Set(initialize=options.index.tolist())
    model.reinforce = pyo.Var(model.OPTIONS, model.YEARS, domain=pyo.Binary)
    _reinforce_in_time(model, problem)
    members = problem.group_sites.groupby("group")["site"].agg(list).to_dict()
    added = {
        str(group): [(float(mw), k) for mw, k in zip(rows["added_mw"], rows["option"], strict=True)]
        for group, rows in problem.lifted().groupby("group")
    }
    headroom_mw = by_key(problem.groups["headroom_mw"])
    firm = Firm(model, problem)
    limited = [(g, y) for g, y in headroom_mw if g in members and y in set(problem.years)]

    def within(model: pyo.ConcreteModel, g: str, y: int) -> object:
        taken = [term for s in members[g] for term in firm.of_site(s, y)]
        freed = [(-mw, model.reinforce[k, y]) for mw, k in added.get(g, [])]
        return total([*taken, *freed]) <= headroom_mw[g, y]

    model.respect_headroom = pyo.Constraint(limited, rule=within)


def _reinforce_in_time(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """No reinforcement before its lead time has passed; once in service it stays."""
    first = by_key(problem.reinforcements["first_fiscal_year"])
    steps = list(zip(problem.years, problem.years[1:], strict=False))
    early = [(k, y) for k in first for y in problem.years if y < first[k]]

    def not_yet(model: pyo.ConcreteModel, k: str, y: int) -> object:
        return model.reinforce[k, y] <= 0

    def stays(model: pyo.ConcreteModel, k: str, y: int, z: int) -> object:
        return model.reinforce[k, y] <= model.reinforce[k, z]

    model.reinforce_in_time = pyo.Constraint(early, rule=not_yet)
    model.keep_reinforced = pyo.Constraint(model.OPTIONS, steps, rule=stays)
