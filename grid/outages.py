"""Outages that cut a network in two: found by the graph, with what hangs behind each.

A walk through each island from its largest slack, always deeper first, leaves every other branch
between a node and one above it. Such a branch closes a ring over all branches of the walk between
the two; a branch of the walk over which no ring closes is a bridge. No flow follows from the
outage of a bridge: it leaves two sides without connection.

Which side lives on is decided here and nowhere else: one on which a slack bus stands, and one that
can serve more load than the other. A side can serve all its load where a slack bus stands on it,
else as much as its generators can make. Any other side goes dark with its load and generation.

So a radial load and a radial plant are lost, the main part of a network survives the loss of the
plant that is called its slack, and two areas with a slack each survive the loss of their tie.
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


LEAST_MW = 1e-6
"""Loads that differ by less are served alike."""


@dataclass(frozen=True, slots=True)
class Bridges:
    """The branches whose outage splits an island; arrays of shape (bridges,) but `order`."""

    branch: Ints
    """Position of each bridge in the grid, ascending."""
    first: Ints
    """Where the part behind each bridge begins in `order`."""
    after: Ints
    """Where it ends."""
    start: Ints
    """Where the island of each bridge begins in `order`."""
    end: Ints
    order: Ints
    """Every node once, so that each part and each island stands in one piece, shape (nodes,)."""

    def nodes(self, position: int) -> Ints:
        """Nodes behind the bridge at `position`: the side away from the largest slack."""
        return self.order[self.first[position] : self.after[position]]

    def rest(self, position: int) -> Ints:
        """Nodes on the other side: that of the largest slack."""
        before = self.order[self.start[position] : self.first[position]]
        return np.concatenate([before, self.order[self.after[position] : self.end[position]]])

    def behind(self, per_node: Floats) -> Floats:
        """Sum of `per_node`, shape (..., nodes), behind each bridge, shape (..., bridges)."""
        return self._sum(per_node, self.first, self.after)

    def before(self, per_node: Floats) -> Floats:
        """Sum of `per_node`, shape (..., nodes), on the other side, shape (..., bridges)."""
        near = self._sum(per_node, self.start, self.first)
        far: Floats = near + self._sum(per_node, self.after, self.end)
        return far

    def _sum(self, per_node: Floats, first: Ints, after: Ints) -> Floats:
        summed = np.cumsum(per_node[..., self.order], axis=-1)
        zero = np.zeros((*summed.shape[:-1], 1))
        summed = np.concatenate([zero, summed], axis=-1)
        part: Floats = summed[..., after] - summed[..., first]
        return part


@dataclass(frozen=True, slots=True)
class Sides:
    """Which sides live on after the outage of each bridge; at least one does."""

    bridges: Bridges
    behind_lives: Bools
    """Shape (bridges,)."""
    rest_lives: Bools

    def dark(self, position: int) -> Ints:
        """Nodes off supply after the outage of the bridge at `position`; none if both live on."""
        if not self.behind_lives[position]:
            return self.bridges.nodes(position)
        none = self.bridges.order[:0]
        return none if self.rest_lives[position] else self.bridges.rest(position)

    def lost_load_mw(self, load_mw: Floats) -> Floats:
        """Load without supply after the outage of each bridge.

        Parameters
        ----------
        load_mw : float array, shape (..., nodes)

        Returns
        -------
        float array, shape (..., bridges)
        """
        behind = np.where(self.behind_lives, 0.0, self.bridges.behind(load_mw))
        lost: Floats = behind + np.where(self.rest_lives, 0.0, self.bridges.before(load_mw))
        return lost


def living_sides(grid: Grid, load_mw: Floats, supply_mw: Floats) -> Sides:
    """What lives on after each outage that splits an island: the rule in the head of this module.

    Parameters
    ----------
    grid : Grid
    load_mw : float array, shape (nodes,)
        Load before anything is added. [MW]
    supply_mw : float array, shape (nodes,)
        What the generators can make, see `grid.network_arrays.source_mw`; 0 without any. [MW]
    """
    found = find_bridges(grid)
    known = np.stack([load_mw, supply_mw, grid.slack_share > 0])
    behind_mw, behind_slack = _served(*found.behind(known))
    rest_mw, rest_slack = _served(*found.before(known))
    more_mw = behind_mw - rest_mw
    return Sides(found, behind_slack | (more_mw > LEAST_MW), rest_slack | (more_mw < -LEAST_MW))


def _served(load_mw: Floats, supply_mw: Floats, slacks: Floats) -> tuple[Floats, Bools]:
    """Load that each side can serve, and whether a slack bus stands on it."""
    load, has_slack = np.maximum(load_mw, 0.0), np.rint(slacks) > 0
    served: Floats = np.where(has_slack, load, np.minimum(load, supply_mw))
    return served, has_slack


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
    root = np.flatnonzero(above[order] < 0)
    within_island = np.searchsorted(root, first, side="right") - 1
    start, end = root[within_island], np.append(root[1:], len(order))[within_island]
    return Bridges(above[node], first, after, start, end, order)


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
