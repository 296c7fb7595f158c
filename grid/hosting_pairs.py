"""Pairs of a branch and an outage that limit an extra load."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grid.hosting_base import NONE
from grid.hosting_case import (
    LEAST_INFLUENCE,
    ROWS_AT_ONCE,
    TOLERANCE_MW,
    Case,
    Floats,
    Ints,
    blocks,
)

PAIRS_AT_ONCE = 1 << 14
"""Pairs divided at once: 8 MB for 64 buses."""
SINGLE_ROUNDING = 1 + 1e-6
"""Bounds are screened in single precision; two roundings of 6e-8 each stay below this."""


@dataclass(slots=True)
class Binding:
    """Least load of each bus and its pair; arrays of shape (buses,)."""

    bus: Ints
    """Position among the buses that were asked."""
    mw: Floats
    branch: Ints
    outage: Ints
    reason: npt.NDArray[np.object_]


def least_load_mw(up_mw: Floats, down_mw: Floats, influence: Floats) -> Floats:
    """Load at which a flow meets its rating; inf where it never does. [MW]

    Parameters
    ----------
    up_mw, down_mw : array
        Room to the rating in the direction of the branch and against it. [MW]
    influence : array
        Flow for 1 MW of load. [-]
    """
    slope = np.abs(influence)
    with np.errstate(divide="ignore", invalid="ignore"):
        load: Floats = np.where(influence > 0, up_mw, down_mw) / slope
    load[slope <= LEAST_INFLUENCE] = np.inf
    return load


def tighten_by_outages(
    case: Case,
    influence: Floats,
    weight: npt.NDArray[np.float32],
    bus: Ints,
    load_mw: Floats,
) -> Binding:
    """Buses that a branch limits after an outage at less than `load_mw`.

    Parameters
    ----------
    case : Case
    influence : array, shape (branches, buses)
        Flow for 1 MW of load at each bus. [-]
    weight : array, shape (branches, outages)
        Size of the outage factors in single precision. [-]
    bus : array of int
        Buses to look at, columns of `influence`.
    load_mw : array, shape (buses,)
        Load that every branch bears with all in service. [MW]
    """
    slope, most_mw = influence[:, bus], load_mw[bus]
    best = Binding(
        bus, most_mw.copy(), np.full(len(bus), NONE), np.full(len(bus), NONE), _none(bus)
    )
    if len(bus):
        for branch, outage in _pairs(case, slope, weight, most_mw):
            _divide(case, slope, (branch, outage), best)
    is_tighter = best.mw < most_mw - TOLERANCE_MW
    return Binding(
        bus=best.bus[is_tighter],
        mw=best.mw[is_tighter],
        branch=best.branch[is_tighter],
        outage=best.outage[is_tighter],
        reason=best.reason[is_tighter],
    )


def _none(bus: Ints) -> npt.NDArray[np.object_]:
    return np.full(len(bus), "branch", dtype=object)


def _pairs(
    case: Case, slope: Floats, weight: npt.NDArray[np.float32], most_mw: Floats
) -> Iterator[tuple[Ints, Ints]]:
    """Pairs that may bind for some of the buses, by the bound in the head of `grid.hosting`."""
    flow_mw = np.abs(case.flow_mw[:, None] + slope * most_mw)
    lost_mw = flow_mw.max(axis=1).astype(np.float32) * np.float32(SINGLE_ROUNDING)
    room_mw = case.rating_mw - flow_mw.max(axis=1) + TOLERANCE_MW / 10
    for rows in blocks(len(room_mw), ROWS_AT_ONCE):
        rows = rows[np.isfinite(room_mw[rows])]
        change_mw = weight[rows] * lost_mw
        at, outage = np.nonzero(change_mw > room_mw[rows, None].astype(np.float32))
        for part in blocks(len(at), PAIRS_AT_ONCE):
            yield rows[at[part]], outage[part]


def _divide(case: Case, slope: Floats, pair: tuple[Ints, Ints], best: Binding) -> None:
    """Lower the best loads where one of these pairs binds earlier."""
    branch, outage = pair
    factor = case.outages.factor[branch, outage]
    flow_mw = case.flow_mw[branch] + factor * case.flow_mw[outage]
    change = slope[branch] + factor[:, None] * slope[outage]
    rating_mw = case.rating_mw[branch]
    up_mw, down_mw = np.maximum(rating_mw - flow_mw, 0.0), np.maximum(rating_mw + flow_mw, 0.0)
    load_mw = least_load_mw(up_mw[:, None], down_mw[:, None], change)
    first = load_mw.argmin(axis=0)
    least_mw = load_mw[first, np.arange(load_mw.shape[1])]
    better = least_mw < best.mw
    best.mw[better] = least_mw[better]
    best.branch[better], best.outage[better] = branch[first[better]], outage[first[better]]
    over = np.abs(flow_mw) > rating_mw + TOLERANCE_MW
    best.reason[better] = np.where(over[first[better]], "base", "branch")
