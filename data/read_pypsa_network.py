"""Networks of PyPSA: what `network.export_to_csv_folder` or `network.export_to_netcdf` writes."""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from data.element_table import ABOVE_ZERO, EVEN_ENDLESS, KILOVOLT, NOT_NEGATIVE, Array, ElementTable
from data.network import Network
from data.network_parts import (
    NetworkParts,
    areas_of,
    branch_rows,
    bus_rows,
    finished,
    generator_rows,
    with_places,
)
from data.pypsa_folder import PypsaFolder, open_pypsa
from data.pypsa_netcdf import open_pypsa_netcdf

BASE_MVA = 100.0
"""PyPSA counts on 1 MVA; per-unit values on 100 MVA are the usual ones of transmission."""

DEFAULT_KV = 1.0
ELECTRIC = ("", "AC", "DC")
SLACK_SOURCE = "PyPSA's rule: the first generator of an island without a slack, else its first bus"
WRITE_X = (
    "Call network.calculate_dependent_values() before the export, so that x is in the file, "
    "or give x; a branch of direct current belongs into links.csv"
)


def read_pypsa_network(path: Path) -> Network:
    """Read a network of PyPSA.

    Lines and transformers are called by component and name, such as `line 12`. Values that change
    over time are those of the first snapshot. The set point of a generator is `p_set`; if the
    folder holds none, the dispatch `p` of a solved network. Links become fixed withdrawals and
    infeeds. Buses of other carriers (heat, hydrogen) are left out.

    Parameters
    ----------
    path : Path
        The folder, or the netCDF file.

    Returns
    -------
    Network
        On a base of 100 MVA.

    Raises
    ------
    InputError
        Every problem of the files.
    """
    folder = open_pypsa(path) if path.is_dir() else open_pypsa_netcdf(path)
    parts = NetworkParts(path, BASE_MVA, folder.problems)
    bus_kv = _voltages(folder, parts)
    electric = _electric_buses(folder, bus_kv, parts)
    _add_lines(parts, folder.table("lines"), bus_kv)
    _add_transformers(parts, folder.table("transformers"), bus_kv)
    slack = _add_generators(parts, folder, (bus_kv, electric))
    demand = _demand(folder, bus_kv, parts)
    _add_buses(parts, folder.table("buses"), electric, (bus_kv, demand, slack))
    _complete_slack(parts)
    if folder.snapshot:
        parts.notes.append(f"values over time are those of the first snapshot, {folder.snapshot}")
    return finished(parts)


def _voltages(folder: PypsaFolder, parts: NetworkParts) -> pd.Series:
    table = folder.table("buses")
    if "v_nom" not in table:
        parts.note(len(table), "buses have PyPSA's default voltage of 1 kV, as none is stated")
    kv = table.numbers("v_nom", DEFAULT_KV, KILOVOLT)
    series = pd.Series(kv, index=pd.Index(table.keys, dtype=object))
    return series[~series.index.duplicated()]


def _electric_buses(folder: PypsaFolder, bus_kv: pd.Series, parts: NetworkParts) -> set[str]:
    """Buses of electric carriers, and all at which a line or a transformer ends."""
    table = folder.table("buses")
    carriers = zip(table.keys, table.texts("carrier"), strict=True)
    electric = {bus for bus, carrier in carriers if carrier in ELECTRIC}
    for name in ("lines", "transformers"):
        for column in ("bus0", "bus1"):
            electric |= set(folder.table(name).texts(column))
    electric &= set(bus_kv.index)
    left_out = len(bus_kv) - len(electric)
    parts.note(left_out, "buses of other carriers than AC and DC left out, with what is at them")
    return electric


def _add_lines(parts: NetworkParts, table: ElementTable, bus_kv: pd.Series) -> None:
    ends = table.buses("bus0", bus_kv.index), table.buses("bus1", bus_kv.index)
    x_ohm = _reactance(table)
    with np.errstate(all="ignore"):
        x_pu = x_ohm * BASE_MVA / bus_kv.reindex(ends[0]).to_numpy() ** 2
    km = table.numbers("length", np.nan, NOT_NEGATIVE)
    rows = branch_rows(
        [f"line {key}" for key in table.keys],
        ends,
        "line",
        name=list(table.keys),
        x_pu=x_pu,
        rating_mw=_rating(parts, table),
        km=np.where(km > 0, km, np.nan),
        in_service=table.flags("active", True),
    )
    parts.branches.append(rows)


def _add_transformers(parts: NetworkParts, table: ElementTable, bus_kv: pd.Series) -> None:
    ends = table.buses("bus0", bus_kv.index), table.buses("bus1", bus_kv.index)
    s_nom = table.numbers("s_nom", bounds=ABOVE_ZERO)  # the base of x
    rows = branch_rows(
        [f"transformer {key}" for key in table.keys],
        ends,
        "transformer",
        name=list(table.keys),
        x_pu=_reactance(table) * BASE_MVA / s_nom,
        ratio=table.numbers("tap_ratio", 1.0, ABOVE_ZERO),
        shift_deg=table.numbers("phase_shift", 0.0),
        rating_mw=_rating(parts, table),
        in_service=table.flags("active", True),
    )
    parts.branches.append(rows)


def _reactance(table: ElementTable) -> Array:
    x = table.numbers("x", 0.0)
    table.refuse(np.flatnonzero(x == 0), "no reactance", "x other than 0", WRITE_X)
    return x


def _rating(parts: NetworkParts, table: ElementTable) -> Array:
    s_nom = table.numbers("s_nom", 0.0, NOT_NEGATIVE)
    share = table.numbers("s_max_pu", 1.0, NOT_NEGATIVE)
    limited = int((share != 1).sum())
    parts.note(limited, f"{table.name} have an s_max_pu that is not applied: N-1 is computed")
    return np.where((s_nom > 0) & (s_nom < np.inf), s_nom, np.nan)


def _set_point(folder: PypsaFolder, name: str, outcome: str) -> Array:
    """What was set, or what a solved network came to where nothing was set."""
    was_set = folder.has_series(name, "p_set") or bool(folder.table(name).numbers("p_set", 0).any())
    if was_set or not folder.has_series(name, outcome):
        return folder.first(name, "p_set", 0.0)
    return folder.first(name, outcome, 0.0)


def _add_generators(
    parts: NetworkParts, folder: PypsaFolder, buses: tuple[pd.Series, set[str]]
) -> pd.Series:
    """Add generators and storage units; say which buses are slack."""
    bus_kv, electric = buses
    slack: set[str] = set()
    for name, kind, least in (("generators", "generator", 0.0), ("storage_units", "storage", -1.0)):
        table = folder.table(name)
        at = table.buses("bus", bus_kv.index)
        active = table.flags("active", True)
        if name == "generators":
            control = zip(at, table.texts("control"), active, strict=True)
            slack |= {bus for bus, word, on in control if word.lower() == "slack" and on}
        low, high = _limits(folder, name, least)
        sign = table.numbers("sign", 1.0)
        rows = generator_rows(
            [f"{kind} {key}" for key in table.keys],
            at,
            name=list(table.keys),
            p_mw=_set_point(folder, name, "p") * sign,
            min_mw=np.where(sign < 0, high * sign, low * sign),
            max_mw=np.where(sign < 0, low * sign, high * sign),
            cost_per_mwh=table.numbers("marginal_cost", 0.0),
            in_service=active,
        )
        parts.generators.append(rows[rows["bus"].isin(electric).to_numpy(bool)])
    return pd.Series([bus in slack for bus in bus_kv.index], index=bus_kv.index, dtype=bool)


def _limits(folder: PypsaFolder, name: str, least: float) -> tuple[Array, Array]:
    table = folder.table(name)
    p_nom = table.numbers("p_nom", 0.0, EVEN_ENDLESS)
    extendable = table.flags("p_nom_extendable", False)
    with np.errstate(invalid="ignore"):
        low = p_nom * folder.first(name, "p_min_pu", least)
        high = p_nom * folder.first(name, "p_max_pu", 1.0)
    table.refuse(np.flatnonzero(low > high), "p_min_pu above p_max_pu", "the least below the most")
    unknown = (extendable & (p_nom == 0)) | ~np.isfinite(low) | ~np.isfinite(high)
    return np.where(unknown, np.nan, low), np.where(unknown, np.nan, high)


def _demand(folder: PypsaFolder, bus_kv: pd.Series, parts: NetworkParts) -> pd.Series:
    """Fixed demand by bus: loads, shunts at 1 p.u., both ends of links. [MW]"""
    loads, links, shunts = (folder.table(n) for n in ("loads", "links", "shunt_impedances"))
    power = _set_point(folder, "loads", "p") * -loads.numbers("sign", -1.0)
    drawn = [_at(loads, "bus", bus_kv, power)]
    moved = _set_point(folder, "links", "p0")
    arrives = moved * folder.first("links", "efficiency", 1.0)
    drawn += [_at(links, "bus0", bus_kv, moved), _at(links, "bus1", bus_kv, -arrives)]
    at = shunts.buses("bus", bus_kv.index)
    shunt_mw = shunts.numbers("g", 0.0) * bus_kv.reindex(at).to_numpy() ** 2
    drawn.append(_at(shunts, "bus", bus_kv, shunt_mw))
    parts.note(len(links), "links are fixed withdrawals and infeeds")
    more_ends = sum(bool(word) for word in links.texts("bus2"))
    parts.note(more_ends, "links have more than two ends; only bus0 and bus1 are read")
    parts.note(len(folder.table("stores")), "stores left out")
    total = pd.concat(drawn).groupby(level=0).sum()
    return total.reindex(bus_kv.index, fill_value=0.0)


def _at(table: ElementTable, column: str, bus_kv: pd.Series, power: Array) -> pd.Series:
    buses = table.buses(column, bus_kv.index)
    active = np.where(table.flags("active", True), power, 0.0)
    return pd.Series(active, index=pd.Index(buses, dtype=object), dtype=float)


def _add_buses(
    parts: NetworkParts,
    table: ElementTable,
    electric: set[str],
    columns: tuple[pd.Series, pd.Series, pd.Series],
) -> None:
    table = table.part([place for place, key in enumerate(table.keys) if key in electric])
    kv, demand, slack = (values.reindex(table.keys).to_numpy() for values in columns)
    rows = bus_rows(
        table.keys,
        name=list(table.keys),
        kv=kv,
        # PyPSA's default position is 0, 0, which is outside Japan like all others that are none
        lat=table.numbers("y", np.nan),
        lon=table.numbers("x", np.nan),
        area=areas_of(table.texts("area")),
        load_mw=demand,
        is_slack=slack,
        in_service=table.flags("active", True),
    )
    parts.buses.append(with_places(parts, rows))


def _complete_slack(parts: NetworkParts) -> None:
    """Islands without a slack get one, as PyPSA gives them one; it is told as assumed."""
    if parts.problems:
        return
    buses, branches = parts.buses[0], pd.concat(parts.branches)
    generators = pd.concat(parts.generators)
    feeding = set(generators.loc[generators["in_service"].to_numpy(bool), "bus"])
    island = _islands(buses, branches[branches["in_service"].to_numpy(bool)])
    for members in (group.index for _, group in buses.groupby(island)):
        if not buses.loc[members, "is_slack"].any():
            chosen = next((bus for bus in members if bus in feeding), members[0])
            buses.loc[chosen, "is_slack"] = True
            parts.assumed.append(("buses", str(chosen), "is_slack", SLACK_SOURCE))
    parts.note(len(parts.assumed), "islands had no slack and got one by PyPSA's rule")


def _islands(buses: pd.DataFrame, branches: pd.DataFrame) -> np.ndarray:
    place = pd.Series(range(len(buses)), index=buses.index)
    start, end = (place.reindex(branches[side]).to_numpy() for side in ("from_bus", "to_bus"))
    shape = (len(buses), len(buses))
    return connected_components(coo_array((np.ones(len(start)), (start, end)), shape=shape))[1]
