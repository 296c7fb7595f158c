"""Headroom that is left when the queue at each connection point is taken off.

An application holds its whole contract power from the day it is made (接続供給申込み holds
capacity, first come first served), also before supply starts. Whoever has not reached contract
power three years after supply start keeps what has been reached and loses the rest (TEPCO PG's
rule; that of other utilities may differ).

    held[i,y] = contract[i]                        y <  start[i] + 3
              = min(contract[i], reached[i, start[i] + 3])   from then on
    left[k,y] = headroom[k] - sum_{i at k} weight[i] held[i,y]

where weight is 1 or 0 by stage (contracted), the chance (expected) or 1 (all).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
import pandas as pd

from data.contracts_loads import STAGES
from data.errors import InputError, Problem
from grid.pipeline import Floats, case_weights, load_by_year_mw, realised_share, sum_by_group

Count = Literal["expected", "contracted", "all"]
WEIGHT_OF_COUNT: Mapping[Count, str] = MappingProxyType(
    {"expected": "weighted", "contracted": "contracted", "all": "all"}
)

RELEASE_YEARS = 3
"""TEPCO PG: maximum contract power within three years of supply start (denjiji.co.jp/?p=3947)."""

NOISE_MW = 1e-9
ENDS = ("low", "mid", "high")
LEFT_COLUMNS = [
    "point",
    "fiscal_year",
    "published_low_mw",
    "published_high_mw",
    "held_mw",
    "low_mw",
    "mid_mw",
    "high_mw",
    "standing",
]


@dataclass(frozen=True, slots=True)
class QueueRule:
    """How a queue is counted."""

    count: Count = "expected"
    """Every application times its chance, signed contracts only, or all in full."""
    share_by_stage: Mapping[str, float] = field(default_factory=dict)
    """Chance by stage, for applications that state none of their own. [-]"""
    hold_from: Literal["application", "supply_start"] = "application"
    """When an application begins to hold its power."""
    release_years: int | None = RELEASE_YEARS
    """Years from supply start after which unused power is released; None = never. [years]"""
    in_figure_stages: tuple[str, ...] = ()
    """Stages that the publisher has taken off the figure already: they hold nothing more."""


def queue_headroom(
    headroom: pd.DataFrame,
    applications: pd.DataFrame,
    years: Sequence[int],
    rule: QueueRule,
) -> pd.DataFrame:
    """Headroom that the queue leaves at each point in each year.

    Parameters
    ----------
    headroom : DataFrame, index point
        `low_mw`, `high_mw`: the published range; high NaN beside a low is open, both NaN is not
        known. [MW]
    applications : DataFrame
        Contract `applications`; `connection_point` names a point. Those that name none of the
        points take nothing here: list them by `outside_points`.
    years : sequence of int
        Fiscal years.
    rule : QueueRule

    Returns
    -------
    DataFrame, shape (points x years, 9)
        `point`, `fiscal_year`, the published range, `held_mw`, and `low_mw`, `mid_mw`, `high_mw`
        that are left [MW]: never above the published figure, negative where more is held than
        there is, NaN where the end is not known. `standing`: `free` (something is left of the
        low end), `uncertain` (of the high end only), `full` (nothing), `oversubscribed` (even the
        high end is below zero), `unknown`.

    Raises
    ------
    InputError
        A range whose low end is above its high end; an application without a chance.

    Examples
    --------
    >>> points = pd.DataFrame({"low_mw": [100.0], "high_mw": [200.0]}, index=["甲"])
    >>> columns = ["connection_point", "contract_mw", "supply_start", "ramp", "stage"]
    >>> two = pd.DataFrame([("甲", 80.0, 2028, None, "contract")], columns=columns)
    >>> two["probability"] = 0.5
    >>> queue_headroom(points, two, [2028], QueueRule())[["low_mw", "mid_mw", "high_mw"]].values
    array([[ 60., 110., 160.]])
    """
    _refuse_ranges(headroom)
    points = [str(point) for point in headroom.index]
    weight = queue_weight(applications, rule)
    held = held_by_year_mw(applications, years, rule)
    taken_mw = sum_by_group(held, applications["connection_point"], points, weight.to_numpy())
    ends = end_figures_mw(headroom)
    frame = pd.DataFrame(
        {
            "point": np.repeat(points, len(years)),
            "fiscal_year": np.tile(np.asarray(years, dtype=int), len(points)),
            "published_low_mw": np.repeat(ends["low"].to_numpy(), len(years)),
            "published_high_mw": np.repeat(ends["high"].to_numpy(), len(years)),
            "held_mw": taken_mw.ravel(),
        }
    )
    for end in ENDS:
        frame[f"{end}_mw"] = np.repeat(ends[end].to_numpy(), len(years)) - frame["held_mw"]
    return frame.assign(standing=_standing(frame))[LEFT_COLUMNS]


def held_by_year_mw(applications: pd.DataFrame, years: Sequence[int], rule: QueueRule) -> Floats:
    """Power that each application holds in each year if it is built. [MW]

    Parameters
    ----------
    applications : DataFrame, shape (applications,)
        `contract_mw` [MW], `supply_start` (fiscal year), `ramp`, `stage`.
    years : sequence of int
        Fiscal years.
    rule : QueueRule
        `hold_from`, `release_years`, `in_figure_stages`.

    Returns
    -------
    ndarray, shape (applications, years)
        [MW]

    Examples
    --------
    >>> columns = ["contract_mw", "supply_start", "ramp", "stage"]
    >>> slow = pd.DataFrame([(100.0, 2028, "rate:20", "contract")], columns=columns)
    >>> held_by_year_mw(slow, [2027, 2030, 2031, 2040], QueueRule()).tolist()
    [[100.0, 100.0, 80.0, 80.0]]
    """
    contract_mw = applications["contract_mw"].to_numpy(dtype=float)[:, None]
    start = applications["supply_start"].to_numpy(dtype=int)[:, None]
    asked = np.asarray(years, dtype=int)[None, :]
    held = np.broadcast_to(contract_mw, (len(applications), len(years))).copy()
    if rule.release_years is not None:
        kept_mw = _reached_mw(applications, rule.release_years)
        held = np.where(asked >= start + rule.release_years, kept_mw[:, None], held)
    if rule.hold_from == "supply_start":
        held = np.where(asked >= start, held, 0.0)
    in_figure = applications["stage"].isin(rule.in_figure_stages).to_numpy()
    return np.where(in_figure[:, None], 0.0, held)


def released_by_year_mw(
    applications: pd.DataFrame, years: Sequence[int], rule: QueueRule
) -> pd.DataFrame:
    """Power that the three-year rule gives back, by point and year, in full whatever the chance.

    Returns
    -------
    DataFrame
        `point`, `fiscal_year` (the year of release), `released_mw`; only where there is any. [MW]
    """
    columns = ["point", "fiscal_year", "released_mw"]
    if rule.release_years is None:
        return pd.DataFrame(columns=columns)
    lost_mw = applications["contract_mw"].to_numpy(dtype=float) - _reached_mw(
        applications, rule.release_years
    )
    frame = pd.DataFrame(
        {
            "point": applications["connection_point"],
            "fiscal_year": applications["supply_start"].astype(int) + rule.release_years,
            "released_mw": lost_mw,
        }
    )
    in_figure = applications["stage"].isin(rule.in_figure_stages)
    wanted = frame[(lost_mw > NOISE_MW) & frame["fiscal_year"].isin(list(years)) & ~in_figure]
    return wanted.groupby(columns[:2])["released_mw"].sum().reset_index()


def queue_weight(applications: pd.DataFrame, rule: QueueRule) -> pd.Series:
    """Weight of each application under the rule. [-]

    Raises
    ------
    InputError
        Neither the application nor `share_by_stage` says how likely it is built.
    """
    if rule.count != "expected":
        chance = pd.Series(1.0, index=applications.index)
    else:
        chance = queue_chance(applications, rule.share_by_stage)
    return case_weights(applications, chance)[WEIGHT_OF_COUNT[rule.count]]


def queue_chance(applications: pd.DataFrame, share_by_stage: Mapping[str, float]) -> pd.Series:
    """Chance of each application: its own, else that of its stage. [-]

    Raises
    ------
    InputError
        One that has neither, or a chance outside 0 to 1; all of them.
    """
    chance = realised_share(applications, share_by_stage)
    wrong = chance.index[~chance.between(0, 1)]
    problems = [
        Problem(
            f"application {applications['id'][row] if 'id' in applications else row}, probability",
            "none, and no share of its stage" if pd.isna(chance[row]) else f"{chance[row]:g}",
            "a share from 0 to 1",
            f"State it, or the share of each stage ({', '.join(STAGES)})",
        )
        for row in wrong
    ]
    if problems:
        raise InputError("queue", problems)
    return chance


def outside_points(headroom: pd.DataFrame, applications: pd.DataFrame) -> pd.DataFrame:
    """Applications that name none of the points, or no point at all: they reduce nothing."""
    known = applications["connection_point"].isin([str(point) for point in headroom.index])
    return applications[~known]


def end_figures_mw(headroom: pd.DataFrame) -> pd.DataFrame:
    """Low, middle and high of each published range; NaN where an end is not known. [MW]"""
    low = headroom["low_mw"].astype(float)
    high = headroom["high_mw"].astype(float)
    return pd.DataFrame({"low": low, "mid": (low + high) / 2, "high": high})


def _reached_mw(applications: pd.DataFrame, release_years: int) -> Floats:
    """Power that each application has reached in its year of release."""
    firsts = applications["supply_start"].astype(int)
    at_zero = applications.assign(supply_start=0)
    reached = load_by_year_mw(at_zero, [release_years])[:, 0] if len(firsts) else np.zeros(0)
    return np.minimum(reached, applications["contract_mw"].to_numpy(dtype=float))


def _standing(frame: pd.DataFrame) -> pd.Series:
    """In a word, what is left; an open high end may always hold something."""
    low, high = frame["low_mw"], frame["high_mw"]
    unknown = frame[["published_low_mw", "published_high_mw"]].isna().all(axis=1)
    is_open = frame["published_low_mw"].notna() & frame["published_high_mw"].isna()
    conditions = [
        unknown,
        low > NOISE_MW,
        is_open | (high > NOISE_MW),
        high >= -NOISE_MW,
    ]
    words = np.select(conditions, ["unknown", "free", "uncertain", "full"], "oversubscribed")
    return pd.Series(words, index=frame.index)


def _refuse_ranges(headroom: pd.DataFrame) -> None:
    wrong = headroom.index[headroom["low_mw"] > headroom["high_mw"]]
    double = headroom.index[headroom.index.duplicated()]
    problems = [
        Problem(
            f"headroom of {point}",
            f"low {headroom['low_mw'][point]:g} above high {headroom['high_mw'][point]:g} MW",
            "low at or below high",
        )
        for point in wrong.difference(double)
    ]
    problems += [Problem(f"point {point}", "more than once", "once") for point in double.unique()]
    if problems:
        raise InputError("headroom", problems)
