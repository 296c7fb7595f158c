"""The made county of examples/kanto: the same every time, marked as made, and readable."""

import csv
import io
import json
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import rasterio
import shapely

from benchmarks.made_county import write_made_county
from benchmarks.made_county_land import MUNICIPALITIES, County
from benchmarks.made_county_official import ESTATES
from benchmarks.made_county_shapes import NOTE, areas
from data.errors import InputError
from data.layer import CellLayer, FeatureLayer, LayerOptions
from data.layer_readers import CELL_READERS, FEATURE_READERS, open_layer, reader_of
from data.mesh import mesh_cells
from siting.scenario_file import load_scenario, variant_names
from siting.scenario_screen import CONDITIONS, SHAPES
from tests.conftest import ROOT

KANTO = ROOT / "examples" / "kanto" / "scenario.yaml"
LAYERS = KANTO.parent / "layers"
JAPAN = ROOT / "examples" / "japan_1km" / "scenario.yaml"
OWN_LAYERS = JAPAN.with_name("own_layers.yaml")
BOX = (139.9, 35.6, 140.5, 36.1)
COUNTY = County()
NAMES = sorted(path.name for path in LAYERS.glob("made_*"))
MOST_BYTES = 1_500_000


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    folder = tmp_path_factory.mktemp("county")
    write_made_county(folder)
    return folder


@pytest.fixture(scope="module")
def screen():
    return load_scenario(KANTO).screen


def content(path):
    """What a file holds, without the versions that some formats stamp on it."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    if path.suffix in (".gpkg", ".fgb"):
        return frame_content(pyogrio.read_dataframe(path))
    if path.suffix == ".parquet":
        return frame_content(gpd.read_parquet(path))
    if path.suffix == ".tif":
        with rasterio.open(path) as file:
            return file.crs, file.transform, file.nodata, file.read().tolist()
    return path.read_bytes()


def frame_content(frame):
    return frame.crs, json.loads(frame.to_json())


def test_the_same_seed_gives_the_files_that_are_committed(fresh):
    assert sorted(path.name for path in fresh.iterdir()) == NAMES
    assert len(NAMES) > 20


@pytest.mark.parametrize("name", NAMES)
def test_a_committed_file_equals_a_fresh_one(fresh, name):
    assert content(fresh / name) == content(LAYERS / name)


def test_another_seed_gives_another_county():
    assert not np.array_equal(County(seed=1).elevation_m, COUNTY.elevation_m)


def test_the_files_are_small():
    assert sum(path.stat().st_size for path in LAYERS.iterdir()) < MOST_BYTES


def test_nothing_but_made_files_and_their_readme_is_there():
    others = {path.name for path in LAYERS.iterdir() if not path.name.startswith("made_")}
    assert others == {"README.md"}
    readme = (LAYERS / "README.md").read_text(encoding="utf-8")
    for name in NAMES:
        assert name.split(".")[0].replace("_east", "_west") in readme
    assert f"{int(COUNTY.land.sum()):,} cells" in readme


FEATURE_FILES = [
    name
    for name in NAMES
    if name.endswith((".geojson", ".gpkg", ".fgb", ".parquet", ".kml", ".shp"))
    or name.startswith(("made_A", "made_L05"))
]


def frames_of(path):
    """All features of a file, by no reader of ours."""
    if path.suffix == ".parquet":
        return [gpd.read_parquet(path)]
    if path.suffix == ".zip":
        shapes = [name for name in content(path) if name.endswith(".shp")]
        return [read_cp932(f"/vsizip/{path}/{name}") for name in shapes]
    return [read_cp932(path) if path.suffix == ".shp" else pyogrio.read_dataframe(path)]


def read_cp932(path):
    return pyogrio.read_dataframe(path, encoding="cp932")


@pytest.mark.parametrize("name", FEATURE_FILES)
def test_features_say_that_they_are_made_and_are_valid(name):
    frames = frames_of(LAYERS / name)
    assert frames
    for frame in frames:
        assert len(frame) > 0
        assert set(frame["note"]) == {NOTE}
        assert frame.geometry.is_valid.all()


def test_the_rest_says_that_it_is_made_as_its_form_allows():
    assert NOTE in (LAYERS / "made_osm_north.osm").read_text(encoding="utf-8")
    assert NOTE in (LAYERS / "made_municipal_table.csv").read_text(encoding="utf-8")
    (quake,) = content(LAYERS / "made_P-Y2024-MAP-AVR-TTL_MTTL-5340.zip").values()
    assert quake.startswith(b"# MADE")
    with rasterio.open(LAYERS / "made_land_price_cog.tif") as price:
        assert price.tags()["note"] == NOTE


def test_heights_say_that_they_are_made():
    for side in ("west", "east"):
        for text in content(LAYERS / f"made_FG-GML-dem10b_{side}.zip").values():
            assert "架空 made" in text.decode("utf-8")


def test_dates_of_today_are_nowhere(fresh):
    for path in fresh.glob("*.zip"):
        with zipfile.ZipFile(path) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(2026, 4, 1, 0, 0, 0)}


def test_shapefiles_hold_cp932_and_do_not_say_so():
    members = content(LAYERS / "made_A29-19_12_GML.zip")
    assert "工業専用地域".encode("cp932") in members["A29-19_12.dbf"]
    assert not [name for name in members if name.endswith(".cpg")]
    assert not (LAYERS / "made_stations.cpg").exists()


def test_areas_cut_the_corners_of_cells_and_keep_the_area_of_straight_edges():
    square = np.zeros((10, 10), dtype=bool)
    square[2:6, 3:7] = True
    (found,) = areas(square)
    cells = found.area * 800 * 1200
    assert cells == pytest.approx(
        16 - 4 * 0.125, rel=1e-4
    )  # each corner loses half of half by half a cell


def test_areas_leave_holes_and_small_patches_out():
    ring = np.ones((9, 9), dtype=bool)
    ring[3:6, 3:6] = False
    ring[4, 4] = True
    (found,) = areas(ring)
    assert len(found.interiors) == 1


def test_municipalities_together_are_the_county():
    frame = pyogrio.read_dataframe(LAYERS / "made_municipalities.geojson")
    whole = frame.geometry.union_all()
    cells = whole.area * 800 * 1200
    assert set(frame["lg_code_5"]) == set(MUNICIPALITIES)
    assert cells == pytest.approx(COUNTY.land.sum(), rel=0.01)
    parts = shapely.area(frame.geometry.to_numpy())
    assert parts.sum() == pytest.approx(whole.area, rel=1e-6)  # none overlaps


def test_estates_are_dry_and_flat_enough_to_be_found():
    for _, col, row, cols, rows, _, _ in ESTATES:
        part = np.s_[row : row + rows, col : col + cols]
        assert COUNTY.land[part].all()
        assert (COUNTY.flood_depth_m[part] < 0.5).all()
        assert np.median(COUNTY.slope_percent[part]) < 5


# --- Readers ---------------------------------------------------------------------------------


def opened(name, reader, **options):
    """The layer as the product reads it; skipped while its reader is not there."""
    pytest.importorskip({**CELL_READERS, **FEATURE_READERS}[reader][0])
    paths = sorted(LAYERS.glob(name))
    return open_layer(paths, reader, LayerOptions(**options), BOX)


def test_every_layer_of_the_scenario_opens_with_its_reader(screen):
    missing = []
    for name, spec in screen.layers.items():
        if spec.file is None or not spec.needed:
            continue
        paths = sorted(KANTO.parent.glob(spec.file))
        assert paths, spec.file
        reader = reader_of(paths, spec.reader)
        try:
            options = LayerOptions(column=spec.column, encoding=spec.encoding)
            layer = open_layer(paths, reader, options, BOX)
        except ModuleNotFoundError as error:
            missing.append(f"{name}: {error}")
            continue
        if isinstance(layer, FeatureLayer):
            assert len(layer.frame) > 0, name
            west, south, east, north = layer.frame.total_bounds
            assert (west > 139.8, south > 35.5, east < 140.6, north < 36.1) == (True,) * 4, name
        else:
            assert isinstance(layer, CellLayer)
            values, _ = layer.source.window(layer.source.bounds)
            assert np.isfinite(values).any(), name
    if missing:
        pytest.skip("; ".join(missing))


def cell_values(layer, lon, lat):
    """Values of a layer in degrees at points."""
    values, transform = layer.source.window(layer.source.bounds)
    col, row = ~transform @ (np.asarray(lon), np.asarray(lat))
    inside = (row >= 0) & (row < values.shape[0]) & (col >= 0) & (col < values.shape[1])
    found = np.full(len(lon), np.nan)
    found[inside] = values[row[inside].astype(int), col[inside].astype(int)]
    return found


def some_land(count=2000):
    cells = np.flatnonzero(COUNTY.land.ravel())
    drawn = np.random.default_rng(3).choice(cells, count, replace=False)
    return drawn, *COUNTY.lattice.centres(drawn)


def test_heights_come_back_as_they_were_made():
    layer = opened("made_FG-GML-dem10b_*.zip", "gsi_dem")
    cells, lon, lat = some_land()
    read = cell_values(layer, lon, lat)
    known = np.isfinite(read)
    # heights lie 4" by 3.6" apart and cells 3" by 4.5": neighbours differ a little
    gap = np.abs(read[known] - COUNTY.elevation_m.ravel()[cells][known])
    assert np.median(gap) < 0.3
    assert 0.005 < 1 - known.mean() < 0.1  # the mesh that was left out
    assert (lat[~known] < 35.75).all()


def test_earthquakes_come_back_as_they_were_made():
    layer = opened("made_P-Y2024*.zip", "jshis", column="T30_I55_PS")
    cells, lon, lat = some_land()
    read = cell_values(layer, lon, lat)
    known = np.isfinite(read)
    assert known.mean() > 0.97
    gap = np.abs(read[known] - COUNTY.quake_share.ravel()[cells][known])
    assert np.median(gap) < 0.005


def test_land_use_comes_back_as_it_was_made():
    layer = opened("made_L03-b*.zip", "nlni_l03")
    cells, lon, lat = some_land()
    read = cell_values(layer, lon, lat)
    word = {number: name for name, number in layer.classes.items()}
    assert np.isfinite(read).all()
    made = COUNTY.land_use.ravel()[cells]
    pairs = {
        (word.get(number, f"{number:04.0f}"), code) for number, code in zip(read, made, strict=True)
    }
    assert len(pairs) == len(set(made))  # one word for each code, and one code for each word


def test_land_use_codes_are_those_of_the_cells():
    with zipfile.ZipFile(LAYERS / "made_L03-b-21_5340-jgd2011_GML.zip") as archive:
        stem = archive.namelist()[0].removesuffix(".shp")
    path = f"/vsizip/{LAYERS}/made_L03-b-21_5340-jgd2011_GML.zip/{stem}.shp"
    frame = pyogrio.read_dataframe(path)
    assert len(frame) == COUNTY.land.sum()
    row, col = mesh_cells(frame["L03b_001"].astype(np.int64).to_numpy(), 100)
    middle = frame.geometry.bounds
    assert np.allclose(middle["minx"], 100 + col / 800, atol=2e-9)
    assert np.allclose(middle["miny"], row / 1200, atol=2e-9)


def test_people_add_up():
    text = (LAYERS / "made_tblT001140S5340.csv").read_bytes().decode("cp932")
    ids, labels, *rows = csv.reader(io.StringIO(text))
    assert ids[:5] == ["KEY_CODE", "HTKSYORI", "HTKSAKI", "GASSAN", "T001140001"]
    assert labels[4].strip("\u3000") == "人口（総数）"
    assert sum(int(row[4]) for row in rows) == COUNTY.people[COUNTY.land].sum()
    for row in rows:
        assert (row[1] == "2") == (row[5] == "*")


def test_voltages_as_people_tag_them_are_understood():
    frame = opened("made_osm_substations.gpkg", "osm_substations").frame
    kv = frame.set_index("name")["voltage_kv"]
    assert kv["架空新台変電所"] == 275
    assert kv["架空川変電所"] == 66  # "66 kV"
    assert kv[""] != kv[""]  # no tag: not known


def test_the_small_osm_file_holds_an_area_and_a_line():
    station = opened("made_osm_north.osm", "osm_substations").frame
    line = opened("made_osm_north.osm", "osm_lines").frame
    assert list(station["name"]) == ["架空北変電所"]
    assert list(line["voltage_kv"]) == [66.0]


def test_prices_know_nothing_outside_the_county():
    layer = opened("made_land_price_cog.tif", "raster")
    values, _ = layer.source.window(layer.source.bounds)
    assert 0.2 < np.isnan(values).mean() < 0.6
    assert np.nanmin(values) > 5_000


# --- Scenarios -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [KANTO, JAPAN, OWN_LAYERS], ids=lambda p: p.parent.name + p.stem)
def test_scenarios_and_their_variants_are_valid(path):
    for variant in (None, *variant_names(path)):
        assert load_scenario(path, variant).screen is not None


def test_kanto_shows_every_condition_and_every_shape(screen):
    assert {rule.condition for rule in screen.exclude.values()} == set(CONDITIONS)
    shapes = {name for rule in screen.score.values() for name in SHAPES if getattr(rule, name)}
    assert shapes == set(SHAPES)
    assert any(rule.soft for rule in screen.exclude.values())
    assert any(rule.relaxed for rule in screen.exclude.values())
    assert {rule.unknown for rule in screen.exclude.values()} == {"keep", "exclude"}


def test_kanto_shows_every_reader_but_tiles_and_tables(screen):
    used = {
        reader_of(sorted(KANTO.parent.glob(spec.file)) or [Path(spec.file)], spec.reader)
        for spec in screen.layers.values()
    }
    assert set(CELL_READERS) | set(FEATURE_READERS) == used | {
        "gsi_tiles",
        "gsi_tiles_slope",
        "table",
    }


def test_every_threshold_says_where_it_comes_from(screen):
    for rules in (screen.exclude, screen.score, screen.connection.costs):
        for name, rule in rules.items():
            assert rule.note, name
            assert not rule.note.isascii(), name  # Japanese and English


def test_every_made_layer_says_so_in_its_credit(screen):
    for name, spec in screen.layers.items():
        if spec.needed:
            assert spec.credit == "架空のデータ made data", name


def test_kanto_says_in_both_titles_that_it_is_made():
    title = load_scenario(KANTO).title
    assert "架空" in title.ja
    assert "made" in title.en


def test_the_national_screen_needs_no_file():
    screen = load_scenario(JAPAN).screen
    assert all(spec.builtin for spec in screen.layers.values())
    own = load_scenario(OWN_LAYERS).screen
    assert set(screen.layers) < set(own.layers)


def test_a_slip_in_the_screen_is_named_with_its_line(tmp_path):
    text = KANTO.read_text(encoding="utf-8")
    text = text.replace("layer: slope\n      above: 15", "layer: slop\n      above: 15")
    path = tmp_path / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_scenario(path)
    (problem,) = refused.value.problems
    assert problem.where == "screen.exclude.steep.layer"
    assert problem.line is not None
