"""A network as arrays: nodes, branches between them, islands and who balances them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import InputError
from data.network import Network
from grid.network_parts import Parts, parts_of
from grid.network_problems import find_network_problems
from grid.network_slack import Islands, islands_of, slack_buses_of, slack_shares

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
STANDING_MW = 1e-3
"""A generator of unknown size that stands still is small, but a source."""
MOST_NAMED = 5
"""A note names that many and counts the rest."""


@dataclass(frozen=True, slots=True)
class Grid:
    """What a DC study needs of a network; everything out of service is gone.

    Nodes are buses joined over links; a node is called by its first bus. Positive flow runs from
    `from_bus` to `to_bus`.
    """

    base_mva: float
    buses: tuple[str, ...]
    """Name of each node."""
    bus_of: Mapping[str, int]
    """Every bus in service to its node; a bus left out (see `notes`) is not in it."""
    branches: tuple[str, ...]
    """Lines and transformers; parallel ones stay apart."""
    from_bus: Ints
    """Node, shape (branches,)."""
    to_bus: Ints
    susceptance_mw: Floats
    """Flow for one radian between the ends: base_mva / (x_pu * ratio). [MW]"""
    shift_rad: Floats
    """Phase shift; positive delays the to side. [rad]"""
    rating_mw: Floats
    """Most it may carry, NaN where none is stated. [MW]"""
    island: Ints
    """Shape (nodes,), numbered from 0."""
    slack_share: Floats
    """Share in the balance of the island, sum 1 over each. [-]"""
    notes: tuple[str, ...] = ()
    """What was left out, joined or chosen."""


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """Set points at the nodes of a grid."""

    injection_mw: Floats
    """Generation less load, shape (nodes,). Need not balance: the slack takes the rest. [MW]"""
    load_mw: Floats
    """Fixed demand, shape (nodes,). [MW]"""
    supply_mw: Floats
    """What the generators can make, see `source_mw`, shape (nodes,). [MW]"""


def grid_of(network: Network, *, take_largest: bool = False) -> Grid:
    """Arrays of `network`.

    Parameters
    ----------
    network : Network
    take_largest : bool
        An island without slack is balanced by its largest generator, and a note says so.

    Returns
    -------
    Grid
        Islands without slack, load and generator are left out and named in `notes`.

    Raises
    ------
    InputError
        With every problem of `grid.network_problems`.
    """
    problems = find_network_problems(network, take_largest=take_largest)
    if problems:
        raise InputError("network", problems)
    parts = parts_of(network)
    islands = islands_of(parts)
    live = _without_dead(parts, islands)
    slack_buses = slack_buses_of(network, live, islands)
    notes = (*_left_out(network, parts, islands), *_decided(live, islands))
    return _grid(network.base_mva, live, slack_shares(slack_buses, live), notes)


def operating_point(grid: Grid, network: Network) -> OperatingPoint:
    """Loads and set points of the generators of `network` at the nodes of `grid`."""
    load_mw = _at_nodes(
        grid, network.buses["load_mw"].reset_index().set_axis(["bus", "mw"], axis=1)
    )
    generators = network.generators[network.generators["in_service"].astype(bool)]
    made_mw = _at_nodes(grid, generators[["bus", "p_mw"]].set_axis(["bus", "mw"], axis=1))
    size_mw = generators.assign(mw=source_mw(generators["p_mw"], generators["max_mw"]))
    supply_mw = _at_nodes(grid, size_mw[["bus", "mw"]])
    return OperatingPoint(made_mw - load_mw, load_mw, supply_mw)


def source_mw(p_mw: npt.ArrayLike, max_mw: npt.ArrayLike) -> Floats:
    """Size of generators: max_mw, where it is not known what they make. [MW]"""
    made_mw = np.maximum(np.asarray(p_mw, dtype=float), STANDING_MW)
    most_mw = np.asarray(max_mw, dtype=float)
    size: Floats = np.where(np.isnan(most_mw), made_mw, np.maximum(most_mw, 0.0))
    return size


def _at_nodes(grid: Grid, amounts: pd.DataFrame) -> Floats:
    node = amounts["bus"].map(dict(grid.bus_of))
    known = node.notna().to_numpy()
    at: Floats = np.zeros(len(grid.buses))
    np.add.at(at, node[known].astype(int).to_numpy(), amounts["mw"].to_numpy(dtype=float)[known])
    return at


def _without_dead(parts: Parts, islands: Islands) -> Parts:
    """The parts without dead islands and without branches inside one node; renumbered."""
    buses = parts.buses[~parts.buses["island"].map(islands.is_dead).astype(bool)].copy()
    node_of = buses["node"].drop_duplicates().reset_index(drop=True)
    number = pd.Series(node_of.index, index=node_of.to_numpy())
    buses["node"] = buses["node"].map(number).astype(np.int64)
    buses["island"] = pd.factorize(buses["island"])[0]
    branches = parts.branches[parts.branches["from_node"] != parts.branches["to_node"]]
    branches = branches[branches["from_bus"].isin(buses.index)].copy()
    for end in ("from", "to"):
        branches[f"{end}_node"] = branches[f"{end}_node"].map(number).astype(np.int64)
    generators = parts.generators.copy()
    for column in ("node", "island"):
        generators[column] = buses[column].reindex(generators["bus"]).to_numpy()
    return Parts(buses, branches, parts.links, generators)


def _grid(base_mva: float, parts: Parts, share: Floats, notes: tuple[str, ...]) -> Grid:
    branches = parts.branches
    nodes = parts.buses.drop_duplicates("node")
    impedance_pu = (branches["x_pu"] * branches["ratio"]).to_numpy(dtype=float)
    return Grid(
        base_mva=float(base_mva),
        buses=tuple(map(str, nodes.index)),
        bus_of={str(bus): int(node) for bus, node in parts.buses["node"].items()},
        branches=tuple(map(str, branches.index)),
        from_bus=branches["from_node"].to_numpy(dtype=np.int64),
        to_bus=branches["to_node"].to_numpy(dtype=np.int64),
        susceptance_mw=base_mva / impedance_pu,
        shift_rad=np.deg2rad(branches["shift_deg"].to_numpy(dtype=float)),
        rating_mw=branches["rating_mw"].to_numpy(dtype=float),
        island=nodes["island"].to_numpy(dtype=np.int64),
        slack_share=share,
        notes=notes,
    )


def _left_out(network: Network, parts: Parts, islands: Islands) -> Iterator[str]:
    for kind, table in (("bus", network.buses), ("branch", network.branches)):
        yield from _note(f"{kind} out of service", table[~table["in_service"].astype(bool)].index)
    for kind, table, kept in (
        ("branch", network.branches, parts.branches.index.union(parts.links.index)),
        ("generator", network.generators, parts.generators.index),
    ):
        rest = table[table["in_service"].astype(bool) & ~table.index.isin(kept)]
        yield from _note(f"{kind} at a bus out of service, left out", rest.index)
    dead = parts.buses.index[parts.buses["island"].map(islands.is_dead).astype(bool)]
    yield from _note("bus in an island without slack, load and generator, left out", dead)
    inside = parts.branches["from_node"] == parts.branches["to_node"]
    yield from _note(
        "branch beside a link, carries nothing, left out", parts.branches[inside].index
    )


def _decided(parts: Parts, islands: Islands) -> Iterator[str]:
    yield from _note("link joined, its own rating not checked", parts.links.index)
    branches = parts.branches
    yield from _note(
        "branch without rating, never binding", branches[branches["rating_mw"].isna()].index
    )
    yield from _note("branch with negative reactance", branches[branches["x_pu"] < 0].index)
    for buses in islands.slack_buses[islands.slack_buses.map(len) > 1]:
        yield from _note("slack bus, they share one island", pd.Index(buses))
    chosen = islands.largest_generator[~islands.has_slack & islands.has_generator]
    yield from _note("largest generator taken as slack of its island", pd.Index(chosen))
    idle = islands.has_slack & ~islands.has_load & ~islands.has_generator
    first = islands.first_bus
    yield from _note("island with a slack but no load and no generator, by a bus", first[idle])
    slack_only = islands.has_slack & islands.has_load & ~islands.has_generator
    yield from _note("island with load that only its slack serves, by a bus", first[slack_only])


def _note(what: str, names: pd.Index | pd.Series) -> Iterator[str]:
    if len(names):
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        yield f"{len(names)} x {what}: {', '.join(map(str, names[:MOST_NAMED]))}{more}"
