import tracemalloc
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from affine import Affine
from exactextract import exact_extract
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from data import resample
from data.errors import InputError
from data.lattice import Lattice, equal_area_lattice, mesh_lattice
from data.layer import LayerOptions
from data.own_cells import OwnCells
from data.raster import read_raster
from data.resample import (
    class_shares_on,
    extreme_on,
    known_share_on,
    majority_on,
    mean_on,
    same_system,
)

UNKNOWN = np.nan
PLANE = "EPSG:6677"


@dataclass(frozen=True)
class Held:
    """A source of cells that lie in memory."""

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


def held(values, *, west=0.0, north=0.0, step=1.0, crs=PLANE):
    values = np.asarray(values, dtype=float)
    return Held(crs, OwnCells(west, north, step, step, *values.shape), values)


def squares(rows, cols, *, west=0.0, north=0.0, step=2.0, crs=PLANE):
    return Lattice(crs, west, north, step, step, rows, cols, 1)


def by_hand(source, lattice):
    """Shared area of each study cell with each own cell, by polygons."""
    own = source.cells
    areas = np.zeros((*lattice.shape, own.rows, own.cols))
    for at in np.ndindex(areas.shape):
        row, col, own_row, own_col = at
        study = box(*lattice.window(row, row + 1, col, col + 1).bounds)
        cell = box(*own.part(own_row, own_row + 1, own_col, own_col + 1).bounds)
        areas[at] = study.intersection(cell).area
    return areas / (lattice.step_x * lattice.step_y)


def test_four_cells_in_one():
    source = held([[1, 2], [3, UNKNOWN]])
    lattice = squares(1, 1)
    assert mean_on(source, lattice).tolist() == [[2.0]]
    assert known_share_on(source, lattice).tolist() == [[0.75]]
    assert extreme_on(source, lattice, "max").tolist() == [[3.0]]
    assert extreme_on(source, lattice, "min").tolist() == [[1.0]]
    assert mean_on(source, lattice).dtype == np.float32


def test_halves_of_cells_count_half():
    # the study cell runs from 0.5 to 2.5: half of own cell 0, all of 1, half of 2
    source = held([[10, 20, 60]])
    lattice = squares(1, 1, west=0.5, north=0.0)
    assert mean_on(source, lattice).tolist() == [[(5 + 20 + 30) / 2]]
    assert known_share_on(source, lattice).tolist() == [[0.5]]  # the lower half has no cells


def test_coarse_cells_give_their_value_to_all_inside():
    source = held([[5, 7]], step=4.0)
    assert mean_on(source, squares(2, 4)).tolist() == [[5, 5, 7, 7]] * 2
    # a study cell astride the border takes both by area
    assert mean_on(source, squares(1, 1, west=3.0)).tolist() == [[6.0]]


def test_outside_and_unknown_are_nan_not_zero():
    source = held([[UNKNOWN, UNKNOWN, 1, 1]])
    lattice = squares(1, 4, north=2.0)
    for values in (mean_on(source, lattice), extreme_on(source, lattice, "max")):
        assert np.isnan(values).tolist() == [[True, True, True, True]]  # it lies above
    means = mean_on(source, squares(1, 4))
    assert means.tolist()[0] == pytest.approx([UNKNOWN, 1, UNKNOWN, UNKNOWN], nan_ok=True)


def test_shares_and_majority_are_of_what_is_known():
    source = held([[1, 1, 2, UNKNOWN], [1, 2, UNKNOWN, UNKNOWN]])
    lattice = squares(1, 3)
    shares = class_shares_on(source, lattice, [1, 2, 3])
    assert shares[:, 0, 0].tolist() == [0.75, 0.25, 0.0]
    assert shares[:, 0, 1].tolist() == [0.0, 1.0, 0.0]
    assert np.isnan(shares[:, 0, 2]).all()
    assert majority_on(source, lattice).tolist()[0] == pytest.approx([1, 2, UNKNOWN], nan_ok=True)


def test_smallest_number_of_equal_classes():
    assert majority_on(held([[9, 4], [4, 9]]), squares(1, 1)).tolist() == [[4.0]]


def test_numbers_are_no_classes():
    with pytest.raises(InputError, match="different values"):
        majority_on(held(np.arange(400.0).reshape(20, 20)), squares(10, 10))


cases = st.tuples(
    st.integers(0, 2**32 - 1),
    st.floats(-3, 3),
    st.floats(-3, 3),
    st.floats(0.3, 3.0),
    st.floats(0.0, 0.9),
)


@given(cases)
@settings(max_examples=25, deadline=None)
def test_same_system_is_exact_against_polygons(case):
    seed, west, north, step, gaps = case
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 4, (4, 5)).astype(float)
    values[rng.random(values.shape) < gaps] = UNKNOWN
    source = held(values, west=west, north=north, step=step)
    lattice = squares(3, 3, step=1.7)
    areas = by_hand(source, lattice)
    areas[areas < 1e-5] = 0.0  # slivers are rounding on either side
    known = np.isfinite(values)
    share = (areas * known).sum(axis=(2, 3))
    with np.errstate(invalid="ignore"):
        mean = (areas * np.where(known, values, 0)).sum(axis=(2, 3)) / share
    assert known_share_on(source, lattice) == pytest.approx(share, abs=1e-4)
    assert mean_on(source, lattice)[share > 1e-3] == pytest.approx(mean[share > 1e-3], abs=1e-2)
    touched = np.where((areas > 1e-4) & known, values, -1).max(axis=(2, 3))
    largest = np.nan_to_num(extreme_on(source, lattice, "max"), nan=-1)
    clear = ~((areas > 0) & (areas <= 1e-4)).any(axis=(2, 3))
    assert largest[clear].tolist() == touched[clear].tolist()
    classes = np.array([(areas * (values == each)).sum(axis=(2, 3)) for each in range(4)])
    shares = class_shares_on(source, lattice, range(4)) * known_share_on(source, lattice)
    assert np.nan_to_num(shares) == pytest.approx(classes, abs=1e-4)


def random_raster(path, crs, transform, shape, *, seed=0, smooth=False):
    rng = np.random.default_rng(seed)
    values = rng.random(shape).astype("float32")
    if smooth:
        row, col = np.indices(shape)
        values = (np.sin(row / 40) + np.cos(col / 55) + 0.01 * col).astype("float32")
    values[rng.random(shape) < 0.2] = -9999
    profile = {"driver": "GTiff", "height": shape[0], "width": shape[1], "count": 1}
    profile |= {"dtype": "float32", "crs": crs, "transform": transform, "nodata": -9999}
    with rasterio.open(path, "w", **profile) as dataset:
        dataset.write(values, 1)
    return read_raster([path], LayerOptions()).source


def extracted(path, lattice, crs, op):
    """The same by an independent program, study cells as polygons of the raster's system."""
    cells = [
        box(*lattice.window(row, row + 1, col, col + 1).bounds)
        for row, col in np.ndindex(lattice.shape)
    ]
    frame = gpd.GeoDataFrame(geometry=gpd.GeoSeries(cells, crs=lattice.crs).segmentize(
        lattice.step_x / 20)).to_crs(crs)  # fmt: skip
    with rasterio.open(path) as dataset:
        table = exact_extract(dataset, frame, [op], output="pandas")
    return table[op].to_numpy(dtype=float).reshape(lattice.shape)


@pytest.mark.parametrize("crs", ["EPSG:6668", "EPSG:4326", "EPSG:4612"])
def test_degrees_agree_with_exactextract(tmp_path, crs):
    path = tmp_path / "a.tif"
    place = Affine(0.000731, 0, 139.013, 0, -0.000557, 35.987)
    source = random_raster(path, crs, place, (150, 170))
    lattice = mesh_lattice((139.0, 35.9, 139.15, 36.0), 1000)
    expected = extracted(path, lattice, crs, "mean")
    means = mean_on(source, lattice)
    assert np.isnan(means).tolist() == np.isnan(expected).tolist()
    assert means == pytest.approx(expected, abs=2e-5, nan_ok=True)


@pytest.mark.parametrize(
    ("crs", "place"),
    [
        ("EPSG:6677", Affine(50, 0, -78_000, 0, -50, 2_000)),
        ("EPSG:32654", Affine(50, 0, 316_000, 0, -50, 3_990_000)),
        ("EPSG:3857", Affine(60, 0, 15_470_000, 0, -60, 4_310_000)),
    ],
)
def test_warp_of_fine_cells_differs_little_from_exactextract(tmp_path, crs, place):
    path = tmp_path / "a.tif"
    source = random_raster(path, crs, place, (330, 330), smooth=True)
    lattice = mesh_lattice((139.0, 35.9, 139.15, 36.0), 1000)
    expected = extracted(path, lattice, crs, "mean")
    means = mean_on(source, lattice)
    both = np.isfinite(expected) & (known_share_on(source, lattice) > 0.5)
    assert both.sum() > 50
    spread = np.nanstd(expected)
    assert np.abs(means - expected)[both].max() < 0.003 * spread
    noisy = random_raster(path, crs, place, (330, 330), seed=3)
    expected = extracted(path, lattice, crs, "mean")
    # white noise, the worst there is, of standard deviation 0.29 in cells of 50 m
    assert np.abs(mean_on(noisy, lattice) - expected)[both].max() < 0.005


def test_warp_of_coarse_cells_gives_the_area_mean(tmp_path):
    path = tmp_path / "a.tif"
    source = random_raster(path, PLANE, Affine(3_000, 0, -78_000, 0, -3_000, 2_000), (6, 6))
    lattice = mesh_lattice((139.0, 35.9, 139.15, 36.0), 1000)
    expected = extracted(path, lattice, PLANE, "mean")
    means = mean_on(source, lattice)
    both = np.isfinite(expected) & np.isfinite(means)
    error = np.abs(means - expected)[both]
    assert both.sum() > 50
    assert np.median(error) < 1e-5  # inside one own cell
    assert error.mean() < 0.02


def test_warp_brings_classes_and_extremes_too(tmp_path):
    # classes in halves: west of x = -70,000 it is 1, east of it 2
    values = np.where(np.arange(320) < 160, 1.0, 2.0) * np.ones((320, 1))
    source = held(values, west=-78_000.0, north=2_000.0, step=50.0)
    lattice = mesh_lattice((139.0, 35.87, 139.12, 35.99), 1000)
    share = known_share_on(source, lattice)
    ones, twos = class_shares_on(source, lattice, [1, 2]) * share
    inside = share > 0.999
    assert inside.sum() > 60
    assert (ones + twos)[inside] == pytest.approx(1.0, abs=1e-3)
    frame = gpd.GeoSeries([box(-78_000, -14_000, -70_000, 2_000)], crs=PLANE).segmentize(500)
    west = frame.to_crs(6668).iloc[0]
    cells = [box(*lattice.window(r, r + 1, c, c + 1).bounds) for r, c in np.ndindex(lattice.shape)]
    expected = np.array([cell.intersection(west).area / cell.area for cell in cells])
    assert np.nan_to_num(ones).ravel() == pytest.approx(expected, abs=0.02)
    most = majority_on(source, lattice)
    assert (most == np.where(ones > twos, 1, 2))[inside].all()
    assert set(np.unique(extreme_on(source, lattice, "max")[inside])) == {1.0, 2.0}


def test_equal_area_study_takes_degrees(tmp_path):
    lattice = equal_area_lattice((139.0, 35.9, 139.1, 36.0), 1000)
    cells = OwnCells(138.5, 36.5, 0.002, 0.002, 500, 500)
    lat = 36.5 - 0.002 * (np.arange(500) + 0.5)
    source = Held("EPSG:6668", cells, np.repeat(lat[:, None], 500, axis=1))
    _, centre = lattice.centres(np.arange(lattice.rows * lattice.cols))
    assert mean_on(source, lattice).ravel() == pytest.approx(centre, abs=2e-4)


def test_blocks_change_nothing(monkeypatch):
    rng = np.random.default_rng(5)
    values = rng.integers(0, 5, (90, 110)).astype(float)
    values[rng.random(values.shape) < 0.3] = UNKNOWN
    source = held(values, west=-3.3, north=4.4, step=0.77)
    lattice = squares(30, 40, step=1.9)
    once = [mean_on(source, lattice), extreme_on(source, lattice, "min"),
            majority_on(source, lattice)]  # fmt: skip
    monkeypatch.setattr(resample, "MOST_OWN_CELLS", 200)
    monkeypatch.setattr(resample, "BLOCK", 7)
    parts = [mean_on(source, lattice), extreme_on(source, lattice, "min"),
             majority_on(source, lattice)]  # fmt: skip
    for whole, part in zip(once, parts, strict=True):
        assert part == pytest.approx(whole, abs=1e-6, nan_ok=True)


def test_windows_of_the_study_agree_with_the_whole():
    rng = np.random.default_rng(6)
    source = held(rng.random((50, 50)), west=0.4, north=-0.3)
    lattice = squares(20, 20)
    whole = mean_on(source, lattice)
    for row0, row1, col0, col1 in lattice.blocks(6):
        part = mean_on(source, lattice.window(row0, row1, col0, col1))
        assert part == pytest.approx(whole[row0:row1, col0:col1], abs=1e-6, nan_ok=True)


def test_memory_is_bounded_however_large_the_source(monkeypatch):
    @dataclass(frozen=True)
    class Endless:
        crs = PLANE
        cells = OwnCells(0.0, 0.0, 1.0, 1.0, 20_000, 20_000)
        bounds = cells.bounds

        def window(self, bounds):
            part = self.cells.part(*self.cells.touched(bounds))
            assert part.rows * part.cols <= 300_000
            return np.ones((part.rows, part.cols)), part.transform

    monkeypatch.setattr(resample, "MOST_OWN_CELLS", 250_000)
    lattice = squares(4, 20, step=250.0)
    tracemalloc.start()
    assert (mean_on(Endless(), lattice) == 1).all()
    assert tracemalloc.get_traced_memory()[1] < 40e6
    tracemalloc.stop()
    with pytest.raises(InputError, match="in one cell of the study"):
        mean_on(Endless(), squares(2, 2, step=5000.0))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("EPSG:6668", "EPSG:4326", True),
        ("EPSG:4612", "EPSG:6668", True),
        ("EPSG:6697", "EPSG:6668", True),
        ("OGC:CRS84", "EPSG:6668", True),
        ("EPSG:4301", "EPSG:6668", False),  # the old Tokyo datum lies 400 m off
        ("EPSG:6677", "EPSG:6678", False),
        ("EPSG:3857", "EPSG:6668", False),
    ],
)
def test_which_systems_count_as_one(one, other, same):
    assert same_system(one, other) is same
    assert same_system(other, one) is same
