"""Sites: campuses with their place, land, scores and what was measured there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.crs import WGS84_EPSG
from data.lattice import Lattice
from siting.screen.campus import Campus, Ground, find_campuses
from siting.screen.cells import Cells
from siting.screen.land_around import land_around_ha
from siting.screen.nearest import nearest_points
from siting.screen.score import Scores, weighted_score

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

EDGE_STEPS = 4
"""Points along each edge of a cell in a projection, so that it stays true in degrees."""


@dataclass(frozen=True)
class Sites:
    """Sites in order of their score.

    Attributes
    ----------
    table : DataFrame, index site
        rank, lon, lat [degrees], cell (flat number of the seed), area, prefecture_code, score,
        known_weight_share, cells, open_ha, usable_ha [ha], cluster_ha [ha], in_cluster.
    members : list of int arrays
        Where the cells of each site stand in `Cells`, the seed first.
    by_criterion : float32 array, shape (criteria, sites)
        Mean score by land; NaN where no cell of the site is known.
    polygons : GeoSeries, index site
        EPSG:4326.
    """

    table: pd.DataFrame
    members: list[Ints]
    by_criterion: npt.NDArray[np.float32]
    polygons: gpd.GeoSeries


@dataclass(frozen=True)
class Wishes:
    """What a site has to have."""

    need_ha: float
    most: int
    most_per_area: int | None
    spacing_km: float
    least_score: float
    max_km: float
    cluster_ha: float
    cluster_km: float
    require_cluster: bool
    diagonal: bool


def find_sites(
    cells: Cells,
    is_open: npt.NDArray[np.bool_],
    scores: Scores,
    usable_share: npt.NDArray[np.float32] | None,
    points: pd.DataFrame,
    wishes: Wishes,
) -> Sites:
    """The best sites of a study.

    Parameters
    ----------
    cells : Cells
    is_open : bool array, shape (cells,)
        Cells that no rule takes out.
    scores : Scores
    usable_share : float array or None
        Share of each cell that can be built on; NaN unknown and then not counted as land. None:
        no layer tells, and all open land counts.
    points : DataFrame, index point
        Connection points; none = no limit on the distance to the grid.
    wishes : Wishes
    """
    total = scores.total()
    ground = _ground(cells, is_open, total, usable_share, wishes)
    around_ha = land_around_ha(ground, wishes.cluster_km)
    quota = _Quota(ground, around_ha, points, wishes)
    campuses = find_campuses(
        ground,
        wishes.need_ha,
        most=wishes.most,
        spacing_km=wishes.spacing_km,
        accept=quota.accepts,
        taken=quota.take,
    )
    table = _table(ground, campuses, scores)
    seeds = [campus.seed for campus in campuses]
    table["cluster_ha"] = around_ha[seeds]
    table["in_cluster"] = quota.clustered[seeds]
    if usable_share is None:
        table["usable_ha"] = np.nan
    members = [ground.position[campus.members] for campus in campuses]
    return _ranked(table, members, scores, cells)


def _ground(
    cells: Cells,
    is_open: npt.NDArray[np.bool_],
    total: npt.NDArray[np.float32],
    usable_share: npt.NDArray[np.float32] | None,
    wishes: Wishes,
) -> Ground:
    """Open cells good enough to be part of a site."""
    position = np.flatnonzero(is_open & (np.nan_to_num(total, nan=-1) >= wishes.least_score))
    ha = cells.land_km2[position] * 100
    if usable_share is not None:
        ha = ha * np.nan_to_num(usable_share[position].astype(float), nan=0.0)
    kept = ha > 0
    return Ground(
        cells, position[kept], ha[kept], total[position][kept].astype(float), wishes.diagonal
    )


class _Quota:
    """Whether a seed may become a site: near the grid, in a cluster, not too many in its area."""

    def __init__(
        self, ground: Ground, around_ha: Floats, points: pd.DataFrame, wishes: Wishes
    ) -> None:
        self.wishes = wishes
        self.clustered = around_ha >= wishes.cluster_ha
        self.area = ground.cells.area[ground.position]
        self.taken: dict[str, int] = {}
        self.near = np.ones(len(ground), dtype=bool)
        if len(points) and len(ground):
            lon, lat = ground.cells.centre
            _, km = nearest_points(lon[ground.position], lat[ground.position], points)
            self.near = km <= wishes.max_km

    def accepts(self, seed: int) -> bool:
        """Whether a campus may grow from this cell."""
        area = str(self.area[seed])
        limit = self.wishes.most_per_area
        if not self.near[seed] or (limit is not None and self.taken.get(area, 0) >= limit):
            return False
        return bool(self.clustered[seed]) or not self.wishes.require_cluster

    def take(self, seed: int) -> None:
        """Count the campus that has grown from this cell."""
        area = str(self.area[seed])
        self.taken[area] = self.taken.get(area, 0) + 1


def _table(ground: Ground, campuses: Sequence[Campus], scores: Scores) -> pd.DataFrame:
    """What is known of each campus, in the order in which they were found."""
    cells = ground.cells
    members = [ground.position[campus.members] for campus in campuses]
    by_criterion = site_means(scores.by_criterion, members, cells.land_km2)
    seeds = np.array([campus.seed for campus in campuses], dtype=np.int64)
    middle = ground.position[seeds]
    lon, lat = cells.centre
    return pd.DataFrame(
        {
            "site": pd.Series(site_keys(cells.lattice, cells.cell[middle]), dtype="str"),
            "lon": lon[middle],
            "lat": lat[middle],
            "cell": cells.cell[middle],
            "area": cells.area[middle],
            "prefecture_code": cells.prefecture[middle],
            "score": weighted_score(by_criterion, scores.weights).astype(float),
            "known_weight_share": scores.weights @ ~np.isnan(by_criterion) / scores.weights.sum(),
            "cells": np.array([len(at) for at in members], dtype=np.int64),
            "open_ha": np.array([cells.land_km2[at].sum() * 100 for at in members], dtype=float),
            "usable_ha": np.array([ground.ha[each.members].sum() for each in campuses], float),
        }
    )


def _ranked(table: pd.DataFrame, members: Sequence[Ints], scores: Scores, cells: Cells) -> Sites:
    """Sites in order of their score; equal scores from the north, then from the west."""
    order = np.lexsort((table["cell"], -np.round(table["score"], 9)))
    table = table.iloc[order].reset_index(drop=True)
    table.insert(1, "rank", np.arange(1, len(table) + 1))
    chosen = [members[i] for i in order]
    polygons = [campus_polygon(cells, at) for at in chosen]
    shapes = gpd.GeoSeries(polygons, index=pd.Index(table["site"]), crs=WGS84_EPSG)
    by_criterion = site_means(scores.by_criterion, chosen, cells.land_km2)
    return Sites(table.set_index("site"), chosen, by_criterion, shapes)


def site_keys(lattice: Lattice, cell: Ints) -> list[str]:
    """Keys that stay the same from run to run: the mesh code, or row and column."""
    if lattice.is_mesh:
        return [f"m{code}" for code in lattice.codes(cell)]
    return [f"r{c // lattice.cols}c{c % lattice.cols}" for c in cell]


def site_means(
    numbers: npt.NDArray[np.float32], members: Sequence[Ints], land_km2: Floats
) -> npt.NDArray[np.float32]:
    """Mean by land over the known cells of each site.

    Parameters
    ----------
    numbers : float32 array, shape (criteria, cells)
    members : sequence of int arrays
    land_km2 : float array, shape (cells,)

    Returns
    -------
    float32 array, shape (criteria, sites)
    """
    means = np.full((len(numbers), len(members)), np.nan, dtype=np.float32)
    for site, at in enumerate(members):
        part, land = numbers[:, at].astype(float), land_km2[at]
        known = ~np.isnan(part) * land
        weight = known.sum(axis=1)
        total = (np.nan_to_num(part) * known).sum(axis=1)
        means[:, site] = np.where(weight > 0, total / np.where(weight > 0, weight, 1), np.nan)
    return means


def campus_polygon(cells: Cells, members: Ints) -> shapely.Geometry:
    """Outline of the cells of a campus, longitude and latitude."""
    lattice = cells.lattice
    row, col = cells.row[members], cells.col[members]
    # each edge from its own number, so that neighbours have the very same one
    west, east = (lattice.west + edge * lattice.step_x for edge in (col, col + 1))
    north, south = (lattice.north - edge * lattice.step_y for edge in (row, row + 1))
    outline = shapely.union_all(shapely.box(west, south, east, north))
    if lattice.is_mesh:
        return outline
    fine = shapely.segmentize(outline, lattice.cell_m / EDGE_STEPS)
    series = gpd.GeoSeries([fine], crs=lattice.crs).to_crs(WGS84_EPSG)
    return series.iloc[0]


def site_values(
    numbers: Mapping[str, npt.NDArray[np.float32]], members: Sequence[Ints], land_km2: Floats
) -> pd.DataFrame:
    """Mean of each raw number over the cells of each site, one column a criterion."""
    if not numbers:
        return pd.DataFrame(index=range(len(members)))
    means = site_means(np.stack(list(numbers.values())), members, land_km2)
    return pd.DataFrame(dict(zip(numbers, means.astype(float), strict=True)))
