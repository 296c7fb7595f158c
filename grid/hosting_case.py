"""A network made ready for hosting studies: flows, factors and limits, computed once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from data.errors import InputError, Problem
from data.network import Network
from grid.balancing import Balancing, Generators, Rule, balancing_by, generators_on
from grid.hosting_outages import Islanding, OutageFactors, Sources, outage_factors
from grid.network_arrays import Grid, grid_of, operating_point
from grid.powerflow import Factors, dc_flow_mw, factors, lodf

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LEAST_INFLUENCE = 1e-7
"""A branch whose flow changes by less per MW of load cannot limit it: 0.1 W per MW is far below
what the data knows, and rounding in the factors is below it. [-]"""
UNLIMITED_MW = 1e6
"""More than six times the peak of Japan: a capacity that reaches it is said to be unlimited."""
TOLERANCE_MW = 1e-6
"""Flows that exceed a rating by less are rounding; ten times the tolerance of the LP solver."""
ROWS_AT_ONCE = 256
"""Branches whose flows after all outages are held at once: 10 MB for 4,582 outages."""
BASES = ("strict", "no_worse")
ISLANDING = ("lost", "excluded")


@dataclass(frozen=True, slots=True)
class Question:
    """What capacity means, apart from the network."""

    rule: Rule = "slack"
    """Who picks up the extra load (`grid.balancing`)."""
    islanding: Islanding = "lost"
    """What an outage that splits an island means (`grid.hosting_outages`)."""
    base: Literal["strict", "no_worse"] = "strict"
    """Where the network is overloaded before any load is added. Strict: no bus of that island hosts
    anything. No worse: an overload may stay as it is, but must not grow."""


@dataclass(frozen=True, slots=True)
class Case:
    """A network with its set points, ready to be asked."""

    grid: Grid
    question: Question
    generators: Generators
    balancing: Balancing
    outages: OutageFactors
    ptdf: Floats
    injection_mw: Floats
    """Generation less load, shape (nodes,). [MW]"""
    flow_mw: Floats
    """Flows at the set points, shape (branches,). [MW]"""
    rating_mw: Floats
    """Shape (branches,), inf where none is stated. [MW]"""

    @property
    def influence(self) -> Floats:
        """Flow for 1 MW of load at a node, met by the rule, shape (branches, nodes). [-]"""
        own_island = self.grid.island[self.grid.from_bus][:, None] == self.grid.island[None, :]
        met = self.ptdf @ self.balancing.share
        influence: Floats = np.where(own_island, met[:, None], 0.0) - self.ptdf
        return influence

    def nodes_of(self, buses: list[str]) -> Ints:
        """Nodes of buses.

        Raises
        ------
        InputError
            With every bus the grid does not have.
        """
        expected = "a bus in service of the network"
        problems = [Problem("bus", b, expected) for b in buses if b not in self.grid.bus_of]
        if problems:
            raise InputError("hosting capacity", problems)
        return np.array([self.grid.bus_of[bus] for bus in buses], dtype=np.int64)


def case_of(network: Network, question: Question | None = None) -> Case:
    """Case of a network at the set points it states.

    Raises
    ------
    InputError
        With every problem of the network, or of the balancing rule.
    """
    grid = grid_of(network)
    injection_mw = operating_point(grid, network).injection_mw
    generators = generators_on(grid, network.generators)
    return case_at(grid, injection_mw, generators, question)


def case_at(
    grid: Grid, injection_mw: Floats, generators: Generators, question: Question | None = None
) -> Case:
    """Case of a grid at other set points.

    Parameters
    ----------
    grid : Grid
    injection_mw : array, shape (nodes,)
        Generation less load; what does not balance is on the slack. [MW]
    generators : Generators
        Their set points are part of `injection_mw`.
    question : Question, optional
    """
    asked = question or Question()
    _refuse(asked)
    balancing = balancing_by(asked.rule, grid, injection_mw, generators)
    return _case(grid, factors(grid), (asked, generators, balancing), injection_mw)


def case_from(case: Case, grid: Grid, ptdf: Floats) -> Case:
    """The same set points and balancing on a grid of the same nodes with other branches.

    Parameters
    ----------
    case : Case
    grid : Grid
        With the nodes, islands and slack shares of the case.
    ptdf : float array, shape (branches, nodes)
        Of `grid`.
    """
    transfer = Factors(ptdf, lodf(grid, ptdf))
    kept = case.question, case.generators, case.balancing
    return _case(grid, transfer, kept, case.injection_mw)


def _case(
    grid: Grid,
    transfer: Factors,
    known: tuple[Question, Generators, Balancing],
    injection_mw: Floats,
) -> Case:
    question, generators, balancing = known
    nodes = len(grid.buses)
    load_mw = generators.at_nodes(generators.p_mw, nodes) - injection_mw
    sources = Sources(balancing.share, generators.supply_mw(nodes), load_mw)
    outages = outage_factors(grid, transfer, sources, question.islanding)
    rating_mw = np.where(np.isnan(grid.rating_mw), np.inf, grid.rating_mw)
    flow_mw = dc_flow_mw(grid, injection_mw)
    return Case(grid, *known, outages, transfer.ptdf, injection_mw, flow_mw, rating_mw)


def flow_after(factor: Floats, flow_mw: Floats, rows: Ints) -> Floats:
    """Flows on some branches after each outage, shape (rows, outages). [MW]"""
    after: Floats = flow_mw[rows][:, None] + factor[rows] * flow_mw[None, :]
    return after


def blocks(count: int, size: int) -> Iterator[Ints]:
    """Positions 0 … count - 1, `size` at a time."""
    for start in range(0, count, size):
        yield np.arange(start, min(start + size, count))


def _refuse(question: Question) -> None:
    asked = (("islanding", question.islanding, ISLANDING), ("base", question.base, BASES))
    problems = [
        Problem(name, found, "one of " + ", ".join(allowed))
        for name, found, allowed in asked
        if found not in allowed
    ]
    if problems:
        raise InputError("hosting capacity", problems)
