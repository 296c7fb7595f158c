"""Shares of cells that areas cover, against intersections made by shapely."""

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data.coverage import covered_cells, covered_share, on_lattice
from data.lattice import Lattice, equal_area_lattice

ROWS, COLS = 4, 5
LATTICE = Lattice("EPSG:6668", 139.0, 36.0, 1 / 80, 1 / 120, ROWS, COLS, 1000)
CELL = LATTICE.step_x * LATTICE.step_y

corner = st.tuples(st.floats(-0.2, 1.2), st.floats(-0.2, 1.2))


def cell_boxes(lattice=LATTICE):
    col, row = np.meshgrid(np.arange(lattice.cols), np.arange(lattice.rows))
    west = lattice.west + col * lattice.step_x
    north = lattice.north - row * lattice.step_y
    return shapely.box(west, north - lattice.step_y, west + lattice.step_x, north).reshape(-1)


def shares_by_shapely(shape, lattice=LATTICE):
    boxes = cell_boxes(lattice)
    return shapely.area(shapely.intersection(boxes, shape)) / shapely.area(boxes)


def on_cells(pairs, area):
    share = np.zeros(ROWS * COLS)
    own = pairs[pairs["area"] == area]
    share[own["cell"]] = own["share"]
    return share


def placed(points):
    """Corners given in shares of the lattice."""
    west, south, east, north = LATTICE.bounds
    return [(west + x * (east - west), south + y * (north - south)) for x, y in points]


@given(st.lists(corner, min_size=3, max_size=7))
@settings(max_examples=60, deadline=None)
def test_shares_are_the_intersections(points):
    hull = shapely.MultiPoint(placed(points)).convex_hull
    if hull.geom_type != "Polygon" or hull.area < 1e-6 * CELL:
        return
    pairs = covered_cells([hull], LATTICE)
    np.testing.assert_allclose(on_cells(pairs, 0), shares_by_shapely(hull), atol=1e-6)
    assert (pairs["share"] > 0).all()


def test_random_areas_keep_their_names_and_holes():
    rng = np.random.default_rng(4)
    west, south, east, north = LATTICE.bounds
    places = rng.uniform((west, south), (east, north), (8, 2))
    rings = [
        shapely.difference(shapely.Point(p).buffer(0.02), shapely.Point(p).buffer(0.007))
        for p in places
    ]
    shapes = [shapely.Point(139.01, 35.99), rings[0], shapely.LineString(places[:2]), *rings[1:]]
    pairs = covered_cells(shapes, LATTICE)
    assert set(pairs["area"]) <= {1, *range(3, 10)}
    for area in {1, *range(3, 10)}:
        wanted = shares_by_shapely(shapes[area])
        np.testing.assert_allclose(on_cells(pairs, area), wanted, atol=1e-6)


@given(st.lists(st.tuples(corner, st.floats(0.02, 0.5)), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_overlaps_count_once(circles):
    shapes = [
        shapely.Point(placed([middle])[0]).buffer(radius * 0.05, quad_segs=3)
        for middle, radius in circles
    ]
    share = covered_share(shapes, LATTICE)
    np.testing.assert_allclose(share, shares_by_shapely(shapely.union_all(shapes)), atol=1e-6)
    assert share.max() <= 1


def test_the_same_area_twice_covers_no_more():
    box = shapely.box(139.0, 35.995, 139.005, 36.0)
    once = covered_share([box], LATTICE)
    assert once[0] == pytest.approx(0.4 * 0.6)
    np.testing.assert_array_equal(covered_share([box, box, box], LATTICE), once)


def test_whole_cells_and_neighbours_that_are_only_touched():
    whole = cell_boxes()[7]
    pairs = covered_cells([whole], LATTICE)
    assert pairs[pairs["share"] > 1e-9]["cell"].tolist() == [7]
    assert pairs.set_index("cell")["share"][7] == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(
    "shapes",
    [
        [],
        [shapely.Point(139.01, 35.99)],
        [shapely.box(0, 0, 1, 1)],
        [shapely.Polygon()],
        [shapely.LineString([(139, 35.9), (139.1, 36)])],
    ],
)
def test_nothing_covers_nothing(shapes):
    assert covered_cells(shapes, LATTICE).empty
    assert not covered_share(shapes, LATTICE).any()


def test_an_area_around_all_covers_all():
    np.testing.assert_allclose(covered_share([shapely.box(130, 30, 150, 40)], LATTICE), 1)


def test_metres_of_an_equal_area_grid():
    lattice = equal_area_lattice((139.0, 35.9, 139.1, 36.0), 1000)
    square = geopandas.GeoSeries([shapely.box(139.02, 35.92, 139.06, 35.97)], crs=4326)
    share = covered_share(on_lattice(square, lattice).to_numpy(), lattice)
    flat = square.to_crs(lattice.crs)
    assert share.sum() * 1e6 == pytest.approx(flat.area[0], rel=1e-6)
    wanted = shares_by_shapely(flat[0], lattice)
    np.testing.assert_allclose(share, wanted, atol=1e-6)


def test_the_mesh_takes_degrees_as_they_are():
    square = geopandas.GeoSeries([shapely.box(139.02, 35.92, 139.06, 35.97)], crs=4326)
    assert on_lattice(square, LATTICE) is square
