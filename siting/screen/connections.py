"""The line from each site to the grid: nearest point, route, length, cost, what is shared."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from grid.latency import great_circle_km
from siting.scenario import Scenario
from siting.scenario_screen import RouteCost, Screen
from siting.screen.cells import Cells
from siting.screen.measurements import Measurements
from siting.screen.nearest import nearest_points
from siting.screen.route_graph import Terrain
from siting.screen.routes import Routes, least_cost_routes, passable_cells, route_lines
from siting.screen.shared_routes import shared_km
from siting.screen.wanted import wanted_by_cost

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SHORE_KM = 5.0
"""How far a substation that falls into a cell of sea may be moved to land."""


@dataclass(frozen=True)
class Connections:
    """Chosen connection of each site.

    Attributes
    ----------
    table : DataFrame, index site
        point, voltage_kv, straight_km, route_km (along the route), route_weighted_km (with the
        factors of the ground), connection_km (what is paid for: the route where one was looked
        for), route_cost_myen, shared_km, shared_with. NaN where no point is in reach.
    routes : GeoSeries, index site
        Lines, EPSG:4326; missing where the site lies in the cell of its point.
    """

    table: pd.DataFrame
    routes: gpd.GeoSeries


def terrain_of(screen: Screen, cells: Cells, measured: Measurements) -> Terrain:
    """What a km of line costs in each cell: the product of all factors; sea as stated."""
    size = cells.lattice.rows * cells.lattice.cols
    sea = screen.connection.sea_factor
    factor = np.full(size, np.nan if sea is None else sea)
    land = np.ones(len(cells))
    for rule in screen.connection.costs.values():
        land *= route_factor(rule, measured.numbers[wanted_by_cost(rule)])
    factor[cells.cell] = land
    return Terrain(cells.lattice, factor.reshape(cells.lattice.shape))


def route_factor(rule: RouteCost, numbers: npt.NDArray[np.float32]) -> Floats:
    """Factor on the cost of a km by one reason.

    >>> slope = RouteCost(layer="slope", factor=((0.0, 1.0), (10.0, 3.0)))
    >>> route_factor(slope, np.array([0, 5, 20, np.nan], np.float32)).tolist()
    [1.0, 2.0, 3.0, 1.0]
    """
    xs, ys = zip(*rule.factor, strict=True)
    factor: Floats = np.interp(numbers.astype(float), xs, ys)
    return np.where(np.isnan(numbers), rule.unknown, factor)


def connect(
    scenario: Scenario,
    screen: Screen,
    terrain: Terrain | None,
    sites: pd.DataFrame,
    points: pd.DataFrame,
) -> Connections:
    """The cheapest connection of each site among the voltage classes offered.

    Parameters
    ----------
    scenario : Scenario
        Cost of connections by voltage class.
    screen : Screen
    terrain : Terrain or None
        Cost of the ground; None = straight lines only.
    sites : DataFrame, index site
        lon, lat [degrees], cell (flat number of the middle).
    points : DataFrame, index point
        As `connection_points` gives, only of suitable classes.
    """
    offers = []
    for kv in sorted(points["voltage_kv"].unique()):
        of_class = points[points["voltage_kv"] == kv]
        offers.append(_offer(scenario, screen, terrain, sites, of_class))
    if not offers:
        return _nothing(sites)
    best = _cheapest([offer.table for offer in offers])
    lines = gpd.GeoSeries([None] * len(sites), index=sites.index, crs=4326)
    for number, offer in enumerate(offers):
        chosen = best.index[best["offer"] == number]
        if offer.routes is not None and len(chosen):
            at = sites.index.get_indexer(chosen)
            routes = Routes(
                offer.routes.terrain,
                offer.routes.table.iloc[at],
                [offer.routes.cells[i] for i in at],
            )
            lines.loc[chosen] = route_lines(routes).to_numpy()
            shared = shared_km(routes).table
            best.loc[chosen, "shared_km"] = shared["shared_km"]
            best.loc[chosen, "shared_with"] = shared["shared_with"]
    return Connections(best.drop(columns="offer"), lines)


@dataclass(frozen=True)
class _Offer:
    """Connections of all sites to the points of one class."""

    table: pd.DataFrame
    routes: Routes | None


def _offer(
    scenario: Scenario,
    screen: Screen,
    terrain: Terrain | None,
    sites: pd.DataFrame,
    points: pd.DataFrame,
) -> _Offer:
    max_km = screen.connection.max_km
    index, straight = nearest_points(sites["lon"].to_numpy(), sites["lat"].to_numpy(), points)
    kv = float(points["voltage_kv"].iloc[0])
    table = pd.DataFrame(
        {"point": points.index.to_numpy()[index], "straight_km": straight}, index=sites.index
    )
    routes = None
    if terrain is not None:
        routes = _routes_in_reach(terrain, sites, points, max_km)
        found = routes.table
        table["point"] = found["source"].where(found["source"].notna(), table["point"])
        table["straight_km"] = _straight_km(sites, points, table["point"])
        # a site inside the cell of its point still needs the line between the two
        inside = found["ground_km"] == 0
        own = terrain.factor.reshape(-1)[sites["cell"].to_numpy(dtype=np.int64)]
        within = table["straight_km"]
        table["route_km"] = found["ground_km"].mask(inside, within)
        table["route_weighted_km"] = found["weighted_km"].mask(inside, within * own)
        km = table["route_weighted_km"]
    else:
        table = table.assign(route_km=np.nan, route_weighted_km=np.nan)
        km = table["straight_km"]
    in_reach = (table["straight_km"] <= max_km) & km.notna()
    cost = _cost_myen(scenario, kv, km)
    table = table.assign(voltage_kv=kv, connection_km=km, route_cost_myen=cost)
    return _Offer(table.where(in_reach), routes)


def _routes_in_reach(
    terrain: Terrain, sites: pd.DataFrame, points: pd.DataFrame, max_km: float
) -> Routes:
    """Cheapest route of each site to a point that is near enough in a straight line.

    The search knows no straight lines. Where the cheapest point is too far while another is near
    enough, the site is searched again among those alone.
    """
    routes = _routes(terrain, sites, points, max_km)
    table, cells = routes.table.copy(), list(routes.cells)
    known = table["source"].notna()
    km = pd.Series(np.nan, index=table.index)
    km[known] = _straight_km(sites[known], points, table.loc[known, "source"])
    for site in table.index[km > max_km]:
        place = sites.loc[[site]]
        ends = [points["lat"].to_numpy(dtype=float), points["lon"].to_numpy(dtype=float)]
        away = great_circle_km(float(place["lat"].iloc[0]), float(place["lon"].iloc[0]), *ends)
        near = points[away <= max_km]
        if len(near):
            again = _routes(terrain, place, near, max_km)
            table.loc[site] = again.table.loc[site]
            cells[table.index.get_loc(site)] = again.cells[0]
    return Routes(terrain, table, cells)


def _cost_myen(scenario: Scenario, kv: float, km: pd.Series) -> pd.Series:
    """Fixed cost of a connection of one class and its cost by km, as the plan counts them. [M¥]"""
    fixed, per_km = (
        {float(key): value for key, value in stated.items()}.get(kv, np.nan)
        for stated in (
            scenario.assumptions.connection_fixed_myen,
            scenario.assumptions.connection_myen_per_km,
        )
    )
    return fixed + per_km * km


def _routes(terrain: Terrain, sites: pd.DataFrame, points: pd.DataFrame, max_km: float) -> Routes:
    cells = terrain.lattice.cells_at(points["lon"].to_numpy(), points["lat"].to_numpy())
    moved, _ = passable_cells(terrain, cells, SHORE_KM)
    sources = pd.Series(moved, index=points.index)
    targets = pd.Series(sites["cell"].to_numpy(dtype=np.int64), index=sites.index)
    limit_km = max_km * max(terrain.most_factor, 2.0)
    return least_cost_routes(terrain, sources, targets, limit_km=limit_km)


def _straight_km(sites: pd.DataFrame, points: pd.DataFrame, chosen: pd.Series) -> Floats:
    ends = points.loc[chosen]
    return great_circle_km(
        sites["lat"].to_numpy(dtype=float),
        sites["lon"].to_numpy(dtype=float),
        ends["lat"].to_numpy(dtype=float),
        ends["lon"].to_numpy(dtype=float),
    )


def _cheapest(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Row by row the offer that costs least; the lower voltage where two cost the same."""
    cost = np.stack([table["route_cost_myen"].to_numpy(dtype=float) for table in tables])
    reached = np.isfinite(cost).any(axis=0)
    number = np.where(np.isfinite(cost), cost, np.inf).argmin(axis=0)
    count = cost.shape[1]
    best = pd.concat(tables).iloc[number * count + np.arange(count)].copy()
    best["offer"] = np.where(reached, number, -1)
    best["shared_km"] = np.nan
    best["shared_with"] = pd.Series([()] * count, index=best.index, dtype=object)
    return best


def _nothing(sites: pd.DataFrame) -> Connections:
    numbers = [
        "voltage_kv",
        "straight_km",
        "route_km",
        "route_weighted_km",
        "connection_km",
        "route_cost_myen",
        "shared_km",
    ]
    table = pd.DataFrame(np.nan, index=sites.index, columns=numbers)
    table["point"] = pd.Series([None] * len(sites), index=sites.index, dtype=object)
    table["shared_with"] = pd.Series([()] * len(sites), index=sites.index, dtype=object)
    return Connections(table, gpd.GeoSeries([None] * len(sites), index=sites.index, crs=4326))
