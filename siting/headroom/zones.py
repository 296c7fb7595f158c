"""Derived welcome zones: what a network lets its buses host, in the contract of published zones."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from data.contract import AREAS
from data.facts import read_fact
from data.tables import check
from grid.areas import area_of_municipality, municipality_of_point

COLUMNS = (
    "tso",
    "area",
    "asset_type",
    "asset_name",
    "voltage_kv",
    "lat",
    "lon",
    "cap_low_mw",
    "cap_high_mw",
    "cap_basis",
    "additive_group",
    "source_title",
    "as_of",
    "confidence",
    "note",
)
"""Columns of zones.csv; the others of the contract are left to their defaults."""

DECIMALS = 3
SOUTH, NORTH, WEST, EAST = 20.0, 46.0, 122.0, 154.0
"""Window of the contract. [degrees]"""

OPERATOR = "derived"
"""Stands for the operator: nobody has published these figures."""


@dataclass(frozen=True, slots=True)
class Derived:
    """Zones, and what could not become one."""

    zones: pd.DataFrame
    """Columns `COLUMNS`."""
    left_out: dict[str, int]
    """Buses by reason: `no_area`, `no_figure`."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where derived figures come from."""

    file: str
    """Name of the network's file or folder."""
    rule: str
    as_of: str
    """Date of the network, else of the run; ISO form."""
    confidence: str
    """`computed` where the network states all values, `assumed` where some are assumed."""


def derived_zones(buses: pd.DataFrame, rows: pd.DataFrame, origin: Origin) -> Derived:
    """One zone a bus: from its N-1 to its N-0 figure.

    Figures of buses in one island are each true alone, not together, so they share one
    `additive_group` and count as the largest of them until somebody states more.

    Parameters
    ----------
    buses : DataFrame, index bus
        name, kv, lat, lon, area, island.
    rows : DataFrame
        bus, n0_mw, n1_mw of one rule; NaN where no limit was found or is known. [MW]
    origin : Origin

    Returns
    -------
    Derived
        An end that is NaN is an open end; a bus with neither, or outside of Japan's supply areas,
        is left out and counted.

    Raises
    ------
    InputError
        The zones do not pass the contract `zones`: our bug.
    """
    table = rows.join(buses, on="bus").reset_index(drop=True)
    table["area"] = _areas(table)
    has_area = table["area"] != ""
    has_figure = table[["n0_mw", "n1_mw"]].notna().any(axis=1)
    kept = table[has_area & has_figure]
    left_out = {"no_area": int((~has_area).sum()), "no_figure": int((has_area & ~has_figure).sum())}
    if kept.empty:
        return Derived(pd.DataFrame(columns=list(COLUMNS)), left_out)
    zones = _zones(kept, origin)
    check(zones, "zones", where="zones.csv")
    return Derived(zones, left_out)


def _zones(kept: pd.DataFrame, origin: Origin) -> pd.DataFrame:
    key = slug(origin.file)
    low_mw = kept["n1_mw"].clip(lower=0).round(DECIMALS)
    high_mw = kept["n0_mw"].clip(lower=0).round(DECIMALS)
    in_window = kept["lat"].between(SOUTH, NORTH) & kept["lon"].between(WEST, EAST)
    columns = {
        "tso": f"{OPERATOR}-{key}",
        "area": kept["area"],
        "asset_type": "substation",
        "asset_name": list(_asset_names(kept)),
        "voltage_kv": kept["kv"],
        "lat": kept["lat"].where(in_window),
        "lon": kept["lon"].where(in_window),
        "cap_low_mw": low_mw,
        "cap_high_mw": high_mw.where(~(high_mw < low_mw), low_mw),  # ends differ by rounding only
        "cap_basis": "derived",
        "additive_group": f"{OPERATOR}-{key}-island-" + (kept["island"] + 1).astype(str),
        "source_title": f"siting headroom {origin.file}",
        "as_of": origin.as_of,
        "confidence": origin.confidence,
        "note": f"derived, rule {origin.rule}: low = N-1, high = N-0, DC power flow; load at this "
        "bus alone, figures do not add up; nobody has confirmed it, ask the operator",
    }
    return pd.DataFrame(columns, index=kept.index, columns=list(COLUMNS)).reset_index(drop=True)


def slug(name: str) -> str:
    """A key out of a file name.

    >>> slug("My Net (2026).m"), slug("九州.json")
    ('my-net-2026', 'network')
    """
    stem = name.rsplit(".", 1)[0].lower()
    return re.sub(r"[^a-z0-9]+", "-", stem).strip("-") or "network"


def _asset_names(kept: pd.DataFrame) -> Iterator[str]:
    """Name of each bus; with its voltage, then its id, where several have the same."""
    name = kept["name"].fillna("").astype(str).str.strip()
    name = name.where(name != "", kept["bus"])
    named_kv = name + kept["kv"].map(lambda kv: "" if pd.isna(kv) else f" {kv:g} kV")
    with_kv = name.where(~name.duplicated(keep=False), named_kv)
    with_id = with_kv.where(~with_kv.duplicated(keep=False), with_kv + " [" + kept["bus"] + "]")
    return iter(with_id)


def _areas(table: pd.DataFrame) -> list[str]:
    """Supply area: the network's own word, else that of the municipality around the bus."""
    rule = read_fact("area_rule")
    return [
        area if area in AREAS else _area_at(lat, lon, rule)
        for area, lat, lon in zip(table["area"], table["lat"], table["lon"], strict=True)
    ]


def _area_at(lat: float, lon: float, rule: pd.DataFrame) -> str:
    if pd.isna(lat) or pd.isna(lon) or not (SOUTH <= lat <= NORTH and WEST <= lon <= EAST):
        return ""
    code = municipality_of_point(lat, lon)
    return area_of_municipality(code, rule) if code else ""
