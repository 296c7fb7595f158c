"""What a nodal grid must satisfy, alone and together with a site problem."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.errors import InputError, Problem
from optimize.problem import SiteProblem

if TYPE_CHECKING:
    from optimize.nodal import NodalGrid

SHARE_TOLERANCE = 1e-6


def find_grid_problems(grid: "NodalGrid") -> list[Problem]:
    """Return everything wrong with the grid alone."""
    shapes = _shape_problems(grid)
    return shapes or [
        *_number_problems(grid),
        *_name_problems(grid),
        *_share_problems(grid),
        *_case_problems(grid),
    ]


def check_nodal(problem: SiteProblem, grid: "NodalGrid") -> None:
    """Refuse a grid that does not fit the problem.

    Raises
    ------
    InputError
        Sites that are not in the problem; sites of an area inside the network without a node;
        supply without a place; ties without a node that leave the network; flexible draw.
    """
    found = _site_problems(problem, grid)
    if grid.areas:
        found += _area_problems(problem, grid) + _tie_problems(problem, grid)
        if problem.flexibility is not None:
            expected = "none: where the network carries slices, draw given up or moved has no node"
            found.append(Problem("flexibility", "given", expected))
    if found:
        raise InputError("nodal grid", found)


def _shape_problems(grid: "NodalGrid") -> list[Problem]:
    nodes, branches = len(grid.nodes), len(grid.branches)
    parts = {
        "ptdf": (np.shape(grid.ptdf), (branches, nodes)),
        "lodf": (np.shape(grid.lodf), (branches, branches)),
        "rating_mw": (np.shape(grid.rating_mw), (branches,)),
    }
    if grid.base_flow_mw is not None:
        parts["base_flow_mw"] = (np.shape(grid.base_flow_mw), (branches,))
    return [
        Problem(name, f"shape {found}", f"shape {expected}")
        for name, (found, expected) in parts.items()
        if found != expected
    ]


def _number_problems(grid: "NodalGrid") -> list[Problem]:
    problems = []
    if not np.isfinite(grid.ptdf).all():
        problems.append(Problem("ptdf", "numbers missing", "finite numbers"))
    columns = np.isfinite(grid.lodf)
    if (columns.any(axis=0) & ~columns.all(axis=0)).any():
        problems.append(Problem("lodf", "columns partly missing", "whole columns missing, or none"))
    for name, mw in zip(grid.branches, grid.rating_mw.tolist(), strict=True):
        if mw <= 0 or np.isinf(mw):
            problems.append(Problem(f"rating_mw of {name}", f"{mw:g}", "above 0, or not stated"))
    return problems


def _name_problems(grid: "NodalGrid") -> list[Problem]:
    problems = [
        Problem(what, f"{name} more than once", "each name once")
        for what, names in (("nodes", grid.nodes), ("branches", grid.branches))
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    used = {
        "site_node": grid.site_node.tolist(),
        "pickup_share": grid.pickup_share.columns.tolist(),
        "base_mw": grid.base_mw.columns.tolist(),
        "demand_share": grid.demand_share.index.get_level_values("node").tolist(),
        "supply_share": grid.supply_share.index.get_level_values("node").tolist(),
        "tie_node": grid.tie_node.tolist(),
    }
    known = set(grid.nodes)
    problems += [
        Problem(what, str(name), "a node of the network")
        for what, names in used.items()
        for name in sorted({str(n) for n in names if n not in known})
    ]
    strange = set(grid.outages or ()) - set(grid.branches)
    return problems + [Problem("outages", n, "a branch of the network") for n in sorted(strange)]


def _share_problems(grid: "NodalGrid") -> list[Problem]:
    sums = {f"pickup_share of '{k}'": v for k, v in grid.pickup_share.sum(axis=1).items()}
    for name, shares, keys in (
        ("demand_share", grid.demand_share, ["area"]),
        ("supply_share", grid.supply_share, ["area", "tech"]),
    ):
        sums |= {f"{name} of {k}": v for k, v in shares.groupby(level=keys).sum().items()}
    return [
        Problem(name, f"sum {value:g}", "shares that sum to 1")
        for name, value in sums.items()
        if not abs(value - 1.0) <= SHARE_TOLERANCE
    ]


def _case_problems(grid: "NodalGrid") -> list[Problem]:
    problems = []
    if len(grid.base_mw) and not np.isfinite(grid.base_mw.to_numpy(float)).all():
        problems.append(Problem("base_mw", "numbers missing", "MW at every node, 0 for none"))
    for case in grid.base_mw.index:
        total = float(grid.base_mw.loc[case].sum())
        if abs(total) > SHARE_TOLERANCE * max(1.0, float(grid.base_mw.loc[case].abs().sum())):
            found = f"injections that sum to {total:g} MW"
            problems.append(Problem(f"base_mw of {case}", found, "a balance of 0"))
        if not {case, ""} & set(grid.pickup_share.index):
            problems.append(Problem("pickup_share", f"no row for {case}", "a row, or the row ''"))
    return problems


def _site_problems(problem: SiteProblem, grid: "NodalGrid") -> list[Problem]:
    strange = set(grid.site_node.index) - set(problem.sites.index)
    inside = problem.sites.index[problem.sites["area"].isin(grid.areas)]
    homeless = [site for site in inside if site not in grid.site_node.index]
    return [Problem("site_node", str(s), "a site of the problem") for s in sorted(strange)] + [
        Problem("site_node", f"no node for {s}", "a node for every site of the network's areas")
        for s in homeless
    ]


def _area_problems(problem: SiteProblem, grid: "NodalGrid") -> list[Problem]:
    if problem.dispatch is None:
        return [Problem("demand_share", "areas", "none, for the problem has no typical days")]
    areas = set(problem.dispatch.demand_mw.columns)
    problems = [
        Problem("demand_share", str(a), "an area with demand") for a in set(grid.areas) - areas
    ]
    placed = {(a, g) for a, g, _ in grid.supply_share.index}
    units = [u for u in problem.dispatch.supply.index if u[0] in grid.areas and u not in placed]
    return problems + [
        Problem("supply_share", f"no node for {a}/{g}", "nodes for all supply of the areas")
        for a, g in units
    ]


def _tie_problems(problem: SiteProblem, grid: "NodalGrid") -> list[Problem]:
    ends = problem.ties.reset_index()[["tie", "from_area", "to_area"]].drop_duplicates()
    placed, inside = set(grid.tie_node.index), set(grid.areas)
    names = ["tie", "area", "other"]
    both = [ends.set_axis(names, axis=1), ends.iloc[:, [0, 2, 1]].set_axis(names, axis=1)]
    pairs = pd.concat(both).drop_duplicates()
    problems = []
    for tie, area, other in pairs.itertuples(index=False):
        if area not in inside:
            continue
        if (tie, area) in placed and other in inside and (tie, other) not in placed:
            problems.append(Problem("tie_node", f"{tie} only in {area}", "both of its ends"))
        if (tie, area) not in placed and other not in inside:
            expected = "a node where a tie leaves the network"
            problems.append(Problem("tie_node", f"no node for {tie} in {area}", expected))
    return problems
