"""Overloads that are there before any load is added."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from grid.hosting_case import ROWS_AT_ONCE, TOLERANCE_MW, Case, Floats, Ints, blocks, flow_after

NONE = -1
"""In place of a branch or outage: there is none."""


@dataclass(frozen=True, slots=True)
class Overloads:
    """Overloaded branches, the largest overload first; arrays of shape (overloads,)."""

    branch: Ints
    outage: Ints
    """NONE with all in service."""
    flow_mw: Floats
    over_mw: Floats

    def worst(self, case: Case, *, after_outages: bool) -> dict[int, tuple[int, int]]:
        """Island to the branch and outage of its largest overload."""
        counts = self.outage >= NONE if after_outages else self.outage == NONE
        branches, outages = self.branch[counts][::-1], self.outage[counts][::-1]
        island = case.grid.island[case.grid.from_bus[branches]]
        # later entries replace earlier ones, so the largest comes last
        return {int(i): (int(b), int(k)) for i, b, k in zip(island, branches, outages, strict=True)}


def base_overloads(case: Case) -> pd.DataFrame:
    """What is overloaded at the set points, before any load is added.

    Returns
    -------
    DataFrame, the largest overload first
        branch, outage ("" with all in service, else the worst one), flow_mw, rating_mw, over_mw
        [MW]. Empty if the network is secure as it stands. A branch may stand there twice: as it
        is and after the outage that makes it worse.
    """
    found = overloads_of(case)
    return pd.DataFrame(
        {
            "branch": names(case, found.branch),
            "outage": names(case, found.outage),
            "flow_mw": found.flow_mw,
            "rating_mw": case.rating_mw[found.branch],
            "over_mw": found.over_mw,
        }
    )


def overloads_of(case: Case) -> Overloads:
    """Overloads with all in service, and by the worst outage of each branch."""
    now = np.flatnonzero(np.abs(case.flow_mw) > case.rating_mw + TOLERANCE_MW)
    worst_mw, outage = _worst_outages(case)
    limit_mw = np.maximum(case.rating_mw, np.abs(case.flow_mw)) + TOLERANCE_MW
    after = np.flatnonzero(np.abs(worst_mw) > limit_mw)
    branch = np.concatenate([now, after])
    flow_mw = np.concatenate([case.flow_mw[now], worst_mw[after]])
    over_mw = np.abs(flow_mw) - case.rating_mw[branch]
    order = np.argsort(-over_mw, kind="stable")
    outages = np.concatenate([np.full(len(now), NONE, dtype=np.int64), outage[after]])
    return Overloads(branch[order], outages[order], flow_mw[order], over_mw[order])


def _worst_outages(case: Case) -> tuple[Floats, Ints]:
    """Largest flow of each branch after an outage, with its sign, and that outage."""
    count = len(case.grid.branches)
    worst_mw, outage = np.zeros(count), np.full(count, NONE, dtype=np.int64)
    for rows in blocks(count, ROWS_AT_ONCE):
        after_mw = flow_after(case.outages.factor, case.flow_mw, rows)
        outage[rows] = np.abs(after_mw).argmax(axis=1)
        worst_mw[rows] = after_mw[np.arange(len(rows)), outage[rows]]
    return worst_mw, outage


def names(case: Case, branch: Ints) -> npt.NDArray[np.object_]:
    """Names of branches, "" for NONE."""
    listed: npt.NDArray[np.object_] = np.array([*case.grid.branches, ""], dtype=object)
    chosen: npt.NDArray[np.object_] = listed[branch]
    return chosen
