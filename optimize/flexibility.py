"""Draw that may be given up for a few hours, or done in another area: training, by agreement."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from data.errors import Problem

if TYPE_CHECKING:
    from optimize.problem import SiteProblem


def _nobody() -> pd.Series:
    return pd.Series([], index=pd.Index([], name="workload"), dtype=float)


@dataclass(frozen=True, slots=True)
class Flexibility:
    """What workloads may give up at a price, and what they may move to other areas.

    Both are decided by area and slice and change the draw everywhere it counts: balance, carbon,
    matching. Headroom and reserve see all contract power but for `relief_share`. Energy of single
    sites is reported as if nothing were given up or moved to another area.

    Attributes
    ----------
    curtail_share : Series, index workload
        Part of its draw that a workload may give up at once. [-]
    curtail_price_myen_per_mwh : float
        What it is paid for each MWh given up. [M¥/MWh]
    curtail_hours_per_day, curtail_hours_per_year : float
        Longest that the whole part may be given up: energy at most that many hours of the part
        at the workload's highest draw of the day or of the year; NaN: not limited. [h]
    curtail_energy_share : float
        Largest part of its yearly energy that a workload gives up; NaN: not limited. [-]
    move_share : Series, index workload
        Part of its draw that a workload may run in another area in the same slice, on servers
        installed there: no area draws more than its full power. Server power is conserved, with
        the mean annual PUE of each area's candidates weighted by their largest size. What
        latency-bound workloads move stays within reach of the metros they serve; all of them have
        one share and draw alike. [-]
    """

    curtail_share: pd.Series = field(default_factory=_nobody)
    curtail_price_myen_per_mwh: float = 0.0
    curtail_hours_per_day: float = math.nan
    curtail_hours_per_year: float = math.nan
    curtail_energy_share: float = math.nan
    move_share: pd.Series = field(default_factory=_nobody)
    relief_share: pd.Series = field(default_factory=_nobody)


def flexibility_problems(problem: SiteProblem) -> Iterator[Problem]:
    """Everything that would make flexibility wrong or silently empty."""
    flexibility = problem.flexibility
    if flexibility is None:
        return
    by_hour = (flexibility.curtail_share, flexibility.move_share)
    if problem.dispatch is None and any((share > 0).any() for share in by_hour):
        expected = "typical days: without them nothing is drawn by the hour"
        yield Problem("flexibility", "no dispatch", expected)
    yield from _share_problems(problem, flexibility)
    yield from _bound_problems(problem, flexibility)
    numbers = ("curtail_hours_per_day", "curtail_hours_per_year", "curtail_energy_share")
    for name in (*numbers, "curtail_price_myen_per_mwh"):
        found = float(getattr(flexibility, name))
        if found < 0 or (name not in numbers and math.isnan(found)):
            yield Problem(f"flexibility.{name}", str(found), "a number from 0 up")


def _bound_problems(problem: SiteProblem, flexibility: Flexibility) -> Iterator[Problem]:
    """Metros share the servers of latency-bound workloads, so these cannot move differently."""
    bound = problem.workloads.index[problem.workloads["latency_bound"].astype(bool)]
    share = flexibility.move_share.reindex(bound).fillna(0.0)
    if problem.dispatch is None or not (share > 0).any():
        return
    if share.nunique() > 1:
        found = ", ".join(f"{share[w]:g}" for w in bound)
        yield Problem("flexibility.move_share", found, "one share of all latency-bound workloads")
    draw = problem.dispatch.draw_share.reindex(columns=bound)
    if draw.nunique(axis=1).max() > 1:
        expected = "one draw share in each slice of all latency-bound workloads that move"
        yield Problem("dispatch.draw_share", "different ones", expected)


def _share_problems(problem: SiteProblem, flexibility: Flexibility) -> Iterator[Problem]:
    for name in ("curtail_share", "move_share", "relief_share"):
        share = getattr(flexibility, name)
        for workload in share.index.difference(problem.workloads.index):
            expected = "a key of the workload table"
            yield Problem(f"flexibility.{name}[{workload}]", "an unknown key", expected)
        for workload in share.index[~((share >= 0) & (share <= 1))]:
            where = f"flexibility.{name}[{workload}]"
            yield Problem(where, str(share[workload]), "a share from 0 to 1")
