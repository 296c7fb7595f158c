import math
from itertools import pairwise

import jismesh.utils as jismesh
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod, Transformer
from shapely.geometry import box
from shapely.ops import unary_union

from data.lattice import equal_area_lattice, mesh_lattice
from data.mesh import PARTS, mesh_cells

TOKYO = (139.70, 35.62, 139.80, 35.72)
GEOD = Geod(ellps="GRS80")
LEVELS = sorted(PARTS)

boxes = st.tuples(
    st.floats(123, 150), st.floats(21, 44), st.floats(0.002, 0.15), st.floats(0.002, 0.15)
).map(lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3]))


def all_cells(lattice):
    return np.arange(lattice.rows * lattice.cols)


def test_one_third_mesh_in_halves():
    lattice = mesh_lattice((139.76, 35.68, 139.77, 35.69), 500)
    assert lattice.shape == (4, 4)
    assert lattice.bounds == pytest.approx((139.75, 35 + 2 / 3 + 1 / 120, 139.775, 35.6916667))
    # north-west third mesh is 53394620: its halves 3, 4 stand above 1, 2
    assert lattice.codes(np.array([0, 1, 4, 5])).tolist() == [
        533946203, 533946204, 533946201, 533946202]  # fmt: skip


@pytest.mark.parametrize(("cell_m", "level"), [(1000, 3), (500, 4), (250, 5)])
def test_codes_and_centres_agree_with_an_independent_program(cell_m, level):
    lattice = mesh_lattice(TOKYO, cell_m)
    cells = all_cells(lattice)
    lon, lat = lattice.centres(cells)
    assert (lattice.codes(cells) == jismesh.to_meshcode(lat, lon, level).astype(np.int64)).all()
    south, west = jismesh.to_meshpoint(lattice.codes(cells), 0.5, 0.5)
    assert lon == pytest.approx(west, abs=1e-9)
    assert lat == pytest.approx(south, abs=1e-9)


@given(boxes, st.sampled_from(LEVELS))
@settings(max_examples=40, deadline=None)
def test_lattice_covers_its_box_and_no_more_than_a_third_mesh_beyond(bounds, cell_m):
    lattice = mesh_lattice(bounds, cell_m)
    west, south, east, north = lattice.bounds
    tiny = 1e-9
    assert west <= bounds[0] + tiny
    assert south <= bounds[1] + tiny
    assert east >= bounds[2] - tiny
    assert north >= bounds[3] - tiny
    assert bounds[0] - west < 1 / 80 + tiny
    assert north - bounds[3] < 1 / 120 + tiny
    assert all(each % PARTS[cell_m] == 0 for each in lattice.shape)


@given(boxes)
@settings(max_examples=15, deadline=None)
def test_levels_nest(bounds):
    lattices = [mesh_lattice(bounds, cell_m) for cell_m in LEVELS]
    for lattice in lattices:
        assert lattice.bounds == pytest.approx(lattices[0].bounds, abs=1e-9)


@given(boxes, st.sampled_from((1000, 250)), st.integers(1, 40))
@settings(max_examples=40, deadline=None)
def test_blocks_tile_the_lattice(bounds, cell_m, side):
    lattice = mesh_lattice(bounds, cell_m)
    seen = np.zeros(lattice.shape, dtype=int)
    for row0, row1, col0, col1 in lattice.blocks(side):
        assert 0 < row1 - row0 <= side
        assert 0 < col1 - col0 <= side
        seen[row0:row1, col0:col1] += 1
    assert (seen == 1).all()


@given(boxes, st.sampled_from(LEVELS), st.data())
@settings(max_examples=40, deadline=None)
def test_windows_agree_with_the_whole(bounds, cell_m, data):
    lattice = mesh_lattice(bounds, cell_m)
    row0 = data.draw(st.integers(0, lattice.rows - 1))
    col0 = data.draw(st.integers(0, lattice.cols - 1))
    row1 = data.draw(st.integers(row0 + 1, min(lattice.rows, row0 + 5)))
    col1 = data.draw(st.integers(col0 + 1, min(lattice.cols, col0 + 5)))
    part = lattice.window(row0, row1, col0, col1)
    rows, cols = np.mgrid[row0:row1, col0:col1]
    flat = (rows * lattice.cols + cols).ravel()
    assert part.codes(all_cells(part)).tolist() == lattice.codes(flat).tolist()
    for ours, theirs in zip(part.centres(all_cells(part)), lattice.centres(flat), strict=True):
        assert ours == pytest.approx(theirs, abs=1e-9)
    assert part.row_km2 == pytest.approx(lattice.row_km2[row0:row1], rel=1e-6)


@given(boxes, st.sampled_from(LEVELS), st.integers(0, 2**31))
@settings(max_examples=40, deadline=None)
def test_points_fall_into_the_cell_that_holds_them(bounds, cell_m, seed):
    lattice = mesh_lattice(bounds, cell_m)
    rng = np.random.default_rng(seed)
    cells = rng.integers(0, lattice.rows * lattice.cols, 20)
    lon, lat = lattice.centres(cells)
    move_x, move_y = rng.uniform(-0.499, 0.499, (2, 20))
    found = lattice.cells_at(lon + move_x * lattice.step_x, lat + move_y * lattice.step_y)
    assert found.tolist() == cells.tolist()


def test_points_outside_are_minus_one():
    lattice = mesh_lattice(TOKYO, 1000)
    west, south, east, north = lattice.bounds
    tiny = 1e-6
    lon = [west - tiny, east + tiny, 139.75, 139.75]
    lat = [35.65, 35.65, south - tiny, north + tiny]
    assert lattice.cells_at(lon, lat).tolist() == [-1] * 4


def test_corner_points_belong_to_the_north_east_cell_as_in_the_standard():
    # a mesh holds its south and west edges; corners of all meshes, printed with twelve digits
    lattice = mesh_lattice((139.0, 35.0, 140.0, 36.0), 250)
    cells = np.random.default_rng(0).integers(0, lattice.rows * lattice.cols, 5_000)
    south, west = jismesh.to_meshpoint(lattice.codes(cells), 0, 0)
    assert (lattice.cells_at(np.round(west, 12), np.round(south, 12)) == cells).all()


def zone_km2(south, north, width_deg):
    """Ground between two parallels: the closed form of the ellipsoid's authalic latitude."""
    a, f = 6_378_137.0, 1 / 298.257222101
    e = math.sqrt(f * (2 - f))

    def q(lat):
        s = math.sin(math.radians(lat))
        return (1 - e * e) * (s / (1 - (e * s) ** 2) + math.atanh(e * s) / e)

    return a * a / 2 * math.radians(width_deg) * (q(north) - q(south)) / 1e6


@pytest.mark.parametrize("cell_m", LEVELS)
@pytest.mark.parametrize("south", [24.0, 35.0, 45.0])
def test_area_of_cells_in_closed_form(cell_m, south):
    lattice = mesh_lattice((140.0, south, 140.1, south + 0.1), cell_m)
    edges = lattice.north - lattice.step_y * np.arange(lattice.rows + 1)
    expected = [zone_km2(low, top, lattice.step_x) for top, low in pairwise(edges)]
    assert lattice.row_km2 == pytest.approx(expected, rel=1e-6)


def test_third_mesh_of_tokyo_has_about_a_square_kilometre():
    assert mesh_lattice(TOKYO, 1000).row_km2 == pytest.approx(1.046, abs=0.003)


def test_steps_in_km_against_geodesics():
    lattice = mesh_lattice(TOKYO, 250)
    east, north = lattice.row_step_km
    lat = lattice.centres(np.arange(lattice.rows) * lattice.cols)[1]
    for row in (0, lattice.rows - 1):
        metres = GEOD.inv(139.7, lat[row], 139.7 + lattice.step_x, lat[row])[2]
        assert east[row] == pytest.approx(metres / 1000, rel=1e-6)
    assert (east * north) == pytest.approx(lattice.row_km2, rel=1e-5)


def test_equal_area_cells_have_their_area_on_the_ground():
    lattice = equal_area_lattice((139.0, 35.0, 141.0, 37.0), 5000)
    assert not lattice.is_mesh
    assert (lattice.row_km2 == 25.0).all()
    to_degrees = Transformer.from_crs(lattice.crs, 4326, always_xy=True)
    for row, col in [(0, 0), (0, lattice.cols - 1), (lattice.rows // 2, lattice.cols // 2)]:
        square = box(*lattice.window(row, row + 1, col, col + 1).bounds).segmentize(500)
        x, y = square.exterior.xy
        lon, lat = to_degrees.transform(x, y)
        area = abs(GEOD.polygon_area_perimeter(lon, lat)[0]) / 1e6
        assert area == pytest.approx(25.0, rel=1e-5)
    assert (lattice.codes(np.array([0, 1])) == 0).all()


@given(boxes, st.sampled_from((100, 1000, 2500)))
@settings(max_examples=25, deadline=None)
def test_equal_area_lattice_covers_its_box_and_finds_its_points(bounds, cell_m):
    lattice = equal_area_lattice(bounds, cell_m)
    west, south, east, north = bounds
    lon = np.array([west, east, west, east, (west + east) / 2])
    lat = np.array([south, south, north, north, (south + north) / 2])
    assert (lattice.cells_at(lon, lat) >= 0).all()
    assert lattice.west % cell_m == pytest.approx(0)
    cells = np.random.default_rng(0).integers(0, lattice.rows * lattice.cols, 10)
    assert lattice.cells_at(*lattice.centres(cells)).tolist() == cells.tolist()


def test_cells_as_polygons_make_the_whole():
    lattice = mesh_lattice((139.76, 35.68, 139.80, 35.70), 1000)
    squares = [
        box(*lattice.window(row, row + 1, col, col + 1).bounds)
        for row, col in np.ndindex(lattice.shape)
    ]
    whole = unary_union(squares)
    assert sum(each.area for each in squares) == pytest.approx(whole.area)
    assert whole.bounds == pytest.approx(lattice.bounds)
    rows, cols = mesh_cells(lattice.codes(all_cells(lattice)), 1000)
    assert (np.diff(rows.reshape(lattice.shape), axis=0) == -1).all()  # north first
    assert (np.diff(cols.reshape(lattice.shape), axis=1) == 1).all()


def test_transform_is_that_of_the_bounds():
    lattice = mesh_lattice(TOKYO, 500)
    west, south, east, north = lattice.bounds
    assert lattice.transform @ (0, 0) == pytest.approx((west, north))
    assert lattice.transform @ (lattice.cols, lattice.rows) == pytest.approx((east, south))
