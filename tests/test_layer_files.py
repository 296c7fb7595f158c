"""Files of layers: only those below the folder, whatever a scenario says."""

import json

import pytest

from data.errors import InputError
from siting.scenario_file import load_scenario
from siting.screen.layer_files import content_files, find_file_problems, layer_files
from siting.screen.open_layers import OpenLayers, join_path
from tests.small_studies import SMALL

SCREEN = """
screen:
  layers:
    one: {{file: {file}}}
  score:
    good: {{layer: one, measure: distance_km, linear: [20, 0]}}
"""


@pytest.fixture
def home(tmp_path):
    (tmp_path / "study").mkdir()
    (tmp_path / "outside.gpkg").write_bytes(b"secret")
    return tmp_path / "study"


def scenario_of(home, file):
    text = SMALL + SCREEN.format(file=json.dumps(file))
    (home / "scenario.yaml").write_text(text, encoding="utf-8")
    return load_scenario(home / "scenario.yaml")


def found(home, file, folder=None):
    scenario = scenario_of(home, file)
    (one,) = layer_files(scenario, scenario.screen, folder)
    return one


def touch(path, content=b"x"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "name",
    [
        "../outside.gpkg",
        "a/../../outside.gpkg",
        "..",
        "a/..",
        "..\\outside.gpkg",
        "a\\..\\..\\outside.gpkg",
        "/etc/passwd",
        "\\etc\\passwd",
        "C:\\layers\\a.tif",
        "C:a.tif",
        "c:/a.tif",
        "\\\\server\\share\\a.tif",
        "//server/share/a.tif",
        "/vsicurl/https://example.org/a.tif",
        "../*.gpkg",
        "**/../../*.gpkg",
    ],
)
def test_names_that_lead_out_are_refused_and_read_nothing(home, name):
    scenario = scenario_of(home, name)
    (problem,) = find_file_problems(scenario, scenario.screen)
    assert "screen.layers.one.file" in problem.where
    assert "below the scenario's folder" in problem.expected
    assert found(home, name).is_missing


@pytest.mark.parametrize("name", ["a\nb.tif", "a\0b.tif", "a\x1b[31m.tif"])
def test_control_signs_are_refused(home, name):
    scenario = scenario_of(home, "a.tif")
    spec = scenario.screen.layers["one"].model_copy(update={"file": name})
    screen = scenario.screen.model_copy(update={"layers": {"one": spec}})
    assert len(list(find_file_problems(scenario, screen))) == 1
    (one,) = layer_files(scenario, screen, None)
    assert one.is_missing


@pytest.mark.parametrize(
    "name",
    ["a.tif", "deep/er/a.tif", "電力　データ.csv", "..a.tif", "a..b/c.tif", "~a.tif", "a b.tif"],
)
def test_honest_names(home, name):
    path = touch(home / name)
    scenario = scenario_of(home, name)
    assert list(find_file_problems(scenario, scenario.screen)) == []
    assert found(home, name).paths == (path,)


@pytest.mark.parametrize("name", ["あ" * 120 + ".tif", "a**b/*.tif", "[", "**/", "a" * 200])
def test_names_no_file_can_have_are_missing_files(home, name):
    touch(home / "x.tif")
    assert found(home, name).is_missing


def test_links_out_of_the_folder_are_not_followed(home):
    (home / "link.gpkg").symlink_to(home.parent / "outside.gpkg")
    (home / "linked").symlink_to(home.parent)
    own = touch(home / "maps" / "own.gpkg")
    (home / "maps" / "stolen.gpkg").symlink_to(home.parent / "outside.gpkg")
    (home / "maps" / "loop.gpkg").symlink_to("loop.gpkg")
    assert found(home, "link.gpkg").is_missing
    assert found(home, "linked/outside.gpkg").is_missing
    assert found(home, "linked/*.gpkg").is_missing
    assert found(home, "*.gpkg").is_missing
    assert found(home, "maps/*.gpkg").paths == (own,)
    folder = found(home, "maps")
    assert folder.paths == (own,)
    assert folder.folder is None  # not given to a reader whole, which would find the link


def test_links_that_stay_inside_are_files(home):
    touch(home / "a.tif")
    (home / "b.tif").symlink_to("a.tif")
    assert found(home, "b.tif").paths == (home / "b.tif",)


def test_patterns_and_folders(home):
    files = [touch(home / "dem" / name) for name in ("b.zip", "a.zip", "sub/c.zip")]
    touch(home / "dem" / ".hidden.zip")
    touch(home / "dem" / "readme.txt")
    assert found(home, "dem/*.zip").paths == (files[1], files[0])
    assert found(home, "dem/**/*.zip").paths == tuple(sorted(files))
    folder = found(home, "dem")
    assert folder.folder == home / "dem"
    assert set(folder.paths) == {*files, home / "dem" / "readme.txt"}
    (home / "empty").mkdir()
    assert found(home, "empty").is_missing


def test_the_folder_of_layers_comes_first(home, tmp_path):
    layers = tmp_path / "layers"
    beside = touch(home / "a.tif")
    assert found(home, "a.tif", layers).paths == (beside,)  # not even there
    first = touch(layers / "a.tif")
    assert found(home, "a.tif", layers).paths == (first,)
    missing = found(home, "b.tif", layers)
    assert missing.pattern == layers / "b.tif"


def test_sidecars_decide_too(home):
    shp = touch(home / "a.shp")
    parts = [touch(home / name) for name in ("a.dbf", "a.PRJ", "a.shp.aux.xml", "A.cpg")]
    for name in ("b.dbf", "a.txt", "ab.prj", "deep/a.dbf"):
        touch(home / name)
    assert content_files((shp,)) == sorted([shp, *parts])
    tiff = touch(home / "r.tiff")
    world = touch(home / "r.tfw")
    assert content_files((tiff,)) == sorted([tiff, world])


def hash_of(home):
    scenario = load_scenario(home / "scenario.yaml")
    (one,) = layer_files(scenario, scenario.screen, None)
    return OpenLayers({"one": one}, (0, 0, 1, 1)).hash("one")


def test_a_changed_sidecar_changes_the_hash(home):
    scenario_of(home, "a.shp")
    touch(home / "a.shp")
    touch(home / "a.DBF", b"old")
    before = hash_of(home)
    assert hash_of(home) == before
    touch(home / "a.DBF", b"new")
    assert hash_of(home) != before


JOINED = """
screen:
  layers:
    one: {file: a.geojson, join: {file: JOIN, key: code, on: code}}
  score:
    good: {layer: one, column: price, linear: [20, 0]}
"""


def joined(home, file):
    text = SMALL + JOINED.replace("JOIN", file)
    (home / "scenario.yaml").write_text(text, encoding="utf-8")
    scenario = load_scenario(home / "scenario.yaml")
    problems = list(find_file_problems(scenario, scenario.screen))
    return problems, layer_files(scenario, scenario.screen, None)[0]


def test_joined_tables_are_confined_too(home):
    touch(home / "a.geojson")
    problems, _ = joined(home, "../prices.csv")
    assert "screen.layers.one.join.file" in problems[0].where
    touch(home.parent / "prices.csv")
    (home / "prices.csv").symlink_to("../prices.csv")
    problems, files = joined(home, "prices.csv")
    assert problems == []
    with pytest.raises(InputError, match="no such file"):
        join_path(files)
    (home / "prices.csv").unlink()
    with pytest.raises(InputError, match="no such file"):
        OpenLayers({"one": files}, (0, 0, 1, 1)).hash("one")
    own = touch(home / "prices.csv")
    assert join_path(files) == own
