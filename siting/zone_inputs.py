"""What a scenario hands over about headroom: its zones in any format, and the queue before them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
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
from grid.zone_age import age_warnings
from grid.zones import refuse_generation_side, sharing_groups, zone_keys
from siting.zone_places import LEAST_SCORE, match_by_row, with_places

__all__ = ["LEAST_SCORE", "UserQueue", "UserZones", "ZoneQueue", "zones_in_use"]

ENDS = ("low_mw", "high_mw")


@dataclass(frozen=True, slots=True)
class UserZones:
    """Zones that count, and what has to be said of them."""

    zones: pd.DataFrame
    """Contract `zones`, of a user's file with `footprint_km2` besides."""
    notes: tuple[str, ...]
    warnings: tuple[dict[str, str], ...]
    """`reason`, `ja`, `en`; see `grid.zone_age`."""
    named: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Zones without a position that took that of a substation of their name: `zone`,
    `station_name`, `score`."""
    lost: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Zones whose position stays unknown, so that they serve no place: `zone`, `reason`,
    `best_score`, `guesses`; see `siting.zone_places`."""
    is_shipped: bool = False


@dataclass(frozen=True, slots=True)
class UserQueue:
    """A list of applications as it was read."""

    applications: pd.DataFrame
    """Contract `applications`, and `line`."""
    unused: tuple[str, ...]
    """Headings and sheets that mean nothing here."""


@dataclass(frozen=True, slots=True)
class ZoneQueue:
    """The queue before the zones of a study."""

    left: pd.DataFrame
    """Result of `grid.queue.queue_headroom`; `point` is the key of a zone."""
    shared: pd.DataFrame
    """Index (sharing, fiscal_year): `zones` that share one limit, the largest of them
    `published_low_mw`, `published_high_mw`, `held_mw` at all of them, and what is left of the
    limit, `low_mw`, `high_mw`. [MW]"""
    placed: pd.DataFrame
    """Applications that reduce a zone; `connection_point` is its key."""
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
        See `data.read_zones.read_zone_file`; None = the zones shipped. Zones of a file that
        state no position take that of a substation of their name, see `siting.zone_places`.
    today : date
        Day of the study, for warnings of old figures.

    Raises
    ------
    InputError
        The file cannot be used, or states room for generation.
    """
    if path is None:
        shipped = read_fact("zones")
        warned = tuple(age_warnings(shipped, today=today))
        return UserZones(shipped, (), warned, is_shipped=True)
    zones, notes = read_zone_file(path)
    refuse_generation_side(zones, where=path.name)
    warnings = tuple(age_warnings(zones, today=today))
    placed, named, lost = with_places(zones)
    return UserZones(placed, tuple(notes), warnings, named, lost)


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
    return queue_in_use(path).applications


def queue_in_use(path: Path) -> UserQueue:
    """Applications as `read_queue`, and what of the file was not used."""
    opened = open_applications(path)
    return UserQueue(checked_applications(opened), opened.unused)


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
    left = queue_headroom(headroom, placed, years, rule)
    return ZoneQueue(left, _shared_left(zones, left), placed, outside)


def headroom_after_queue(headroom: pd.DataFrame, queue: ZoneQueue) -> pd.DataFrame:
    """Headroom of places with the least that is held of their zone in any year taken off.

    Nor is it more than the best year leaves of the limit that the zone shares with others. For
    the largest size of a place; the years themselves are in `groups_after_queue`. Ends below zero
    stay below zero, so that the middle of a range stays its middle: clip after `at_case`.

    Parameters
    ----------
    headroom : DataFrame, index place
        Result of `grid.headroom.headroom_of_places`.
    queue : ZoneQueue
    """
    least_mw = queue.held_mw().min(axis=1)
    off_mw = headroom["zone"].map(least_mw).fillna(0.0).astype(float)
    best = queue.shared[list(ENDS)].groupby(level="sharing").max()
    sharing = headroom["group"].where(headroom["zone"] != "")
    left = {end: _lesser(headroom[end] - off_mw, sharing.map(best[end])) for end in ENDS}
    return headroom.assign(**left)


def groups_after_queue(
    groups: Groups, headroom: pd.DataFrame, zones: pd.DataFrame, queue: ZoneQueue
) -> Groups:
    """Limits of places, zones and zones that share one, with the queue of each year taken off.

    Zones that share a limit share its queue: all that is held at any of them is taken off what
    the largest of them may draw, also at zones that serve no place of the study. Limits may fall
    below zero (oversubscribed): clip after `at_case`.

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
        Limits of groups stated for a region are left as they are. A shared limit that concerned
        one zone with places only, and so was no group, becomes one where other zones hold power.
    """
    held = queue.held_mw()
    by_place = held.reindex(headroom["zone"]).set_axis(headroom.index)
    every = pd.concat([by_place, held.set_axis("zone:" + held.index.astype(str))])
    every = every[~every.index.duplicated()].rename_axis("group").fillna(0.0)
    off_mw = every.stack().reindex(groups.limits.index).fillna(0.0).to_numpy(dtype=float)
    off_mw = np.where(groups.limits["kind"].isin(["upper", "shared"]), 0.0, off_mw)
    shared = queue.shared[list(ENDS)].rename(index=lambda key: f"shared:{key}", level="sharing")
    shared = shared.rename_axis(["group", "fiscal_year"])
    own = shared.reindex(groups.limits.index)
    limits = groups.limits.assign(
        **{end: _lesser(groups.limits[end] - off_mw, own[end]) for end in ENDS}
    )
    members, names = _newly_shared(groups, headroom, queue, sharing=sharing_by_key(zones))
    if not names:
        return Groups(groups.members, limits)
    more = shared[shared.index.isin(names, level="group")].assign(kind="shared", basis="published")
    limits = pd.concat([limits, more[limits.columns]]).sort_index()
    return Groups(pd.concat([groups.members, members], ignore_index=True), limits)


def _newly_shared(
    groups: Groups, headroom: pd.DataFrame, queue: ZoneQueue, *, sharing: pd.Series
) -> tuple[pd.DataFrame, list[str]]:
    """Members of shared limits that only the queue at zones without places makes a limit."""
    served = headroom[headroom["zone"] != ""]
    held_mw = queue.held_mw().max(axis=1)
    elsewhere = held_mw[~held_mw.index.isin(served["zone"]) & (held_mw > 0)]
    crowded = "shared:" + sharing.reindex(elsewhere.index).astype(str)
    known = groups.limits.index.get_level_values("group")
    group = "shared:" + served["group"].astype(str)
    rows = group[group.isin(set(crowded) - set(known))]
    members = pd.DataFrame({"group": rows.to_numpy(), "place": rows.index})
    return members, sorted(set(rows))


def _lesser(own_mw: pd.Series, other_mw: pd.Series) -> pd.Series:
    """The lesser of both where the other is known; what is not known stays so."""
    own, other = own_mw.astype(float), other_mw.astype(float)
    return own.mask(other < own, other)


def sharing_by_key(zones: pd.DataFrame) -> pd.Series:
    """Name of the shared limit of each zone, index its key."""
    return sharing_groups(zones).set_axis(zone_keys(zones))


def _shared_left(zones: pd.DataFrame, left: pd.DataFrame) -> pd.DataFrame:
    """What is left of each limit that zones share, see `ZoneQueue.shared`."""
    keys = ["sharing", "fiscal_year"]
    by_limit = left.assign(sharing=left["point"].map(sharing_by_key(zones))).groupby(keys)
    ends = ["published_low_mw", "published_high_mw"]
    table = by_limit[ends].max().join(by_limit["held_mw"].sum())
    # an open end among the zones leaves the limit open; max() would drop it
    is_open = left["published_low_mw"].notna() & left["published_high_mw"].isna()
    is_open = is_open.groupby([left["point"].map(sharing_by_key(zones)), left["fiscal_year"]]).any()
    high_mw = table["published_high_mw"].mask(is_open.rename_axis(keys), np.nan)
    return table.assign(
        published_high_mw=high_mw,
        zones=by_limit["point"].nunique(),
        low_mw=table["published_low_mw"] - table["held_mw"],
        high_mw=high_mw - table["held_mw"],
    )


def _placed(zones: pd.DataFrame, applications: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Applications with the key of their zone, and those without one."""
    by_key = applications["connection_point"].isin(zones["zone"])
    asked = applications[~by_key]
    # many apply at one point: each name is looked for once
    number = asked.groupby(["connection_point", "area"], dropna=False, sort=False).ngroup()
    first = asked[~number.duplicated()]
    names = pd.DataFrame({"asset_name": first["connection_point"], "area": first["area"]})
    stations = zones.rename(columns={"asset_name": "name"}).set_index("zone")
    matched, others = match_by_row(names, stations)
    found = number.map(matched["station"]).astype(object)
    point = applications["connection_point"].where(by_key, found)
    placed = applications.assign(connection_point=point)[point.notna()]
    lost = number[number.isin(others.index)]
    outside = asked.loc[lost.index, ["id", "connection_point", "contract_mw"]].assign(
        reason=lost.map(others["reason"]), guesses=lost.map(others["guesses"])
    )
    return placed, outside.reset_index(drop=True)
