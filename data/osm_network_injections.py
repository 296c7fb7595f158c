"""Load, generation and slack for a network that has none: `injections.csv` beside its files.

OpenStreetMap knows neither load nor output of plants. Without such a file nothing says where power
comes from, so that no headroom can be computed at all.
"""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from data.errors import InputError, Problem
from data.network_parts import NetworkParts, generator_rows
from data.read_csv import read_user_csv

FILE = "injections.csv"
LOAD_SOURCE = "OpenStreetMap holds no load: taken as 0, so headroom is that of the wires alone"
EXAMPLES = 8

NO_INJECTIONS = (
    "NO LOAD AND NO GENERATION: the base case is all zero, so every figure is the bare capacity of "
    "wires with assumed ratings from the slack, no headroom of the real grid"
)
NO_SLACK = "no slack: OpenStreetMap says neither load nor generation, so nothing says whence power"
FIX = (
    f"Write {FILE} beside the map files with a row such as `{{bus}},true` under `bus,is_slack`; "
    "buses with the highest voltage and most circuits: {buses}"
)


def add_injections(parts: NetworkParts, folder: Path) -> None:
    """Add what `injections.csv` says to the buses and generators; keep what is wrong with it.

    Buses are called by key, by the name of their substation (its highest voltage) or by
    `name:kv`. Loads that are not stated are 0, and assumed.
    """
    buses = parts.buses[0]
    path = folder / FILE
    if not path.is_file():
        parts.problems.append(_no_slack(path, parts))
        return
    try:
        rows = read_user_csv(path, "network_injections")
    except InputError as error:
        parts.problems.extend(error.problems)
        return
    named = _names(buses)
    rows["key"] = [named.get(_plain(word), "") for word in rows["bus"]]
    parts.problems.extend(_unknown(rows, buses, named, str(path)))
    if parts.problems:
        return
    rows = rows.set_index("key")
    if not rows["is_slack"].any():
        parts.problems.append(_no_slack(path, parts))
    load = rows["load_mw"].groupby(level=0).sum().reindex(buses.index, fill_value=0.0)
    slack = buses.index.isin(rows.index[rows["is_slack"].to_numpy(bool)])
    parts.buses[0] = buses.assign(load_mw=load.to_numpy(float), is_slack=slack)
    stated = set(rows.index[rows["load_mw"].to_numpy(float) != 0])
    parts.assumed += [("buses", b, "load_mw", LOAD_SOURCE) for b in buses.index if b not in stated]
    parts.generators.append(_generators(rows))
    _note_emptiness(parts, load, rows)


def _generators(rows: pd.DataFrame) -> pd.DataFrame:
    stated = rows["p_mw"].ne(0) | rows["max_mw"].notna()
    made = rows[stated.to_numpy(bool)]
    columns = {c: made[c].to_numpy(float) for c in ("p_mw", "min_mw", "max_mw", "cost_per_mwh")}
    keys = [f"generator {bus}" for bus in made.index]
    return generator_rows(keys, made.index.to_list(), name="", **columns)


def _note_emptiness(parts: NetworkParts, load: pd.Series, rows: pd.DataFrame) -> None:
    if load.eq(0).all() and rows["p_mw"].eq(0).all():
        parts.notes.insert(0, NO_INJECTIONS)


def _names(buses: pd.DataFrame) -> dict[str, str]:
    """What a bus may be called; a name that two substations share calls none."""
    called: dict[str, list[str]] = {}
    ranked = buses.sort_values("kv", ascending=False, kind="stable")
    for bus, name, kv in zip(ranked.index, ranked["name"], ranked["kv"], strict=True):
        place = str(bus).rpartition(":")[0]
        for word in (name, f"{name}:{kv:g}") if name else ():
            called.setdefault(_plain(word), []).append(f"{place}\n{bus}")
    unique = {
        word: found[0].partition("\n")[2]
        for word, found in called.items()
        if len({each.partition("\n")[0] for each in found}) == 1
    }
    shared = {word: "" for word in called if word not in unique}
    return {**unique, **shared, **{_plain(str(bus)): str(bus) for bus in buses.index}}


def _plain(word: object) -> str:
    return "".join(unicodedata.normalize("NFKC", str(word)).split())


def _unknown(
    rows: pd.DataFrame, buses: pd.DataFrame, named: dict[str, str], file: str
) -> Iterator[Problem]:
    for word in rows.loc[rows["key"] == "", "bus"]:
        if _plain(word) in named:
            keys = ", ".join(_keys_of_name(buses, word))
            yield Problem("bus", f"{word}: several of this name", "its key", f"One of {keys}", file)
        else:
            yield Problem(
                "bus", str(word), "key or name of a bus, such as " + _best(buses), "", file
            )
    for key in rows.loc[rows["key"].ne("") & rows["key"].duplicated(), "key"]:
        yield Problem("bus", f"{key} in two rows", "one row for each bus", "", file)


def _keys_of_name(buses: pd.DataFrame, word: str) -> list[str]:
    same = buses["name"].map(_plain) == _plain(word)
    return [str(bus) for bus in buses.index[same][:EXAMPLES]]


def _no_slack(path: Path, parts: NetworkParts) -> Problem:
    best = _best(parts.buses[0], parts)
    fix = FIX.format(bus=best.split(", ")[0].partition(" (")[0], buses=best)
    return Problem("slack", NO_SLACK, f"a slack bus in {FILE}", fix, file=str(path))


def _best(buses: pd.DataFrame, parts: NetworkParts | None = None) -> str:
    """Buses of substations with the highest voltage, those with most circuits first."""
    ends = pd.Series(dtype=str)
    if parts is not None and parts.branches:
        lines = parts.branches[0]
        ends = pd.concat([lines["from_bus"], lines["to_bus"]])
    circuits = ends.value_counts().reindex(buses.index, fill_value=0)
    is_station = ~buses.index.str.startswith("joint ")
    table = buses.assign(circuits=circuits, order=np.arange(len(buses)))[is_station]
    best = table.sort_values(["kv", "circuits", "order"], ascending=[False, False, True])
    shown = best.head(EXAMPLES)
    words = [
        f"{bus} ({name})" if name else str(bus)
        for bus, name in zip(shown.index, shown["name"], strict=True)
    ]
    return ", ".join(words)
