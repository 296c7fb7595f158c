"""Substations and lines of OpenStreetMap as a network: standard values by voltage, all assumed.

A map of volunteers is never complete, and shows wires, not switches: open points of the 66 to 154
kV grid, which is run as trees, are drawn like closed ones. Use it to compare places, not to size
connections.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from data.errors import InputError, Problem
from data.network import Network
from data.network_parts import NetworkParts, finished
from data.osm_network_files import read_osm_pair
from data.osm_network_injections import add_injections
from data.osm_network_joints import JOIN_M, Joined, join_lines
from data.osm_network_lines import DRAWN, OTHER_KV, UNKNOWN_KV, LineParts, line_parts
from data.osm_network_tables import add_tables
from data.osm_network_values import BASE_MVA

LARGEST_ISLANDS = 3
LEFT_OUT = {
    UNKNOWN_KV: "lines without a voltage left out",
    OTHER_KV: "lines with a voltage that is no class from 66 to 500 kV left out",
    DRAWN: "lines that the makers of the extract drew to join the net left out",
}


def read_osm_network(path: Path) -> Network:
    """Read substations and lines of OpenStreetMap as a network.

    Parameters
    ----------
    path : Path
        A file with both, or a folder; see `data.osm_network_files`. `injections.csv` beside them
        says load, generation and slack.

    Returns
    -------
    Network
        On a base of 100 MVA. Buses are substations by voltage and joints of lines; one branch a
        circuit. What is assumed of it, nearly all, is in `assumed`; counts are in the notes.

    Raises
    ------
    SourceUnavailableError, InputError
        Every problem of the files; no slack stated.
    """
    stations, lines = read_osm_pair(path)
    parts = NetworkParts(path, BASE_MVA)
    used = line_parts(lines.frame)
    if used.parts.empty:
        raise _refused(path, "voltage", _told(used), "lines with a tag of 66 to 500 kV")
    joined = join_lines(used.parts, stations.frame)
    if joined.sections.empty:
        found = f"{len(used.parts)} with both ends at one place"
        raise _refused(path, "lines", found, "lines between substations")
    add_tables(parts, joined, used.parts, stations.frame)
    parts.notes += _line_notes(used)
    parts.notes += _joint_notes(joined, len(stations.frame))
    parts.notes.append(_islands_note(parts.buses[0], pd.concat(parts.branches)))
    add_injections(parts, path if path.is_dir() else path.parent)
    return replace(finished(parts), credit=lines.credit)


def _refused(path: Path, field: str, found: str, expected: str) -> InputError:
    return InputError(str(path), [Problem(field, found, expected, file=str(path))])


def _told(used: LineParts) -> str:
    return ", ".join(f"{count:,} {LEFT_OUT[why]}" for why, (count, _) in used.left_out.items())


def _line_notes(used: LineParts) -> Iterator[str]:
    by_kv = used.parts.groupby("kv")["km"].agg(["size", "sum"]).sort_index(ascending=False)
    for kv, row in by_kv.iterrows():
        yield f"{kv:g} kV: {row['size']:,.0f} lines, {row['sum']:,.0f} km"
    for reason, text in LEFT_OUT.items():
        count, km = used.left_out.get(reason, (0, 0.0))
        if count:
            yield f"{count:,} {text} ({km:,.0f} km)"


def _joint_notes(joined: Joined, stations: int) -> Iterator[str]:
    counts, lines = joined.counts, joined.sections["part"].nunique()
    at = joined.nodes.loc[joined.nodes["station"] >= 0, "station"].nunique()
    yield f"{at:,} of {stations:,} substations have a line of known voltage; the others left out"
    yield f"{counts['at_station']:,} ends of {lines:,} lines are at substations"
    yield f"{counts['joined']:,} ends joined to others within {JOIN_M:g} m"
    yield f"{counts['tees']:,} ends joined to the side of a line within {JOIN_M:g} m"
    yield f"{counts['dangling']:,} line ends meet nothing"
    yield f"{counts['loops']:,} pieces with both ends at one substation or joint left out"


def _islands_note(buses: pd.DataFrame, branches: pd.DataFrame) -> str:
    branches = branches[branches["in_service"].to_numpy(bool)]
    place = pd.Series(range(len(buses)), index=buses.index)
    start, end = (place.reindex(branches[side]).to_numpy(int) for side in ("from_bus", "to_bus"))
    shape = (len(buses), len(buses))
    label = connected_components(coo_array((np.ones(len(start)), (start, end)), shape=shape))[1]
    sizes = np.sort(np.bincount(label))[::-1]
    shown = ", ".join(f"{size:,}" for size in sizes[:LARGEST_ISLANDS])
    return f"{len(buses):,} buses in {len(sizes):,} islands; the largest have {shown}"
