"""From a scenario and its candidates to the network of the model."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from data.errors import Clash, InfeasibleError
from grid.latency import great_circle_km
from grid.network_arrays import operating_point
from optimize.lazy import find_violated
from optimize.nodal import NodalGrid, post_outage_mw
from optimize.nodal_network import nodal_grid_of
from optimize.problem import SiteProblem
from siting.candidates import Candidates
from siting.nodal_problems import (
    OpenNetwork,
    balance_of,
    leaving_ties,
    open_network,
    room_mw,
    tie_buses,
)
from siting.scenario import Scenario
from siting.scenario_network import NetworkUse

CASE = "network"
"""Name of the stress case that the file's own loads and set points make."""

NO_BUS = "no_bus"
"""Reason of a candidate in an area of the network that no bus is near."""

MOST_NAMED = 3
"""Overloads of the base case that are named; the worst first."""


@dataclass(frozen=True, slots=True)
class SitesOnNetwork:
    """The network of a scenario and where its sites join it.

    Attributes
    ----------
    use : NetworkUse
    opened : OpenNetwork
    sites : DataFrame, index `site`
        bus, bus_name, km (NaN not known), stated (the scenario names the bus). [km]
    """

    use: NetworkUse
    opened: OpenNetwork
    sites: pd.DataFrame

    @property
    def node(self) -> pd.Series:
        """Node of each site: buses joined over links are one."""
        grid = self.opened.grid
        return self.sites["bus"].map(lambda bus: grid.buses[grid.bus_of[bus]]).astype("str")


@dataclass(frozen=True, slots=True)
class NodalInputs:
    """The network as the model sees it, and what has to be said of it.

    Attributes
    ----------
    joined : SitesOnNetwork
    grid : NodalGrid
    like_demand : tuple of (area, tech)
        Supply without a generator of its tech in the file, spread like the demand.
    room_mw : float
        Power the generators have left in the stress case; inf where it does not count. [MW]
    """

    joined: SitesOnNetwork
    grid: NodalGrid
    like_demand: tuple[tuple[str, str], ...]
    room_mw: float


def join_network(
    scenario: Scenario, candidates: Candidates
) -> tuple[Candidates, SitesOnNetwork | None]:
    """Find the bus of every site; sites without one get the reason `no_bus`.

    The names in the section have been checked by `siting.nodal_problems`.
    """
    opened, use = open_network(scenario), scenario.network
    if opened is None or use is None:
        return candidates, None
    usable = candidates.usable
    inside = usable[usable["area"].isin(opened.areas) | usable.index.isin(list(use.sites))]
    joined = SitesOnNetwork(use, opened, _join(use, opened, inside))
    lost = inside.index.difference(joined.sites.index)
    reason = candidates.table["reason"].mask(candidates.table.index.isin(lost), NO_BUS)
    return replace(candidates, table=candidates.table.assign(reason=reason)), joined


def _join(use: NetworkUse, opened: OpenNetwork, sites: pd.DataFrame) -> pd.DataFrame:
    """Bus, its name, km and whether it is stated, for the sites that have one."""
    located = opened.buses.dropna(subset=["lat", "lon"])
    rows = {}
    for site, place in sites[["lat", "lon", "area"]].iterrows():
        stated = use.sites.get(str(site))
        near = located[located["area"].isin([place["area"], ""])]
        asked = near if stated is None else opened.buses.loc[[stated]]
        away = great_circle_km(asked["lat"], asked["lon"], place["lat"], place["lon"])
        km = pd.Series(away, index=asked.index)
        if stated is not None:
            rows[site] = (stated, float(km.iloc[0]), True)
        elif len(km) and km.min() <= use.max_site_km:
            rows[site] = (str(km.idxmin()), float(km.min()), False)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["bus", "km", "stated"])
    names = opened.buses["name"].reindex(table["bus"]).fillna("").astype(str)
    table.insert(1, "bus_name", names.to_numpy() if len(table) else [])
    return table.rename_axis("site").astype({"bus": "str", "bus_name": "str"})


def nodal_inputs(
    scenario: Scenario, joined: SitesOnNetwork | None, problem: SiteProblem
) -> NodalInputs | None:
    """Build the network of the model; None where the scenario has none.

    Raises
    ------
    InfeasibleError
        The stress case overloads the network before any site is added.
    """
    if joined is None:
        return None
    use, opened = joined.use, joined.opened
    balance = balance_of(use, opened)
    shares, like_demand = _shares(scenario, joined, problem) if use.days else ({}, ())
    grid = nodal_grid_of(
        opened.grid,
        joined.sites["bus"],
        pd.DataFrame([balance.share], index=[""], columns=list(opened.grid.buses)),
        base_mw=_base_mw(opened) if use.stress else None,
        draw_share=pd.Series({CASE: use.draw_share}),
        outages=None if use.n1 else (),
        **shares,
    )
    _refuse_overloaded(grid)
    by_room = use.stress and use.pickup == "generators"
    return NodalInputs(joined, grid, like_demand, room_mw(balance) if by_room else np.inf)


def _base_mw(opened: OpenNetwork) -> pd.DataFrame:
    injection = operating_point(opened.grid, opened.network).injection_mw
    return pd.DataFrame([injection], index=[CASE], columns=list(opened.grid.buses))


def _shares(
    scenario: Scenario, joined: SitesOnNetwork, problem: SiteProblem
) -> tuple[dict[str, pd.Series], tuple[tuple[str, str], ...]]:
    """Where demand, supply and ties of the areas are; and the supply spread like the demand."""
    opened = joined.opened
    node = pd.Series({bus: opened.grid.buses[n] for bus, n in opened.grid.bus_of.items()})
    demand = {
        area: _spread(node, opened.buses["load_mw"][opened.buses["area"] == area])
        for area in opened.areas
    }
    units = [] if problem.dispatch is None else list(problem.dispatch.supply.index)
    supply, like_demand = {}, []
    for area, tech in units:
        if area in opened.areas:
            own = _spread(node, _size_mw(opened, area, tech))
            supply[area, tech] = own if len(own) else demand[area]
            like_demand += [] if len(own) else [(area, tech)]
    shares = {
        "demand_share": _stacked(demand, ["area", "node"]),
        "supply_share": _stacked(supply, ["area", "tech", "node"]),
    }
    ties = tie_buses(joined.use, leaving_ties(scenario, opened.areas))
    if ties:
        index = pd.MultiIndex.from_tuples(list(ties), names=["tie", "area"])
        shares["tie_node"] = node.reindex(list(ties.values())).set_axis(index).astype("str")
    return shares, tuple(like_demand)


def _size_mw(opened: OpenNetwork, area: str, tech: str) -> pd.Series:
    """Size of the area's generators of a tech, by bus; the set point where no maximum is known."""
    table = opened.network.generators
    if "tech" not in table:
        return pd.Series([], index=pd.Index([], dtype=object), dtype=float)
    at = opened.buses["area"].reindex(table["bus"]).to_numpy()
    own = table[table["in_service"].astype(bool) & (table["tech"] == tech) & (at == area)]
    return own["max_mw"].fillna(own["p_mw"]).astype(float).groupby(own["bus"]).sum()


def _spread(node: pd.Series, amount_mw: pd.Series) -> pd.Series:
    """Share of each node in amounts by bus; empty if there is nothing."""
    at = amount_mw.clip(lower=0.0).groupby(node.reindex(amount_mw.index).to_numpy()).sum()
    at = at[at > 0]
    return at / at.sum()


def _stacked(parts: Mapping[Any, pd.Series], names: list[str]) -> pd.Series:
    index = [
        (*(key if isinstance(key, tuple) else (key,)), node)
        for key, part in parts.items()
        for node in part.index
    ]
    values = [float(share) for part in parts.values() for share in part]
    return pd.Series(values, index=pd.MultiIndex.from_tuples(index, names=names), dtype=float)


def _refuse_overloaded(grid: NodalGrid) -> None:
    """Say so before the search where the file's own case is overloaded without any site."""
    if grid.base_mw.empty:
        return
    injection = grid.base_mw.reindex(columns=list(grid.nodes)).to_numpy(float)
    worst = find_violated(grid, injection)
    if not worst:
        return
    flow = grid.flow_mw(injection)[0]
    more = len(worst) - MOST_NAMED
    rest = f"; the worst of {len(worst)} branches" if more > 0 else ""
    text = (
        "The network is overloaded by its own loads and set points, before any site is added"
        f"{rest}. Correct rating_mw, p_mw or load_mw in its files, leave the outages out "
        "(network.n1: false), or this case (network.stress: false):"
    )
    raise InfeasibleError(text, [_clash(grid, flow, b, o) for b, o, _ in worst[:MOST_NAMED]])


def _clash(grid: NodalGrid, flow_mw: np.ndarray, branch: int, outage: int) -> Clash:
    after = flow_mw[branch]
    if outage >= 0:
        column = int(np.flatnonzero(grid.screened == outage)[0])
        after = post_outage_mw(grid, flow_mw)[branch, column]
    when = f" after the outage of {grid.branches[outage]}" if outage >= 0 else ", nothing out"
    over = float(abs(after) - grid.rating_mw[branch])
    return Clash("network rating_mw", f"{grid.branches[branch]}{when}", over, "MW")
