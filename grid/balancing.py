"""Who picks up an extra load."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import InputError, Problem
from grid.network_arrays import Grid, source_mw

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

Rule = Literal["slack", "room", "capacity"]
RULES: tuple[Rule, ...] = ("slack", "room", "capacity")
"""Slack: by the shares of the slack nodes. Room: in proportion to what is left up to max_mw.
Capacity: in proportion to max_mw. Cutting other load is no rule: load moved is not load hosted."""


@dataclass(frozen=True, slots=True)
class Generators:
    """Generators in service at the nodes of a grid; all arrays of shape (generators,)."""

    names: tuple[str, ...]
    node: Ints
    p_mw: Floats
    """Set point. [MW]"""
    min_mw: Floats
    """NaN where not known. [MW]"""
    max_mw: Floats

    def at_nodes(self, amount_mw: Floats, nodes: int) -> Floats:
        """Sum of an amount at each node, shape (nodes,); NaN if one of its parts is."""
        total: Floats = np.zeros(nodes)
        np.add.at(total, self.node, amount_mw)
        return total

    def supply_mw(self, nodes: int) -> Floats:
        """Size of the sources at each node: max_mw, else what they make, shape (nodes,). [MW]"""
        return self.at_nodes(source_mw(self.p_mw, self.max_mw), nodes)


@dataclass(frozen=True, slots=True)
class Balancing:
    """How an extra load is met."""

    rule: Rule
    share: Floats
    """Part of an extra load that each node picks up, sum 1 over each island, shape (nodes,). [-]"""
    most_mw: Floats
    """Extra load at each node at which the first generator stands at its maximum; inf where a
    maximum is not known, shape (nodes,). [MW]"""
    room_mw: Floats
    """What each node can still make, negative beyond its maximum, inf where no maximum is known,
    shape (nodes,). [MW]"""


def generators_on(grid: Grid, table: pd.DataFrame) -> Generators:
    """Generators of a network table (`data.network`) that are in service at a node of `grid`.

    Parameters
    ----------
    grid : Grid
    table : DataFrame, index generator
        Columns bus, p_mw, min_mw, max_mw [MW], in_service.

    Returns
    -------
    Generators
        Those at buses which the grid left out are left out too.
    """
    live = table[table["in_service"].astype(bool) & table["bus"].isin(list(grid.bus_of))]
    node = [grid.bus_of[bus] for bus in live["bus"]]
    p_mw, min_mw, max_mw = (
        live[name].to_numpy(dtype=float) for name in ("p_mw", "min_mw", "max_mw")
    )
    return Generators(
        tuple(map(str, live.index)), np.array(node, dtype=np.int64), p_mw, min_mw, max_mw
    )


def balancing_by(rule: Rule, grid: Grid, injection_mw: Floats, generators: Generators) -> Balancing:
    """Shares and limits of a balancing rule.

    What the set points leave open is on the slack first: its room is counted after that. Under
    `slack` a slack node without a generator of known maximum has no limit. An island where nobody
    has room keeps its slack shares and hosts nothing.

    Parameters
    ----------
    rule : {"slack", "room", "capacity"}
    grid : Grid
    injection_mw : array, shape (nodes,)
        Generation less load at the set points. [MW]
    generators : Generators

    Raises
    ------
    InputError
        For an unknown rule; under `room` and `capacity` for each generator without maximum.
    """
    _refuse(rule, generators)
    nodes, islands = len(grid.buses), _island_count(grid)
    left_over_mw = -np.bincount(grid.island, injection_mw, minlength=islands)
    made_mw = (
        generators.at_nodes(generators.p_mw, nodes) + grid.slack_share * left_over_mw[grid.island]
    )
    max_mw = generators.at_nodes(generators.max_mw, nodes)
    has_none = np.bincount(generators.node, minlength=nodes) == 0
    room_mw = np.where(has_none | np.isnan(max_mw), np.inf, max_mw - made_mw)
    free_mw = np.maximum(room_mw, 0.0)
    if rule == "slack":
        share = grid.slack_share
    else:
        # the slack's own left-over is no room where there is no generator
        free_mw[has_none] = 0.0
        share = _shares(grid, free_mw if rule == "room" else np.maximum(max_mw, 0.0))
    return Balancing(rule, share, _most_mw(grid, share, free_mw), room_mw)


def _refuse(rule: Rule, generators: Generators) -> None:
    if rule not in RULES:
        raise InputError("hosting capacity", [Problem("rule", rule, "one of " + ", ".join(RULES))])
    unknown = np.flatnonzero(np.isnan(generators.max_mw)) if rule != "slack" else ()
    fix = "State it, or balance by the rule slack."
    problems = [
        Problem(f"generators.{generators.names[g]}.max_mw", "nothing", "a number in MW", fix)
        for g in unknown
    ]
    if problems:
        raise InputError(f"hosting capacity under the rule {rule}", problems)


def _island_count(grid: Grid) -> int:
    return int(grid.island.max(initial=-1)) + 1


def _shares(grid: Grid, weight: Floats) -> Floats:
    total = np.bincount(grid.island, weight, minlength=_island_count(grid))[grid.island]
    share: Floats = np.where(total > 0, weight / np.where(total > 0, total, 1.0), grid.slack_share)
    return share


def _most_mw(grid: Grid, share: Floats, room_mw: Floats) -> Floats:
    """Room over share, the least of each island, back at its nodes."""
    takes = share > 0
    reach = np.full(len(share), np.inf)
    reach[takes] = room_mw[takes] / share[takes]
    least = np.full(_island_count(grid), np.inf)
    np.minimum.at(least, grid.island, reach)
    most_mw: Floats = least[grid.island]
    return most_mw
