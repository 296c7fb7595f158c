"""What routes to one source have in common, and what building them together takes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from siting.screen.route_graph import Floats, Ints, Terrain
from siting.screen.routes import Routes, step_km


@dataclass(frozen=True)
class Shared:
    """Shares of each route, and sums for each source.

    Attributes
    ----------
    table : DataFrame, index as the targets
        shared_km: ground km of the route that at least one other route also takes (NaN without a
        route); shared_with: labels of those others, in the order of the targets.
    joint : DataFrame, index source
        targets (number of routes), separate_km (each route built alone), joint_km and
        joint_weighted_km (every step between two cells built once).
    """

    table: pd.DataFrame
    joint: pd.DataFrame


def shared_km(routes: Routes) -> Shared:
    """Which routes share how much with whom.

    The routes to one source form a tree. Two routes that meet stay together down to the source, so
    all routes that enter the source by the same last step share with each other, and no others do.

    Parameters
    ----------
    routes : Routes
        From `least_cost_routes`.

    Returns
    -------
    Shared
        By target and by source.
    """
    steps = _steps(routes)
    trunk = pd.Series([int(c[-2]) if c.size > 1 else -1 for c in routes.cells], dtype="int64")
    labels = list(routes.table.index)
    members = trunk[trunk >= 0].groupby(trunk[trunk >= 0]).indices
    routed = np.flatnonzero(trunk.to_numpy() >= 0)
    with_whom = [
        tuple(labels[routed[i]] for i in members[at] if routed[i] != own) if at >= 0 else ()
        for own, at in enumerate(trunk)
    ]
    several = steps.duplicated("cell", keep=False)
    length = steps["km"].where(several, 0.0).groupby(steps["target"]).sum()
    shared = length.reindex(range(len(labels)), fill_value=0.0).to_numpy()
    missing = routes.table["ground_km"].isna().to_numpy()
    table = pd.DataFrame({"shared_km": np.where(missing, np.nan, shared)}, routes.table.index)
    table["shared_with"] = pd.Series(with_whom, index=table.index, dtype=object)
    return Shared(table, _joint(routes, steps))


def _joint(routes: Routes, steps: pd.DataFrame) -> pd.DataFrame:
    """Sums by source; a source whose only targets lie in its own cell has 0 km."""
    reached = routes.table[routes.table["source"].notna()]
    alone = reached.groupby("source")["ground_km"].agg(["size", "sum"])
    alone.columns = pd.Index(["targets", "separate_km"])
    once = steps.drop_duplicates("cell").groupby("source")[["km", "weighted_km"]].sum()
    once.columns = pd.Index(["joint_km", "joint_weighted_km"])
    return alone.join(once).fillna(0.0)


def _steps(routes: Routes) -> pd.DataFrame:
    """One row for each step of each route; the cell it leaves names it, as it has one way on."""
    pieces = [cells[:-1] for cells in routes.cells]
    counts = [piece.size for piece in pieces]
    km = [step_km(routes.terrain, cells) for cells in routes.cells]
    mean = [_mean_factor(routes.terrain, cells) for cells in routes.cells]
    target = np.repeat(np.arange(len(counts)), counts)
    start = np.empty(0, dtype=np.int64)
    frame = pd.DataFrame({"target": target, "cell": np.concatenate([start, *pieces])})
    frame["km"] = np.concatenate([start, *km])
    frame["weighted_km"] = frame["km"] * np.concatenate([start, *mean])
    frame["source"] = routes.table["source"].to_numpy()[target]
    return frame


def _mean_factor(terrain: Terrain, cells: Ints) -> Floats:
    factor = terrain.factor.ravel()[cells]
    return (factor[:-1] + factor[1:]) / 2
