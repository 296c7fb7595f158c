"""Tables of a network out of joined lines: buses by voltage, one branch a circuit."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd

from data.network_parts import NetworkParts, branch_rows, bus_rows
from data.osm_network_joints import Joined
from data.osm_network_values import (
    LINE_SOURCE,
    TRANSFORMER_SOURCE,
    TRANSFORMERS,
    USUAL_HZ,
    X_SOURCE,
    areas_at,
    circuit_values,
    frequency_hz,
    transformer_values,
)
from data.osm_voltage import voltage_class

LEAST_KM = 0.05
"""A section between two nodes has some reactance, however short it is drawn."""

OPEN_NOTE = "pieces of lines between areas of 50 and 60 Hz are taken to be open"
OPEN_SOURCE = "its ends lie in areas of 50 and 60 Hz, so it is taken to be open"


def add_tables(
    parts: NetworkParts, joined: Joined, lines: gpd.GeoDataFrame, stations: gpd.GeoDataFrame
) -> None:
    """Add buses, circuits and transformers, and say what of them is assumed.

    Parameters
    ----------
    parts : NetworkParts
        Grows.
    joined : Joined
    lines : GeoDataFrame
        `LineParts.parts`.
    stations : GeoDataFrame
        Of `data.read_osm_power.read_osm_substations`.
    """
    nodes = _levels(joined.nodes, stations)
    nodes = nodes.assign(bus=_bus_keys(nodes, stations))
    nodes["area"] = areas_at(nodes["lat"].to_numpy(float), nodes["lon"].to_numpy(float))
    names = stations["name"].reindex(nodes["station"]).fillna("").to_list()
    columns = {column: nodes[column].to_numpy() for column in ("kv", "lat", "lon", "area")}
    parts.buses.append(bus_rows(nodes["bus"].to_list(), name=names, **columns))
    parts.branches.append(_circuits(parts, joined.sections, lines, nodes))
    parts.branches.append(_transformers(parts, nodes))


def _levels(nodes: pd.DataFrame, stations: gpd.GeoDataFrame) -> pd.DataFrame:
    """Nodes, at the place of their substation, and its other voltages by its tag."""
    at = nodes[nodes["station"] >= 0]
    have = set(zip(at["station"], at["kv"], strict=True))
    more = [
        {"kv": kv, "station": station, "ends": 0}
        for station in sorted(set(at["station"]))
        for kv in _classes(stations["voltages_kv"].iloc[station])
        if (station, kv) not in have
    ]
    own = nodes.rename_axis("node").reset_index()
    table = pd.concat([own, pd.DataFrame(more)], ignore_index=True).astype({"station": int})
    if not len(stations):
        return table
    place = stations.geometry.iloc[table["station"].clip(lower=0)]
    for column, values in (("lat", "y"), ("lon", "x")):
        at_station = pd.Series(getattr(place, values).to_numpy(), table.index)
        table[column] = table[column].where(table["station"] < 0, at_station)
    return table


def _classes(text: str) -> list[float]:
    kv = voltage_class([float(word) for word in text.split(";") if word])
    return sorted({float(each) for each in kv[~np.isnan(kv)]}, reverse=True)


def _bus_keys(nodes: pd.DataFrame, stations: gpd.GeoDataFrame) -> pd.Series:
    """`way/12:154` at substations, `joint 35.1234 139.1234:154` elsewhere."""
    number = pd.Series([f"substation {row + 1}" for row in range(len(stations))], stations.index)
    own = stations["osm_id"].where(stations["osm_id"].ne(""), number)
    joint = "joint " + nodes["lat"].map("{:.4f}".format) + " " + nodes["lon"].map("{:.4f}".format)
    place = own.reindex(nodes["station"]).set_axis(nodes.index)
    keys = place.where(nodes["station"] >= 0, joint) + ":" + nodes["kv"].map("{:g}".format)
    turn = keys.groupby(keys).cumcount()
    return keys.where(turn == 0, keys + "~" + turn.astype("str"))


def _circuits(
    parts: NetworkParts, sections: pd.DataFrame, lines: gpd.GeoDataFrame, nodes: pd.DataFrame
) -> pd.DataFrame:
    table = _section_values(sections, lines, nodes)
    parts.note(int((~table["in_service"]).sum()), OPEN_NOTE)
    table = table.loc[table.index.repeat(table["circuits"])]
    circuit = table.groupby(level=0).cumcount() + 1
    keys = (table["key"] + "#" + circuit.astype("str")).to_list()
    parts.assumed += _assumed_circuits(keys, table["source"].to_list())
    shut = [key for key, on in zip(keys, table["in_service"], strict=True) if not on]
    parts.assumed += [("branches", key, "in_service", OPEN_SOURCE) for key in shut]
    ends = table["from_bus"].to_list(), table["to_bus"].to_list()
    columns = ("x_pu", "rating_mw", "km", "name", "in_service")
    return branch_rows(keys, ends, "line", **{name: table[name].to_numpy() for name in columns})


def _section_values(
    sections: pd.DataFrame, lines: gpd.GeoDataFrame, nodes: pd.DataFrame
) -> pd.DataFrame:
    """One row a section, with the values of one of its circuits."""
    line = lines.loc[sections["part"]].set_axis(sections.index)
    by_node = nodes.dropna(subset="node").set_index("node")
    start, end = (
        by_node.loc[sections[f"{side}_node"]].set_axis(sections.index) for side in ("from", "to")
    )
    km = sections["km"].clip(lower=LEAST_KM)
    hz = [frequency_hz(side["area"]) for side in (start, end)]
    known = np.fmin(*hz)
    values_hz = np.where(np.isnan(known), USUAL_HZ, known)
    x_pu, rating_mw = circuit_values(line["kv"].to_numpy(float), km.to_numpy(float), values_hz)
    columns = {"circuits": line["circuits"], "name": line["name"], "km": km}
    table = pd.DataFrame({**columns, "from_bus": start["bus"], "to_bus": end["bus"]})
    return table.assign(
        key=_section_keys(sections),
        source=line["circuits_source"],
        x_pu=x_pu,
        rating_mw=rating_mw,
        in_service=np.isnan(hz[0]) | np.isnan(hz[1]) | (hz[0] == hz[1]),
    )


def _section_keys(sections: pd.DataFrame) -> pd.Series:
    """Key of the line, with a number where it is in several pieces."""
    turn = (sections.groupby("part").cumcount() + 1).astype("str")
    several = sections["part"].duplicated(keep=False)
    return sections["part"].where(~several, sections["part"] + "." + turn)


def _assumed_circuits(keys: list[str], sources: list[str]) -> Iterator[tuple[str, str, str, str]]:
    for key, source in zip(keys, sources, strict=True):
        yield "branches", key, "x_pu", X_SOURCE
        yield "branches", key, "rating_mw", LINE_SOURCE
        if source:
            yield "branches", key, "circuits", source


def _transformers(parts: NetworkParts, nodes: pd.DataFrame) -> pd.DataFrame:
    """Between neighbouring voltages of a substation."""
    at = nodes[nodes["station"] >= 0].sort_values(["station", "kv"], ascending=[True, False])
    lower = at.groupby("station")[["bus", "kv"]].shift(-1)
    pairs = at.assign(low_bus=lower["bus"], low_kv=lower["kv"]).dropna(subset="low_bus")
    pairs = pairs.loc[pairs.index.repeat(TRANSFORMERS)]
    turn = (pairs.groupby(level=0).cumcount() + 1).astype("str")
    low = pairs["low_kv"].map("{:g}".format).astype("str")
    keys = (pairs["bus"] + "/" + low + "#" + turn).to_list()
    x_pu, size_mva = transformer_values(pairs["kv"].to_numpy(float))
    for key in keys:
        parts.assumed += [("branches", key, c, TRANSFORMER_SOURCE) for c in ("x_pu", "rating_mw")]
    ends = pairs["bus"].to_list(), pairs["low_bus"].to_list()
    return branch_rows(keys, ends, "transformer", name="", x_pu=x_pu, rating_mw=size_mva)
