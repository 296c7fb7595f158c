"""Networks of pandapower, from the JSON that `pandapower.to_json` writes."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from data.element_table import KILOVOLT, Array, ElementTable
from data.errors import Problem
from data.network import Network
from data.network_parts import NetworkParts, areas_of, bus_rows, finished, with_places
from data.pandapower_injections import add_generators, demand_mw, refuse_others
from data.pandapower_json import PandapowerFile, open_pandapower
from data.pandapower_lines import (
    add_impedances,
    add_lines,
    add_switches,
    is_cut,
    is_cut_at,
    open_ends,
)
from data.pandapower_transformers import SIDES, add_three_winding, add_transformers

CHECKED_FOR_DOUBLES = ("bus", "line", "trafo", "trafo3w", "load", "gen", "sgen", "ext_grid")


def read_pandapower(path: Path) -> Network:
    """Read a network of pandapower.

    Buses keep their index as key; elements are called by table and index, such as `line 12`. A
    three-winding transformer becomes three branches around a bus of its own. Elements behind an
    open switch are out of service.

    Parameters
    ----------
    path : Path
        File as `pandapower.to_json` writes it; may be gzipped.

    Returns
    -------
    Network
        On the base power of the file (`sn_mva`).

    Raises
    ------
    InputError
        Every problem of the file.
    """
    file = open_pandapower(path)
    parts = NetworkParts(path, problems=file.problems)
    parts.base_mva = _base_mva(file)
    for name in CHECKED_FOR_DOUBLES:
        file.table(name).check_keys()
    table = file.table("bus")
    kv = table.numbers("vn_kv", bounds=KILOVOLT)
    bus_kv = pd.Series(kv, index=pd.Index(table.keys, dtype=object))
    bus_kv = bus_kv[~bus_kv.index.duplicated()]
    _add_branches(parts, file, bus_kv)
    slack = add_generators(parts, file, bus_kv)
    demand = demand_mw(file, bus_kv, parts)
    refuse_others(file, parts)
    _note_limits(parts, file)
    _add_buses(parts, file, kv, (demand, slack))
    return finished(parts)


def _base_mva(file: PandapowerFile) -> float:
    value = 1.0 if file.sn_mva is None else file.sn_mva
    if isinstance(value, int | float) and 0 < value < np.inf:
        return float(value)
    expected = "the base power in MVA, above 0"
    file.problems.append(Problem("sn_mva", str(value), expected, file=str(file.path)))
    return np.nan


def _add_branches(parts: NetworkParts, file: PandapowerFile, bus_kv: pd.Series) -> None:
    cut = open_ends(file.table("switch"))
    lines, trafos, threes = (file.table(name) for name in ("line", "trafo", "trafo3w"))
    add_lines(parts, lines, bus_kv, is_cut(lines, cut))
    add_transformers(parts, trafos, bus_kv, is_cut(trafos, cut))
    sides = {side: is_cut_at(threes, cut, f"{side}_bus") for side in SIDES}
    add_three_winding(parts, threes, bus_kv, sides)
    add_impedances(parts, file.table("impedance"), bus_kv)
    add_switches(parts, file.table("switch"), bus_kv)
    known = {(table.name, key) for table in (lines, trafos, threes) for key in table.keys}
    for name, key in cut.keys() - known:
        expected = f"an element of the table {name}"
        parts.problems.append(Problem(f"switch at {name} {key}", key, expected, file=parts.where))
    parts.note(len(cut), "elements stand behind an open switch and are out of service")


def _note_limits(parts: NetworkParts, file: PandapowerFile) -> None:
    """A loading limit of the user's is no property of the conductor; say that it is not used."""
    for name in ("line", "trafo", "trafo3w"):
        loading = file.table(name).numbers("max_loading_percent", np.nan)
        limited = int((~np.isnan(loading) & (loading != 100)).sum())
        parts.note(limited, f"elements of {name} have a max_loading_percent that is not applied")


def _add_buses(
    parts: NetworkParts,
    file: PandapowerFile,
    kv: Array,
    columns: tuple[pd.Series, pd.Series],
) -> None:
    table = file.table("bus")
    lat, lon = _positions(file)
    demand, slack = (values.reindex(table.keys).to_numpy() for values in columns)
    rows = bus_rows(
        table.keys,
        name=table.texts("name"),
        kv=kv,
        lat=lat,
        lon=lon,
        area=areas_of(table.texts("zone")),
        load_mw=demand,
        is_slack=slack,
        in_service=table.flags("in_service", True),
    )
    parts.buses.insert(0, with_places(parts, rows))


def _positions(file: PandapowerFile) -> tuple[Array, Array]:
    """Latitude and longitude: GeoJSON points in `geo`, before pandapower 3 a table of its own."""
    table = file.table("bus")
    if "geo" in table:
        cells = [_point(cell) for cell in table.texts("geo")]
        lon, lat = (np.array([cell[place] for cell in cells], dtype=np.float64) for place in (0, 1))
        return lat, lon
    old = file.table("bus_geodata")
    return _by_bus(table, old, "y"), _by_bus(table, old, "x")


def _by_bus(table: ElementTable, old: ElementTable, column: str) -> Array:
    values = pd.Series(old.numbers(column, np.nan), index=pd.Index(old.keys, dtype=object))
    by_key = values[~values.index.duplicated()].reindex(table.keys)
    return np.asarray(by_key, dtype=np.float64)


def _point(cell: str) -> tuple[float, float]:
    """Longitude and latitude of a GeoJSON point; NaN where it is none."""
    try:
        lon, lat = json.loads(cell)["coordinates"][:2]
        return float(lon), float(lat)
    except (ValueError, TypeError, KeyError, RecursionError):
        return np.nan, np.nan
