"""What every single outage does to the flows, islanding outages included."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from grid.network_arrays import Grid
from grid.outages import Sides, living_sides
from grid.powerflow import Factors

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

Islanding = Literal["lost", "excluded"]
LEAST_SHARE = 1e-9
"""Less than this part of the balance left on a side is rounding."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Who supplies at the nodes; arrays of shape (nodes,)."""

    share: Floats
    """Balancing shares, sum 1 over each island. [-]"""
    supply_mw: Floats
    """Size of the generators, 0 where there is no source. [MW]"""
    load_mw: Floats
    """Load before anything is added. [MW]"""


@dataclass(frozen=True, slots=True)
class Part:
    """A side that lives on after the outage of a bridge."""

    bridge: int
    """Position among the branches."""
    near: int
    """End of the bridge on this side."""
    sign: int
    """1 where the bridge runs from this side to the other, else -1."""
    lost: Ints
    """Nodes of the island that are not in this part."""
    makers: Ints
    """Nodes that make up for what the bridge carried."""
    weight: Floats
    """Their parts in it, sum 1, shape (makers,). [-]"""


@dataclass(frozen=True, slots=True)
class OutageFactors:
    """Flow after an outage: flow of the branch + factor * flow of the lost branch."""

    factor: Floats
    """Shape (branches, lost branches), 0 where nothing changes, -1 on the diagonal. [-]"""
    islanding: Ints
    """Branches whose outage splits an island, ascending."""
    cut_off_by: Ints
    """Per node the islanding branch that takes it off supply, -1 if none does."""
    parts: tuple[Part, ...]
    """What lives on after each islanding outage; empty where such outages are not looked at."""


def outage_factors(
    grid: Grid, transfer: Factors, sources: Sources, islanding: Islanding
) -> OutageFactors:
    """LODF with a rule for outages that split an island.

    Under `lost` a side goes dark with all its load and generation by the rule of `grid.outages`.
    A side that lives on sees the flow of the lost branch vanish at its near end; its nodes make up
    for that by their balancing shares, or by the size of their generators where none of them
    shares, or at the slack where there is no generator either. Branches of the dark side are not
    overloaded. Under `excluded` such outages are not looked at.

    Parameters
    ----------
    grid : Grid
    transfer : Factors
    sources : Sources
    islanding : {"lost", "excluded"}
    """
    sides = living_sides(grid, sources.load_mw, sources.supply_mw)
    bridge = sides.bridges.branch
    factor = transfer.lodf.copy()
    factor[:, bridge] = 0.0
    cut_off_by = np.full(len(grid.buses), -1, dtype=np.int64)
    parts: tuple[Part, ...] = ()
    if islanding == "lost":
        parts = tuple(_parts(grid, sides, sources))
        met = transfer.ptdf @ sources.share
        for part in parts:
            factor[:, part.bridge] += _without_bridge(grid, transfer.ptdf, part, sources.share, met)
        # the nearest bridge, with the smallest dark side, names best why a bus is cut off
        dark = [sides.dark(at) for at in range(len(bridge))]
        for at in sorted(range(len(bridge)), key=lambda at: -len(dark[at])):
            cut_off_by[dark[at]] = bridge[at]
    np.fill_diagonal(factor, -1.0)
    return OutageFactors(factor, bridge, cut_off_by, parts)


def _parts(grid: Grid, sides: Sides, sources: Sources) -> Iterator[Part]:
    """Every side that lives on, by bridge."""
    for at, bridge in enumerate(sides.bridges.branch):
        both = sides.bridges.nodes(at), sides.bridges.rest(at)
        lives = sides.behind_lives[at], sides.rest_lives[at]
        start, end = int(grid.from_bus[bridge]), int(grid.to_bus[bridge])
        for side, own in enumerate(both):
            if lives[side]:
                near, sign = (start, 1) if start in own else (end, -1)
                makers, weight = _makers(grid, own, sources)
                yield Part(int(bridge), near, sign, both[1 - side], makers, weight)


def _makers(grid: Grid, own: Ints, sources: Sources) -> tuple[Ints, Floats]:
    """Who makes up on a side, and by which parts: those who share, else generators, else slack."""
    makers, size = np.sort(own[sources.share[own] > 0]), sources.share
    for other in (sources.supply_mw, grid.slack_share):
        if size[makers].sum() <= LEAST_SHARE:
            makers, size = np.sort(own[other[own] > 0]), other
    weight: Floats = size[makers] / size[makers].sum()
    return makers, weight


def _without_bridge(grid: Grid, ptdf: Floats, part: Part, share: Floats, met: Floats) -> Floats:
    """Change for 1 MW on the bridge: it stays at the near end, met by less at those who share."""
    inside = grid.island[grid.from_bus] == grid.island[part.near]
    lost_share = share[part.lost]
    if len(part.lost) < len(part.makers) and lost_share.sum() < 1 - LEAST_SHARE:
        # by what is missing on the other side: fewer columns than those who make up
        rest = (met - ptdf[:, part.lost] @ lost_share) / (1 - lost_share.sum())
    else:
        rest = ptdf[:, part.makers] @ part.weight
    change = part.sign * (ptdf[:, part.near] - rest)
    lost = np.zeros(len(grid.buses), dtype=bool)
    lost[part.lost] = True
    is_lost = lost[grid.from_bus] | lost[grid.to_bus]
    signed: Floats = np.where(inside & ~is_lost, change, 0.0)
    return signed
