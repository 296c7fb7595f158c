"""Outages that cut a network in two: found by the graph, with what hangs behind each.

A walk through each island from its largest slack, always deeper first, leaves every other branch
between a node and one above it. Such a branch closes a ring over all branches of the walk between
the two; a branch of the walk over which no ring closes is a bridge. No flow follows from the
outage of a bridge: what lies behind it loses its connection.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grid.network_arrays import Grid

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

Incident = list[list[tuple[int, int]]]
"""Per node its branches, each with the node at the other end."""


@dataclass(frozen=True, slots=True)
class Bridges:
    """The branches whose outage islands a part of the network, and that part."""

    branch: Ints
    """Position of each bridge in the grid, ascending."""
    first: Ints
    """Where the part behind each bridge begins in `order`."""
    after: Ints
    """Where it ends."""
    order: Ints
    """Every node once, so that each part stands in one piece."""
    slack_share: Floats
    """Slack within the part, as share of the island. 0: it has no source left and goes dark."""

    def nodes(self, position: int) -> Ints:
        """Nodes behind the bridge at `position`: the side away from the largest slack."""
        return self.order[self.first[position] : self.after[position]]

    def behind(self, per_node: Floats) -> Floats:
        """Sum of `per_node`, shape (..., nodes), behind each bridge, shape (..., bridges)."""
        summed = np.cumsum(per_node[..., self.order], axis=-1)
        zero = np.zeros((*summed.shape[:-1], 1))
        summed = np.concatenate([zero, summed], axis=-1)
        part: Floats = summed[..., self.after] - summed[..., self.first]
        return part

    def lost_load_mw(self, load_mw: Floats) -> Floats:
        """Load without supply after the outage of each bridge.

        A part with a slack of its own lives on: it loses none.

        Parameters
        ----------
        load_mw : float array, shape (..., nodes)

        Returns
        -------
        float array, shape (..., bridges)
        """
        lost: Floats = np.where(self.slack_share > 0, 0.0, self.behind(load_mw))
        return lost


def bridges(grid: Grid) -> Bools:
    """Branches whose outage cuts nodes off, shape (branches,); parallel ones never do."""
    found: Bools = np.zeros(len(grid.branches), dtype=bool)
    found[find_bridges(grid).branch] = True
    return found


def find_bridges(grid: Grid) -> Bridges:
    """Bridges of `grid` with the parts behind them."""
    order, entered, above = _walk(grid)
    size, rings = _below(grid, order, entered, above)
    is_bridge = (above >= 0) & (rings == 0)
    node = np.flatnonzero(is_bridge)
    node = node[np.argsort(above[node])]
    first, after = entered[node], entered[node] + size[node]
    share = np.concatenate([[0.0], np.cumsum(grid.slack_share[order])])
    within = share[after] - share[first]
    # sums of shares leave rounding behind where there is no slack at all
    has_slack = np.concatenate([[0], np.cumsum(grid.slack_share[order] > 0)])
    within = np.where(has_slack[after] > has_slack[first], within, 0.0)
    return Bridges(above[node], first, after, order, within)


def _walk(grid: Grid) -> tuple[Ints, Ints, Ints]:
    """Nodes in the order of the walk, the place of each in it, and the branch that led to it."""
    incident = _incident(grid)
    order: list[int] = []
    entered = [-1] * len(grid.buses)
    above = [-1] * len(grid.buses)
    for root in _roots(grid):
        entered[root] = len(order)
        order.append(root)
        open_nodes = [iter(incident[root])]
        while open_nodes:
            branch, node = next(open_nodes[-1], (-1, -1))
            if node < 0:
                open_nodes.pop()
            elif entered[node] < 0:
                entered[node], above[node] = len(order), branch
                order.append(node)
                open_nodes.append(iter(incident[node]))
    return np.array(order, np.int64), np.array(entered, np.int64), np.array(above, np.int64)


def _below(grid: Grid, order: Ints, entered: Ints, above: Ints) -> tuple[Ints, Ints]:
    """Of each node: how many nodes hang on it, itself included, and rings closed above it."""
    size = np.ones(len(order), dtype=np.int64)
    rings = np.zeros(len(order), dtype=np.int64)
    closing = np.setdiff1d(np.arange(len(grid.branches)), above)
    ends = np.stack([grid.from_bus[closing], grid.to_bus[closing]])
    deeper = np.where(entered[ends[0]] > entered[ends[1]], ends[0], ends[1])
    np.add.at(rings, deeper, 1)
    np.add.at(rings, ends.sum(axis=0) - deeper, -1)
    for node in order[::-1]:
        if above[node] >= 0:
            branch = above[node]
            parent = grid.from_bus[branch] + grid.to_bus[branch] - node
            size[parent] += size[node]
            rings[parent] += rings[node]
    return size, rings


def _incident(grid: Grid) -> Incident:
    incident: Incident = [[] for _ in grid.buses]
    ends = zip(grid.from_bus.tolist(), grid.to_bus.tolist(), strict=True)
    for branch, (start, end) in enumerate(ends):
        incident[start].append((branch, end))
        incident[end].append((branch, start))
    return incident


def _roots(grid: Grid) -> Iterator[int]:
    """Node with the largest slack of each island."""
    ranked = np.lexsort((-grid.slack_share, grid.island))
    _, first = np.unique(grid.island[ranked], return_index=True)
    yield from ranked[first].tolist()
