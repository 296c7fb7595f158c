"""What every single outage does to the flows, islanding outages included."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from grid.network_arrays import Grid
from grid.powerflow import Factors, bridges

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

Islanding = Literal["lost", "excluded"]
LEAST_SHARE = 1e-9
"""Less than this part of the balance left on a side is rounding."""


@dataclass(frozen=True, slots=True)
class OutageFactors:
    """Flow after an outage: flow of the branch + factor * flow of the lost branch."""

    factor: Floats
    """Shape (branches, lost branches), 0 where nothing changes, -1 on the diagonal. [-]"""
    islanding: Ints
    """Branches whose outage splits an island, ascending."""
    cut_off_by: Ints
    """Per node the islanding branch that takes it off supply, -1 if none does."""


def outage_factors(
    grid: Grid, transfer: Factors, share: Floats, supply_mw: Floats, islanding: Islanding
) -> OutageFactors:
    """LODF with a rule for outages that split an island.

    Under `lost` one side goes dark with all its load and generation: the one without any source,
    else the one with fewer nodes, then with the smaller part of the balancing shares, then the to
    side. The other side sees the flow of the lost branch vanish at its near end; its nodes make up
    for that by their balancing shares, or by the size of their generators where all who share
    went dark. Branches of the dark side are not overloaded. Under `excluded` such outages are not
    looked at.

    Parameters
    ----------
    grid : Grid
    transfer : Factors
    share : array, shape (nodes,)
        Balancing shares, sum 1 over each island.
    supply_mw : array, shape (nodes,)
        Size of the generators; 0 where there is no source. [MW]
    islanding : {"lost", "excluded"}
    """
    bridge = np.flatnonzero(bridges(grid))
    factor = transfer.lodf.copy()
    factor[:, bridge] = 0.0
    cut_off_by = np.full(len(grid.buses), -1, dtype=np.int64)
    if islanding == "lost":
        parts = [_split(grid, transfer.ptdf, (share, supply_mw), int(k)) for k in bridge]
        met = transfer.ptdf @ share
        for part in parts:
            factor[:, part.bridge] = _without_bridge(grid, transfer.ptdf, part, met)
        # the nearest bridge, with the smallest dark side, names best why a bus is cut off
        for part in sorted(parts, key=lambda part: -len(part.dark)):
            cut_off_by[part.dark] = part.bridge
    np.fill_diagonal(factor, -1.0)
    return OutageFactors(factor, bridge, cut_off_by)


@dataclass(frozen=True, slots=True)
class _Part:
    """What the outage of a bridge leaves."""

    bridge: int
    near: int
    """End of the bridge that stays on supply."""
    dark: Ints
    """Nodes off supply."""
    weight: Floats
    """Parts in the make-up, 0 at dark nodes, shape (nodes,)."""
    share: Floats
    """Balancing shares of the dark nodes."""


def _split(grid: Grid, ptdf: Floats, sources: tuple[Floats, Floats], k: int) -> _Part:
    """All nodes on the from side have the same factor on a bridge, one more than on the to side."""
    share, supply_mw = sources
    from_node, to_node = int(grid.from_bus[k]), int(grid.to_bus[k])
    here = grid.island == grid.island[from_node]
    on_from = here & (ptdf[k] > (ptdf[k, from_node] + ptdf[k, to_node]) / 2)
    on_to = here & ~on_from
    rank_from, rank_to = (
        (bool((share[side] + supply_mw[side]).any()), side.sum(), round(share[side].sum(), 9))
        for side in (on_from, on_to)
    )
    dark, rest, near = (
        (on_from, on_to, to_node) if rank_from < rank_to else (on_to, on_from, from_node)
    )
    weight = np.where(rest, share if share[rest].sum() > LEAST_SHARE else supply_mw, 0.0)
    return _Part(k, near, np.flatnonzero(dark), weight, share[dark])


def _without_bridge(grid: Grid, ptdf: Floats, part: _Part, met: Floats) -> Floats:
    """Change for 1 MW on the bridge: it stays at the near end, met by less at those who share."""
    inside = grid.island[grid.from_bus] == grid.island[part.near]
    if part.share.sum() < 1 - LEAST_SHARE:
        # by what is missing on the dark side: far fewer columns than the side that stays
        rest = (met - ptdf[:, part.dark] @ part.share) / (1 - part.share.sum())
    else:
        rest = ptdf @ (part.weight / part.weight.sum())
    change = np.where(inside, ptdf[:, part.near] - rest, 0.0)
    dark = np.isin(grid.from_bus, part.dark) | np.isin(grid.to_bus, part.dark)
    signed: Floats = np.where(dark, 0.0, change)
    return signed if part.near == grid.from_bus[part.bridge] else -signed
