"""Inference sent by the hour to servers of other sites that its users reach in time.

A cluster holds the sites of one area that the same metros reach within the latency bound, so that
what a metro uses in a cluster can run on any site of it.

route_all        sum_c route[m,c] = draw share[t] sum_s serve[m,s]                  for each m, y, t
route_within_it  sum_m route[m,c] <= sum_{s in c} it[s,w], latency-bound workloads  for each c, y, t
route_kept       route[m,c] >= (1 - move share) draw share[t] sum_{s in c} serve[m,s]
route_moves      sum_w moved[a,w] = pue[a] (1+overhead) (what runs in the area's clusters less
                   what would without moving)                                       for each a, y, t
"""

from collections import defaultdict

import pyomo.environ as pyo

from optimize.model.dispatch import draw_shares
from optimize.model.flexibility import pue_of_areas
from optimize.model.terms import Term, by_key, total
from optimize.problem import SiteProblem

Cluster = tuple[str, int]
"""Area, and number of the cluster in it."""


def route_inference(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """Hold what latency-bound workloads move to sites that their metros reach."""
    bound = _moving_and_bound(model, problem)
    dispatch, flexibility = problem.dispatch, problem.flexibility
    if dispatch is None or flexibility is None or not bound:
        return
    clusters = clusters_of(problem)
    metros = {c: _metros(problem, sites) for c, sites in clusters.items()}
    model.ROUTES = pyo.Set(
        dimen=3, initialize=[(m, *c) for c, reached in metros.items() for m in reached]
    )
    asked_mw = by_key(problem.metros["it_mw"])
    model.route_mw = pyo.Var(
        model.ROUTES,
        model.YEARS,
        model.SLICES,
        bounds=lambda _, m, a, c, y, t: (0.0, asked_mw.get((m, y), 0.0)),
    )
    share = draw_shares(dispatch)[bound[0]]
    part = float(flexibility.move_share[bound[0]])
    _route_all(model, problem, share)
    _route_within_it(model, clusters, metros, bound)
    _keep_some(model, clusters, share, part)
    _move(model, problem, clusters, share, bound)


def clusters_of(problem: SiteProblem) -> dict[Cluster, list[str]]:
    """Sites of one area that the same metros reach; sites that none reaches are in no cluster."""
    reached: dict[str, list[str]] = defaultdict(list)
    for metro, site in problem.pairs.index.tolist():
        reached[site].append(metro)
    alike: dict[tuple[str, frozenset[str]], list[str]] = defaultdict(list)
    for site, area in problem.sites["area"].items():
        if reached[str(site)]:
            alike[str(area), frozenset(reached[str(site)])].append(str(site))
    count: dict[str, int] = defaultdict(int)
    found: dict[Cluster, list[str]] = {}
    for (area, _), sites in alike.items():
        found[area, count[area]] = sites
        count[area] += 1
    return found


def _moving_and_bound(model: pyo.ConcreteModel, problem: SiteProblem) -> list[str]:
    bound = problem.workloads["latency_bound"].astype(bool)
    return [w for w in model.MOVING if bound[w]]


def _metros(problem: SiteProblem, sites: list[str]) -> list[str]:
    metros = problem.pairs.index[problem.pairs.index.get_level_values("site") == sites[0]]
    return [str(m) for m in metros.get_level_values("metro")]


def _route_all(model: pyo.ConcreteModel, problem: SiteProblem, share: dict[str, float]) -> None:
    sites_of = defaultdict(list)
    for metro, site in problem.pairs.index.tolist():
        sites_of[metro].append(site)
    routes = defaultdict(list)
    for m, a, c in model.ROUTES:
        routes[m].append((a, c))

    def all_served(model: pyo.ConcreteModel, m: str, y: int, t: str) -> object:
        used = [(1.0, model.route_mw[m, a, c, y, t]) for a, c in routes[m]]
        return total([*used, *_serving(model, m, sites_of[m], y, -share[t])]) == 0

    model.route_all = pyo.Constraint(list(routes), model.YEARS, model.SLICES, rule=all_served)


def _serving(
    model: pyo.ConcreteModel, metro: str, sites: list[str], y: int, factor: float
) -> list[Term]:
    """`factor` times what a metro is assigned to sites. [MW]"""
    return [(factor, model.serve_mw[metro, s, y]) for s in sites]


def _route_within_it(
    model: pyo.ConcreteModel,
    clusters: dict[Cluster, list[str]],
    metros: dict[Cluster, list[str]],
    bound: list[str],
) -> None:
    def within(model: pyo.ConcreteModel, a: str, c: int, y: int, t: str) -> object:
        used = [(1.0, model.route_mw[m, a, c, y, t]) for m in metros[a, c]]
        installed = [(-1.0, model.it_mw[s, w, y]) for s in clusters[a, c] for w in bound]
        return total([*used, *installed]) <= 0

    model.route_within_it = pyo.Constraint(list(clusters), model.YEARS, model.SLICES, rule=within)


def _keep_some(
    model: pyo.ConcreteModel,
    clusters: dict[Cluster, list[str]],
    share: dict[str, float],
    part: float,
) -> None:
    def kept(model: pyo.ConcreteModel, m: str, a: str, c: int, y: int, t: str) -> object:
        steady = _serving(model, m, clusters[a, c], y, -(1.0 - part) * share[t])
        return total([(1.0, model.route_mw[m, a, c, y, t]), *steady]) >= 0

    model.route_kept = pyo.Constraint(model.ROUTES, model.YEARS, model.SLICES, rule=kept)


def _move(
    model: pyo.ConcreteModel,
    problem: SiteProblem,
    clusters: dict[Cluster, list[str]],
    share: dict[str, float],
    bound: list[str],
) -> None:
    routes: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for m, a, c in model.ROUTES:
        routes[a].append((m, c))
    pue = pue_of_areas(problem)
    overhead = 1.0 + problem.overhead_share

    def moves(model: pyo.ConcreteModel, a: str, y: int, t: str) -> object:
        servers = overhead * pue.get(a, 1.0)
        moved = [(1.0, model.moved_mw[a, w, y, t]) for w in bound]
        runs = [(-servers, model.route_mw[m, a, c, y, t]) for m, c in routes[a]]
        steady = [
            term
            for m, c in routes[a]
            for term in _serving(model, m, clusters[a, c], y, servers * share[t])
        ]
        return total([*moved, *runs, *steady]) == 0

    model.route_moves = pyo.Constraint(model.AREAS, model.YEARS, model.SLICES, rule=moves)
