"""What generators can make after an outage that splits an island.

A side that lives on had exported E over the bridge (E < 0: it had taken in). Without the bridge its
makers go down by their weight times E, or up by weight times -E:

    made[g] - weight[g] E <= max[g]       for every maker g of every side

At fixed dispatch a new load d on that side is met there, whatever the shares, so that

    d <= E + least of (max[g] - made[g]) / weight[g],   E and made at the set points.

A maximum that is not known never binds. How far generators can go down is not looked at: a plant
may be tripped.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grid.hosting_base import NONE
from grid.hosting_case import Case, Floats, Ints
from grid.hosting_outages import Part


@dataclass(frozen=True, slots=True)
class ReserveRows:
    """Rows matrix @ x <= limit_mw of a program, each with the outage behind it."""

    matrix: Floats
    """Shape (rows, x). [MW per MW]"""
    limit_mw: Floats
    outage: Ints


def no_reserve(columns: int) -> ReserveRows:
    """No rows, for a program with that many x."""
    return ReserveRows(np.zeros((0, columns)), np.zeros(0), np.zeros(0, dtype=np.int64))


def reserve_limit_mw(case: Case) -> tuple[Floats, Ints]:
    """Extra load at each node that generators still meet after every islanding outage.

    Returns
    -------
    limit_mw : float array, shape (nodes,)
        At fixed dispatch, by the balancing rule; inf where nothing limits it, 0 where generators
        fall short before any load is added. Nodes that an outage takes off supply are not limited
        by that outage. [MW]
    outage : int array, shape (nodes,)
        The outage that limits most, -1 where none does.
    """
    limit_mw = np.full(len(case.grid.buses), np.inf)
    outage = np.full(len(limit_mw), NONE, dtype=np.int64)
    for part, mw in _limited_parts(case):
        tighter = _inside(case, part) & (mw < limit_mw)
        limit_mw[tighter], outage[tighter] = mw, part.bridge
    return limit_mw, outage


def fixed_reserve(case: Case, node: Ints) -> ReserveRows:
    """Rows of new loads at some nodes at fixed dispatch: their sum on each side that lives on."""
    rows: dict[bytes, tuple[Floats, float, int]] = {}
    for part, mw in _limited_parts(case):
        member = _inside(case, part)[node].astype(float)
        key = member.tobytes()
        if member.any() and (key not in rows or mw < rows[key][1]):
            rows[key] = member, mw, part.bridge
    return _stacked(list(rows.values()), len(node))


def redispatch_reserve(case: Case, node: Ints, moving: Ints) -> ReserveRows:
    """Rows of new loads at some nodes, then of generators that move within their limits.

    Parameters
    ----------
    case : Case
    node : int array, shape (loads,)
    moving : int array
        Positions of the generators in the program.
    """
    g, nodes = case.generators, len(case.grid.buses)
    load_mw = g.at_nodes(g.p_mw, nodes) - case.injection_mw
    most_mw = g.at_nodes(g.max_mw, nodes)
    at = np.concatenate([node, g.node[moving]])
    puts_in = np.where(np.arange(len(at)) < len(node), -1.0, 1.0)
    islands = set(case.grid.island[node].tolist())
    rows: list[tuple[Floats, float, int]] = []
    for part in case.outages.parts:
        if int(case.grid.island[part.near]) not in islands:
            continue
        if (most_mw - load_mw)[part.lost].sum() <= 0:  # the other side never sends anything
            continue
        inside = _inside(case, part)
        exports, own_load_mw = inside[at] * puts_in, float(load_mw[inside].sum())
        for maker, weight in zip(part.makers, part.weight, strict=True):
            if maker in g.node and not np.isnan(most_mw[maker]):
                makes = (at == maker) & (puts_in > 0)
                limit_mw = most_mw[maker] - weight * own_load_mw
                rows.append((makes - weight * exports, float(limit_mw), part.bridge))
    return _stacked(rows, len(at))


def _limited_parts(case: Case) -> Iterator[tuple[Part, float]]:
    """Sides that live on, with the load that their makers can still meet at fixed dispatch."""
    for part in case.outages.parts:
        reach_mw = (case.balancing.room_mw[part.makers] / part.weight).min(initial=np.inf)
        if np.isfinite(reach_mw):
            exported_mw = part.sign * case.flow_mw[part.bridge]
            yield part, max(float(reach_mw + exported_mw), 0.0)


def _inside(case: Case, part: Part) -> npt.NDArray[np.bool_]:
    inside = case.grid.island == case.grid.island[part.near]
    inside[part.lost] = False
    return inside


def _stacked(rows: list[tuple[Floats, float, int]], columns: int) -> ReserveRows:
    if not rows:
        return no_reserve(columns)
    matrix, limit_mw, outage = zip(*rows, strict=True)
    return ReserveRows(np.vstack(matrix), np.array(limit_mw), np.array(outage, dtype=np.int64))
