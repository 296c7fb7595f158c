import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest

from data.errors import InputError
from siting.run_files import plain, write_gpkg, write_json, write_parquet
from siting.run_folder import restore_run_folder, run_folder

SITES = pd.DataFrame(
    {
        "site": ["ishikari", "inzai"],
        "name_ja": ["石狩", "印西"],
        "mw": [300.0, np.nan],
        "lat": [43.2, 35.83],
        "lon": [141.3, 140.15],
    }
)


def write_run(target, text):
    with run_folder(target) as folder:
        (folder / "summary.json").write_text(text)


def write_half(target, error):
    with run_folder(target) as folder:
        (folder / "summary.json").write_text("half")
        raise error


def read_run(target):
    return (target / "summary.json").read_text()


def beside(target):
    return sorted(path.name for path in target.parent.iterdir() if path != target)


def run_until_killed(target, code):
    """A process of its own that writes run `second` and is killed where `code` says."""
    program = f"""
import os, shutil, signal
from pathlib import Path
from siting.run_folder import run_folder

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

target = Path({str(target)!r})
{code}
"""
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL


def test_folder_appears_whole_at_the_end(tmp_path):
    target = tmp_path / "runs" / "japan"
    with run_folder(target) as folder:
        (folder / "summary.json").write_text("{}")
        assert folder.parent == target.parent
        assert folder.name == f".japan.partial-{os.getpid()}"
        assert not target.exists()
    assert read_run(target) == "{}"
    assert beside(target) == []


def test_new_run_replaces_all_of_the_previous_one(tmp_path):
    target = tmp_path / "japan"
    write_run(target, "first")
    (target / "old.csv").write_text("")
    write_run(target, "second")
    assert [path.name for path in target.iterdir()] == ["summary.json"]
    assert read_run(target) == "second"
    assert beside(target) == []


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_exception_leaves_the_previous_run_alone(tmp_path, error):
    target = tmp_path / "japan"
    write_run(target, "first")
    with pytest.raises(error):
        write_half(target, error)
    assert read_run(target) == "first"
    assert beside(target) == []


def test_exception_in_a_first_run_leaves_nothing(tmp_path):
    with pytest.raises(KeyError):
        write_half(tmp_path / "japan", KeyError)
    assert list(tmp_path.iterdir()) == []


def test_killed_while_writing(tmp_path):
    target = tmp_path / "japan"
    write_run(target, "first")
    run_until_killed(
        target,
        "with run_folder(target) as folder:\n"
        "    (folder / 'summary.json').write_text('second')\n"
        "    die()",
    )
    assert read_run(target) == "first"
    assert len(beside(target)) == 1, "the killed process left its partial folder"
    write_run(target, "third")
    assert read_run(target) == "third"
    assert beside(target) == []


KILLED_BETWEEN_RENAMES = """
rename = Path.rename
def rename_once(path, place):
    rename(path, place)
    die()
Path.rename = rename_once
with run_folder(target) as folder:
    (folder / 'summary.json').write_text('second')
"""


def test_killed_between_the_renames(tmp_path):
    target = tmp_path / "japan"
    write_run(target, "first")
    run_until_killed(target, KILLED_BETWEEN_RENAMES)
    assert not target.exists()
    restore_run_folder(target)
    assert read_run(target) == "first"
    assert beside(target) == []


def test_next_start_restores_before_it_writes(tmp_path):
    target = tmp_path / "japan"
    write_run(target, "first")
    run_until_killed(target, KILLED_BETWEEN_RENAMES)
    with run_folder(target):
        assert read_run(target) == "first"


def test_killed_before_the_old_run_is_deleted(tmp_path):
    target = tmp_path / "japan"
    write_run(target, "first")
    run_until_killed(
        target,
        "shutil.rmtree = die\n"
        "with run_folder(target) as folder:\n"
        "    (folder / 'summary.json').write_text('second')",
    )
    assert read_run(target) == "second"
    restore_run_folder(target)
    assert read_run(target) == "second"
    assert beside(target) == []


def test_failed_move_brings_the_previous_run_back(tmp_path, monkeypatch):
    target = tmp_path / "japan"
    write_run(target, "first")
    rename = Path.rename

    def refuse_partial(path, place):
        if ".partial-" in path.name:
            raise OSError("disk is gone")
        return rename(path, place)

    monkeypatch.setattr(Path, "rename", refuse_partial)
    with pytest.raises(OSError, match="disk is gone"):
        write_run(target, "second")
    assert read_run(target) == "first"
    assert beside(target) == []


def test_living_neighbours_and_strangers_are_left_alone(tmp_path):
    alive = tmp_path / f".japan.partial-{os.getppid()}"
    other = tmp_path / ".japan2.partial-999999999"
    named = tmp_path / ".japan.partial-notes"
    for folder in (alive, other, named):
        folder.mkdir()
    restore_run_folder(tmp_path / "japan")
    assert all(folder.exists() for folder in (alive, other, named))


def test_link_left_with_our_name_is_not_followed(tmp_path):
    precious = tmp_path / "precious"
    precious.mkdir()
    (tmp_path / ".japan.partial-999999999").symlink_to(precious)
    restore_run_folder(tmp_path / "japan")
    assert precious.exists()


def make_folder(place):
    place.mkdir()
    (place / "thesis.txt").write_text("years of work")


def make_link(place):
    write_run(place.with_name("elsewhere"), "first")
    place.symlink_to(place.with_name("elsewhere"))


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (make_folder, "a folder without summary.json"),
        (make_link, "a link"),
        (lambda place: place.symlink_to("nowhere"), "a link"),
        (lambda place: place.write_text("x"), "a file"),
    ],
)
def test_refuses_what_is_not_a_run(tmp_path, make, found):
    target = tmp_path / "japan"
    make(target)
    with pytest.raises(InputError, match=found), run_folder(target):
        pytest.fail("the block must not run")
    assert target.exists() or target.is_symlink()
    assert not any(".partial-" in name for name in beside(target))


def test_refuses_a_place_below_a_file(tmp_path):
    (tmp_path / "file").write_text("x")
    target = tmp_path / "file" / "japan"
    with pytest.raises(InputError, match="place that can be written"), run_folder(target):
        pytest.fail("the block must not run")


def test_refuses_the_top_of_the_file_system():
    with pytest.raises(InputError, match="top of the file system"), run_folder(Path("/")):
        pytest.fail("the block must not run")


def test_json_has_no_nan_and_keeps_japanese(tmp_path):
    unknown = [np.float64("nan"), float("inf"), pd.NA, np.int64(3)]
    value = {"b": unknown, "a": {2030: "石狩"}, "c": np.array([1.5])[0]}
    write_json(value, tmp_path / "a.json")
    text = (tmp_path / "a.json").read_bytes().decode()
    assert json.loads(text) == {"a": {"2030": "石狩"}, "b": [None, None, None, 3], "c": 1.5}
    assert text.index('"a"') < text.index('"b"')
    assert "石狩" in text
    assert text.endswith("}\n")


def test_json_is_the_same_however_it_was_built(tmp_path):
    write_json({"x": 1, "y": (1, 2)}, tmp_path / "a.json")
    write_json({"y": [1, 2], "x": np.int64(1)}, tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_json_refuses_what_it_cannot_hold():
    with pytest.raises(TypeError, match="Path"):
        plain({"file": Path("a")})


def test_parquet_keeps_keys_and_unknowns(tmp_path):
    frame = SITES.set_index("site")
    write_parquet(frame, tmp_path / "a.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "a.parquet"), frame.reset_index())


def test_gpkg_opens_with_points_where_the_sites_are(tmp_path):
    write_gpkg(SITES, tmp_path / "sites.gpkg", created="2026-11-23")
    layer = geopandas.read_file(tmp_path / "sites.gpkg", layer="sites")
    assert layer.crs.to_epsg() == 6668
    assert layer["name_ja"].tolist() == ["石狩", "印西"]
    assert layer.geometry.iloc[0].coords[0] == (141.3, 43.2)
    assert np.isnan(layer["mw"].iloc[1])


def test_gpkg_of_one_run_is_the_same_twice(tmp_path):
    for name in ("a", "b"):
        write_gpkg(SITES, tmp_path / f"{name}.gpkg", created="2026-11-23")
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()


def test_gpkg_of_a_plan_without_sites_has_its_layer(tmp_path):
    write_gpkg(SITES.head(0), tmp_path / "sites.gpkg", created="2026-11-23")
    assert len(geopandas.read_file(tmp_path / "sites.gpkg", layer="sites")) == 0
