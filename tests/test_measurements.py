"""What is measured at the cells of a small made county, against brute force, and what is kept."""

import json
import shutil
from dataclasses import dataclass

import geopandas
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from affine import Affine

from data.errors import InputError
from grid.latency import great_circle_km
from siting.scenario_file import load_scenario
from siting.screen import cells as cells_module
from siting.screen import measurements
from siting.screen.cells import study_cells
from siting.screen.layer_files import layer_files
from siting.screen.measurements import measure_all
from siting.screen.open_layers import OpenLayers
from siting.screen.store import Store
from siting.screen.wanted import Wanted, all_wanted
from tests.small_studies import SMALL

WEST, SOUTH, EAST, NORTH = 140.0, 35.55, 140.2, 35.7
"""16 columns and 18 rows of 1 km cells, all of it land of Chiba but for a corner of the bay."""

FINE = 10
"""Own cells of the rasters along one side of a study cell."""

SCREEN = """
screen:
  grid: {bounds: [140.0, 35.55, 140.2, 35.7]}
  layers:
    slope: {file: slope.tif}
    cover: {file: cover.tif}
    utm: {file: utm.tif}
    flood: {file: flood.geojson}
    stations: {file: stations.geojson}
    lines: {file: lines.geojson}
    price: {file: flood.geojson, column: depth}
    later: {file: later.gpkg, needed: false}
  exclude:
    steep: {layer: slope, above: 20}
    wet: {layer: flood, overlap_above: 0.2}
    unseen: {layer: later, overlap_above: 0}
  score:
    power: {layer: lines, measure: distance_km, linear: [20, 0], weight: 2}
    flat: {layer: slope, linear: [30, 0]}
"""


@dataclass
class County:
    """A folder of layers with their contents at hand."""

    folder: object
    slope: np.ndarray
    cover: np.ndarray
    flood: geopandas.GeoDataFrame
    stations: geopandas.GeoDataFrame
    lines: geopandas.GeoDataFrame


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("county")
    rng = np.random.default_rng(7)
    rows, cols = 18 * FINE, 16 * FINE
    slope = rng.gamma(2, 6, (rows, cols)).astype(np.float32)
    slope[rng.random((rows, cols)) < 0.2] = np.nan
    slope[20:40, 30:50] = np.nan  # four whole cells unknown
    cover = rng.integers(1, 4, (rows, cols)).astype(np.uint8)
    cover[:, :10] = 0  # unknown
    write_raster(folder / "slope.tif", slope, np.nan)
    write_raster(folder / "cover.tif", cover, 0, colours={1: (9, 9, 9), 2: (1, 2, 3), 3: (0, 9, 0)})
    write_utm(folder / "utm.tif", rng)
    flood = made_areas(rng)
    stations = made_points(rng)
    lines = made_lines(rng)
    for name, frame in {"flood": flood, "stations": stations, "lines": lines}.items():
        frame.to_file(folder / f"{name}.geojson", driver="GeoJSON", COORDINATE_PRECISION=15)
    (folder / "scenario.yaml").write_text(SMALL + SCREEN, encoding="utf-8")
    return County(folder, slope, cover, flood, stations, lines)


def write_raster(path, values, nodata, colours=None):
    transform = Affine(1 / 80 / FINE, 0, WEST, 0, -1 / 120 / FINE, NORTH)
    shape = {"height": values.shape[0], "width": values.shape[1], "count": 1}
    kind = {"driver": "GTiff", "dtype": values.dtype, "crs": "EPSG:6668", "nodata": nodata}
    with rasterio.open(path, "w", transform=transform, **shape, **kind) as file:
        file.write(values, 1)
        if colours:
            file.write_colormap(1, colours)


def write_utm(path, rng):
    """A raster of 90 m in metres, for warping."""
    values = rng.random((260, 260)).astype(np.float32)
    transform = Affine(90, 0, 404_000, 0, -90, 3_954_000)
    shape = {"height": 260, "width": 260, "count": 1, "dtype": "float32"}
    with rasterio.open(
        path, "w", driver="GTiff", crs="EPSG:6691", transform=transform, **shape
    ) as file:
        file.write(values, 1)


def made_areas(rng):
    middles = rng.uniform((WEST, SOUTH), (EAST, NORTH), (12, 2))
    shapes = [shapely.Point(p).buffer(rng.uniform(0.004, 0.02), quad_segs=4) for p in middles]
    depth = [0.5, 3.0, np.nan, 1.0, 5.0, 0.5, 3.0, 10.0, 1.0, 2.0, 0.25, 7.0]
    kind = ["river", "sea", "river", None, "pond", "sea", "river", "river", "sea", "pond"]
    rank = [10_000_001, 10_000_002] * 6
    table = {"depth": depth, "kind": [*kind, "sea", "sea"], "rank": rank}
    return geopandas.GeoDataFrame(table, geometry=shapes, crs=4326)


def made_points(rng):
    places = shapely.points(rng.uniform((WEST, SOUTH), (EAST, NORTH), (5, 2)))
    pair = shapely.MultiPoint([(140.03, 35.68), (140.17, 35.56)])
    table = {"value": [20.0, np.nan, 22.0, 23.0, 24.0, 25.0], "kind": list("abcabc")}
    return geopandas.GeoDataFrame(table, geometry=[*places, pair], crs=4326)


def made_lines(rng):
    shapes = [
        shapely.LineString(rng.uniform((WEST, SOUTH), (EAST, NORTH), (3, 2))) for _ in range(3)
    ]
    return geopandas.GeoDataFrame({"kv": [66, 154, 275]}, geometry=shapes, crs=4326)


@pytest.fixture(scope="module")
def cells(made):
    scenario = load_scenario(made.folder / "scenario.yaml")
    return study_cells(scenario.screen.grid, None)


def opened(folder, *sets):
    scenario = load_scenario(folder / "scenario.yaml", None, sets)
    files = {each.name: each for each in layer_files(scenario, scenario.screen, None)}
    return scenario.screen, OpenLayers(files, (139.0, 34.5, 141.2, 36.7))


def ask(layer, kind, where=None, column=None, stat="mean", buffer_km=0.0):
    return Wanted(layer, kind, json.dumps(where or {}), column, stat, buffer_km)


def measure(made, cells, *wanted, store=None):
    _, layers = opened(made.folder)
    found = measure_all(wanted, cells, layers, store or Store(None))
    return [found.numbers[each] for each in wanted]


def fine_blocks(made_values, cells):
    """Own cells of each study cell, shape (cells, FINE * FINE)."""
    rows, cols = (n // FINE for n in made_values.shape)
    blocks = made_values.reshape(rows, FINE, cols, FINE).swapaxes(1, 2)
    row0 = round((NORTH - cells.lattice.north) * 120)
    col0 = round((cells.lattice.west - WEST) * 80)
    return blocks[cells.row + row0, cells.col + col0].reshape(len(cells), -1)


def boxes(cells):
    west = cells.lattice.west + cells.col * cells.lattice.step_x
    north = cells.lattice.north - cells.row * cells.lattice.step_y
    return shapely.box(west, north - cells.lattice.step_y, west + cells.lattice.step_x, north)


def shares(cells, shape):
    own = boxes(cells)
    return shapely.area(shapely.intersection(own, shape)) / shapely.area(own)


# rasters


def test_mean_and_extremes_of_a_raster(made, cells):
    asked = [ask("slope", "value", stat=stat) for stat in ("mean", "max", "min")]
    mean, largest, smallest = measure(made, cells, *asked)
    parts = pd.DataFrame(fine_blocks(made.slope, cells).astype(float))
    np.testing.assert_allclose(mean, parts.mean(axis=1), rtol=1e-5)
    np.testing.assert_allclose(largest, parts.max(axis=1))
    np.testing.assert_allclose(smallest, parts.min(axis=1))
    assert np.isnan(mean).sum() == 4  # unknown, not zero


def test_classes_of_a_raster(made, cells):
    majority, share = measure(
        made, cells, ask("cover", "class"), ask("cover", "overlap", {"class": [1, 3]})
    )
    parts = fine_blocks(made.cover, cells)
    counts = np.stack([(parts == value).sum(axis=1) for value in (1, 2, 3)])
    known = counts.sum(axis=0) > 0
    assert 0 < known.sum() < len(cells)
    np.testing.assert_array_equal(majority[known], counts.argmax(axis=0)[known] + 1)
    np.testing.assert_allclose(share[known], (counts[0] + counts[2])[known] / 100, atol=1e-6)
    assert np.isnan(majority[~known]).all()
    assert np.isnan(share[~known]).all()


def test_a_class_named_twice_counts_once(made, cells):
    once, twice = measure(
        made,
        cells,
        ask("cover", "overlap", {"class": [3]}),
        ask("cover", "overlap", {"class": [3, 3.0, "3"]}),
    )
    np.testing.assert_array_equal(once, twice)


@pytest.mark.parametrize(
    "wanted",
    [
        ask("slope", "distance_km"),
        ask("slope", "overlap", {"class": [1]}),
        ask("slope", "overlap"),
        ask("cover", "value"),
        ask("cover", "overlap"),
        ask("cover", "overlap", {"class": ["rice"]}),
        ask("cover", "overlap", {"class": [1]}, buffer_km=1),
        ask("slope", "value", {"class": [1]}),
        ask("slope", "value", column="depth"),
        ask("flood", "value", column="dephts"),
        ask("flood", "value", column="kind"),
        ask("flood", "overlap", {"tiefe": [1]}),
        ask("lines", "value", column="kv"),
        ask("lines", "overlap"),
        ask("stations", "overlap"),
    ],
)
def test_what_a_layer_cannot_answer_is_refused(made, cells, wanted):
    with pytest.raises(InputError) as caught:
        measure(made, cells, wanted)
    assert len(caught.value.problems) == 1


# features


def test_overlap_counts_each_ground_once(made, cells):
    whole, rivers = measure(
        made, cells, ask("flood", "overlap"), ask("flood", "overlap", {"kind": ["river"]})
    )
    np.testing.assert_allclose(whole, shares(cells, made.flood.union_all()), atol=1e-6)
    own = made.flood[made.flood["kind"] == "river"].union_all()
    np.testing.assert_allclose(rivers, shares(cells, own), atol=1e-6)


def test_a_filter_tells_long_numbers_apart(made, cells):
    (share,) = measure(made, cells, ask("flood", "overlap", {"rank": [10_000_001]}))
    own = made.flood[made.flood["rank"] == 10_000_001].union_all()
    np.testing.assert_allclose(share, shares(cells, own), atol=1e-6)


def test_a_filter_that_nothing_passes_covers_nothing_and_is_no_distance(made, cells):
    share, km = measure(
        made,
        cells,
        ask("flood", "overlap", {"kind": ["glacier"]}),
        ask("flood", "distance_km", {"kind": ["glacier"]}),
    )
    assert not share.any()
    assert np.isnan(km).all()


@pytest.mark.parametrize(("layer", "km"), [("flood", 0.5), ("lines", 1.0), ("stations", 2.0)])
def test_overlap_with_a_buffer(made, cells, layer, km):
    (share,) = measure(made, cells, ask(layer, "overlap", buffer_km=km))
    plane = "+proj=laea +lat_0=35.6 +lon_0=140.1 +R=6371008.8 +units=m"
    frame = getattr(made, layer)
    wide = frame.to_crs(plane).buffer(km * 1000, quad_segs=32).to_crs(4326).union_all()
    wanted = shares(cells, wide)
    assert 0.1 < wanted.mean() < 0.9
    np.testing.assert_allclose(share, wanted, atol=0.012)
    assert share.sum() == pytest.approx(wanted.sum(), rel=0.006)


def test_value_of_areas(made, cells):
    asked = [ask("flood", "value", column="depth", stat=stat) for stat in ("mean", "max", "min")]
    mean, largest, smallest = measure(made, cells, *asked)
    known = made.flood.dropna(subset="depth")
    covers = np.stack([shares(cells, shape) for shape in known.geometry])
    touched = covers > 1e-7
    depth = known["depth"].to_numpy()[:, None]
    with np.errstate(invalid="ignore"):
        wanted = (covers * depth).sum(axis=0) / covers.sum(axis=0)
    np.testing.assert_allclose(mean, np.where(touched.any(axis=0), wanted, np.nan), rtol=1e-4)
    deepest = np.where(touched, depth, -np.inf).max(axis=0)
    np.testing.assert_allclose(largest, np.where(np.isfinite(deepest), deepest, np.nan))
    flattest = np.where(touched, depth, np.inf).min(axis=0)
    np.testing.assert_allclose(smallest, np.where(np.isfinite(flattest), flattest, np.nan))


def test_class_of_areas(made, cells):
    (found,) = measure(made, cells, ask("flood", "class", column="kind"))
    known = made.flood.dropna(subset="kind")
    words = sorted(known["kind"].unique())  # pond, river, sea
    covers = np.stack(
        [sum(shares(cells, shape) for shape in known[known["kind"] == w].geometry) for w in words]
    )
    wanted = np.where(covers.max(axis=0) > 1e-7, covers.argmax(axis=0), np.nan)
    np.testing.assert_array_equal(found, wanted)


def test_value_column_named_at_the_layer(made, cells):
    at_layer, at_rule = measure(
        made, cells, ask("price", "value"), ask("flood", "value", column="depth")
    )
    np.testing.assert_array_equal(at_layer, at_rule)


def test_value_of_the_nearest_point(made, cells):
    value, kind = measure(
        made, cells, ask("stations", "value"), ask("stations", "class", column="kind")
    )
    parts = made.stations.explode()
    lon, lat = cells.centre
    km = great_circle_km(
        lat[:, None], lon[:, None], parts.geometry.y.to_numpy(), parts.geometry.x.to_numpy()
    )
    nearest = km.argmin(axis=1)
    np.testing.assert_array_equal(value, parts["value"].to_numpy(np.float32)[nearest])
    assert np.isnan(value).any()  # a station that does not know says so
    np.testing.assert_array_equal(
        kind, parts["kind"].map({"a": 0, "b": 1, "c": 2})[:].to_numpy()[nearest]
    )


@pytest.mark.parametrize("layer", ["stations", "lines", "flood"])
def test_distance(made, cells, layer):
    (km,) = measure(made, cells, ask(layer, "distance_km"))
    frame = getattr(made, layer)
    lines = frame.geometry.boundary if layer == "flood" else frame.geometry
    xy = shapely.get_coordinates(shapely.segmentize(lines.to_numpy(), 1e-4))
    lon, lat = cells.centre
    wanted = great_circle_km(lat[:, None], lon[:, None], xy[:, 1], xy[:, 0]).min(axis=1)
    if layer == "flood":
        inside = shapely.contains_xy(frame.union_all(), lon, lat)
        assert inside.any()
        wanted[inside] = 0
    np.testing.assert_allclose(km, wanted, rtol=1e-3, atol=0.006)


def test_distance_with_a_filter(made, cells):
    (km,) = measure(made, cells, ask("lines", "distance_km", {"kv": [154, 275]}))
    (all_km,) = measure(made, cells, ask("lines", "distance_km"))
    assert (km >= all_km).all()
    assert (km > all_km).any()


# blocks, keeping, resuming

EVERYTHING = [
    ask("slope", "value"),
    ask("slope", "value", stat="max"),
    ask("cover", "class"),
    ask("cover", "overlap", {"class": [2]}),
    ask("utm", "value"),
    ask("flood", "overlap"),
    ask("flood", "overlap", buffer_km=0.4),
    ask("flood", "value", column="depth"),
    ask("flood", "class", column="kind"),
    ask("stations", "value"),
    ask("stations", "distance_km"),
    ask("lines", "distance_km"),
]


def in_blocks(monkeypatch, side):
    whole = cells_module.Cells.blocks
    monkeypatch.setattr(cells_module.Cells, "blocks", lambda self: whole(self, side))


@pytest.mark.parametrize("side", [1, 5, 7])
def test_block_size_changes_no_number(made, cells, side, monkeypatch):
    wanted = EVERYTHING if side > 1 else [ask("slope", "value"), ask("flood", "overlap")]
    one = measure(made, cells, *wanted)
    in_blocks(monkeypatch, side)
    many = measure(made, cells, *wanted)
    for each, first, second in zip(wanted, one, many, strict=True):
        # rounding of single precision only; GDAL's warper works to a share of a pixel
        tolerance = 2e-3 if each.layer == "utm" else 1e-6
        np.testing.assert_allclose(second, first, rtol=tolerance, atol=tolerance, err_msg=str(each))


@pytest.fixture
def copy(made, tmp_path, monkeypatch):
    """A county of one's own to change, cut into blocks of 6 cells."""
    shutil.copytree(made.folder, tmp_path / "county")
    in_blocks(monkeypatch, 6)
    return tmp_path / "county"


def screened(folder, cells, *sets):
    screen, layers = opened(folder, *sets)
    return measure_all(all_wanted(screen), cells, layers, Store(folder / "cache"))


def test_a_second_run_computes_nothing(copy, cells):
    first, second = screened(copy, cells), screened(copy, cells)
    blocks = len(list(cells.blocks()))
    assert blocks > 4
    assert (first.computed, first.kept) == (3 * blocks, 0)  # slope counts once, for two rules
    assert (second.computed, second.kept) == (0, 3 * blocks)
    for wanted, numbers in first.numbers.items():
        assert numbers.tobytes() == second.numbers[wanted].tobytes()


@pytest.mark.parametrize(
    "change",
    [
        "screen.score.power.weight=7",
        "screen.score.power.linear=[30, 1]",
        "screen.exclude.steep.above=25",
        "screen.exclude.wet.overlap_above=0.7",
        "screen.layers.flood.credit=someone else",
        "screen.sites.most=4",
        "screen.sensitivity.spread_share=0.1",
    ],
)
def test_weights_shapes_and_thresholds_cost_nothing(copy, cells, change):
    screened(copy, cells)
    assert screened(copy, cells, change).computed == 0


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("flood.geojson", lambda path: path.write_text(path.read_text().replace("sea", "lake"))),
        ("lines.geojson", lambda path: path.write_text(path.read_text() + "\n")),
        ("slope.tif", lambda path: shutil.copy(path.with_name("cover.tif"), path)),
    ],
)
def test_a_changed_file_costs_its_own_layer_only(copy, cells, name, spoil, monkeypatch):
    screened(copy, cells)
    spoil(copy / name)
    opened_again = []
    whole = measurements._Work._prepared
    monkeypatch.setattr(
        measurements._Work,
        "_prepared",
        lambda self, wanted: opened_again.append(wanted.layer) or whole(self, wanted),
    )
    if name == "slope.tif":  # classes now: refused, and nothing is lost
        with pytest.raises(InputError):
            screened(copy, cells)
        return
    again = screened(copy, cells)
    assert set(opened_again) == {name.split(".")[0]}
    assert again.computed == len(list(cells.blocks()))
    assert again.kept == 2 * again.computed


def test_an_option_of_a_layer_costs_that_layer(copy, cells):
    first = screened(copy, cells)
    again = screened(copy, cells, "screen.layers.slope.nodata=3")
    assert again.computed == first.computed / 3


def test_a_killed_run_goes_on_where_it_stopped(copy, cells, monkeypatch):
    put, done = Store.put, []

    def dying(self, key, numbers):
        if len(done) >= 7:
            raise KeyboardInterrupt
        put(self, key, numbers)
        done.append(key)

    monkeypatch.setattr(Store, "put", dying)
    with pytest.raises(KeyboardInterrupt):
        screened(copy, cells)
    monkeypatch.setattr(Store, "put", put)
    resumed = screened(copy, cells)
    assert resumed.kept == len(done)
    fresh = measure_all(all_wanted(opened(copy)[0]), cells, opened(copy)[1], Store(None))
    assert resumed.computed == fresh.computed - len(done)
    for wanted, numbers in fresh.numbers.items():
        np.testing.assert_array_equal(resumed.numbers[wanted], numbers)


def test_a_broken_layer_leaves_what_was_kept(copy, cells):
    screened(copy, cells)
    before = {p: p.read_bytes() for p in (copy / "cache").rglob("*") if p.is_file()}
    whole = (copy / "flood.geojson").read_bytes()
    (copy / "flood.geojson").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"flood\.geojson"):
        screened(copy, cells)
    assert {p: p.read_bytes() for p in (copy / "cache").rglob("*") if p.is_file()} == before
    (copy / "flood.geojson").write_bytes(whole)
    assert screened(copy, cells).computed == 0


def test_a_layer_that_may_be_missing(copy, cells):
    found = screened(copy, cells)
    (later,) = found.unavailable
    assert later.layer == "later"
    assert np.isnan(found.numbers[later]).all()


def test_a_raster_that_lies_elsewhere_is_refused(copy, cells):
    with rasterio.open(copy / "slope.tif", "r+") as file:
        file.transform = Affine.translation(5, 0) @ file.transform
    with pytest.raises(InputError, match="ground of the study"):
        screened(copy, cells)


def test_progress_rises_to_one(copy, cells):
    screen, layers = opened(copy)
    told = []
    measure_all(
        all_wanted(screen), cells, layers, Store(None), progress=lambda s, t: told.append((s, t))
    )
    steps = [share for share, _ in told]
    assert steps == sorted(steps)
    assert steps[-1] == 1
    assert {text for _, text in told} == {"slope", "flood", "lines"}


def test_features_far_from_the_study_are_found(made, cells, tmp_path):
    """What is read for the box of the study only must not make a far place unknown or farther."""
    far = geopandas.GeoDataFrame(
        {"value": [1.0, 2.0]}, geometry=shapely.points([[135.5, 34.7], [142.5, 35.6]]), crs=4326
    )
    shutil.copytree(made.folder, tmp_path / "county")
    far.to_file(tmp_path / "county" / "stations.geojson", driver="GeoJSON")
    _, layers = opened(tmp_path / "county")
    asked = [ask("stations", "distance_km"), ask("stations", "value")]
    found = measure_all(asked, cells, layers, Store(None))
    lon, lat = cells.centre
    wanted = great_circle_km(lat, lon, 35.6, 142.5)  # east of the box read, yet the nearest
    np.testing.assert_allclose(found.numbers[asked[0]], wanted, rtol=1e-5)
    assert set(found.numbers[asked[1]].tolist()) == {2.0}
