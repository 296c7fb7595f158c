"""Why the network keeps a site out: the branch and the outage that bind there."""

import numpy as np
import pandas as pd

from optimize.lazy import LazySolution, network_rows
from optimize.matrix import Floats
from optimize.model.nodal import Injections
from optimize.nodal import NodalGrid, post_outage_mw
from optimize.problem import SiteProblem

SMALLEST_SENSITIVITY = 1e-6
"""A branch that moves less than 1 W per MW at a site does not hold it back. [-]"""

SMALLEST_SIZE_MW = 1e-3

SMALLEST_PRICE_MYEN = 1e-3
"""Present value per MW below which a row costs nothing worth telling: 1,000 yen. [M¥/MW]"""

COLUMNS = ["node", "room_mw", "branch", "outage", "place", "fiscal_year", "kept_out"]


def explain_refusals(
    problem: SiteProblem, grid: NodalGrid, injections: Injections, lazy: LazySolution
) -> pd.DataFrame:
    """For each site on the network that the plan leaves out, what binds there.

    The addition of the site is tested: with the plan as it is and the extra power supplied by
    `pickup_share`, how much could the site draw before a branch is at its rating, with nothing
    out or after any screened outage? Only a stress case keeps a site out: in a slice supply could
    also be moved, at a cost. Without stress cases the room is what fits in the slices without
    redispatch; `price_myen` is what the model itself would pay.

    Returns
    -------
    DataFrame, index `site`
        node, room_mw (least room of all places from the site's first year on; inf if no branch
        is moved), branch, outage ("" for none), place, fiscal_year, kept_out (in a stress case
        less room than the smallest size of the site, or none), price_myen and price_branch,
        price_outage: cost per MW of the site's draw by the duals of the network rows with the sites
        fixed, and the row that makes most of it ("" if the network has no price there).
        [MW, M¥/MW]
    """
    flows = grid.flow_mw(injections.at(lazy.solution.values))
    prices = network_rows(lazy)
    rows = {}
    for site in _left_out(problem, grid, lazy):
        rows[site] = _tightest(problem, grid, injections, flows, site) | _price(grid, prices, site)
    columns = [*COLUMNS, "price_myen", "price_branch", "price_outage"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return table.rename_axis("site")


def _left_out(problem: SiteProblem, grid: NodalGrid, lazy: LazySolution) -> list[str]:
    """Sites on the network that are not built in the last year."""
    built = {
        variable.index()
        for variable, value in zip(
            lazy.matrix.variables, lazy.solution.values.tolist(), strict=True
        )
        if variable.parent_component().local_name == "build" and value > 0.5
    }
    return [str(s) for s in grid.site_node.index if (s, problem.years[-1]) not in built]


def _tightest(
    problem: SiteProblem, grid: NodalGrid, injections: Injections, flows: Floats, site: str
) -> dict[str, object]:
    node, last = str(grid.site_node[site]), problem.years[-1]
    own = problem.sites.loc[site, ["first_fiscal_year", "min_mw"]].astype(float)
    tight: tuple[float, str, str, str, int] = (np.inf, "", "", "", last)
    cases = set(grid.base_mw.index)
    for p, (place, year) in enumerate(injections.places):
        asked = place in cases or not cases
        if asked and year >= min(own["first_fiscal_year"], last):
            room, branch, outage = _room(grid, flows[p], _moved(grid, place, node))
            tight = min(tight, (room, branch, outage, place, year), key=lambda t: t[0])
    too_small = tight[0] < max(own["min_mw"], SMALLEST_SIZE_MW)
    kept_out = tight[3] in cases and too_small
    names = ("room_mw", "branch", "outage", "place", "fiscal_year")
    return {"node": node, **dict(zip(names, tight, strict=True)), "kept_out": bool(kept_out)}


def _moved(grid: NodalGrid, place: str, node: str) -> Floats:
    """Flow of every branch per MW that a site at the node draws from its contract."""
    draw = float(grid.draw_share.get(place, 1.0))
    at_node = np.asarray(grid.nodes) == node
    return np.asarray(draw * (grid.ptdf @ (grid.pickup_of(place) - at_node)))


def _room(grid: NodalGrid, flow: Floats, moved: Floats) -> tuple[float, str, str]:
    """Least power that brings a branch to its rating, with that branch and outage."""
    now = np.column_stack([flow, post_outage_mw(grid, flow)])
    more = np.column_stack([moved, post_outage_mw(grid, moved)])
    with np.errstate(divide="ignore", invalid="ignore"):
        room = (grid.rating_mw[:, None] - np.sign(more) * now) / np.abs(more)
    room = np.where((np.abs(more) > SMALLEST_SENSITIVITY) & np.isfinite(room), room, np.inf)
    branch, outage = np.unravel_index(int(room.argmin()), room.shape)
    if not np.isfinite(room[branch, outage]):
        return np.inf, "", ""
    name = grid.branches[int(grid.screened[outage - 1])] if outage else ""
    return max(float(room[branch, outage]), 0.0), grid.branches[int(branch)], name


def _price(grid: NodalGrid, prices: pd.DataFrame, site: str) -> dict[str, object]:
    """Cost of one MW at the site by the network rows: sum of price times sensitivity."""
    position = {name: i for i, name in enumerate(grid.branches)}
    priced = prices[prices["price_myen"].abs() > SMALLEST_PRICE_MYEN]
    node, worth = str(grid.site_node[site]), []
    for row in priced.itertuples():
        moved = _moved(grid, str(row.place), node)
        b, o = position[str(row.branch)], position.get(str(row.outage), -1)
        after = moved[b] + (grid.lodf[b, o] * moved[o] if o >= 0 else 0.0)
        worth.append(float(-row.price_myen * after))  # type: ignore[operator]
    if not worth or max(worth) <= 0:
        return {"price_myen": max(sum(worth), 0.0), "price_branch": "", "price_outage": ""}
    dearest = priced.iloc[int(np.argmax(worth))]
    names = {"price_branch": dearest["branch"], "price_outage": dearest["outage"]}
    return {"price_myen": sum(worth), **names}
