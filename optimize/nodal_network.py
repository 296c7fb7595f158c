"""From the arrays of a network to the nodal grid of the siting model."""

from typing import Any

import numpy as np
import pandas as pd

from data.errors import InputError, Problem
from grid.network_arrays import Grid
from grid.powerflow import dc_flow_mw, factors
from optimize.nodal import NodalGrid


def nodal_grid_of(
    grid: Grid,
    site_bus: pd.Series,
    pickup_share: pd.DataFrame,
    *,
    base_mw: pd.DataFrame | None = None,
    **others: Any,
) -> NodalGrid:
    """Nodal grid with the factors of `grid`; buses joined over links become one node.

    Parameters
    ----------
    grid : Grid
    site_bus : Series, index `site`
        Bus of each site.
    pickup_share : DataFrame, index case, slice or "", columns buses
        As in `NodalGrid`; rows sum to 1. [-]
    base_mw : DataFrame, index `case`, columns buses
        Injection of each stress case; what is missing to a balance is put in at the slack. [MW]
    others
        Further fields of `NodalGrid`: draw_share, demand_share, supply_share and tie_node (by
        node of `grid.buses`), outages.

    Raises
    ------
    InputError
        Buses that are not in the grid; stress cases on a grid of several islands.
    """
    tables = {"pickup_share": pickup_share, "base_mw": base_mw if base_mw is not None else _none()}
    problems = _find_problems(grid, site_bus, tables)
    if problems:
        raise InputError("nodal grid", problems)
    base = _at_nodes(grid, tables["base_mw"])
    base = base - np.outer(base.sum(axis=1), grid.slack_share)
    found = factors(grid)
    return NodalGrid(
        nodes=grid.buses,
        branches=grid.branches,
        ptdf=found.ptdf,
        lodf=found.lodf,
        rating_mw=grid.rating_mw,
        site_node=site_bus.map(lambda bus: grid.buses[grid.bus_of[bus]]),
        pickup_share=_at_nodes(grid, pickup_share),
        base_mw=base,
        base_flow_mw=dc_flow_mw(grid, np.zeros(len(grid.buses))),
        **others,
    )


def _none() -> pd.DataFrame:
    return pd.DataFrame(index=pd.Index([], name="case"), dtype=float)


def _at_nodes(grid: Grid, table: pd.DataFrame) -> pd.DataFrame:
    nodes = pd.DataFrame(0.0, index=table.index, columns=list(grid.buses))
    for bus in table:
        nodes[grid.buses[grid.bus_of[str(bus)]]] += table[bus]
    return nodes


def _find_problems(
    grid: Grid, site_bus: pd.Series, tables: dict[str, pd.DataFrame]
) -> list[Problem]:
    used = {f"site {site}": bus for site, bus in site_bus.items()}
    used |= {f"{name}, {bus}": bus for name, table in tables.items() for bus in table}
    problems = [
        Problem(where, str(bus), "a bus of the network in service")
        for where, bus in used.items()
        if bus not in grid.bus_of
    ]
    islands = int(grid.island.max()) + 1
    if len(tables["base_mw"]) and islands > 1:
        expected = "one island: what a site draws must be picked up where it is"
        problems.append(Problem("base_mw", f"{islands} islands", expected))
    return problems
