"""What a scenario hands over about headroom: its zones in any format, and the queue before them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from data.contracts_loads import STAGES
from data.facts import read_fact
from data.read_applications import checked_applications, open_applications
from data.read_zones import read_zone_file
from grid.groups import Groups
from grid.queue import QueueRule, queue_headroom
from grid.station_match import match_stations
from grid.zone_age import age_warnings
from grid.zones import refuse_generation_side, sharing_groups, zone_keys

LEAST_SCORE = 0.9
"""Least score at which an application's connection point is taken for a zone."""


@dataclass(frozen=True, slots=True)
class UserZones:
    """Zones that count, and what has to be said of them."""

    zones: pd.DataFrame
    """Contract `zones`, of a user's file with `footprint_km2` besides."""
    notes: tuple[str, ...]
    warnings: tuple[dict[str, str], ...]
    """`reason`, `ja`, `en`; see `grid.zone_age`."""


@dataclass(frozen=True, slots=True)
class ZoneQueue:
    """The queue before the zones of a study."""

    left: pd.DataFrame
    """Result of `grid.queue.queue_headroom`; `point` is the key of a zone."""
    outside: pd.DataFrame
    """Applications that reduce no zone: `id`, `connection_point`, `contract_mw`, `reason`,
    `guesses`."""

    def held_mw(self) -> pd.DataFrame:
        """Power held, shape (zones, years)."""
        return self.left.pivot(index="point", columns="fiscal_year", values="held_mw")


def zones_in_use(path: Path | None, today: date) -> UserZones:
    """Zones of a user's file in any format, or those shipped.

    Parameters
    ----------
    path : Path or None
        See `data.read_zones.read_zone_file`; None = the zones shipped.
    today : date
        Day of the study, for warnings of old figures.

    Raises
    ------
    InputError
        The file cannot be used, or states room for generation.
    """
    if path is None:
        zones, notes = read_fact("zones"), list[str]()
    else:
        zones, notes = read_zone_file(path)
        refuse_generation_side(zones, where=path.name)
    return UserZones(zones, tuple(notes), tuple(age_warnings(zones, today=today)))


def default_shares() -> dict[str, float]:
    """Chance by stage that an application is built, as the forecast check assumes it. [-]"""
    assumed = read_fact("forecast_assumptions").set_index("assumption")["value"]
    return {stage: float(assumed[f"realised-{stage}"]) for stage in STAGES}


def read_queue(path: Path) -> pd.DataFrame:
    """Applications of a list as CSV or XLSX; see docs/forecast.md for its format.

    Raises
    ------
    InputError
        Every problem of the list.
    """
    return checked_applications(open_applications(path))


def queue_of_zones(
    zones: pd.DataFrame, applications: pd.DataFrame, years: Sequence[int], rule: QueueRule
) -> ZoneQueue:
    """Take the queue off the zones it names.

    A connection point is a zone's key, or a name that matches one by `match_stations`; what
    matches none, or more than one, is listed and takes nothing.

    Parameters
    ----------
    zones : DataFrame
        Contract `zones`.
    applications : DataFrame
        Contract `applications`.
    years : sequence of int
        Fiscal years.
    rule : QueueRule
    """
    keys = zone_keys(zones)
    placed, outside = _placed(zones.assign(zone=keys), applications)
    headroom = pd.DataFrame(
        {"low_mw": zones["cap_low_mw"].to_numpy(), "high_mw": zones["cap_high_mw"].to_numpy()},
        index=pd.Index(keys, name="point"),
    )
    return ZoneQueue(queue_headroom(headroom, placed, years, rule), outside)


def headroom_after_queue(headroom: pd.DataFrame, queue: ZoneQueue) -> pd.DataFrame:
    """Headroom of places with the least that is held of their zone in any year taken off.

    For the largest size of a place; the years themselves are in `groups_after_queue`. Ends below
    zero stay below zero, so that the middle of a range stays its middle: clip after `at_case`.

    Parameters
    ----------
    headroom : DataFrame, index place
        Result of `grid.headroom.headroom_of_places`.
    queue : ZoneQueue
    """
    least_mw = queue.held_mw().min(axis=1)
    off_mw = headroom["zone"].map(least_mw).fillna(0.0).astype(float)
    return headroom.assign(low_mw=headroom["low_mw"] - off_mw, high_mw=headroom["high_mw"] - off_mw)


def groups_after_queue(
    groups: Groups, headroom: pd.DataFrame, zones: pd.DataFrame, queue: ZoneQueue
) -> Groups:
    """Limits of places, zones and zones that share one, with the queue of each year taken off.

    Zones that share a limit share its queue: all that is held at any of them is taken off, also
    at zones that serve no place of the study. Limits may fall below zero (oversubscribed): clip
    after `at_case`.

    Parameters
    ----------
    groups : Groups
        From `grid.groups.group_table` on published headroom, before any queue.
    headroom : DataFrame, index place
        The same published headroom: `zone`, `group`.
    zones : DataFrame
        Contract `zones`.
    queue : ZoneQueue
        Of all modelled years.

    Returns
    -------
    Groups
        The same members; limits of groups stated for a region are left as they are.
    """
    held = queue.held_mw()
    sharing = sharing_groups(zones).set_axis(zone_keys(zones))
    shared = held.groupby(sharing.reindex(held.index)).sum()
    by_place = held.reindex(headroom["zone"]).set_axis(headroom.index)
    every = pd.concat(
        [
            by_place,
            held.set_axis("zone:" + held.index.astype(str)),
            shared.set_axis("shared:" + shared.index.astype(str)),
        ]
    )
    every = every[~every.index.duplicated()].rename_axis("group").fillna(0.0)
    off_mw = every.stack().reindex(groups.limits.index).fillna(0.0).to_numpy(dtype=float)
    off_mw = np.where(groups.limits["kind"] == "upper", 0.0, off_mw)
    limits = groups.limits.assign(
        low_mw=groups.limits["low_mw"] - off_mw, high_mw=groups.limits["high_mw"] - off_mw
    )
    return Groups(groups.members, limits)


def _placed(zones: pd.DataFrame, applications: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Applications with the key of their zone, and those without one."""
    by_key = applications["connection_point"].isin(zones["zone"])
    asked = applications[~by_key]
    named = pd.DataFrame(
        {"tso": asked["id"], "asset_name": asked["connection_point"], "area": asked["area"]}
    )
    stations = zones.rename(columns={"asset_name": "name"}).set_index("zone")
    names = named.assign(tso=[str(row) for row in range(len(named))])
    matched, others = match_stations(names, stations, LEAST_SCORE)
    point = applications["connection_point"].where(by_key)
    rows = [int(key.partition("/")[0]) for key in matched["zone"]]
    point.loc[asked.index[rows]] = matched["station"].to_numpy()
    placed = applications.assign(connection_point=point)[point.notna()]
    lost = asked.iloc[[int(key.partition("/")[0]) for key in others["zone"]]]
    outside = lost[["id", "connection_point", "contract_mw"]].assign(
        reason=others["reason"].to_numpy(), guesses=others["guesses"].to_numpy()
    )
    return placed, outside.reset_index(drop=True)
