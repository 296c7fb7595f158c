"""Least-cost routes against published examples, an independent program and by head."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pyproj import Geod

from data.errors import InputError
from data.lattice import Lattice, equal_area_lattice, mesh_lattice
from siting.screen.route_graph import MOVES, Terrain
from siting.screen.routes import least_cost_routes, passable_cells, route_lines, step_km
from siting.screen.shared_routes import shared_km

N = np.nan

ESRI_COST = [
    [1, 3, 4, 4, 3, 2],
    [4, 6, 2, 3, 7, 6],
    [5, 8, 7, 5, 6, 6],
    [1, 4, 5, N, 5, 1],
    [4, 7, 5, N, 2, 6],
    [1, 2, 2, 1, 3, 4],
]
ESRI_SOURCES = {"first": [(0, 1), (0, 2), (1, 2)], "second": [(5, 0)]}
ESRI_RESULT = [
    [2.0, 0.0, 0.0, 4.0, 6.7, 9.2],
    [4.5, 4.0, 0.0, 2.5, 7.5, 13.1],
    [8.0, 7.1, 4.5, 4.9, 8.9, 12.7],
    [5.0, 7.5, 10.5, N, 10.6, 9.2],
    [2.5, 5.7, 6.4, N, 7.1, 11.1],
    [0.0, 1.5, 3.5, 5.0, 7.0, 10.5],
]
"""Published by ESRI: "How the cost distance tools work", ArcGIS Desktop help 9.2 and 10,
desktop.arcgis.com/en/arcmap/10.3/tools/spatial-analyst-toolbox/ (one decimal)."""

GRASS_COST = [
    [2, 2, 1, 1, 5, 5, 5],
    [2, 2, 8, 8, 5, 2, 1],
    [7, 1, 1, 8, 2, 2, 2],
    [8, 7, 8, 8, 8, 8, 5],
    [8, 8, 1, 1, 5, 3, 9],
    [8, 1, 1, 2, 5, 3, 9],
]
GRASS_RESULT = [
    [22, 21, 21, 20, 17, 15, 14],
    [20, 19, 22, 20, 15, 12, 11],
    [22, 18, 17, 18, 13, 11, 9],
    [21, 14, 13, 12, 8, 6, 6],
    [16, 13, 8, 7, 4, 0, 6],
    [14, 9, 8, 9, 6, 3, 8],
]
"""Published in the manual of GRASS r.cost, "EXAMPLES", output without -k (whole numbers),
grass.osgeo.org/grass-stable/manuals/r.cost.html; the start is row 4, column 5."""


def plane(rows, cols, step_m=1000.0):
    return Lattice("EPSG:6933", 0.0, rows * step_m, step_m, step_m, rows, cols, int(step_m))


def unit_terrain(cost):
    cost = np.asarray(cost, dtype=float)
    return Terrain(plane(*cost.shape), cost)


def cells(*places, cols, labels=None):
    return pd.Series([r * cols + c for r, c in places], index=labels)


def costs_everywhere(terrain, sources, **options):
    targets = pd.Series(np.arange(terrain.factor.size))
    routes = least_cost_routes(terrain, sources, targets, **options)
    return routes, routes.table["weighted_km"].to_numpy().reshape(terrain.factor.shape)


def cost_along(terrain, route):
    factor = terrain.factor.ravel()[route]
    return float((step_km(terrain, route) * (factor[:-1] + factor[1:]) / 2).sum())


def test_esri_cost_distance():
    terrain = unit_terrain(ESRI_COST)
    places = [(name, p) for name, some in ESRI_SOURCES.items() for p in some]
    sources = cells(*(p for _, p in places), cols=6, labels=[name for name, _ in places])
    routes, cost = costs_everywhere(terrain, sources)
    np.testing.assert_array_equal(np.round(cost, 1), np.array(ESRI_RESULT))
    source = routes.table["source"].to_numpy().reshape(6, 6)
    # 8.0 at the left edge of row 2 comes from below, 7.1 beside it from the upper right
    assert source[2, 0] == "second"
    assert source[2, 1] == "first"
    assert source[3, 3] is None
    # exact, from the arithmetic of that page: 1.414214 * (2 + 8) / 2
    assert cost[2, 1] == pytest.approx(np.sqrt(2) * 5, abs=1e-12)


def test_grass_r_cost():
    _, cost = costs_everywhere(unit_terrain(GRASS_COST), cells((4, 5), cols=7))
    np.testing.assert_array_equal(np.floor(cost + 0.5), np.array(GRASS_RESULT))


def test_scikit_image_documented_routes():
    """The example of skimage.graph.route_through_array: the diagonal, 9.19238815542512."""
    terrain = unit_terrain([[1, 3], [10, 12]])
    routes = least_cost_routes(terrain, cells((1, 1), cols=2), cells((0, 0), cols=2))
    assert routes.table["weighted_km"].iloc[0] == pytest.approx(9.19238815542512, abs=1e-14)
    assert routes.cells[0].tolist() == [0, 3]
    # the larger array of the same page, whose path is shown; its one cell of cost 0 is not allowed
    image = np.arange(36.0).reshape(6, 6)
    image[0, 0] = 1e-3
    shown = [(0, 0), (0, 1), (0, 2), (0, 3), (0, 4), (1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]
    routes = least_cost_routes(unit_terrain(image), cells((5, 5), cols=6), cells((0, 0), cols=6))
    assert routes.cells[0].tolist() == cells(*shown, cols=6).tolist()


@st.composite
def rasters(draw):
    shape = draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    values = st.one_of(st.just(np.nan), st.floats(0.125, 64, width=16))
    cost = draw(arrays(float, shape, elements=values))
    size = shape[0] * shape[1]
    sources = draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=4))
    return cost, sources


@given(rasters(), st.sampled_from([(1.0, 1.0), (2.0, 0.5)]))
@settings(max_examples=150, deadline=None)
def test_like_the_geometric_minimum_cost_path(case, steps):
    """Peer: skimage.graph.MCP_Geometric, also on cells that are not square."""
    skimage_graph = pytest.importorskip("skimage.graph")
    cost, source_cells = case
    rows, cols = cost.shape
    lattice = Lattice("EPSG:6933", 0, 0, steps[0] * 1e3, steps[1] * 1e3, rows, cols, 1000)
    terrain = Terrain(lattice, cost)
    routes, ours = costs_everywhere(terrain, pd.Series(source_cells))
    open_sources = [divmod(s, cols) for s in source_cells if np.isfinite(cost.flat[s])]
    if not open_sources:
        assert np.isnan(ours).all()
        return
    barrier = np.where(np.isnan(cost), -1, cost)
    peer = skimage_graph.MCP_Geometric(barrier, sampling=(steps[1], steps[0]))
    theirs, _ = peer.find_costs(open_sources)
    theirs[np.isnan(cost)] = np.inf
    np.testing.assert_allclose(np.where(np.isnan(ours), np.inf, ours), theirs, rtol=1e-12)
    for route, weighted, source in zip(
        routes.cells, ours.ravel(), routes.table["source"], strict=True
    ):
        if route.size:
            assert route[-1] == source_cells[source]
            assert cost_along(terrain, route) == pytest.approx(weighted, rel=1e-11)
        else:
            assert np.isnan(weighted)


def test_move_numbers_agree_with_the_moves():
    terrain = unit_terrain(np.ones((3, 3)))
    for number, (down, right) in enumerate(MOVES):
        there = (1 + down) * 3 + 1 + right
        assert step_km(terrain, np.array([4, there]))[0] == terrain.move_km[1, number]
        assert terrain.move_km[1, number] == pytest.approx(np.hypot(down, right))


def test_ties_follow_the_stated_order():
    terrain = unit_terrain(np.ones((3, 3)))
    # from the corner to the far knight's field: straight first, W before S before corners
    routes = least_cost_routes(terrain, cells((0, 0), cols=3), cells((1, 2), (2, 1), cols=3))
    assert [r.tolist() for r in routes.cells] == [[5, 4, 0], [7, 4, 0]]
    # 2 right, 2 down around a barrier: both ways cost the same, north comes first
    ring = unit_terrain([[1, 1, 1], [1, N, 1], [1, 1, 1]])
    routes = least_cost_routes(ring, cells((0, 0), cols=3), cells((2, 2), cols=3))
    assert routes.cells[0].tolist() == [8, 5, 1, 0]
    # two sources in one cell: the first; two as far away: the one in the first direction (W)
    both = cells((0, 0), (0, 0), (0, 2), cols=3, labels=["a", "b", "c"])
    routes = least_cost_routes(terrain, both, cells((0, 0), (0, 1), cols=3))
    assert routes.table["source"].tolist() == ["a", "a"]


def test_what_is_not_reached():
    terrain = unit_terrain([[1, N, 1], [1, N, 1]])
    sources = pd.Series([0, 1, -1], index=["land", "sea", "out"])
    targets = pd.Series([3, 2, 1, -1, 0], index=list("abcde"))
    routes = least_cost_routes(terrain, sources, targets)
    assert routes.table["source"].tolist() == ["land", None, None, None, "land"]
    assert routes.table["weighted_km"].tolist() == pytest.approx([1, N, N, N, 0], nan_ok=True)
    assert routes.table["ground_km"].tolist() == pytest.approx([1, N, N, N, 0], nan_ok=True)
    assert [r.tolist() for r in routes.cells] == [[3, 0], [], [], [], [0]]
    assert route_lines(routes).isna().tolist() == [False, True, True, True, True]
    none = least_cost_routes(terrain, sources.iloc[1:], targets)
    assert none.table["source"].isna().all()


def test_corner_between_two_barriers_is_open():
    """As in the peers: cells that touch at a corner are neighbours."""
    terrain = unit_terrain([[1, N], [N, 1]])
    routes = least_cost_routes(terrain, pd.Series([0]), pd.Series([3]))
    assert routes.table["weighted_km"].iloc[0] == pytest.approx(np.sqrt(2))


def test_bad_terrain_is_named_with_all_faults():
    with pytest.raises(InputError, match="shape") as caught:
        Terrain(plane(2, 2), np.array([[1.0, 0.0, -1.0]]))
    assert len(caught.value.problems) == 2
    with pytest.raises(InputError, match="million"):
        unit_terrain([[1e-3, 1e4]])
    assert Terrain(plane(1, 2), np.array([[N, np.inf]])).least_factor == np.inf


def test_mesh_steps_are_geodesics():
    lattice = mesh_lattice((139.0, 30.0, 140.0, 44.0), 1000)
    terrain = Terrain(lattice, np.ones(lattice.shape))
    geod = Geod(ellps="GRS80")
    for row in (0, 700, lattice.rows - 2):
        here = row * lattice.cols + 5
        neighbours = [here + 1, here + lattice.cols, here + lattice.cols - 1]
        lon, lat = lattice.centres(np.array([here, *neighbours]))
        ends = zip(lon[1:], lat[1:], strict=True)
        real = [geod.inv(lon[0], lat[0], x, y)[2] / 1e3 for x, y in ends]
        ours = [step_km(terrain, np.array([here, n]))[0] for n in neighbours]
        assert ours == pytest.approx(real, rel=1e-10)
    east = terrain.move_km[[0, -1], 2]
    assert east[0] < east[1] * 0.85  # a cell in the north is narrower
    assert np.isnan(terrain.move_km[0, [0, 4, 5]]).all()
    assert np.isnan(terrain.move_km[-1, [3, 6, 7]]).all()


def test_route_line_on_the_mesh_keeps_corners_only():
    lattice = mesh_lattice((139.0, 35.0, 139.1, 35.05), 1000)
    factor = np.full(lattice.shape, np.nan)
    factor[0, :] = factor[:, 0] = 1
    terrain = Terrain(lattice, factor)
    last = lattice.rows * lattice.cols - lattice.cols
    routes = least_cost_routes(terrain, pd.Series([lattice.cols - 1]), pd.Series([last], ["t"]))
    line = route_lines(routes)["t"]
    assert len(routes.cells[0]) == lattice.rows + lattice.cols - 2  # the corner is cut
    assert len(line.coords) == 4
    lon, lat = lattice.centres(routes.cells[0])
    assert line.coords[0] == pytest.approx((lon[0], lat[0]))
    assert line.coords[-1] == pytest.approx((lon[-1], lat[-1]))
    length = Geod(ellps="GRS80").geometry_length(line) / 1e3
    assert length == pytest.approx(routes.table["ground_km"]["t"], rel=1e-5)


def test_route_line_in_a_projection_keeps_every_cell():
    lattice = equal_area_lattice((139.0, 35.0, 139.1, 35.05), 1000)
    terrain = Terrain(lattice, np.ones(lattice.shape))
    routes = least_cost_routes(terrain, pd.Series([0]), pd.Series([5]))
    assert len(route_lines(routes).iloc[0].coords) == 6
    assert routes.table["ground_km"].iloc[0] == pytest.approx(5.0)


@pytest.mark.parametrize("limit_km", [2.0, 4.0, 8.0])
def test_windows_and_limit_change_no_route(limit_km):
    rng = np.random.default_rng(5)
    factor = rng.choice([0.5, 0.6, 4.0], (70, 90))
    factor[rng.random(factor.shape) < 0.25] = np.nan
    terrain = Terrain(plane(70, 90), factor)
    sources, targets = pd.Series(rng.choice(6300, 40)), pd.Series(rng.choice(6300, 300))
    free = least_cost_routes(terrain, sources, targets)
    whole = least_cost_routes(terrain, sources, targets, limit_km=limit_km)
    parts = least_cost_routes(terrain, sources, targets, limit_km=limit_km, whole_cells=10)
    within = (free.table["weighted_km"] <= limit_km).to_numpy()
    assert 0 < within.sum() < free.table["source"].notna().sum()
    for limited in (whole, parts):
        pd.testing.assert_frame_equal(limited.table[within], free.table[within])
        assert limited.table["source"][~within].isna().all()
        for member in np.flatnonzero(within):
            assert limited.cells[member].tolist() == free.cells[member].tolist()


def test_shared_routes_by_head():
    """A corridor to the east of the source and one to the south.

    a at the end of the corridor and b on it share b's way; c comes from the south; d sits in the
    source's cell; e is cut off.
    """
    terrain = unit_terrain(
        [
            [N, N, N, N, N, N],
            [2, 1, 1, 1, 1, N],
            [1, N, N, N, N, N],
            [1, N, N, N, N, N],
        ]
    )
    places = [(1, 4), (1, 2), (3, 0), (1, 0)]
    targets = cells(*places, cols=6, labels=list("abcd"))
    targets["e"] = 5
    routes = least_cost_routes(terrain, cells((1, 0), cols=6, labels=["s"]), targets)
    shared = shared_km(routes)
    assert shared.table["shared_km"].tolist() == pytest.approx([2, 2, 0, 0, N], nan_ok=True)
    assert shared.table["shared_with"].tolist() == [("b",), ("a",), (), (), ()]
    joint = shared.joint.loc["s"]
    assert joint["targets"] == 4
    assert joint["separate_km"] == pytest.approx(4 + 2 + 2)
    assert joint["joint_km"] == pytest.approx(4 + 2)
    # corridor 3 km at 1 and the last at (1 + 2) / 2; the door 1 km at 1 and 1 km at 1.5
    assert joint["joint_weighted_km"] == pytest.approx(3 + 1.5 + 1 + 1.5)


@given(rasters(), st.lists(st.integers(0, 80), min_size=1, max_size=8))
@settings(max_examples=100, deadline=None)
def test_shared_routes_against_counting_pairs(case, wanted):
    cost, source_cells = case
    terrain = unit_terrain(cost)
    targets = pd.Series([t % cost.size for t in wanted])
    routes = least_cost_routes(terrain, pd.Series(source_cells), targets)
    shared = shared_km(routes)
    pairs = [{frozenset(p) for p in pairwise(r)} for r in routes.cells]
    km = {p: step_km(terrain, np.array(sorted(p)))[0] for some in pairs for p in some}
    for own, some in enumerate(pairs):
        others = [i for i, them in enumerate(pairs) if i != own and some & them]
        assert list(shared.table["shared_with"][own]) == others
        in_common = {p for p in some if any(p in pairs[i] for i in others)}
        found = shared.table["shared_km"][own]
        if routes.cells[own].size:
            assert found == pytest.approx(sum(km[p] for p in in_common))
        else:
            assert np.isnan(found)
    assert shared.joint["joint_km"].sum() == pytest.approx(sum(km.values()))
    assert (shared.joint["joint_km"] <= shared.joint["separate_km"] + 1e-9).all()


def test_no_targets_at_all():
    routes = least_cost_routes(unit_terrain([[1.0]]), pd.Series([0]), pd.Series([], dtype="int64"))
    assert routes.table.empty
    assert shared_km(routes).joint.empty


def test_places_in_barriers_move_to_the_nearest_open_cell():
    lattice = mesh_lattice((139.0, 35.0, 139.0625, 35.0 + 1 / 60), 1000)
    terrain = Terrain(lattice, np.array([[1, N, N, N, N], [1, N, N, N, N]]))
    moved, km = passable_cells(terrain, np.array([0, 1, 2, 4, -1]), within_km=2.8)
    assert moved.tolist() == [0, 0, 0, -1, -1]
    assert km[0] == 0
    # 45 seconds of longitude at 35 degrees, ellipsoid against sphere
    assert km[1:3] == pytest.approx([1.1405, 2.281], rel=0.005)
    assert np.isnan(km[3:]).all()
    nowhere, _ = passable_cells(unit_terrain([[N, N]]), np.array([0, 1]), within_km=9)
    assert nowhere.tolist() == [-1, -1]
