"""A user's vector file of places with the wrong reference system, through the real command."""

import geopandas as gpd
import pytest
from shapely.geometry import Point

SCENARIO = """
format: 1
name: mine
title: {ja: 自分の候補地, en: My places}
years: {first: 2030, last: 2030}
demand: {workloads: {training: {kind: it_mw, load: training, by_year: {2030: 20}}}}
candidates: {file: places.gpkg}
time: {days: [summer_peak], hours_per_slice: 24}
"""


@pytest.fixture
def places():
    cells = {"place": ["a"], "area": ["kyushu"], "voltage_kv": [154.0]}
    return gpd.GeoDataFrame(cells, geometry=[Point(130.4, 33.59)], crs="EPSG:4326")


def _write(folder, places):
    (folder / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    places.to_file(folder / "places.gpkg")


def test_points_in_a_plane_system_are_understood(command, places, tmp_path):
    _write(tmp_path, places.to_crs("EPSG:6670"))
    done = command("run", "scenario.yaml", cwd=tmp_path)
    assert done.code == 0, done.err
    assert (tmp_path / "runs" / "mine" / "map.html").is_file()


@pytest.mark.parametrize("verb", ["check", "run"])
def test_plane_coordinates_called_degrees_end_with_one_list(command, places, tmp_path, verb):
    wrong = places.to_crs("EPSG:6670").set_crs("EPSG:4326", allow_override=True)
    _write(tmp_path, wrong)
    done = command(verb, "scenario.yaml", cwd=tmp_path)
    assert done.code == 2
    assert "outside" in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "runs").exists()


@pytest.mark.filterwarnings("ignore:.crs. was not provided")  # writing such a file is the point
def test_no_reference_system_is_refused_with_what_to_do(command, places, tmp_path):
    _write(tmp_path, places.set_crs(None, allow_override=True))
    done = command("check", "scenario.yaml", cwd=tmp_path)
    assert done.code == 2
    assert "reference system" in done.err or "CRS" in done.err
    assert "Traceback" not in done.err
