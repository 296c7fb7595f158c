"""Many placements of new load against N-0 and every N-1 outage, without solving again.

The slack makes what a placement draws, so flows move by PTDF; after an outage they move by LODF.
Outages that island nodes have no flow and are reported on their own, with the load they lose.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from grid.network_arrays import Grid, OperatingPoint
from grid.outages import Sides, living_sides
from grid.powerflow import Factors, dc_flow_mw

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NUMBERS_AT_ONCE = 2_000_000
"""Post-outage flows held together, 16 MB: small enough for the cache to help."""
TOLERANCE_MW = 1e-6
"""A flow on its rating is none above it, whatever the last digit says."""
NO_OUTAGE = -1


@dataclass(frozen=True, slots=True)
class Screening:
    """Placements against the ratings; arrays have the shape (placements, branches)."""

    grid: Grid
    n0_mw: Floats
    """Flow with all branches in service. [MW]"""
    n1_mw: Floats
    """Flow after the outage that loads the branch most, other than its own. NaN without any."""
    n1_outage: Ints
    """Position of that outage in the branches of the grid, -1 without any."""
    n1_count: Ints
    """Outages that put the branch above its rating."""
    sides: Sides
    """Outages that island nodes, and which side lives on (`grid.outages`)."""
    lost_load_mw: Floats
    """Load without supply after each of them, shape (placements, bridges). [MW]"""

    def violations(self) -> pd.DataFrame:
        """Branches above their rating.

        Returns
        -------
        DataFrame, shape (violations, 7)
            placement (position), branch, outage ("" with all in service, else the worst one),
            outages (how many do so), flow_mw, rating_mw, over_mw; by placement and branch.
        """
        n0 = self._rows(self.n0_mw, np.full(self.n1_outage.shape, NO_OUTAGE))
        n1 = self._rows(self.n1_mw, self.n1_outage)
        both = pd.concat([n0, n1]).sort_values(["placement", "position"], kind="stable")
        return both.drop(columns="position").reset_index(drop=True)

    def islandings(self) -> pd.DataFrame:
        """Outages that island nodes and lose load.

        Returns
        -------
        DataFrame, shape (losses, 4)
            placement, outage, bus (one that is cut off), lost_mw.
        """
        placement, bridge = np.nonzero(self.lost_load_mw > TOLERANCE_MW)
        first = [int(self.sides.dark(int(at))[0]) for at in bridge]
        return pd.DataFrame(
            {
                "placement": placement,
                "outage": np.array(self.grid.branches, dtype=object)[
                    self.sides.bridges.branch[bridge]
                ],
                "bus": np.array(self.grid.buses, dtype=object)[first],
                "lost_mw": self.lost_load_mw[placement, bridge],
            }
        )

    def _rows(self, flow_mw: Floats, outage: Ints) -> pd.DataFrame:
        placement, position = np.nonzero(_above(flow_mw, self.grid.rating_mw))
        names = np.array([*self.grid.branches, ""], dtype=object)  # -1 is the last one
        flow, rating = flow_mw[placement, position], self.grid.rating_mw[position]
        out = outage[placement, position]
        count = np.where(out == NO_OUTAGE, 0, self.n1_count[placement, position])
        columns = {"placement": placement, "position": position, "branch": names[position]}
        columns |= {"outage": names[out], "outages": count, "flow_mw": flow, "rating_mw": rating}
        return pd.DataFrame(columns | {"over_mw": np.abs(flow) - rating})


def screen_n1(
    grid: Grid, known: Factors, point: OperatingPoint, added_load_mw: Floats
) -> Screening:
    """Flows of every placement with all in service and after every outage.

    Parameters
    ----------
    grid : Grid
    known : Factors
        From `grid.powerflow.factors`.
    point : OperatingPoint
        Loads and set points before anything is added.
    added_load_mw : float array, shape (placements, nodes)
        New load of each placement; the slack makes it. [MW]

    Returns
    -------
    Screening

    Notes
    -----
    After an outage that splits an island in two parts with a slack each, both live on: no load is
    lost, and their flows are not computed.
    """
    n0_mw = dc_flow_mw(grid, point.injection_mw) - added_load_mw @ known.ptdf.T
    islanding = living_sides(grid, point.load_mw, point.supply_mw)
    worst_mw, outage, count = worst_outages(n0_mw, known.lodf, grid.rating_mw)
    lost_mw = islanding.lost_load_mw(point.load_mw + added_load_mw)
    return Screening(grid, n0_mw, worst_mw, outage, count, islanding, lost_mw)


def worst_outages(flow_mw: Floats, lodf: Floats, rating_mw: Floats) -> tuple[Floats, Ints, Ints]:
    """The outage that loads each branch most.

    Parameters
    ----------
    flow_mw : float array, shape (cases, branches)
        With all in service. [MW]
    lodf : float array, shape (branches, branches)
        NaN columns are outages without a flow and left out.
    rating_mw : float array, shape (branches,)
        NaN where none is stated. [MW]

    Returns
    -------
    flow_mw : float array, shape (cases, branches)
        After that outage, NaN where there is none. [MW]
    outage : int array, shape (cases, branches)
        Its position, -1 where there is none.
    count : int array, shape (cases, branches)
        Outages after which the branch is above its rating.
    """
    worst: Floats = np.full(flow_mw.shape, np.nan)
    outage: Ints = np.full(flow_mw.shape, NO_OUTAGE, dtype=np.int64)
    count: Ints = np.zeros(flow_mw.shape, dtype=np.int64)
    outs = np.flatnonzero(~np.isnan(lodf).any(axis=0))
    taken_up = lodf[:, outs]
    for cases, branches in _blocks(flow_mw.shape, len(outs)):
        block = np.ix_(cases, branches)
        after = _sizes_after(flow_mw[cases], taken_up[branches], outs, branches)
        outage[block] = np.where(after.max(axis=2) < 0, NO_OUTAGE, outs[after.argmax(axis=2)])
        count[block] = (after > (rating_mw[branches] + TOLERANCE_MW)[:, None]).sum(axis=2)
    case, branch = np.nonzero(outage != NO_OUTAGE)
    out = outage[case, branch]
    worst[case, branch] = flow_mw[case, branch] + lodf[branch, out] * flow_mw[case, out]
    return worst, outage, count


def _sizes_after(flow_mw: Floats, taken_up: Floats, outs: Ints, branches: Ints) -> Floats:
    """Size of the flow after each outage, shape (cases, branches, outs); -1 for the own outage."""
    after: Floats = flow_mw[:, None, outs] * taken_up
    after += flow_mw[:, branches, None]
    np.abs(after, out=after)
    after[:, branches[:, None] == outs] = -1.0
    return after


def _blocks(shape: tuple[int, ...], outs: int) -> Iterator[tuple[Ints, Ints]]:
    """Cases and branches to look at together."""
    if not outs:
        return
    cases_at_once = min(shape[0], max(1, NUMBERS_AT_ONCE // outs))
    branches_at_once = max(1, NUMBERS_AT_ONCE // (outs * max(1, cases_at_once)))
    for case in range(0, shape[0], max(1, cases_at_once)):
        cases = np.arange(case, min(case + cases_at_once, shape[0]))
        for branch in range(0, shape[1], branches_at_once):
            yield cases, np.arange(branch, min(branch + branches_at_once, shape[1]))


def _above(flow_mw: Floats, rating_mw: Floats) -> Bools:
    above: Bools = np.abs(flow_mw) > rating_mw + TOLERANCE_MW
    return above
