"""The line from a site to the grid: voltage class, reach, sea, cost and what is shared, by head."""

import numpy as np
import pandas as pd
import pytest
import shapely

from data.lattice import Lattice
from grid.latency import great_circle_km
from siting.scenario_file import build_scenario
from siting.scenario_screen import RouteCost
from siting.screen.connections import connect, route_factor, terrain_of
from siting.screen.route_graph import Terrain
from siting.screen.wanted import wanted_by_cost

N = np.nan
ROWS, COLS = 9, 12
PLANE = Lattice(
    "+proj=laea +lat_0=36 +lon_0=140 +ellps=GRS80 +units=m",
    0.0,
    1000.0 * ROWS,
    1000.0,
    1000.0,
    ROWS,
    COLS,
    1000,
)
"""Cells of exactly 1 km in 9 rows and 12 columns."""

FIXED = {66: 100.0, 154: 1000.0, 275: 3000.0}
PER_KM = {66: 500.0, 154: 200.0, 275: 300.0}


def scenario_of(**connection):
    """Made-up prices: 66 kV is cheap to start and dear by km."""
    return build_scenario(
        {
            "format": 1,
            "name": "lines",
            "title": {"ja": "線", "en": "Lines"},
            "years": {"first": 2029, "last": 2035},
            "demand": {
                "workloads": {"t": {"kind": "it_mw", "load": "training", "by_year": {2029: 1}}}
            },
            "assumptions": {"connection_fixed_myen": FIXED, "connection_myen_per_km": PER_KM},
            "screen": {
                "layers": {"land": {"builtin": "land"}},
                "score": {"only": {"layer": "land", "measure": "overlap", "linear": [0, 1]}},
                "connection": connection,
            },
        }
    )


def at(*places):
    """Longitude, latitude and flat cell of places given as (row, column)."""
    cell = np.array([row * COLS + col for row, col in places], dtype=np.int64)
    lon, lat = PLANE.centres(cell)
    return {"lon": lon, "lat": lat, "cell": cell}


def sites_at(**sites):
    frame = pd.DataFrame(at(*sites.values()), index=pd.Index(list(sites), name="site"))
    return frame


def points_at(**points):
    """Each keyword is a point with (row, column, kV)."""
    frame = pd.DataFrame(at(*((row, col) for row, col, _ in points.values())))
    frame["voltage_kv"] = [kv for *_, kv in points.values()]
    return frame.drop(columns="cell").set_index(pd.Index(list(points), name="point"))


def flat_terrain(**factors):
    """Even ground but for the cells named by the value of each keyword."""
    factor = np.ones(PLANE.shape)
    for where, value in factors.values():
        factor[where] = value
    return Terrain(PLANE, factor)


def connected(sites, points, terrain=None, **connection):
    scenario = scenario_of(**connection)
    return connect(scenario, scenario.screen, terrain, sites, points)


def test_near_the_lower_voltage_is_cheaper_and_far_the_higher():
    # 66 kV: 100 + 500 km; 154 kV: 1000 + 200 km; equal at 3 km
    points = points_at(low=(0, 0, 66.0), high=(0, 0, 154.0))
    sites = sites_at(near=(0, 2), even=(0, 3), far=(0, 5))
    table = connected(sites, points, flat_terrain()).table
    assert table["voltage_kv"].tolist() == [66.0, 66.0, 154.0]
    assert table["point"].tolist() == ["low", "low", "high"]
    assert table["route_km"].tolist() == pytest.approx([2, 3, 5])
    assert table["route_cost_myen"].tolist() == pytest.approx([1100, 1600, 2000])


def test_straight_lines_where_no_routes_are_asked_for():
    points = points_at(low=(0, 0, 66.0), high=(3, 4, 154.0))
    found = connected(sites_at(one=(0, 4)), points, None)
    row = found.table.loc["one"]
    km = float(great_circle_km(*(each[0] for each in _ends(sites_at(one=(0, 4)), points))))
    assert row["voltage_kv"] == 154.0
    assert row["straight_km"] == pytest.approx(km)
    assert row["connection_km"] == pytest.approx(km)
    assert row["route_cost_myen"] == pytest.approx(1000 + 200 * km)
    assert np.isnan(row["route_km"])
    assert np.isnan(row["shared_km"])
    assert found.routes.isna().all()


def _ends(sites, points):
    high = points.loc[["high"]]
    return sites["lat"].array, sites["lon"].array, high["lat"].array, high["lon"].array


def test_what_is_paid_for_is_the_weighed_length():
    # column 2 costs three times: half of the moves in and out of it
    terrain = flat_terrain(ridge=((slice(None), 2), 3.0))
    table = connected(sites_at(one=(0, 4)), points_at(low=(0, 0, 66.0)), terrain).table
    row = table.loc["one"]
    assert row["route_km"] == pytest.approx(4.0)
    assert row["route_weighted_km"] == pytest.approx(1 + 2 + 2 + 1)
    assert row["connection_km"] == row["route_weighted_km"]
    assert row["route_cost_myen"] == pytest.approx(100 + 500 * 6)


def test_dear_ground_can_change_the_point_and_the_class():
    # behind a wall of 40 the low point is dearer than the high one further off
    terrain = flat_terrain(wall=((slice(None), 3), 40.0))
    points = points_at(low=(4, 2, 66.0), high=(4, 11, 154.0))
    row = connected(sites_at(one=(4, 4)), points, terrain).table.loc["one"]
    assert row["point"] == "high"
    assert row["route_weighted_km"] == pytest.approx(7)
    straight = great_circle_km(*(each[0] for each in _ends(sites_at(one=(4, 4)), points)))
    assert row["straight_km"] == pytest.approx(float(straight))


def test_the_sea_is_a_barrier_or_has_a_price():
    sea = (slice(None), slice(4, 7))
    points, sites = points_at(low=(4, 0, 66.0)), sites_at(island=(4, 9), mainland=(4, 2))
    closed = connected(sites, points, flat_terrain(sea=(sea, N)))
    assert closed.table["point"].isna().tolist() == [True, False]
    assert closed.table.loc["island"].drop("shared_with").isna().all()
    assert closed.routes.isna().tolist() == [True, False]
    by_cable = connected(sites, points, flat_terrain(sea=(sea, 5.0))).table.loc["island"]
    assert by_cable["route_weighted_km"] == pytest.approx(3 + 3 + 2 * 5 + 3 + 2)
    assert by_cable["route_km"] == pytest.approx(9)


def test_a_point_in_a_cell_of_sea_is_reached_from_the_shore():
    terrain = flat_terrain(sea=((4, 0), N))
    row = connected(sites_at(one=(4, 4)), points_at(port=(4, 0, 66.0)), terrain).table.loc["one"]
    assert row["point"] == "port"
    assert row["route_km"] == pytest.approx(3)


@pytest.mark.parametrize("terrain", [None, flat_terrain()])
def test_no_point_within_reach(terrain):
    points, sites = points_at(low=(0, 0, 66.0)), sites_at(near=(0, 2), far=(0, 6))
    found = connected(sites, points, terrain, max_km=5.0)
    assert found.table["point"].isna().tolist() == [False, True]
    far = found.table.loc["far"].drop("shared_with")
    assert far.isna().all()
    assert found.table.loc["far", "shared_with"] == ()


@pytest.mark.parametrize("terrain", [None, flat_terrain()])
def test_no_points_at_all(terrain):
    sites = sites_at(one=(0, 0), two=(3, 3))
    found = connected(sites, points_at(low=(0, 0, 66.0)).iloc[:0], terrain)
    full = connected(sites, points_at(low=(0, 0, 66.0)), terrain)
    assert set(found.table.columns) == set(full.table.columns)
    assert found.table.drop(columns="shared_with").isna().all(axis=None)
    assert list(found.table.index) == ["one", "two"]
    assert found.routes.isna().all()


@pytest.mark.parametrize("terrain", [None, flat_terrain()])
def test_no_sites_at_all(terrain):
    found = connected(sites_at(one=(0, 0)).iloc[:0], points_at(low=(0, 0, 66.0)), terrain)
    assert len(found.table) == 0
    assert len(found.routes) == 0


def test_a_site_in_the_cell_of_its_point_pays_for_the_way_between_the_two():
    sites = sites_at(same=(4, 4))
    points = points_at(low=(4, 4, 66.0))
    points["lat"] += 0.003
    row = connected(sites, points, flat_terrain()).table.loc["same"]
    km = float(great_circle_km(sites["lat"].array[0], 140.0, points["lat"].array[0], 140.0))
    assert row["route_km"] == pytest.approx(km)
    assert row["route_weighted_km"] == pytest.approx(km)
    assert row["connection_km"] == pytest.approx(km)
    assert row["route_cost_myen"] == pytest.approx(100 + 500 * km)


def test_routes_to_one_point_share_their_way():
    # upper and lower meet in the only gap of a wall; other goes to a point of its own
    terrain = flat_terrain(wall=((slice(1, None), 3), N))
    points = points_at(low=(0, 0, 66.0), other=(8, 11, 66.0))
    sites = sites_at(upper=(0, 5), lower=(0, 4), alone=(8, 9))
    found = connected(sites, points, terrain)
    assert found.table["point"].tolist() == ["low", "low", "other"]
    assert found.table["shared_with"].tolist() == [("lower",), ("upper",), ()]
    assert found.table["shared_km"].tolist() == pytest.approx([4, 4, 0])


def test_the_route_runs_from_the_site_to_the_point():
    sites, points = sites_at(one=(2, 3)), points_at(low=(6, 3, 66.0))
    line = connected(sites, points, flat_terrain()).routes.loc["one"]
    assert isinstance(line, shapely.LineString)
    ends = np.array(line.coords)[[0, -1]]
    assert ends[0] == pytest.approx(sites[["lon", "lat"]].to_numpy()[0], abs=1e-9)
    assert ends[1] == pytest.approx(points[["lon", "lat"]].to_numpy()[0], abs=1e-9)


def test_rows_stay_with_their_site_whatever_the_class():
    """Against each site alone, over random points of three classes."""
    rng = np.random.default_rng(5)
    places = rng.choice(ROWS * COLS, 20, replace=False)
    row, col = np.divmod(places, COLS)
    sites = sites_at(**{f"s{i}": (row[i], col[i]) for i in range(6)})
    kv = rng.choice([66.0, 154.0, 275.0], 20)
    points = points_at(**{f"p{i}": (row[i], col[i], kv[i]) for i in range(6, 20)})
    terrain = Terrain(PLANE, rng.uniform(1, 6, PLANE.shape))
    together = connected(sites, points, terrain)
    for site in sites.index:
        alone = connected(sites.loc[[site]], points, terrain)
        mine, its = together.table.loc[site], alone.table.loc[site]
        columns = ["point", "voltage_kv", "route_km", "route_weighted_km", "route_cost_myen"]
        assert mine[columns].tolist() == its[columns].tolist()
        assert together.routes.loc[site] == alone.routes.loc[site]
        best = _cheapest_by_trying(sites.loc[[site]], points, terrain)
        assert mine["route_cost_myen"] == pytest.approx(best)


def _cheapest_by_trying(site, points, terrain):
    """Least cost over every point taken alone."""
    return min(
        connected(site, points.loc[[point]], terrain).table["route_cost_myen"].iloc[0]
        for point in points.index
    )


def test_factors_of_the_ground_multiply_and_the_sea_is_as_stated():
    slope = RouteCost(layer="slope", factor=((0.0, 1.0), (10.0, 3.0)), unknown=1.5)
    town = RouteCost(layer="town", measure="overlap", factor=((0.0, 1.0), (1.0, 4.0)))
    numbers = {
        wanted_by_cost(slope): np.array([0, 5, 99, N], np.float32),
        wanted_by_cost(town): np.array([0, 0.5, 1, N], np.float32),
    }
    assert route_factor(slope, numbers[wanted_by_cost(slope)]).tolist() == [1, 2, 3, 1.5]

    class Few:
        lattice, cell = PLANE, np.array([3, 4, 5, 6])

        def __len__(self):
            return 4

    class Known:
        pass

    known = Known()
    known.numbers = numbers
    screen = scenario_of(sea_factor=8.0).screen
    costs = screen.connection.model_copy(update={"costs": {"slope": slope, "town": town}})
    terrain = terrain_of(screen.model_copy(update={"connection": costs}), Few(), known)
    assert terrain.factor.ravel()[3:7].tolist() == [1, 2 * 2.5, 12, 1.5]
    assert terrain.factor.ravel()[0] == 8.0
    screen = scenario_of().screen
    assert np.isnan(terrain_of(screen, Few(), known).factor.ravel()[0])
    assert terrain_of(screen, Few(), known).factor.ravel()[3] == 1.0


def test_a_dearer_point_in_reach_wins_over_the_cheapest_out_of_reach():
    # west is 3 km away over dear ground, east 7 km away over cheap ground
    factor = np.full((ROWS, COLS), 1.0)
    factor[:, :4] = 20.0
    terrain = Terrain(PLANE, factor)
    sites, points = sites_at(one=(4, 4)), points_at(west=(4, 1, 66.0), east=(4, 11, 66.0))
    near = connected(sites, points, terrain, max_km=5).table.loc["one"]
    assert near["point"] == "west"
    assert near["route_weighted_km"] == pytest.approx(10.5 + 20 + 20)
    far = connected(sites, points, terrain, max_km=8).table.loc["one"]
    assert far["point"] == "east"
    assert far["route_weighted_km"] == pytest.approx(7)
