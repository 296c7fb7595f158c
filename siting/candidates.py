"""Candidate places with everything a plan needs to know about them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from data.facts import read_fact
from data.read_points import read_points
from grid.demand import nearest_station, pue_annual, pue_peak, pue_rule
from grid.groups import Groups
from grid.headroom import at_case, fill_lead_years, headroom_of_places
from grid.latency import great_circle_km
from grid.queue import NOISE_MW
from siting.flexible_inputs import relief_share
from siting.place_groups import groups_of_places
from siting.scenario import Scenario
from siting.zone_inputs import ZoneQueue, groups_after_queue, headroom_after_queue
from siting.zone_notices import Notice, find_notices
from siting.zones_used import queue_before, queue_used, zones_used

USABLE = ""
"""Reason of a candidate that may be chosen."""

NEEDLESS = "needless"
"""Reason of a candidate that no best plan needs (`optimize.prune`)."""

ENDS = ["low_mw", "high_mw"]

SCREENED_COLUMNS: dict[str, Any] = {
    "point": "",
    "connection_km": np.nan,
    "land_ha": np.nan,
    "score": np.nan,
}
"""What screened sites know beside the places table, and what other places have instead."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Places looked at, those that may be chosen, and the limits they share.

    Attributes
    ----------
    table : DataFrame, index `place`
        Every place looked at: columns of the facts table `places`, figures, climate, headroom
        [MW], first_fiscal_year, min_mw, max_mw [MW], pue_peak, pue_annual [-], ix_km [km], and
        `reason` why it cannot be chosen ("" if it can).
    groups : Groups
        Shared headroom of the places that may be chosen.
    zones : DataFrame
        Welcome zones used: the bundled ones, or the user's.
    queue : ZoneQueue or None
        The queue before the zones, which is off `low_mw`, `high_mw` and the groups; None without.
    notices : tuple of Notice
        What has to be said of the user's zones and queue.
    """

    table: pd.DataFrame
    groups: Groups
    zones: pd.DataFrame
    queue: ZoneQueue | None = None
    notices: tuple[Notice, ...] = ()

    @property
    def usable(self) -> pd.DataFrame:
        """Places that may be chosen."""
        return self.table[self.table["reason"] == USABLE]


def find_candidates(scenario: Scenario, screened: pd.DataFrame | None = None) -> Candidates:
    """Places of the scenario with headroom, climate, distances and the reason to leave one out.

    Parameters
    ----------
    scenario : Scenario
    screened : DataFrame, optional
        Sites of `siting.screen.as_places.screened_places`, looked at beside or instead of the
        places, as `screen.sites.beside_places` says.

    Raises
    ------
    InputError
        The user's places or zones cannot be used.
    """
    used, given = zones_used(scenario), queue_used(scenario)
    zones, queue = used.zones, queue_before(scenario, used.zones, given)
    places = _with_figures(_places(scenario, screened))
    published = _headroom(scenario, places, zones)
    headroom = published if queue is None else headroom_after_queue(published, queue)
    table = places.join(headroom.drop(columns=["source", "confidence"]))
    table = table.assign(
        headroom_source=headroom["source"], headroom_confidence=headroom["confidence"]
    )
    table = _with_climate(scenario, table)
    table = _with_sizes(scenario, table)
    table["ix_km"] = _km_to_exchange(table)
    table["reason"] = _reasons(scenario, table, published)
    usable = published[table["reason"] == USABLE]
    groups = groups_of_places(scenario, usable, table)
    if queue is not None:
        groups = groups_after_queue(groups, usable, zones, queue)
    table[ENDS] = table[ENDS].clip(lower=0.0)
    return Candidates(table, groups, zones, queue, find_notices(used, given))


def _places(scenario: Scenario, screened: pd.DataFrame | None) -> pd.DataFrame:
    file = scenario.candidates.file
    places = read_fact("places") if file is None else read_points(scenario.path_of(file), "places")
    places = places.assign(**SCREENED_COLUMNS)
    if screened is not None and scenario.screen is not None:
        beside = places if scenario.screen.sites.beside_places else places.iloc[:0]
        # an empty table has no types of its own to bring in
        places = pd.concat([beside, screened], ignore_index=True) if len(beside) else screened
    return _named(places.set_index("place").sort_index())


def _named(places: pd.DataFrame) -> pd.DataFrame:
    """Places that lack a name in one language take that of the other, or else their key."""
    key = pd.Series(places.index, index=places.index, dtype="str")
    return places.assign(
        name_ja=places["name_ja"].fillna(places["name_en"]).fillna(key),
        name_en=places["name_en"].fillna(places["name_ja"]).fillna(key),
    )


def _with_figures(places: pd.DataFrame) -> pd.DataFrame:
    """Join land and seismic figures; a figure nobody gives stays unknown."""
    figures = read_fact("place_figures")
    wide = figures.drop_duplicates(["place", "quantity"], keep="last").pivot(
        index="place", columns="quantity", values="value"
    )
    wanted = ["land_ha", "p6_share", "stated_mw", "existing_mw", "first_stage_mw"]
    own = wide.reindex(columns=wanted).reindex(places.index)
    own["land_ha"] = own["land_ha"].fillna(places["land_ha"])
    return places.drop(columns="land_ha").join(own)


def _headroom(scenario: Scenario, places: pd.DataFrame, zones: pd.DataFrame) -> pd.DataFrame:
    assumed = scenario.assumptions
    headroom = headroom_of_places(
        places,
        read_fact("place_figures"),
        zones,
        by_voltage_mw={int(k): v for k, v in assumed.headroom_by_voltage_mw.items()},
        sources=scenario.headroom.sources,
        max_zone_km=scenario.headroom.max_zone_km,
    )
    return fill_lead_years(
        headroom,
        places["voltage_kv"],
        by_voltage_years={int(k): v for k, v in assumed.lead_time_by_voltage_years.items()},
    )


def _with_climate(scenario: Scenario, table: pd.DataFrame) -> pd.DataFrame:
    """PUE from the nearest climate station that knows both temperatures."""
    climate = read_fact("climate").dropna(subset="august_mean_c").set_index("station")
    rule = pue_rule(
        read_fact("parameters"),
        scenario.facility.cooling,
        slope_per_c=scenario.assumptions.pue_slope_per_c,
    )
    known = climate.assign(pue_peak=pue_peak(climate, rule), pue_annual=pue_annual(climate, rule))
    stations = nearest_station(table, climate)
    known = known.rename(columns={"name_ja": "station_ja", "name_en": "station_en"})
    columns = ["station_ja", "station_en", "pue_peak", "pue_annual", "annual_mean_c"]
    own = known[[*columns, "august_mean_c"]].reindex(stations["station"]).set_index(table.index)
    return table.join(stations).join(own)


def _with_sizes(scenario: Scenario, table: pd.DataFrame) -> pd.DataFrame:
    """Smallest and largest contract of each place, and the first year with power.

    The largest is the least of: the voltage class, the scenario's largest site, the headroom of
    the place with all works that lift it (what may be called off comes on top), and its land where
    that is known. The smallest is that of the class, but not above what can be added in one year;
    where an operator or utility has stated a figure, the class is no guide, and the first stage (or
    else the smallest connection of all) counts.
    """
    facility = scenario.facility
    headroom_mw = _at_case(scenario, table)
    classes = read_fact("voltage_classes").set_index("voltage_kv")
    by_class = classes.reindex(table["voltage_kv"]).set_index(table.index)
    land_mw = table["land_ha"] / facility.land_ha_per_mw
    stated = table["basis"].isin(["published", "operator"])
    room_mw = (headroom_mw + works_mw(scenario, table.index)) / (1.0 - relief_share(scenario))
    ends = pd.concat([by_class["max_mw"].mask(stated), room_mw, land_mw], axis=1)
    largest = ends.min(axis=1).clip(upper=facility.largest_site_mw).where(headroom_mw.notna())
    first_stage_mw = table["first_stage_mw"].fillna(classes["min_mw"].min())
    smallest = by_class["min_mw"].mask(stated, first_stage_mw)
    smallest = smallest.clip(upper=facility.ramp_mw_per_year).fillna(0.0)
    if facility.smallest_site_mw is not None:
        smallest = smallest.clip(lower=facility.smallest_site_mw)
    return table.assign(
        headroom_mw=headroom_mw,
        land_mw=land_mw,
        min_mw=smallest,
        max_mw=largest,
        first_fiscal_year=_first_year(scenario, table),
    )


def works_mw(scenario: Scenario, places: pd.Index) -> pd.Series:
    """Headroom that the works on offer add to each place by its name, index `place`. [MW]"""
    added = pd.Series(0.0, index=places)
    for option in scenario.reinforcements.values():
        added[places.isin([option.group, *option.also_lifts])] += option.added_mw
    return added


def _first_year(scenario: Scenario, table: pd.DataFrame) -> pd.Series:
    """First fiscal year with power from its start: contract year and lead time, rounded up.

    A place whose operator has stated a year takes that year.
    """
    after = scenario.contract_year + np.ceil(table["lead_years"])
    stated = table["stated_first_fiscal_year"].where(table["basis"] == "operator")
    return stated.fillna(after)


def _km_to_exchange(table: pd.DataFrame) -> pd.Series:
    """Distance to the nearer of Otemachi and Dojima, where Japan's exchanges concentrate. [km]."""
    exchanges = read_fact("metros").set_index("metro").loc[["tokyo", "osaka"]]
    km = great_circle_km(
        table["lat"].to_numpy()[:, None],
        table["lon"].to_numpy()[:, None],
        exchanges["lat"].to_numpy(),
        exchanges["lon"].to_numpy(),
    )
    return pd.Series(km.min(axis=1), index=table.index)


def _reasons(scenario: Scenario, table: pd.DataFrame, published: pd.DataFrame) -> pd.Series:
    """Why a place cannot be chosen, the first reason that holds; "" if it can."""
    asked = scenario.candidates
    everywhere = pd.Series(True, index=table.index)
    areas = everywhere if asked.areas == "all" else table["area"].isin(asked.areas)
    kinds = everywhere if asked.kinds == "all" else table["kind"].isin(asked.kinds)
    only = table.index.isin(asked.only) if asked.only else everywhere
    checks = {
        "not_asked": ~(areas & kinds & only),
        "excluded": pd.Series(table.index.isin(asked.exclude), index=table.index),
        "unknown_headroom": table["basis"] == "unknown",
        "queue_full": _took_all(
            table["headroom_mw"] + works_mw(scenario, table.index),
            _at_case(scenario, published),
            table["min_mw"],
        ),
        "no_headroom": ~(table["max_mw"] > 0),
        "below_smallest": table["max_mw"] < table["min_mw"],
        "too_late": ~(table["first_fiscal_year"] <= scenario.years.last),
    }
    reason = np.select(list(checks.values()), list(checks), USABLE)
    return pd.Series(reason, index=table.index)


def _took_all(left_mw: pd.Series, published_mw: pd.Series, min_mw: pd.Series) -> pd.Series:
    """Whether the queue leaves less than the smallest connection, where there was room for it."""
    is_gone = (left_mw <= 0) | (left_mw < min_mw)
    return is_gone & (published_mw > 0) & (published_mw >= min_mw)


def group_headroom_mw(scenario: Scenario, groups: Groups) -> pd.Series:
    """Headroom of each group and year at the scenario's case, index (group, fiscal_year). [MW]."""
    return _at_case(scenario, groups.limits).rename("headroom_mw")


def _at_case(scenario: Scenario, ranges: pd.DataFrame) -> pd.Series:
    """One figure out of each range `low_mw` to `high_mw`; more held than there is leaves 0. [MW]"""
    mw = at_case(
        ranges["low_mw"],
        ranges["high_mw"],
        scenario.headroom.case,
        cap_mw=scenario.facility.largest_site_mw,
    )
    return mw.mask(mw < NOISE_MW, 0.0)
