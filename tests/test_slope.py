from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pyproj import Geod

from data.own_cells import OwnCells
from data.slope import SlopeSource, metres_per_degree, slope_percent

ALL = (-1e9, -1e9, 1e9, 1e9)


@dataclass(frozen=True)
class Held:
    crs: str
    cells: OwnCells
    values: np.ndarray

    @property
    def bounds(self):
        return self.cells.bounds

    def window(self, bounds):
        row0, row1, col0, col1 = self.cells.touched(bounds)
        part = self.cells.part(row0, row1, col0, col1)
        values = self.values[row0:row1, col0:col1]
        return (values if values.size else np.empty((0, 0))), part.transform


def on_plane(values, step=10.0, crs="EPSG:6677"):
    values = np.asarray(values, dtype=float)
    return SlopeSource(Held(crs, OwnCells(0.0, 0.0, step, step, *values.shape), values))


@given(st.floats(-2, 2), st.floats(-2, 2), st.floats(1, 50))
@settings(max_examples=30, deadline=None)
def test_plane_has_its_slope_everywhere(rise_x, rise_y, step):
    row, col = np.indices((5, 6))
    heights = rise_x * col * step - rise_y * row * step
    size = np.full(3, step)
    expected = 100 * np.hypot(rise_x, rise_y)
    assert slope_percent(heights, size, size) == pytest.approx(expected, abs=1e-6)


def test_one_cell_by_hand():
    # Horn's own weights: only the east edge is high, (1 + 2 + 1) * 8 / (8 * 10)
    heights = [[0, 0, 8], [0, 0, 8], [0, 0, 8]]
    size = np.array([10.0])
    assert slope_percent(np.array(heights, float), size, size).tolist() == [[40.0]]
    # a single corner: gx = gy = 8 / 80, so 100 * sqrt(2) / 10
    heights = np.array([[0, 0, 8], [0, 0, 0], [0, 0, 0]], float)
    assert slope_percent(heights, size, size)[0, 0] == pytest.approx(10 * 2**0.5)


def horn_in_loops(heights, step):
    rows, cols = heights.shape
    result = np.full(heights.shape, np.nan)
    for r in range(1, rows - 1):
        for c in range(1, cols - 1):
            (a, b, cc), (d, e, f), (g, h, i) = heights[r - 1 : r + 2, c - 1 : c + 2].tolist()
            gx = ((cc + 2 * f + i) - (a + 2 * d + g)) / (8 * step)
            gy = ((a + 2 * b + cc) - (g + 2 * h + i)) / (8 * step)
            result[r, c] = 100 * (gx * gx + gy * gy) ** 0.5 + 0 * e
    return result


heights_with_gaps = arrays(
    float, (6, 7), elements=st.one_of(st.integers(0, 300).map(float), st.just(np.nan))
)


@given(heights_with_gaps)
@settings(max_examples=40, deadline=None)
def test_agrees_with_loops_and_needs_nine_known_heights(heights):
    values, _ = on_plane(heights).window(ALL)
    # the plane system stretches the map by 1/10,000 at its origin
    assert values == pytest.approx(horn_in_loops(heights, 10.0), rel=3e-4, nan_ok=True)


@given(heights_with_gaps, st.integers(0, 5), st.integers(1, 6), st.integers(0, 6))
@settings(max_examples=40, deadline=None)
def test_windows_agree_with_the_whole(heights, row, rows, col):
    source = on_plane(heights)
    whole, _ = source.window(ALL)
    box = (col * 10.0, -(row + rows) * 10.0, col * 10.0 + 15.0, -row * 10.0)
    part, transform = source.window(box)
    assert (transform.c, transform.f) == (col * 10.0, -row * 10.0)
    expected = whole[row : row + rows, col : col + 2]
    assert np.array_equal(part, expected, equal_nan=True)


def test_degrees_become_metres_by_latitude():
    step = 0.4 / 3600
    cells = OwnCells(139.0, 36.0, step, step, 40, 40)
    lon = 139.0 + step * (np.arange(40) + 0.5)
    geod = Geod(ellps="GRS80")
    for lat_top in (25.0, 36.0, 45.0):
        cells = OwnCells(139.0, lat_top, step, step, 40, 40)
        _, _, metre = geod.inv(139.0, lat_top, 140.0, lat_top)  # a bit less than along the circle
        heights = np.tile((lon - 139.0) * metre * 0.1, (40, 1))
        values, _ = SlopeSource(Held("EPSG:6668", cells, heights)).window(ALL)
        assert values[20, 20] == pytest.approx(10.0, rel=1e-4)


def test_metres_of_a_degree_against_geodesics():
    geod = Geod(ellps="GRS80")
    for lat in (0.0, 26.0, 36.0, 45.5):
        east, north = metres_per_degree(np.array(lat))
        assert geod.inv(0, lat, 1e-4, lat)[2] == pytest.approx(float(east) * 1e-4, rel=1e-8)
        assert geod.inv(0, lat - 5e-5, 0, lat + 5e-5)[2] == pytest.approx(
            float(north) * 1e-4, rel=1e-8
        )


def test_mercator_stretch_is_taken_out():
    lat = 45.0
    step, y = 10.0, 5_621_521.486  # y of 45 N on the sphere of the map
    cells = OwnCells(15_500_000.0, y + 50.0, step, step, 10, 10)
    heights = np.tile(np.arange(10) * 1.0, (10, 1))  # 1 m a cell of 10 m on the map
    values, _ = SlopeSource(Held("EPSG:3857", cells, heights)).window(ALL)
    ground_m = step / 6_378_137.0 * 180 / np.pi * float(metres_per_degree(np.array(lat))[0])
    assert ground_m == pytest.approx(step * np.cos(np.radians(lat)), rel=2e-3)
    assert values[5, 5] == pytest.approx(100 / ground_m, rel=1e-4)


def test_nothing_there_is_an_empty_window():
    assert on_plane(np.zeros((3, 3))).window((500, 500, 600, 600))[0].shape == (0, 0)
