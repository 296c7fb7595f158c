r"""Headroom that may turn out low: the plan still powers all demand with any Gamma groups low.

**What is uncertain.** Each headroom group g has a nominal headroom h[g,y] (the scenario's case),
which every plan keeps to, and a low end l[g,y] <= h[g,y]. Both are right-hand sides, one for each
row: a budget inside one row would have a single number to choose from and push every row to its
low end as soon as Gamma is 1. So the budget is laid over the groups, and what is protected is the
one thing that all rows together serve: power for the demand.

**What has to hold.** Sites and contracts x are chosen before it is known which groups are low;
which servers are powered is chosen after. For every set U of at most Gamma groups there have to be
0 <= z[s] <= x[s] with sum_{s in g} z[s] <= l[g] + r[g] for g in U (h[g] + r[g] for the others,
r = reinforcements in service) that power what the demand needs:

    sum_s z[s] / peak[s] >= needed[y]        (peak: MW of contract power for 1 MW of IT power)

The power that cannot be used is the loss. Nested groups do not lose the same megawatt twice: with
excess e[g] = sum_{s in g} x[s] - l[g] - r[g], cutting z inside a group until its groups within are
kept also relieves the group around them. For nested groups the least loss for a given U is a
minimum cut, and that is

    loss(U) = max over A in U, no two groups of A inside each other, of sum_{g in A} k[g] e[g]

(groups at their nominal headroom have no excess and never enter a cut). k[g] turns MW of contract
into MW of IT: 1 / smallest peak in g, exact where the sites of a nest share one PUE, else an upper
bound of the loss. Where groups cross instead of nesting, each loses its own excess beside the
other: again an upper bound, by the same argument (cut inside, then what is left of the excess).
A plan is then too safe, never unsafe.

**Counterpart.** max over U and A is a longest path. Walk the groups depth-first. At group i with
budget b either pass it over (to i + 1), or put it low, gain k e[i] and jump behind all groups
inside it (to after[i]) with budget b - 1. Paths are exactly the sets A of at most Gamma groups of
which none lies in another, and the path problem is a network flow: its linear program has whole
solutions, and its dual is exact for whole Gamma:

    pass_over             V[i,b] >= V[i+1,b]
    respect_low_headroom  V[i,b] >= k[i] e[i] + V[after[i],b-1],    V >= 0, V[.,0] = V[end,.] = 0
    survive_low_headroom  sum_s x[s]/peak[s] - V[first,Gamma] >= needed[y] - what is left unmet

V and x are in one linear program: no loop, no cut, no list of sets. (The usual dual of Bertsimas
and Sim, Gamma theta + sum p with p[g] + theta >= loss[g], is the same for groups side by side. With
nested groups the matrix of its inner problem is not totally unimodular: three groups that could
lose 2 inside one that could lose 4 would be held to lose 5 at Gamma = 2 instead of 4.) With a
budget for every group that can lie side by side the budget drops out, and the demand is protected
as if all headroom were at its low end.

**What is not protected.** Only power for all servers together: not the delay to users, not which
workload, not reserve, forecast or energy, which are counted with the plan as it stands. Demand left
unmet at a price counts as unmet in the worst case. Spare contract power has to be filled within
three years like any other (`release_unused`).

Bertsimas and Sim, The Price of Robustness, Operations Research 52 (2004) 35-53, for the budget and
for the dual of the inner maximum.
"""

from collections.abc import Mapping

import pyomo.environ as pyo

from optimize.model.compute import peak_mw_per_it_mw
from optimize.model.needed import needed_it_mw, unmet_terms
from optimize.model.nesting import Nested, count_leaves, walk_groups
from optimize.model.terms import Term, by_key, total
from optimize.problem import SiteProblem

State = tuple[int, int]
"""Place in the walk, and how many more groups may be low."""


def survive_low_headroom(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """All demand keeps its power with any `gamma` groups at their low end; nothing if it is 0."""
    gamma = problem.low_headroom.gamma
    asked_mw = by_key(needed_it_mw(problem))
    needed_mw = {y: asked_mw[y] for y in problem.years if asked_mw[y] > 0}
    walk = losing_walk(problem) if gamma > 0 else []
    if not walk:
        return
    states, moves = _states(walk, gamma)
    keys = [(walk[i].group, b, y) for i, b in states for y in needed_mw]
    model.lost_it_mw = pyo.Var(keys, domain=pyo.NonNegativeReals)
    _pass_over(model, walk, moves, list(needed_mw))
    _lose(model, problem, walk=walk, moves=moves, years=list(needed_mw))
    it_mw_per_mw = {s: 1.0 / mw for s, mw in peak_mw_per_it_mw(problem).items()}
    first, budget = walk[0].group, states[0][1]

    def survived(model: pyo.ConcreteModel, y: int) -> object:
        powered = [(it_mw, model.contract_mw[s, y]) for s, it_mw in it_mw_per_mw.items()]
        unmet = unmet_terms(model, problem, y)
        lost = (-1.0, model.lost_it_mw[first, budget, y])
        return total([*powered, *unmet, lost]) >= needed_mw[y]

    model.survive_low_headroom = pyo.Constraint(list(needed_mw), rule=survived)


def losing_walk(problem: SiteProblem) -> list[Nested]:
    """Groups that could ever use more than their low end, walked depth-first."""
    low_mw = by_key(problem.low_headroom.low_mw)
    largest_mw = by_key(problem.sites["max_mw"])
    members = problem.group_sites.groupby("group")["site"].agg(list).to_dict()
    most_mw = {g: sum(largest_mw[s] for s in set(sites)) for g, sites in members.items()}
    losing = {
        str(g)
        for (g, y), mw in by_key(problem.groups["headroom_mw"]).items()
        if g in members and y in set(problem.years) and low_mw[g, y] < min(mw, most_mw[g])
    }
    return walk_groups({str(g): sites for g, sites in members.items() if g in losing})


def it_mw_lost_per_mw(problem: SiteProblem, walk: list[Nested]) -> dict[str, float]:
    """Most server power that one MW of contract lost in each group can take away. [MW/MW]"""
    peak = peak_mw_per_it_mw(problem)
    members = problem.group_sites.groupby("group")["site"].agg(list).to_dict()
    return {each.group: 1.0 / min(peak[s] for s in members[each.group]) for each in walk}


def _states(walk: list[Nested], gamma: int) -> tuple[list[State], Mapping[State, tuple[int, int]]]:
    """States of the walk, the first one first, and what is left of each if its group is low.

    A budget for all groups that can lie side by side is not counted down: one row a group.
    """
    whole = gamma >= count_leaves(walk)
    budgets = [gamma] if whole else range(gamma, 0, -1)
    states = [(i, b) for b in budgets for i in range(len(walk)) if whole or i >= gamma - b]
    left = {(i, b): (walk[i].after, b if whole else b - 1) for i, b in states}
    return states, left


def _pass_over(
    model: pyo.ConcreteModel,
    walk: list[Nested],
    moves: Mapping[State, State],
    years: list[int],
) -> None:
    """The loss from here on is at least the loss from the next group on."""
    following = {(walk[i].group, b): walk[i + 1].group for i, b in moves if i + 1 < len(walk)}

    def passed(model: pyo.ConcreteModel, g: str, b: int, y: int) -> object:
        later = (-1.0, model.lost_it_mw[following[g, b], b, y])
        return total([(1.0, model.lost_it_mw[g, b, y]), later]) >= 0

    keys = [(*key, y) for key in following for y in years]
    model.pass_over = pyo.Constraint(keys, rule=passed)


def _lose(
    model: pyo.ConcreteModel,
    problem: SiteProblem,
    *,
    walk: list[Nested],
    moves: Mapping[State, State],
    years: list[int],
) -> None:
    """The loss is at least this group's excess and what follows behind the groups inside it.

    Stated in MW of contract power, so that the row's price is that of its low headroom.
    """
    low_mw = by_key(problem.low_headroom.low_mw)
    contract_mw = {g: 1.0 / it_mw for g, it_mw in it_mw_lost_per_mw(problem, walk).items()}
    members = problem.group_sites.groupby("group")["site"].unique().to_dict()
    added = problem.lifted().groupby("group")[["added_mw", "option"]]
    options = {g: list(rows.itertuples(index=False, name=None)) for g, rows in added}
    left = {(walk[i].group, b): to for (i, b), to in moves.items()}

    def lost(model: pyo.ConcreteModel, g: str, b: int, y: int) -> object:
        place, budget = left[g, b]
        more: list[Term] = []
        if budget > 0 and place < len(walk):
            more = [(contract_mw[g], model.lost_it_mw[walk[place].group, budget, y])]
        taken = [(1.0, model.contract_mw[s, y]) for s in members[g]]
        freed = [(-float(mw), model.reinforce[k, y]) for mw, k in options.get(g, [])]
        own = (-contract_mw[g], model.lost_it_mw[g, b, y])
        return total([*taken, *freed, own, *more]) <= low_mw[g, y]

    keys = [(*key, y) for key in left for y in years]
    model.respect_low_headroom = pyo.Constraint(keys, rule=lost)
