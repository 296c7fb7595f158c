"""Which buses of a network hang together: joined over links, split into islands.

A link has no impedance, so its ends are one electrical node. What is out of service is left out
first. Rows that name unknown buses are passed over here; `grid.network_problems` names them.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from data.network import Network

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Parts:
    """Nodes and islands of what is in service."""

    buses: pd.DataFrame
    """Buses in service in the order of the table, with their `node` and `island`."""
    branches: pd.DataFrame
    """Lines and transformers in service between buses in service, with `from_node`, `to_node`."""
    links: pd.DataFrame
    """The same for links; both ends are one node."""
    generators: pd.DataFrame
    """Generators in service at buses in service, with their `node` and `island`."""


def parts_of(network: Network) -> Parts:
    """Nodes and islands of `network`; ids must be unique.

    Returns
    -------
    Parts
        Nodes are numbered from 0 in the order of their first bus, islands likewise.
    """
    buses = network.buses[network.buses["in_service"].astype(bool)].copy()
    branches = _between(buses.index, network.branches)
    is_link = branches["kind"] == "link"
    position = pd.Series(np.arange(len(buses)), index=buses.index)
    buses["node"] = _groups(position, branches[is_link])
    buses["island"] = _groups(position, branches)
    for end in ("from", "to"):
        branches[f"{end}_node"] = buses["node"].reindex(branches[f"{end}_bus"]).to_numpy()
    generators = network.generators[network.generators["in_service"].astype(bool)]
    generators = generators[generators["bus"].isin(buses.index)].astype({"max_mw": float})
    for column in ("node", "island"):
        generators[column] = buses[column].reindex(generators["bus"]).to_numpy()
    return Parts(buses, branches[~is_link], branches[is_link], generators)


def _between(live: pd.Index, branches: pd.DataFrame) -> pd.DataFrame:
    used = branches["in_service"].astype(bool)
    used &= branches["from_bus"].isin(live) & branches["to_bus"].isin(live)
    return branches[used].copy()


def _groups(position: pd.Series, branches: pd.DataFrame) -> Ints:
    """Number of the connected group of each bus, in the order of first buses."""
    ends = [
        position.reindex(branches[end]).to_numpy(dtype=np.int64) for end in ("from_bus", "to_bus")
    ]
    ones = np.ones(len(branches), dtype=np.int8)
    graph = coo_array((ones, (ends[0], ends[1])), shape=(len(position), len(position)))
    if not len(position):
        return np.zeros(0, dtype=np.int64)
    _, label = connected_components(graph, directed=False)
    return pd.factorize(label)[0].astype(np.int64)
