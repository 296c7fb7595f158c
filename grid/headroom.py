"""Room for new demand at each place, as a range."""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from data.errors import InputError, Problem
from grid.latency import great_circle_km
from grid.zones import located_zones, refuse_generation_side, sharing_groups, zone_keys

Case = Literal["low", "mid", "high"]

BASES = ("published", "operator", "assumed")
"""Where a range may come from, the stronger first; a place without any is `unknown`."""

COLUMNS = [
    "low_mw",
    "high_mw",
    "basis",
    "confidence",
    "source",
    "zone",
    "zone_km",
    "max_distance_m",
    "group",
    "lead_years",
    "lead_from",
    "stated_first_fiscal_year",
]


def headroom_of_places(
    places: pd.DataFrame,
    figures: pd.DataFrame,
    zones: pd.DataFrame,
    *,
    by_voltage_mw: Mapping[int, tuple[float, float]],
    sources: Collection[str],
    max_zone_km: float,
) -> pd.DataFrame:
    """Range of power each place may draw, and on whose word.

    A published zone wins over what an operator of data centres has stated for its own site, and
    that over an assumption by voltage class. A zone serves the places of its area within
    `max_zone_km`, each place its nearest zone; the distance stands in the result, since an
    operator may bind the figure to the substation's neighbourhood (`max_distance_m`).

    Parameters
    ----------
    places : DataFrame, index place
        Facts table `places`: `area`, `lat`, `lon` [degrees], `voltage_kv` [kV].
    figures : DataFrame
        Facts table `place_figures`; `stated_mw` and `stated_first_fiscal_year` are used.
    zones : DataFrame
        Facts table `zones` or the user's file in the same contract.
    by_voltage_mw : mapping of int to (float, float)
        Voltage class [kV] to an assumed range [MW].
    sources : collection of str
        Which of `BASES` may be used.
    max_zone_km : float
        Greatest distance between a place and the zone it takes. [km]

    Returns
    -------
    DataFrame, index place
        `low_mw`, `high_mw` (NaN: open or unknown) [MW], `basis` (one of `BASES` or `unknown`),
        `confidence`, `source`, `zone`, `zone_km`, `max_distance_m`, `group` (zones that share a
        limit), `lead_years` (longest published, else shortest) with `lead_from`, and
        `stated_first_fiscal_year`.

    Raises
    ------
    InputError
        A zone states room for generation instead of demand.
    """
    refuse_generation_side(zones, where="zones")
    named = zones.assign(zone=zone_keys(zones), sharing=sharing_groups(zones))
    offers = {
        "published": _published(places, located_zones(named), max_zone_km),
        "operator": _stated(places, figures),
        "assumed": _assumed(places, by_voltage_mw),
    }
    result = _nothing_known(places)
    for basis in BASES:
        offer = offers[basis]
        known = offer.index[offer[["low_mw", "high_mw"]].notna().any(axis=1)]
        taken = known[result.loc[known, "basis"] == "unknown"]
        if basis in sources:
            result.loc[taken, offer.columns] = offer.loc[taken]
            result.loc[taken, "basis"] = basis
    return result


def unknown_places(headroom: pd.DataFrame) -> list[str]:
    """Places without any usable figure: neither 0 MW nor endless, so left out and listed."""
    return [str(place) for place in headroom.index[headroom["basis"] == "unknown"]]


def fill_lead_years(
    headroom: pd.DataFrame, voltage_kv: pd.Series, *, by_voltage_years: Mapping[int, float]
) -> pd.DataFrame:
    """Lead times with the assumption by voltage class where nothing is published.

    Parameters
    ----------
    headroom : DataFrame, index place
        Result of `headroom_of_places`.
    voltage_kv : Series, index place
        Voltage class of the connection. [kV]
    by_voltage_years : mapping of int to float
        Voltage class to assumed years from contract to supply. [years]

    Returns
    -------
    DataFrame, index place
        `headroom` with `lead_years` filled and `lead_basis` (published, assumed or unknown).
    """
    assumed = voltage_kv.reindex(headroom.index).map(dict(by_voltage_years)).astype(float)
    published = headroom["lead_years"].notna()
    basis = np.select([published, assumed.notna()], ["published", "assumed"], "unknown")
    filled = headroom["lead_years"].fillna(assumed)
    return headroom.assign(lead_years=filled, lead_basis=basis)


def at_case(
    low_mw: pd.Series, high_mw: pd.Series, case: Case, *, cap_mw: float = np.nan
) -> pd.Series:
    """One figure out of a range.

    Parameters
    ----------
    low_mw, high_mw : Series, same index
        Ends of the range; high NaN beside a known low is an open end. [MW]
    case : {"low", "mid", "high"}
        `low` is what is guaranteed, `mid` the mean of both ends.
    cap_mw : float
        Upper end to put where it is open; NaN refuses open ends. [MW]

    Returns
    -------
    Series
        NaN where nothing is known. [MW]

    Raises
    ------
    InputError
        `mid` or `high` meets an open end without a cap above its low end.

    Examples
    --------
    >>> low, high = pd.Series({"a": 31.0, "b": 1001.0}), pd.Series({"a": 100.0})
    >>> at_case(low, high.reindex(low.index), "mid", cap_mw=2000.0).tolist()
    [65.5, 1500.5]
    """
    if case == "low":
        return low_mw
    is_open = low_mw.notna() & high_mw.isna()
    unusable = low_mw[is_open & ~(low_mw <= cap_mw)]
    if len(unusable):
        raise InputError("headroom", [_open_end(*item, cap_mw) for item in unusable.items()])
    closed_mw = high_mw.mask(is_open, cap_mw)
    return closed_mw if case == "high" else (low_mw + closed_mw) / 2


def _published(places: pd.DataFrame, zones: pd.DataFrame, max_zone_km: float) -> pd.DataFrame:
    """Nearest zone of the same area within reach, one row for each place that has one."""
    km = great_circle_km(
        places["lat"].to_numpy(dtype=float)[:, None],
        places["lon"].to_numpy(dtype=float)[:, None],
        zones["lat"].to_numpy(dtype=float),
        zones["lon"].to_numpy(dtype=float),
    )
    same_area = np.equal.outer(places["area"].to_numpy(), zones["area"].to_numpy())
    reach_km = np.where(same_area & (km <= max_zone_km), km, np.inf)
    served = np.flatnonzero(np.isfinite(reach_km).any(axis=1))
    nearest = reach_km[served].argmin(axis=1) if len(served) else served
    table = _zone_rows(zones).iloc[nearest].set_index(places.index[served])
    return table.assign(zone_km=reach_km[served].min(axis=1, initial=np.inf))


def _zone_rows(zones: pd.DataFrame) -> pd.DataFrame:
    """Zones in the words of the result."""
    return pd.DataFrame(
        {
            "low_mw": zones["cap_low_mw"],
            "high_mw": zones["cap_high_mw"],
            "confidence": zones["confidence"],
            "source": zones["source"],
            "zone": zones["zone"],
            "max_distance_m": zones["max_distance_m"],
            "group": zones["sharing"],
            "lead_years": zones["lead_time_high_y"].fillna(zones["lead_time_low_y"]),
            "lead_from": zones["lead_time_from"].fillna(""),
        }
    )


def _stated(places: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """What operators of data centres have said of their own places."""
    own = figures[figures["place"].isin(places.index)]
    stated = own[own["quantity"] == "stated_mw"].groupby("place")
    first = own[own["quantity"] == "stated_first_fiscal_year"].groupby("place")["value"].min()
    return pd.DataFrame(
        {
            "low_mw": stated["value"].min(),
            "high_mw": stated["value"].max(),
            "confidence": stated["confidence"].first(),
            "source": stated["source"].first(),
        }
    ).assign(stated_first_fiscal_year=first)


def _assumed(
    places: pd.DataFrame, by_voltage_mw: Mapping[int, tuple[float, float]]
) -> pd.DataFrame:
    """Range by voltage class."""
    known = places[places["voltage_kv"].isin(list(by_voltage_mw))]
    ranges = [by_voltage_mw[int(voltage)] for voltage in known["voltage_kv"]]
    table = pd.DataFrame(ranges, index=known.index, columns=["low_mw", "high_mw"], dtype=float)
    return table.assign(confidence="assumed", source="")


def _nothing_known(places: pd.DataFrame) -> pd.DataFrame:
    texts: Sequence[str] = ("basis", "confidence", "source", "zone", "group", "lead_from")
    blank = {name: "" if name in texts else np.nan for name in COLUMNS}
    return (
        pd.DataFrame(blank, index=places.index)
        .assign(basis="unknown")
        .astype({name: object for name in texts})
    )


def _open_end(place: object, low_mw: float, cap_mw: float) -> Problem:
    return Problem(
        where=f"headroom of {place}",
        found=f"open upper end above {low_mw:g} MW, cap {cap_mw:g} MW",
        expected="an upper end",
        fix="Use the case low, or set a cap for open ranges no smaller than their low end",
    )
