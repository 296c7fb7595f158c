"""Loads that share one network, as a linear program without its security rows.

maximise    sum of the loads asked for                                             [MW]
subject to  generation = load of the island + new loads        redispatch only
            new loads <= room of the balancing rule            fixed dispatch only
            min <= generation <= max                           redispatch only
            flow = flow at zero + change x                     see `grid.secure_rows`
            generation after an islanding outage <= max        N-1 only, see `grid.hosting_reserve`
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from data.errors import InputError, Problem
from grid.hosting_base import NONE, overloads_of
from grid.hosting_case import UNLIMITED_MW, Case, Floats, Ints
from grid.hosting_reserve import ReserveRows, fixed_reserve, no_reserve, redispatch_reserve

Dispatch = Literal["fixed", "redispatch"]
Security = Literal["n0", "n1"]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Program:
    """New loads come first in x, then the generators that may move."""

    flow_mw: Floats
    """Flows at x = 0, shape (branches,). [MW]"""
    change: Floats
    """Flow for 1 MW, shape (branches, x). [-]"""
    least_mw: Floats
    most_mw: Floats
    loads: int
    """How many of x are new loads."""
    island: Ints
    """Of each x."""
    total_mw: Floats
    """Per island what x must add up to, generators +, loads - (redispatch), or the most that its
    loads may add up to (fixed). [MW]"""
    branches: Bools
    """Branches that are watched: those in islands with a new load."""
    reserve: ReserveRows


def program_of(case: Case, node: Ints, *, dispatch: Dispatch, security: Security) -> Program:
    """Program of new loads at some nodes.

    Parameters
    ----------
    case : Case
    node : array of int
        Nodes of the new loads; one node may stand there twice.
    dispatch : {"fixed", "redispatch"}
        Fixed: the balancing rule of the case. Redispatch: any set points within the limits.
    security : {"n0", "n1"}
        All in service, or one dispatch that also bears every single outage.
    """
    islands = np.unique(case.grid.island[node])
    watched = np.isin(case.grid.island[case.grid.from_bus], islands)
    most_mw = np.full(len(node), UNLIMITED_MW)
    if security == "n1":
        most_mw[case.outages.cut_off_by[node] != NONE] = 0.0
    build = _fixed if dispatch == "fixed" else _redispatch
    return build(case, node, most_mw, (security, watched))


def require_limits(case: Case) -> None:
    """Refuse generators whose limits are not known or the wrong way round.

    Raises
    ------
    InputError
        With every such generator.
    """
    g = case.generators
    problems = [
        Problem(f"generators.{g.names[i]}.{column}", "nothing", "a number in MW, for redispatch")
        for column, values in (("min_mw", g.min_mw), ("max_mw", g.max_mw))
        for i in np.flatnonzero(np.isnan(values))
    ]
    problems += [
        Problem(f"generators.{g.names[i]}.min_mw", f"{g.min_mw[i]:g}", f"at most {g.max_mw[i]:g}")
        for i in np.flatnonzero(g.min_mw > g.max_mw)
    ]
    if problems:
        raise InputError("hosting capacity under redispatch", problems)


def _fixed(case: Case, node: Ints, most_mw: Floats, watch: tuple[Security, Bools]) -> Program:
    security, watched = watch
    island = case.grid.island[node]
    if case.question.base == "strict":
        worst = overloads_of(case).worst(case, after_outages=security == "n1")
        most_mw[np.isin(island, list(worst))] = 0.0
    room_mw = np.full(int(case.grid.island.max()) + 1, UNLIMITED_MW * len(node))
    np.minimum.at(room_mw, case.grid.island, case.balancing.most_mw)
    own = case.grid.island[case.grid.from_bus][:, None] == island
    met = case.ptdf @ case.balancing.share
    change = np.where(own, met[:, None], 0.0) - case.ptdf[:, node]
    zero, count = np.zeros(len(node)), len(node)
    reserve = fixed_reserve(case, node) if security == "n1" else no_reserve(count)
    return Program(case.flow_mw, change, zero, most_mw, count, island, room_mw, watched, reserve)


def _redispatch(case: Case, node: Ints, most_mw: Floats, watch: tuple[Security, Bools]) -> Program:
    """Generators of other islands stay out: nothing there depends on these loads."""
    security, watched = watch
    generators, nodes = case.generators, len(case.grid.buses)
    made_mw = generators.at_nodes(generators.p_mw, nodes)
    islands = int(case.grid.island.max()) + 1
    load_mw = np.bincount(case.grid.island, made_mw - case.injection_mw, minlength=islands)
    is_moving = np.isin(case.grid.island[generators.node], np.unique(case.grid.island[node]))
    moving = np.flatnonzero(is_moving)
    at = generators.node[moving]
    reserve = no_reserve(len(node) + len(at))
    if security == "n1":
        reserve = redispatch_reserve(case, node, moving)
    return Program(
        flow_mw=case.flow_mw - case.ptdf @ made_mw,
        change=np.hstack([-case.ptdf[:, node], case.ptdf[:, at]]),
        least_mw=np.concatenate([np.zeros(len(node)), generators.min_mw[moving]]),
        most_mw=np.concatenate([most_mw, generators.max_mw[moving]]),
        loads=len(node),
        island=np.concatenate([case.grid.island[node], case.grid.island[at]]),
        total_mw=load_mw.astype(float),
        branches=watched,
        reserve=reserve,
    )
