"""Who takes up what an island has left over: the slack buses and their shares."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.network import Network
from grid.network_parts import Parts

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Islands:
    """How each island is balanced; index island throughout."""

    first_bus: pd.Series
    """One bus to call the island by."""
    size: pd.Series
    """Buses in it."""
    slack_buses: pd.Series
    """Names of the buses marked as slack, possibly none."""
    has_load: pd.Series
    largest_generator: pd.Series
    """Generator with the greatest stated `max_mw`, else the first; "" where there is none."""

    @property
    def has_slack(self) -> pd.Series:
        """A bus is marked as slack."""
        return self.slack_buses.map(len) > 0

    @property
    def has_generator(self) -> pd.Series:
        """Some generator is in service."""
        return self.largest_generator != ""

    @property
    def is_dead(self) -> pd.Series:
        """Neither slack nor load nor generator: nothing can flow in it."""
        return ~(self.has_slack | self.has_load | self.has_generator)


def islands_of(parts: Parts) -> Islands:
    """What stands in each island of `parts`."""
    buses = parts.buses.rename_axis("bus").reset_index()
    by_island = buses.groupby("island", sort=True)
    slacks = buses[buses["is_slack"].astype(bool)].groupby("island")["bus"].apply(tuple)
    first = by_island["bus"].first()
    slack_buses = pd.Series([slacks.get(i, ()) for i in first.index], first.index, dtype=object)
    has_load = by_island["load_mw"].apply(lambda load: bool((load != 0).any()))
    largest = _largest(parts, first.index)
    return Islands(first, by_island.size(), slack_buses, has_load, largest)


def slack_buses_of(network: Network, parts: Parts, islands: Islands) -> list[str]:
    """Buses that are slack: the marked ones, else the bus of the island's largest generator."""
    marked = [bus for buses in islands.slack_buses for bus in buses]
    without = islands.largest_generator[~islands.has_slack]
    chosen = [str(network.generators.at[name, "bus"]) for name in without if name]
    return marked + chosen


def slack_shares(slack_buses: list[str], parts: Parts) -> Floats:
    """Share of each node in the balance of its island.

    One slack bus takes all. Several share by the stated `max_mw` of their generators if each of
    them has some, else equally.

    Returns
    -------
    float array, shape (nodes,)
        Sum 1 over the nodes of each island that has a slack bus, else 0. [-]
    """
    slack = parts.buses.loc[slack_buses]
    size_mw = parts.generators.groupby("bus")["max_mw"].agg(lambda mw: mw.sum(skipna=False))
    weight = size_mw.reindex(slack.index)
    stated = (weight > 0) & np.isfinite(weight)
    weight = weight.where(stated.groupby(slack["island"]).transform("all"), 1.0)
    share = weight / weight.groupby(slack["island"]).transform("sum")
    nodes = pd.RangeIndex(parts.buses["node"].max() + 1)
    by_node = share.groupby(slack["node"]).sum().reindex(nodes, fill_value=0.0)
    return by_node.to_numpy(dtype=float)


def _largest(parts: Parts, islands: pd.Index) -> pd.Series:
    generators = parts.generators.assign(size=parts.generators["max_mw"].fillna(-np.inf))
    ranked = generators.sort_values("size", ascending=False, kind="stable")
    names = ranked.rename_axis("generator").reset_index().drop_duplicates("island")
    return names.set_index("island")["generator"].reindex(islands, fill_value="").astype(object)
