"""The network behind the sites: DC power flow by factors, as numbers and keys only.

Flows follow from injections by `ptdf`, flows after an outage from flows by `lodf`. Injections come
in two ways that may stand side by side: *stress cases* with a stated injection at every node, to
which the contract power of the sites is added, and the *slices* of typical days, where the supply
and the demand of areas are spread over nodes by stated shares.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import InputError
from optimize.check_nodal import find_grid_problems

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

EVERYWHERE = ""
"""Row of `pickup_share` for every case and slice without a row of its own."""


def _no_cases() -> pd.DataFrame:
    return pd.DataFrame(index=pd.Index([], name="case"), dtype=float)


def _no_draw() -> pd.Series:
    return pd.Series([], index=pd.Index([], name="case"), dtype=float)


def _no_shares(*names: str) -> pd.Series:
    return pd.Series([], index=pd.MultiIndex.from_arrays([[] for _ in names], names=names))


def _no_demand() -> pd.Series:
    return _no_shares("area", "node").astype(float)


def _no_supply() -> pd.Series:
    return _no_shares("area", "tech", "node").astype(float)


def _no_tie_ends() -> pd.Series:
    return _no_shares("tie", "area").astype("str")


@dataclass(frozen=True, slots=True)
class NodalGrid:
    """A network for DC power flow with N-1, and where sites, supply and demand hang on it.

    Attributes
    ----------
    nodes, branches : tuple of str
    ptdf : float array, shape (branches, nodes)
        Flow of a branch per MW put in at a node and taken out at the reference. [-]
    lodf : float array, shape (branches, branches)
        Flow a branch takes over per MW that the outaged branch (column) carried; NaN columns
        where the outage splits the network: they are not screened and are listed. [-]
    rating_mw : float array, shape (branches,)
        Most a branch may carry, before and after an outage; NaN: no limit. [MW]
    site_node : Series, index `site`
        Node each site hangs on; sites left out are not seen by the network.
    pickup_share : DataFrame, index case or slice ("" for all others), columns nodes
        Who supplies one more MW: sums to 1. In cases it balances the sites; in slices it only
        serves to say how much more a site could draw. [-]
    base_mw : DataFrame, index `case`, columns nodes
        Injection of each stress case without the sites. [MW]
    draw_share : Series, index `case`
        Part of the contract power drawn in the case; 1 where left out. [-]
    base_flow_mw : float array, shape (branches,), optional
        Flow with no injection at all: phase shifters. [MW]
    demand_share : Series, index (area, node)
        Where the demand of an area is (unserved power is shed in the same shares). An area with
        demand is inside the network. [-]
    supply_share : Series, index (area, tech, node)
        Where the supply of an area is. [-]
    tie_node : Series, index (tie, area)
        Node at which a tie enters an area: for DC links and for ties that leave the network.
        Alternating-current ties inside it have no row: their flow follows from the injections.
    outages : tuple of str, optional
        Branches whose outage is screened; all that do not split the network if left out.
    """

    nodes: tuple[str, ...]
    branches: tuple[str, ...]
    ptdf: Floats
    lodf: Floats
    rating_mw: Floats
    site_node: pd.Series
    pickup_share: pd.DataFrame
    base_mw: pd.DataFrame = field(default_factory=_no_cases)
    draw_share: pd.Series = field(default_factory=_no_draw)
    base_flow_mw: Floats | None = None
    demand_share: pd.Series = field(default_factory=_no_demand)
    supply_share: pd.Series = field(default_factory=_no_supply)
    tie_node: pd.Series = field(default_factory=_no_tie_ends)
    outages: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        problems = find_grid_problems(self)
        if problems:
            raise InputError("nodal grid", problems)

    @property
    def areas(self) -> list[str]:
        """Areas inside the network."""
        return list(dict.fromkeys(self.demand_share.index.get_level_values("area")))

    @property
    def screened(self) -> npt.NDArray[np.int64]:
        """Positions of the branches whose outage is screened."""
        whole = np.isfinite(self.lodf).all(axis=0)
        named = np.isin(self.branches, self.branches if self.outages is None else self.outages)
        return np.flatnonzero(whole & named)

    @property
    def unscreened(self) -> list[str]:
        """Branches whose outage splits the network, or is not among the outages to screen."""
        kept = set(self.screened.tolist())
        return [name for i, name in enumerate(self.branches) if i not in kept]

    def flow_mw(self, injection_mw: Floats) -> Floats:
        """Flows of injections: (places, nodes) to (places, branches). [MW]"""
        flow = injection_mw @ self.ptdf.T
        return np.asarray(flow if self.base_flow_mw is None else flow + self.base_flow_mw)

    def pickup_of(self, place: str) -> Floats:
        """Share of each node in supplying one more MW in a case or slice. [-]"""
        row = self.pickup_share.loc[place if place in self.pickup_share.index else EVERYWHERE]
        return row.reindex(self.nodes).fillna(0.0).to_numpy(float)


def post_outage_mw(grid: NodalGrid, flow_mw: Floats) -> Floats:
    """Flows of one place after each screened outage: (branches,) to (branches, outages). [MW]"""
    outages = grid.screened
    return np.asarray(flow_mw[:, None] + grid.lodf[:, outages] * flow_mw[outages])
