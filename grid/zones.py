"""Places where a network operator says demand can be supplied."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.tseries.offsets import MonthEnd, YearEnd

from data.errors import InputError, Problem
from data.read_points import read_points

GENERATION_SIDE = "aki_yoryo_reverse"
"""空き容量 for reverse flow: room for generators, published on other maps than demand's."""


def read_zones(path: Path) -> pd.DataFrame:
    """Zones from the user's own file, refused if they are room for generation.

    Parameters
    ----------
    path : Path
        CSV or vector file in the contract `zones` (see docs/zones.md).

    Returns
    -------
    DataFrame, shape (zones,)
        Columns of the contract.
    """
    zones = read_points(path, "zones")
    return refuse_generation_side(zones, where=path.name)


def refuse_generation_side(zones: pd.DataFrame, *, where: str) -> pd.DataFrame:
    """Pass zones on, unless one states free capacity for generation.

    A line with room for a solar plant may have none for a data centre: power flows the other way
    and other assets bind. The two numbers are never exchanged.

    Parameters
    ----------
    zones : DataFrame
        Columns of the contract `zones`.
    where : str
        File or table, for the message.

    Returns
    -------
    DataFrame
        `zones`, unchanged.

    Raises
    ------
    InputError
        One problem for each zone with `cap_basis` aki_yoryo_reverse.
    """
    refused = zones.index[zones["cap_basis"] == GENERATION_SIDE]
    keys = zone_keys(zones)
    problems = [
        Problem(
            where=f"zone {keys[row]}, cap_basis",
            found=f"{GENERATION_SIDE}, free capacity for generation (逆潮流の空き容量)",
            expected="headroom for demand (順潮流): welcome_zone, potential_map, "
            "aki_yoryo_forward or derived",
            fix="Take the figure from the operator's welcome-zone or potential map; the "
            "generation map says nothing about demand",
            file=where,
        )
        for row in refused
    ]
    if problems:
        raise InputError(where, problems)
    return zones


def zone_keys(zones: pd.DataFrame) -> pd.Series:
    """Name of each zone that is unique in the table: operator/asset, numbered where it repeats.

    Asset names repeat, or are blank, in what operators publish.

    Examples
    --------
    >>> zones = pd.DataFrame({"tso": ["a", "a", "b"], "asset_name": ["線", "線", ""]})
    >>> zone_keys(zones).tolist()
    ['a/線', 'a/線#2', 'b/unnamed']
    """
    names = zones["asset_name"].fillna("").replace("", "unnamed")
    keys = zones["tso"].astype(str) + "/" + names
    count = keys.groupby(keys).cumcount() + 1
    return keys.where(count == 1, keys + "#" + count.astype(str)).rename("zone")


def located_zones(zones: pd.DataFrame) -> pd.DataFrame:
    """Zones with a position and at least one end of their range known.

    A class of a map without substations has no position; a withheld figure is neither zero nor
    endless. Neither can serve a place.
    """
    placed = zones[["lat", "lon"]].notna().all(axis=1)
    stated = zones[["cap_low_mw", "cap_high_mw"]].notna().any(axis=1)
    return zones[placed & stated]


def sharing_groups(zones: pd.DataFrame) -> pd.Series:
    """Name of the group of zones that draw on the same upper system.

    Published figures of neighbouring zones are each true alone, not together. Zones under one
    `additive_group` share one limit; groups add up. Zones of an operator without a group share
    one limit too, until somebody states which of them are independent.

    Returns
    -------
    Series, index of `zones`
        Group name, never blank.
    """
    stated = zones["additive_group"].fillna("")
    return stated.where(stated != "", zones["tso"].astype(str) + "/ungrouped").rename("sharing")


def stale_zones(zones: pd.DataFrame, *, today: date, max_age_days: int) -> pd.DataFrame:
    """Zones whose figure has expired or is old, for a warning.

    Parameters
    ----------
    zones : DataFrame
        Columns of the contract `zones`; `as_of` is a date, a month or a year and counts from its
        last day, `valid_until` may be empty.
    today : date
        Day of the study.
    max_age_days : int
        Age from which a figure without an end of validity is old. [days]

    Returns
    -------
    DataFrame, index zone
        `as_of`, `valid_until`, `reason` (`expired`, `old` or `undated`); only zones with a reason.
    """
    now = pd.Timestamp(today)
    said, end = _last_days(zones["as_of"]), _last_days(zones["valid_until"])
    is_old = end.isna() & ((now - said).dt.days > max_age_days)
    reason = np.select(
        [end < now, is_old, end.isna() & said.isna()], ["expired", "old", "undated"], ""
    )
    table = zones[["as_of", "valid_until"]].assign(reason=reason).set_index(zone_keys(zones))
    return table[table["reason"] != ""]


def _last_days(texts: pd.Series) -> pd.Series:
    """Last day of each date, month or year in ISO form, NaT where there is none."""
    written = texts.fillna("").astype(str)
    start = pd.to_datetime(written.where(written != ""), format="ISO8601")
    hyphens = written.str.count("-")
    in_year = start.where(hyphens > 0, start + YearEnd(0))
    return in_year.where(hyphens != 1, start + MonthEnd(0))
