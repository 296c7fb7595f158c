"""The cells of a study: land, prefectures, supply areas, windows."""

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.lattice import Lattice
from siting.scenario_layers import StudyGrid
from siting.screen.cells import Cells, prefecture_polygons, study_cells

CHIBA, SHIZUOKA, FUKUI = "12", "22", "18"


@pytest.fixture(scope="module")
def japan():
    return study_cells(StudyGrid(), None)


@pytest.fixture(scope="module")
def flat_km2():
    """Land of each prefecture in an equal-area projection, edges followed closely."""
    frame = prefecture_polygons()
    flat = frame.geometry.segmentize(0.02).to_crs("+proj=cea +ellps=GRS80")
    return flat.area.set_axis(frame["code"]) / 1e6


def at(cells, lat, lon):
    position = cells.position_of(cells.lattice.cells_at([lon], [lat]))[0]
    assert position >= 0, f"no land at {lat}, {lon}"
    return cells.prefecture[position], cells.area[position]


def boundary(*shapes):
    return geopandas.GeoDataFrame(geometry=list(shapes), crs=4326)


def test_land_of_japan_is_that_of_an_equal_area_projection(japan, flat_km2):
    assert japan.land_km2.sum() == pytest.approx(flat_km2.sum(), rel=2e-5)
    assert 370_000 < len(japan) < 390_000
    assert japan.land_share.min() > 0
    assert japan.land_share.max() <= 1
    assert (np.diff(japan.cell) > 0).all()


def test_land_of_each_prefecture(japan, flat_km2):
    """Border cells go whole to the prefecture with most of them, so sums differ by little."""
    km2 = geopandas.pd.Series(japan.land_km2).groupby(japan.prefecture).sum()
    assert set(km2.index) == set(flat_km2.index)  # no cell without a prefecture
    assert ((km2 / flat_km2 - 1).abs() < 0.01).all()


@pytest.mark.parametrize(
    ("lat", "lon", "prefecture", "area"),
    [
        (35.8, 140.14, "12", "tokyo"),  # Inzai
        (35.119, 138.918, "22", "tokyo"),  # Mishima, east of the Fuji river
        (35.16, 138.68, "22", "tokyo"),  # Fuji city
        (34.976, 138.383, "22", "chubu"),  # Shizuoka city
        (34.71, 137.73, "22", "chubu"),  # Hamamatsu
        (35.65, 136.06, "18", "hokuriku"),  # Tsuruga, north of the Reinan line
        (35.495, 135.75, "18", "kansai"),  # Obama, Reinan
        (35.48, 135.6, "18", "kansai"),  # Takahama, Reinan
        (43.17, 141.32, "01", "hokkaido"),  # Ishikari
        (26.33, 127.8, "47", "okinawa"),
        (34.81, 135.57, "27", "kansai"),  # Ibaraki of Osaka
        (33.88, 130.87, "40", "kyushu"),  # Kitakyushu
    ],
)
def test_known_places(japan, lat, lon, prefecture, area):
    assert at(japan, lat, lon) == (prefecture, area)


def test_areas_of_a_divided_prefecture_only_there(japan):
    areas = {
        code: set(japan.area[japan.prefecture == code]) for code in np.unique(japan.prefecture)
    }
    divided = {code: names for code, names in areas.items() if len(names) > 1}
    assert divided[SHIZUOKA] == {"tokyo", "chubu"}
    assert divided[FUKUI] == {"hokuriku", "kansai"}
    assert set(areas[CHIBA]) == {"tokyo"}
    assert len(divided) == 2
    assert "" not in set(japan.area)


def test_coast_of_a_divided_prefecture_goes_with_the_land_behind_it(japan):
    """Cells whose middle is at sea: Hamamatsu and Omaezaki are chubu, Wakasa is kansai."""
    lon = japan.centre[0]
    west_shizuoka = (japan.prefecture == SHIZUOKA) & (lon < 138.4)
    assert set(japan.area[west_shizuoka & (japan.land_share < 0.3)]) == {"chubu"}
    reinan = (japan.prefecture == FUKUI) & (lon < 135.9)
    assert set(japan.area[reinan & (japan.land_share < 0.3)]) == {"kansai"}


@pytest.mark.parametrize("cell_m", [1000, 500])
def test_both_grids_agree_on_land(cell_m, flat_km2):
    bounds = (140.0, 35.5, 140.5, 35.9)
    mesh = study_cells(StudyGrid(cell_m=cell_m, bounds=bounds), None)
    plane = study_cells(StudyGrid(mesh="equal_area", cell_m=cell_m, bounds=bounds), None)
    land = prefecture_polygons().geometry.union_all().intersection(shapely.box(*bounds))
    exact = geopandas.GeoSeries([land], crs=4326).segmentize(0.01).to_crs("+proj=cea +ellps=GRS80")
    assert mesh.land_km2.sum() == pytest.approx(exact.area[0] / 1e6, rel=1e-5)
    # a long edge is straight in degrees or in metres, not in both
    assert plane.land_km2.sum() == pytest.approx(mesh.land_km2.sum(), rel=1e-3)


def test_a_box_that_cuts_cells_takes_only_its_own_land():
    bounds = (140.203, 35.602, 140.209, 35.607)
    for mesh in ("jis", "equal_area"):
        cells = study_cells(StudyGrid(mesh=mesh, bounds=bounds), None)
        box = geopandas.GeoSeries([shapely.box(*bounds)], crs=4326).to_crs(6933)
        assert cells.land_km2.sum() == pytest.approx(box.area[0] / 1e6, rel=1e-3)


def test_one_prefecture(flat_km2):
    cells = study_cells(StudyGrid(prefectures=(CHIBA,)), None)
    assert cells.land_km2.sum() == pytest.approx(flat_km2[CHIBA], rel=2e-5)
    is_own = cells.prefecture == CHIBA
    # cells on the border may belong to the neighbour by the larger part
    assert cells.land_km2[~is_own].sum() < 0.01 * flat_km2[CHIBA]


def test_finer_cells_hold_the_same_land(flat_km2):
    km2 = [
        study_cells(StudyGrid(prefectures=("13",), cell_m=m), None).land_km2.sum()
        for m in (1000, 250)
    ]
    assert km2[0] == pytest.approx(km2[1], rel=1e-6)


def test_land_in_two_areas_of_a_boundary_counts_once():
    one, two = shapely.box(140.2, 35.6, 140.206, 35.604), shapely.box(140.2, 35.6, 140.205, 35.604)
    alone = study_cells(StudyGrid(boundary="own"), boundary(one))
    both = study_cells(StudyGrid(boundary="own"), boundary(one, two))
    assert both.land_km2.sum() == pytest.approx(alone.land_km2.sum(), rel=1e-9)
    assert alone.land_share.tolist() == pytest.approx([0.006 * 80 * 0.004 * 120], rel=1e-6)


def test_a_boundary_abroad_has_land_but_no_prefecture():
    cells = study_cells(
        StudyGrid(mesh="equal_area", boundary="own"), boundary(shapely.box(10, 50, 10.1, 50.1))
    )
    flat = boundary(shapely.box(10, 50, 10.1, 50.1)).segmentize(0.01).to_crs(6933)
    assert cells.land_km2.sum() == pytest.approx(flat.area[0] / 1e6, rel=1e-3)
    assert set(cells.prefecture) == {""}
    assert set(cells.area) == {""}


def test_a_boundary_within_a_prefecture_keeps_to_both():
    around = shapely.box(139.5, 35.4, 140.4, 35.9)  # Chiba, Tokyo and Kanagawa
    cells = study_cells(StudyGrid(boundary="own", prefectures=(CHIBA,)), boundary(around))
    land = prefecture_polygons().set_index("code").geometry[CHIBA].intersection(around)
    exact = geopandas.GeoSeries([land], crs=4326).to_crs(6933).area[0] / 1e6
    assert cells.land_km2.sum() == pytest.approx(exact, rel=1e-4)


@pytest.mark.parametrize("mesh", ["jis", "equal_area"])
def test_a_box_around_the_world_is_the_land_in_it(mesh):
    grid = StudyGrid(mesh=mesh, cell_m=1000, bounds=(-180, -90, 180, 90), prefectures=(CHIBA,))
    without = StudyGrid(mesh=mesh, cell_m=1000, prefectures=(CHIBA,))
    assert len(study_cells(grid, None)) == len(study_cells(without, None))


def test_no_land_is_refused():
    with pytest.raises(InputError, match="some land"):
        study_cells(StudyGrid(bounds=(145, 30, 146, 31)), None)
    with pytest.raises(InputError, match="some land"):
        study_cells(StudyGrid(boundary="own"), boundary(shapely.Point(140, 35)))


@pytest.mark.parametrize("box", [(60, -40, 110, 60), (-180, -80, 180, 80)])
def test_too_many_cells_are_refused_before_they_are_made(box):
    grid = StudyGrid(mesh="equal_area", cell_m=50, boundary="own")
    with pytest.raises(InputError, match="at most 60,000,000 land cells") as caught:
        study_cells(grid, boundary(shapely.box(*box)))
    assert "Take larger cells" in str(caught.value)


@given(
    st.integers(1, 40),
    st.integers(1, 40),
    st.integers(1, 17),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=60, deadline=None)
def test_blocks_tile_the_cells(rows, cols, side, seed):
    rng = np.random.default_rng(seed)
    cell = np.flatnonzero(rng.random(rows * cols) < 0.5)
    lattice = Lattice("EPSG:6668", 139.0, 36.0, 1 / 80, 1 / 120, rows, cols, 1000)
    empty = np.full(len(cell), "", dtype="<U2")
    cells = Cells(lattice, cell, np.ones(len(cell)), empty, empty)
    count = np.zeros(len(cell), dtype=int)
    lon, lat = cells.centre
    for block in cells.blocks(side):
        count[block.position] += 1
        assert max(block.lattice.shape) <= side
        here = block.lattice.centres(block.local)
        np.testing.assert_allclose(here, (lon[block.position], lat[block.position]), atol=1e-9)
        np.testing.assert_allclose((block.lon, block.lat), here, atol=1e-9)
        whole = np.arange(block.lattice.rows * block.lattice.cols)
        np.testing.assert_array_equal(block.take(whole), block.local)
    assert (count == 1).all()


def test_cells_are_found_again(japan):
    some = np.arange(0, len(japan), 997)
    np.testing.assert_array_equal(japan.position_of(japan.cell[some]), some)
    gaps = np.setdiff1d(np.arange(japan.cell[0], japan.cell[0] + 5000), japan.cell)
    assert (japan.position_of(gaps) == -1).all()
    last = japan.lattice.rows * japan.lattice.cols - 1
    if japan.cell[-1] != last:
        assert japan.position_of(np.array([last])).tolist() == [-1]
    none = Cells(japan.lattice, japan.cell[:0], *[np.zeros(0)] * 3)
    assert none.position_of(np.array([3])).tolist() == [-1]
    assert list(none.blocks()) == []
