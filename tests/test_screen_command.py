"""`siting screen`, `layers`, `check` and `run` with layers, as a user runs them."""

import json
import os
import signal
import subprocess
import time

import pytest

from tests.conftest import ROOT, SITING, run_siting
from tests.small_screened import write_screened

DEM = "screen.layers.slope={file: dem/*.xml, reader: gsi_dem_slope}"
OPTIONAL = "screen.layers.parks={file: parks.gpkg, needed: false}"


@pytest.fixture(scope="module")
def chiba(tmp_path_factory):
    """A folder in which the screen has run once; where it ended and what it said."""
    home = tmp_path_factory.mktemp("chiba")
    write_screened(home)
    return home, run_siting("screen", "scenario.yaml", cwd=home)


def summary_in(folder):
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def left_behind(home):
    """What stands in the folder of runs beside finished runs and the cache."""
    return [p.name for p in (home / "runs").iterdir() if ".partial" in p.name]


def test_a_screen_from_nothing(chiba):
    home, done = chiba
    assert (done.code, done.err) == (0, "")
    folder = home / "runs" / "chiba-screen"
    for name in ("candidates.gpkg", "map.html", "report.html", "summary.json", "run.log"):
        assert (folder / name).stat().st_size > 0
    assert "25 sites" in done.out
    assert "chiba-screen" in done.out
    assert not left_behind(home)
    log = (folder / "run.log").read_text(encoding="utf-8")
    for step in ("cells:", "layers:", "sites:", "connections:"):
        assert step in log
    summary = summary_in(folder)
    assert summary["blocks"]["computed"] > 0
    assert [row["rank"] for row in summary["sites"]] == list(range(1, 26))


def test_another_weight_measures_nothing_again_and_in_japanese(chiba, command):
    """A variant with one more weight changed, in a folder of its own."""
    home, _ = chiba
    words = ["--variant", "dry", "--set", "screen.score.city.weight=9", "--lang", "ja"]
    done = command("screen", "scenario.yaml", *words, cwd=home)
    assert done.code == 0, done.err
    before = summary_in(home / "runs" / "chiba-screen")
    after = summary_in(home / "runs" / "chiba-dry-screen")
    assert after["blocks"]["computed"] == 0
    assert after["blocks"]["kept"] == before["blocks"]["computed"]
    assert after["variant"] == "dry"
    assert after["totals"]["open_km2"] < before["totals"]["open_km2"]
    assert [s["site"] for s in after["sites"]] != [s["site"] for s in before["sites"]]
    assert "候補 25 地点" in done.out


def test_a_run_that_fails_keeps_the_one_before(chiba, command):
    home, _ = chiba
    folder = home / "runs" / "chiba-screen"
    before = contents(folder)
    done = command("screen", "scenario.yaml", "--set", DEM, "--set",
                   "screen.score.slope={layer: slope, linear: [15, 0]}", cwd=home)  # fmt: skip
    assert done.code == 2
    assert "Traceback" not in done.err
    assert "dem/*.xml" in done.err
    assert contents(folder) == before
    assert not left_behind(home)


@pytest.mark.thorough
def test_a_run_that_is_killed_leaves_no_folder(tmp_path):
    """Killed while it works: nothing that looks like a run, and the next one clears up."""
    write_screened(tmp_path)
    words = [*SITING, "screen", "scenario.yaml", "--set", "screen.grid.cell_m=250"]
    environment = {"PYTHONPATH": str(ROOT), "LANG": "en", "PATH": "/usr/bin:/bin"}
    process = subprocess.Popen(
        words, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    cache = tmp_path / "runs" / ".cache"
    deadline = time.monotonic() + 60
    while not any(each.is_file() for each in cache.rglob("*")) and time.monotonic() < deadline:
        assert process.poll() is None
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "runs" / "chiba-screen").exists()
    assert left_behind(tmp_path)
    done = run_siting("screen", "scenario.yaml", cwd=tmp_path)
    assert done.code == 0, done.err
    assert not left_behind(tmp_path)
    assert (tmp_path / "runs" / "chiba-screen" / "summary.json").exists()


def test_a_plan_with_its_screen(chiba, command):
    home, _ = chiba
    done = command("run", "scenario.yaml", cwd=home)
    assert done.code == 0, done.err
    summary = summary_in(home / "runs" / "chiba")
    chosen = {row["site"] for row in summary["sites"]}
    screened = {row["site"] for row in summary_in(home / "runs" / "chiba-screen")["sites"]}
    assert chosen
    assert chosen <= screened


def test_missing_layers_are_told_with_where_to_put_them(chiba, command):
    """One that is needed, in a list with those that are shipped."""
    home, _ = chiba
    done = command("layers", "scenario.yaml", "--set", DEM, "--lang", "ja", cwd=home)
    assert done.code == 2
    assert "Traceback" not in done.err
    flat = "".join(done.out.split())
    for text in ("dem/*.xml", "標高", "に置く", "land", "coast", "grid-points", "august-c"):
        assert text in flat


def test_layers_that_are_there_or_may_be_missing_are_no_fault(chiba, command, tmp_path):
    home, _ = chiba
    (tmp_path / "dem").mkdir()
    (tmp_path / "dem" / "one.xml").write_text("<x/>", encoding="utf-8")
    words = ["--set", DEM, "--set", OPTIONAL, "--layers", tmp_path]
    done = command("layers", "scenario.yaml", *words, cwd=home)
    assert (done.code, done.err) == (0, "")
    assert "parks" in done.out


def test_check_names_everything_that_is_wrong(chiba, command):
    home, _ = chiba
    (home / "broken.geojson").write_text("{", encoding="utf-8")
    words = ["--set", DEM, "--set", "screen.layers.parks={file: broken.geojson}"]
    done = command("check", "scenario.yaml", *words, cwd=home)
    assert done.code == 2
    assert "Traceback" not in done.err
    assert "dem/*.xml" in done.err
    assert "broken.geojson" in done.err


def test_files_outside_the_folder_are_refused(chiba, command):
    home, _ = chiba
    outside = "screen.layers.secret={file: ../../secret.tif}"
    done = command("layers", "scenario.yaml", "--set", outside, cwd=home)
    assert done.code == 2
    assert "../../secret.tif" in done.err
    assert "Traceback" not in done.err


def test_a_scenario_without_layers_is_refused_in_words(chiba, command, tmp_path):
    home, _ = chiba
    text = (home / "scenario.yaml").read_text(encoding="utf-8")
    (tmp_path / "scenario.yaml").write_text(text[: text.index("screen:")], encoding="utf-8")
    done = command("screen", "scenario.yaml", cwd=tmp_path)
    assert done.code == 2
    assert "Traceback" not in done.err
    assert "siting new japan_1km" in done.err
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("word", ["screen", "layers"])
def test_help_has_an_example(command, tmp_path, word):
    done = command(word, "--help", cwd=tmp_path)
    assert done.code == 0
    assert f"siting {word} my-study/scenario.yaml" in " ".join(done.out.split())
    assert "--layers" in done.out
