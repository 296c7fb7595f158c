"""Puts together a network from the tables of a reader, or raises with all that it found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from data.contract import AREAS
from data.element_table import Array, Flags
from data.errors import InputError, Problem
from data.layer import Credit
from data.network import BRANCH_COLUMNS, BUS_COLUMNS, GENERATOR_COLUMNS, Network

JAPAN_LAT = (20.0, 46.0)
JAPAN_LON = (122.0, 154.0)


@dataclass(slots=True)
class NetworkParts:
    """What a reader has gathered so far."""

    path: Path
    base_mva: float = np.nan
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    buses: list[pd.DataFrame] = field(default_factory=list)
    branches: list[pd.DataFrame] = field(default_factory=list)
    generators: list[pd.DataFrame] = field(default_factory=list)
    assumed: list[tuple[str, str, str, str]] = field(default_factory=list)

    @property
    def where(self) -> str:
        """The file, for messages."""
        return str(self.path)

    def note(self, count: int, text: str) -> None:
        """Keep a note with its count, unless there is nothing to tell."""
        if count:
            self.notes.append(f"{count:,} {text}")


def branch_rows(
    keys: Sequence[str], ends: tuple[Sequence[str], Sequence[str]], kind: str, **columns: object
) -> pd.DataFrame:
    """Branches of one kind with the columns of `BRANCH_COLUMNS`.

    Parameters
    ----------
    keys : sequence of str
        Of the branches.
    ends : two sequences of str
        Bus at the from and at the to side.
    kind : str
        Of `BRANCH_KINDS`.
    columns
        The others; what is left out is no tap, no shift, no rating, length not known, in service.
    """
    usual = {"name": "", "ratio": 1.0, "shift_deg": 0.0, "rating_mw": np.nan, "km": np.nan}
    rest = {**usual, "in_service": True, **columns}
    index = pd.Index(list(keys), name="branch", dtype=object)
    ends_and_kind = {"from_bus": list(ends[0]), "to_bus": list(ends[1]), "kind": kind}
    return pd.DataFrame({**ends_and_kind, **rest}, index=index)[list(BRANCH_COLUMNS)]


def generator_rows(keys: Sequence[str], buses: Sequence[str], **columns: object) -> pd.DataFrame:
    """Generators with the columns of `GENERATOR_COLUMNS`; limits and cost not known if left out."""
    usual = {"name": "", "min_mw": np.nan, "max_mw": np.nan, "cost_per_mwh": np.nan}
    index = pd.Index(list(keys), name="generator", dtype=object)
    table = pd.DataFrame({"bus": list(buses), **usual, "in_service": True, **columns}, index=index)
    return table[list(GENERATOR_COLUMNS)]


def bus_rows(keys: Sequence[str], **columns: object) -> pd.DataFrame:
    """Buses with the columns of `BUS_COLUMNS`; without load, place and slack if left out."""
    usual = {"name": "", "lat": np.nan, "lon": np.nan, "area": "", "load_mw": 0.0}
    rest = {**usual, "is_slack": False, "in_service": True, **columns}
    return pd.DataFrame(rest, index=pd.Index(list(keys), name="bus", dtype=object))[
        list(BUS_COLUMNS)
    ]


def areas_of(words: Sequence[str]) -> list[str]:
    """Supply area where the word is one, else ""."""
    return [word.lower() if word.lower() in AREAS else "" for word in words]


def in_japan(lat: Array, lon: Array) -> Flags:
    """Which positions can be places: many files hold coordinates of a drawing instead."""
    lat_fits = (lat >= JAPAN_LAT[0]) & (lat <= JAPAN_LAT[1])
    return lat_fits & (lon >= JAPAN_LON[0]) & (lon <= JAPAN_LON[1])


def with_places(parts: NetworkParts, buses: pd.DataFrame) -> pd.DataFrame:
    """Buses without the positions that lie outside Japan, which are told."""
    known = buses["lat"].notna() & buses["lon"].notna()
    good = in_japan(buses["lat"].to_numpy(float), buses["lon"].to_numpy(float))
    parts.note(int((known & ~good).sum()), "bus positions are outside Japan and not taken")
    return buses.assign(lat=buses["lat"].where(good), lon=buses["lon"].where(good))


def finished(parts: NetworkParts) -> Network:
    """The network, its unstated ratings and negative reactances told in its notes.

    Raises
    ------
    InputError
        With every problem found while reading.
    """
    if not parts.problems:
        _check_something_is_there(parts)
    if parts.problems:
        raise InputError(parts.where, tuple(dict.fromkeys(parts.problems)))
    buses, branches = pd.concat(parts.buses), _joined(parts.branches, BRANCH_COLUMNS, "branch")
    generators = _joined(parts.generators, GENERATOR_COLUMNS, "generator")
    _note_doubtful(parts, branches)
    assumed = pd.DataFrame(parts.assumed, columns=["table", "key", "column", "source"])
    name = parts.path.name
    credit = Credit(f"系統データ: {name}", f"Network: {name}", licence="not stated")
    return Network(parts.base_mva, buses, branches, generators, credit, tuple(parts.notes), assumed)


def _check_something_is_there(parts: NetworkParts) -> None:
    if not sum(map(len, parts.buses)):
        parts.problems.append(Problem("buses", "none", "at least one bus", file=parts.where))
    for rows in parts.branches:
        lost = rows.index[~np.isfinite(rows["x_pu"].to_numpy(float))]
        parts.problems.extend(
            Problem(str(key), "no finite reactance", "a reactance", file=parts.where)
            for key in lost
        )


def _joined(tables: list[pd.DataFrame], columns: tuple[str, ...], index: str) -> pd.DataFrame:
    filled = [table for table in tables if len(table)]
    if filled:
        return pd.concat(filled)
    return pd.DataFrame(columns=list(columns), index=pd.Index([], name=index, dtype=object))


def _note_doubtful(parts: NetworkParts, branches: pd.DataFrame) -> None:
    of_a_length = branches["kind"] != "link"
    parts.note(int((of_a_length & branches["rating_mw"].isna()).sum()), "branches have no rating")
    parts.note(
        int((branches["x_pu"].astype(float) < 0).sum()),
        "branches have a negative reactance (series capacitor or star winding), kept as it is",
    )
    out = int((~branches["in_service"].astype(bool)).sum())
    parts.note(out, "branches are out of service, kept as such")
