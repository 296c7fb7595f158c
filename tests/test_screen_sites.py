"""Sites: what is asked of them, what is counted, and their outlines."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data.crs import WGS84_EPSG
from data.lattice import equal_area_lattice, mesh_lattice
from siting.screen.cells import Cells
from siting.screen.score import Scores
from siting.screen.sites import Wishes, campus_polygon, find_sites, site_means, site_values

N = np.nan
ALL = Wishes(
    need_ha=80.0,
    most=100,
    most_per_area=None,
    spacing_km=0.0,
    least_score=0.0,
    max_km=30.0,
    cluster_ha=30.0,
    cluster_km=10.0,
    require_cluster=False,
    diagonal=False,
)
NO_POINTS = pd.DataFrame({"lon": [], "lat": [], "voltage_kv": []}, dtype=float)
MESH = mesh_lattice((140.0, 36.0, 140.05, 36.05), 1000)
"""6 rows and 4 columns, each cell about 104 ha."""


def wishes(**changes):
    return Wishes(**{name: getattr(ALL, name) for name in ALL.__dataclass_fields__} | changes)


def cells_of(lattice=MESH, area=None, land_share=None):
    size = lattice.rows * lattice.cols
    share = np.ones(size) if land_share is None else np.asarray(land_share, dtype=float).ravel()
    names = np.full(size, "tokyo") if area is None else np.asarray(area).ravel()
    return Cells(lattice, np.arange(size), share, np.full(size, "08"), names)


def scores_of(**criteria):
    """Each keyword is a criterion with (weight, scores)."""
    by_criterion = np.array([np.ravel(s) for _, s in criteria.values()], dtype=np.float32)
    weights = np.array([weight for weight, _ in criteria.values()], dtype=float)
    return Scores(tuple(criteria), by_criterion, weights)


def falling(lattice=MESH):
    """Scores that fall from cell to cell."""
    return np.linspace(1, 0.4, lattice.rows * lattice.cols)


def sites_of(cells=None, scores=None, usable=None, points=NO_POINTS, **asked):
    cells = cells_of() if cells is None else cells
    scores = scores_of(only=(1.0, falling())) if scores is None else scores
    share = None if usable is None else np.asarray(usable, dtype=np.float32).ravel()
    is_open = np.ones(len(cells), dtype=bool)
    return find_sites(cells, is_open, scores, share, points, wishes(**asked))


def test_what_is_known_of_a_site():
    found = sites_of(need_ha=150.0, most=2)
    table = found.table
    row_ha = MESH.row_km2[0] * 100
    assert found.members[0].tolist() == [0, 1]
    assert table["rank"].tolist() == [1, 2]
    assert table["cells"].tolist() == [2, 2]
    assert table["open_ha"].iloc[0] == pytest.approx(2 * row_ha)
    assert table["usable_ha"].isna().all()
    assert table["score"].iloc[0] == pytest.approx((falling()[0] + falling()[1]) / 2)
    assert table["lon"].iloc[0] == pytest.approx(140.00625)
    assert table["lat"].iloc[0] == pytest.approx(36.05 - 1 / 240)
    assert set(table["area"]) == {"tokyo"}
    assert set(table["prefecture_code"]) == {"08"}


def test_land_that_a_layer_does_not_know_is_no_land():
    usable = np.full(24, np.nan)
    usable[[0, 1, 4, 5]] = 0.5
    found = sites_of(need_ha=180.0, usable=usable)
    assert [sorted(at) for at in found.members] == [[0, 1, 4, 5]]
    assert found.table["usable_ha"].iloc[0] == pytest.approx(found.table["open_ha"].iloc[0] / 2)
    assert len(sites_of(need_ha=220.0, usable=usable).table) == 0


def test_part_of_a_cell_is_part_of_the_land():
    share = np.ones(24)
    share[0] = 0.1
    found = sites_of(cells_of(land_share=share), most=1, need_ha=20.0)
    assert found.members[0].tolist() == [0, 1]
    row_ha = MESH.row_km2[0] * 100
    assert found.table["open_ha"].iloc[0] == pytest.approx(1.1 * row_ha)
    # its score is a mean by land
    mean = (0.1 * falling()[0] + falling()[1]) / 1.1
    assert found.table["score"].iloc[0] == pytest.approx(mean, rel=1e-6)


def test_sites_are_ranked_by_their_own_mean_not_by_their_seed():
    score = np.full(24, 0.5)
    score[0], score[1], score[4] = 1.0, 0.0, 0.0  # alone in bad land
    score[22], score[23] = 0.9, 0.9
    found = sites_of(scores=scores_of(only=(1.0, score)), need_ha=150.0, most=2)
    assert [at[0] for at in found.members] == [22, 0]
    assert found.table["score"].round(3).tolist() == [0.9, 0.5]
    assert found.by_criterion.round(3).tolist() == [[np.float32(0.9), 0.5]]


def test_criteria_that_know_nothing_are_left_out_and_said():
    known, rare = np.full(24, 0.6), np.full(24, np.nan)
    rare[0] = 0.9
    found = sites_of(scores=scores_of(known=(3.0, known), rare=(1.0, rare)))
    best, other = found.table.iloc[0], found.table.iloc[1]
    assert best["score"] == pytest.approx((3 * 0.6 + 0.9) / 4)
    assert best["known_weight_share"] == 1.0
    assert other["score"] == pytest.approx(0.6)
    assert other["known_weight_share"] == 0.75
    assert np.isnan(found.by_criterion[1, 1])


def test_land_without_any_score_is_no_site():
    assert len(sites_of(scores=scores_of(only=(1.0, np.full(24, N)))).table) == 0


def test_closed_and_bad_land_is_no_part_of_a_site():
    is_open = np.ones(24, dtype=bool)
    is_open[0] = False
    scores = scores_of(only=(1.0, falling()))
    found = find_sites(cells_of(), is_open, scores, None, NO_POINTS, wishes(least_score=0.9))
    good = np.flatnonzero(falling() >= 0.9)
    assert sorted(at[0] for at in found.members) == good[1:].tolist()


def test_sites_lie_within_reach_of_the_grid():
    west = pd.DataFrame({"lon": [140.00625], "lat": [36.05 - 1 / 240], "voltage_kv": [66.0]})
    found = sites_of(points=west, max_km=1.2)
    # itself, its neighbours in east and south
    assert sorted(at[0] for at in found.members) == [0, 1, 4]


def test_most_sites_of_an_area():
    area = np.array([["tokyo"] * 2 + ["tohoku"] * 2] * 6)
    found = sites_of(cells_of(area=area), most_per_area=3)
    assert found.table["area"].value_counts().to_dict() == {"tokyo": 3, "tohoku": 3}
    assert [at[0] for at in found.members] == [0, 1, 2, 3, 4, 6]


def test_a_seed_that_finds_no_land_does_not_use_up_its_area():
    """The one site of the area must not be lost to a cell whose land another has taken."""
    score = np.full(24, N)
    # west to east: a site of the other area takes the middle; cell 2 is then alone
    score[[0, 1, 2]] = 0.86, 0.9, 0.85
    score[[16, 17]] = 0.5, 0.5
    area = np.full(24, "tohoku")
    area[1] = "tokyo"
    scores = scores_of(only=(1.0, score))
    found = sites_of(cells_of(area=area), scores, need_ha=150.0, most_per_area=1)
    assert [at.tolist() for at in found.members] == [[1, 0], [16, 17]]


def test_the_cluster_rule_counts_land_around_the_seed():
    score = np.full(24, N)
    score[[0, 1, 23]] = 0.9, 0.9, 0.95
    scores = scores_of(only=(1.0, score))
    rule = {"cluster_km": 1.5, "cluster_ha": 150.0}
    found = sites_of(scores=scores, **rule)
    assert found.table["in_cluster"].tolist() == [False, True, True]
    kept = sites_of(scores=scores, require_cluster=True, **rule)
    assert [at[0] for at in kept.members] == [0, 1]


def test_keys_stay_the_same_and_name_the_cell():
    assert sites_of(most=1).table.index[0] == f"m{MESH.codes(np.array([0]))[0]}"
    lattice = equal_area_lattice((140.0, 36.0, 140.05, 36.05), 1000)
    scores = scores_of(only=(1.0, falling(lattice)[::-1]))
    last = lattice.rows * lattice.cols - 1
    key = sites_of(cells_of(lattice), scores, most=1).table.index[0]
    assert key == f"r{last // lattice.cols}c{last % lattice.cols}"


def test_no_site_at_all_has_all_columns():
    found, some = sites_of(need_ha=1e6), sites_of()
    assert len(found.table) == 0
    assert list(found.table.columns) == list(some.table.columns)
    assert found.by_criterion.shape == (1, 0)
    assert len(found.polygons) == 0
    assert found.polygons.crs == WGS84_EPSG


def test_means_by_land():
    numbers = np.array([[1, 3, N], [N, N, N]], dtype=np.float32)
    land = np.array([1.0, 3.0, 5.0])
    members = [np.array([0, 1]), np.array([2]), np.array([1, 2])]
    means = site_means(numbers, members, land)
    assert means[0].tolist() == [2.5, pytest.approx(N, nan_ok=True), 3.0]
    assert np.isnan(means[1]).all()
    values = site_values({"a": numbers[0]}, members, land)
    assert values["a"].iloc[[0, 2]].tolist() == [2.5, 3.0]
    assert site_values({}, members, land).shape == (3, 0)


@st.composite
def connected(draw):
    """A connected set of cells, grown step by step."""
    rows, cols = 12, 16
    at = draw(st.integers(0, rows * cols - 1))
    members = [at]
    for step in draw(st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from("NSWE")))):
        row, col = divmod(members[step[0] % len(members)], cols)
        row += {"N": -1, "S": 1}.get(step[1], 0)
        col += {"W": -1, "E": 1}.get(step[1], 0)
        if 0 <= row < rows and 0 <= col < cols:
            members.append(row * cols + col)
    return np.array(list(dict.fromkeys(members)))


@given(connected(), st.floats(138, 141), st.floats(34, 38))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_the_outline_of_connected_cells_is_one_area(members, west, south):
    lattice = mesh_lattice((west, south, west + 0.19, south + 0.09), 1000)
    cells = cells_of(lattice.window(0, 12, 0, 16))
    outline = campus_polygon(cells, members)
    assert outline.geom_type == "Polygon"
    assert outline.is_valid
    assert outline.area == pytest.approx(len(members) / 80 / 120, rel=1e-9)
    lon, lat = cells.centre
    inside = shapely.contains_xy(outline, lon, lat)
    assert np.flatnonzero(inside).tolist() == sorted(members.tolist())


def test_outline_in_a_projection_keeps_its_size_on_the_ground():
    lattice = equal_area_lattice((140.0, 36.0, 140.3, 36.3), 1000)
    cells = cells_of(lattice)
    first = np.array([0, 1, lattice.cols, lattice.cols + 1])
    outline = gpd.GeoSeries([campus_polygon(cells, first)], crs=WGS84_EPSG).to_crs(lattice.crs)
    assert outline.area[0] == pytest.approx(4e6, rel=1e-6)
    assert outline.bounds.loc[0].to_numpy() == pytest.approx(
        [lattice.west, lattice.north - 2000, lattice.west + 2000, lattice.north], abs=0.1
    )
