"""Bad layers: one clear message each, all of them in one list, and what was kept stays whole."""

import json
import zipfile

import geopandas
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine

from data.errors import InputError
from siting.scenario_file import load_scenario
from siting.screen.check import find_screen_problems
from siting.screen.homes import Homes
from siting.screen.run import run_screen
from tests.small_studies import SMALL

BOUNDS = (140.0, 35.55, 140.2, 35.7)
SQUARE = shapely.box(140.13, 35.58, 140.18, 35.63)
MB = 2**20

SCREEN = """
screen:
  grid: {bounds: [140.0, 35.55, 140.2, 35.7]}
  layers:
    good: {file: good.geojson}
"""
SCORE = """
  score:
    good: {layer: good, measure: distance_km, linear: [20, 0]}
"""
SIMPLE = "  sensitivity: {draws: 0}\n"


def raster(path, crs="EPSG:6668", west=140.0, shift=0.0, size=(18, 16), **options):
    transform = Affine(1 / 80, 0, west + shift, 0, -1 / 120, 35.7)
    shape = {"height": size[0], "width": size[1], "count": 1, "dtype": "uint8"}
    with rasterio.open(
        path, "w", driver="GTiff", crs=crs, transform=transform, **shape, **options
    ) as file:
        if size[0] < 10_000:
            file.write(np.random.default_rng(0).integers(0, 99, size).astype(np.uint8), 1)


def features(path, shapes=(SQUARE,), crs=4326, **columns):
    frame = geopandas.GeoDataFrame({"n": range(len(shapes)), **columns}, geometry=list(shapes))
    frame.set_crs(crs).to_file(path) if crs else frame.to_file(path)


def no_crs_raster(folder):
    raster(folder / "bad.tif", crs=None)


def no_crs_shapefile(folder):
    features(folder / "bad.shp")
    (folder / "bad.prj").unlink()


def wrong_extent(folder):
    raster(folder / "bad.tif", shift=-5)


def swapped_raster(folder):
    transform = Affine(1 / 120, 0, 35.55, 0, -1 / 80, 140.2)
    shape = {"height": 16, "width": 18, "count": 1, "dtype": "uint8", "crs": "EPSG:4326"}
    with rasterio.open(folder / "bad.tif", "w", driver="GTiff", transform=transform, **shape) as f:
        f.write(np.ones((16, 18), np.uint8), 1)


def swapped_axes(folder):
    turned = shapely.transform(SQUARE, lambda xy: xy[:, ::-1])
    features(folder / "bad.gpkg", [turned])


def metres_said_to_be_degrees(folder):
    features(folder / "bad.gpkg", [shapely.box(3e5, 3.9e6, 3.1e5, 3.91e6)])


def truncated_tiff(folder):
    raster(folder / "bad.tif", size=(180, 160))
    content = (folder / "bad.tif").read_bytes()
    (folder / "bad.tif").write_bytes(content[: len(content) // 2])


def truncated_geopackage(folder):
    features(folder / "bad.gpkg")
    content = (folder / "bad.gpkg").read_bytes()
    (folder / "bad.gpkg").write_bytes(content[: len(content) // 3])


def truncated_geojson(folder):
    features(folder / "bad.geojson")
    content = (folder / "bad.geojson").read_bytes()
    (folder / "bad.geojson").write_bytes(content[: len(content) // 2])


def huge_claim(folder):
    raster(
        folder / "bad.tif",
        size=(70_000, 70_000),
        tiled=True,
        blockxsize=4096,
        blockysize=4096,
        SPARSE_OK=True,
        compress="deflate",
    )
    assert (folder / "bad.tif").stat().st_size < MB


def zip_bomb(folder):
    with (
        zipfile.ZipFile(folder / "bad.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("bad.geojson", "w") as member,
    ):
        for _ in range(300):
            member.write(b" " * MB)
    assert (folder / "bad.zip").stat().st_size < 4 * MB


def path_trick(folder):
    with zipfile.ZipFile(folder / "bad.zip", "w") as archive:
        archive.writestr("../../evil.geojson", "{}")


def link_in_archive(folder):
    entry = zipfile.ZipInfo("bad.geojson")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(folder / "bad.zip", "w") as archive:
        archive.writestr(entry, "/etc/passwd")


def no_archive(folder):
    (folder / "bad.zip").write_bytes(b"PK\x03\x04" + bytes(500))


def entities(folder):
    text = (
        '<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><kml>&b;</kml>'
    )
    (folder / "bad.kml").write_text(text)


def other_files(folder):
    (folder / "bad.tif").write_text('<VRTDataset rasterXSize="1" rasterYSize="1"></VRTDataset>')


def wrong_ending(folder):
    (folder / "bad.gpkg").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(99))


BAD = {
    "no-crs-raster": (no_crs_raster, "bad.tif", "coordinate reference system"),
    "no-crs-shapefile": (no_crs_shapefile, "bad.shp", "coordinate reference system"),
    "wrong-extent": (wrong_extent, "bad.tif", "lies elsewhere"),
    "swapped-raster": (swapped_raster, "bad.tif", "exchanged"),
    "swapped-axes": (swapped_axes, "bad.gpkg", "exchanged"),
    "metres": (metres_said_to_be_degrees, "bad.gpkg", "no degrees"),
    "truncated-tiff": (truncated_tiff, "bad.tif", "cut off"),
    "truncated-gpkg": (truncated_geopackage, "bad.gpkg", "not a vector file"),
    "truncated-geojson": (truncated_geojson, "bad.geojson", "geojson"),
    "huge-claim": (huge_claim, "bad.tif", "hold what it claims"),
    "zip-bomb": (zip_bomb, "bad.zip", "bad.zip"),
    "path-trick": (path_trick, "bad.zip", "leads out"),
    "link": (link_in_archive, "bad.zip", "link"),
    "no-archive": (no_archive, "bad.zip", "bad.zip"),
    "entities": (entities, "bad.kml", "document type"),
    "other-files": (other_files, "bad.tif", "other files"),
    "wrong-ending": (wrong_ending, "bad.gpkg", "as its ending says"),
}


def rule_for(name, file):
    asks = "above: 5" if file.endswith(".tif") else "overlap_above: 0"
    return f"    {name}: {{layer: {name}, {asks}}}\n"


def write_scenario(folder, layers, rules):
    features(folder / "good.geojson", [shapely.Point(140.1, 35.6)])
    text = SMALL + SCREEN + "".join(layers) + "  exclude:\n" + "".join(rules) + SCORE + SIMPLE
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    return folder / "scenario.yaml"


def write_bad(folder, names):
    layers, rules = [], []
    for name in names:
        make, file, _ = BAD[name]
        (folder / name).mkdir(parents=True)
        make(folder / name)
        layers.append(f"    {name}: {{file: {name}/{file}}}\n")
        rules.append(rule_for(name, file))
    return write_scenario(folder, layers, rules)


def kept_files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def good_run(folder):
    """A cache with the blocks of the good layer in it."""
    (folder / "good").mkdir()
    path = write_scenario(folder / "good", [], ["    far: {layer: good, beyond_km: 90}\n"])
    run_screen(load_scenario(path), Homes(None, folder / "cache"))
    kept = kept_files(folder / "cache")
    assert kept
    return kept


@pytest.mark.parametrize("name", BAD)
def test_each_bad_layer_is_one_problem_before_and_in_a_run(name, tmp_path):
    before = good_run(tmp_path)
    scenario = load_scenario(write_bad(tmp_path / "bad", [name]))
    problems = find_screen_problems(scenario)
    assert len(problems) == 1, [str(each) for each in problems]
    assert BAD[name][2] in str(problems[0])
    assert name in str(problems[0])  # in which layer or file
    with pytest.raises(InputError) as caught:
        run_screen(scenario, Homes(None, tmp_path / "cache"))
    assert caught.value.exit_code == 2
    assert [str(each) for each in caught.value.problems] == [str(problems[0])]
    after = kept_files(tmp_path / "cache")
    assert {path: after.get(path) for path in before} == before
    assert not any(path.name == "evil.geojson" for path in tmp_path.rglob("*"))


@pytest.mark.parametrize("verb", ["check", "screen"])
def test_all_bad_layers_in_one_list_of_the_command(verb, tmp_path, command):
    before = good_run(tmp_path)
    names = [name for name in BAD if name != "zip-bomb"]
    path = write_bad(tmp_path / "bad", names)
    kept = ["--cache", tmp_path / "cache"] if verb == "screen" else []
    done = command(verb, path, *kept, cwd=tmp_path)
    assert done.code == 2
    assert "Traceback" not in done.err
    lines = " ".join(done.err.split())
    for name in names:
        assert f"{name}" in lines, name
        assert BAD[name][2].split()[0] in lines
    assert done.err.count("\n  - ") == len(names)
    after = kept_files(tmp_path / "cache")
    assert {path: after.get(path) for path in before} == before
    assert not (tmp_path / "runs").exists() or not list((tmp_path / "runs").glob("*-screen"))


def test_a_bad_boundary_does_not_hide_the_other_layers(tmp_path):
    names = ["swapped-axes", "truncated-tiff"]
    path = write_bad(tmp_path, names)
    sets = [f"screen.grid.boundary={names[0]}"]
    with pytest.raises(InputError) as caught:
        run_screen(load_scenario(path, sets=sets), Homes(None, None))
    told = " ".join(map(str, caught.value.problems))
    assert all(BAD[name][2] in told for name in names), told


def measured_share(folder, layer):
    path = write_scenario(folder, [layer], ["    own: {layer: own, overlap_above: 0}\n"])
    scenario = load_scenario(path)
    assert find_screen_problems(scenario) == []
    found = run_screen(scenario, Homes(None, None))
    return found


def test_crossed_areas_are_repaired_and_said(tmp_path):
    west, south, east, north = SQUARE.bounds
    bow = shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])
    features(tmp_path / "own.gpkg", [bow])
    found = measured_share(tmp_path, "    own: {file: own.gpkg}\n")
    (share,) = (n for wanted, n in found.measured.numbers.items() if wanted.layer == "own")
    km2 = float((share * found.cells.lattice.row_km2[found.cells.row]).sum())
    box = geopandas.GeoSeries([SQUARE], crs=4326).to_crs(6933)
    assert km2 == pytest.approx(box.area[0] / 2e6, rel=2e-3)  # two triangles, half the box
    assert "cross themselves repaired" in " ".join(found.layers.layer("own").notes)


def test_names_in_cp932_said_to_be_utf8(tmp_path):
    """A shapefile whose .cpg lies is read as what it is, and the filter finds the word."""
    frame = geopandas.GeoDataFrame({"kind": ["洪水", "津波"]}, geometry=[SQUARE, SQUARE], crs=4326)
    frame.to_file(tmp_path / "own.shp", encoding="cp932")
    (tmp_path / "own.cpg").write_text("UTF-8")
    path = write_scenario(
        tmp_path,
        ["    own: {file: own.shp}\n"],
        ["    own: {layer: own, where: {kind: 洪水}, overlap_above: 0}\n"],
    )
    found = run_screen(load_scenario(path), Homes(None, None))
    assert found.rules.loc["own", "alone_km2"] > 20


def test_a_table_of_two_encodings_is_one_problem(tmp_path):
    features(tmp_path / "own.gpkg", [SQUARE], code=["12"])
    mixed = b"code,name\n12," + "千葉".encode("cp932") + "\n13,大阪府\n".encode()
    (tmp_path / "names.csv").write_bytes(mixed)
    join = "join: {file: names.csv, key: code, on: code}"
    path = write_scenario(
        tmp_path,
        [f"    own: {{file: own.gpkg, {join}}}\n"],
        ["    own: {layer: own, among: [千葉], column: name}\n"],
    )
    problems = find_screen_problems(load_scenario(path))
    assert len(problems) == 1
    assert "names.csv" in str(problems[0])


def write_rules(folder, rules, layers=()):
    features(folder / "own.gpkg", [SQUARE], kind=["rice"], code=[5], depth=[2.5])
    raster(folder / "cover.tif")
    listed = ["    own: {file: own.gpkg}\n", "    cover: {file: cover.tif}\n", *layers]
    return load_scenario(write_scenario(folder, listed, rules))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("{layer: own, column: dephts, above: 1}", "dephts"),
        ("{layer: own, column: kind, above: 1}", "rice"),
        ("{layer: own, among: [rice]}", "no column"),
        ("{layer: own, where: {tiefe: 1}, overlap_above: 0}", "tiefe"),
        ("{layer: good, overlap_above: 0}", "cover nothing"),
        ("{layer: cover, within_km: 1}", "a distance"),
        ("{layer: cover, overlap_above: 0.1}", "an overlap"),
        ("{layer: cover, above: 1, where: {class: 3}}", "a filter"),
        ("{layer: cover, above: 1, column: depth}", "a column"),
    ],
)
def test_what_a_rule_asks_in_vain_is_one_problem(rule, expected, tmp_path):
    problems = find_screen_problems(write_rules(tmp_path, [f"    asks: {rule}\n"]))
    assert len(problems) == 1, [str(each) for each in problems]
    assert expected in str(problems[0])


@pytest.mark.parametrize("word", ["5", "5.0", "'5'"])
def test_a_number_as_class_is_the_same_however_it_is_written(word, tmp_path):
    rules = [f"    own: {{layer: own, column: code, among: [{word}]}}\n"]
    found = run_screen(write_rules(tmp_path, rules), Homes(None, None))
    assert found.rules.loc["own", "alone_km2"] > 20


def test_files_that_are_missing_are_told_all_at_once(tmp_path):
    layers = [f"    gone-{i}: {{file: gone{i}.tif}}\n" for i in range(3)]
    layers.append("    optional: {file: gone.tif, needed: false}\n")
    rules = [f"    r{i}: {{layer: gone-{i}, above: 1}}\n" for i in range(3)]
    rules.append("    r3: {layer: optional, above: 1, unknown: exclude}\n")
    scenario = load_scenario(write_scenario(tmp_path, layers, rules))
    problems = find_screen_problems(scenario)
    assert [each.where for each in problems] == [f"screen.layers.gone-{i}.file" for i in range(3)]
    with pytest.raises(InputError) as caught:
        run_screen(scenario, Homes(None, None))
    assert len(caught.value.problems) == 3


def test_a_layer_that_may_be_missing_takes_nothing_out(tmp_path):
    layers = ["    optional: {file: gone.tif, needed: false}\n"]
    rules = ["    r: {layer: optional, above: 1, unknown: exclude}\n"]
    scenario = load_scenario(write_scenario(tmp_path, layers, rules))
    assert find_screen_problems(scenario) == []
    found = run_screen(scenario, Homes(None, None))
    assert found.exclusions.is_open.all()


def test_a_joined_table_that_is_missing_is_one_problem(tmp_path):
    features(tmp_path / "own.gpkg", [SQUARE], code=["12"])
    join = "join: {file: gone.csv, key: code, on: code}"
    path = write_scenario(
        tmp_path,
        [f"    own: {{file: own.gpkg, {join}}}\n"],
        ["    own: {layer: own, column: price, above: 1}\n"],
    )
    scenario = load_scenario(path)
    (problem,) = find_screen_problems(scenario)
    assert "gone.csv" in str(problem)
    with pytest.raises(InputError, match=r"gone\.csv"):
        run_screen(scenario, Homes(None, None))


def test_a_folder_of_one_shapefile_is_one_layer(tmp_path):
    (tmp_path / "shapes").mkdir()
    features(tmp_path / "shapes" / "own.shp")
    found = measured_share(tmp_path, "    own: {file: shapes}\n")
    assert found.rules.loc["own", "alone_km2"] > 20


def test_a_folder_of_rasters_with_their_sidecars(tmp_path):
    (tmp_path / "dem" / "east").mkdir(parents=True)
    raster(tmp_path / "dem" / "a.tif", size=(18, 8))
    raster(tmp_path / "dem" / "east" / "b.tif", west=140.1, size=(18, 8))
    (tmp_path / "dem" / "a.tfw").write_text("0.0125\n0\n0\n-0.008333333333\n140.00625\n35.6958\n")
    path = write_scenario(
        tmp_path, ["    own: {file: dem}\n"], ["    own: {layer: own, above: -1}\n"]
    )
    found = run_screen(load_scenario(path), Homes(None, None))
    assert found.rules.loc["own", "unknown_km2"] == 0


def test_no_land_is_a_problem_of_the_check(tmp_path):
    path = write_scenario(tmp_path, [], ["    far: {layer: good, beyond_km: 90}\n"])
    scenario = load_scenario(path, None, ["screen.grid.bounds=[145, 30, 146, 31]"])
    (problem,) = find_screen_problems(scenario)
    assert "some land" in str(problem)


def test_json_of_another_kind(tmp_path):
    (tmp_path / "own.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": []}))
    path = write_scenario(
        tmp_path, ["    own: {file: own.geojson}\n"], ["    own: {layer: own, overlap_above: 0}\n"]
    )
    problems = find_screen_problems(load_scenario(path))
    assert len(problems) <= 1
