"""A bulk network from published lines: by head on a made folder, and on the real one."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.errors import InputError
from data.read_occto_grid import read_occto_grid
from grid.bulk_network import AC_TIES, DC_TIES, bulk_network
from grid.bulk_parameters import circuit_rating_mw, line_type, line_x_pu
from grid.bulk_stations import station_key
from grid.network_arrays import grid_of
from grid.network_problems import find_network_problems
from tests.conftest import ROOT
from tests.small_occto import LOW, PEAK, write_occto

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "grid"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not here")


@pytest.fixture
def made(tmp_path):
    return bulk_network(read_occto_grid(write_occto(tmp_path / "made")))


@pytest.fixture(scope="module")
def real():
    if not REAL.is_dir():
        pytest.skip("the real files are not here")
    occto = read_occto_grid(REAL)
    return occto, bulk_network(occto)


def script():
    path = ROOT / "examples" / "japan_grid" / "build_network.py"
    spec = importlib.util.spec_from_file_location("build_network", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("新徳山（変）", "新徳山"),
        ("金剛開閉所", "金剛"),
        ("枚方変電所（洛南変電所）", "枚方"),
        ("４２Ｔ（北神線）", "42T"),
        ("571T(西南多摩線)", "571T"),
        ("上椎葉ps", "上椎葉"),
        ("大河内発電所", "大河内発電所"),
        ("変電所", "変電所"),
    ],
)
def test_station_keys_join_the_voltages_of_a_site(name, key):
    assert station_key(name) == key


def test_values_by_voltage_are_those_of_the_named_types():
    assert line_type(500.0).x_ohm_per_km == 0.246
    assert line_type(275.0).x_ohm_per_km == 0.265
    assert {line_type(kv).x_ohm_per_km for kv in (187.0, 220.0)} == {0.301}
    # 100 km at 275 kV and 60 Hz: 0.265 * 1.2 * 100 ohm over 756.25 ohm
    assert line_x_pu(275.0, 100.0, 60.0) == pytest.approx(0.04205, abs=1e-5)
    assert circuit_rating_mw(187.0) == pytest.approx(417.8, abs=0.1)


def test_buses_are_stations_by_voltage(made):
    buses = made.network.buses
    assert set(buses.index) == {
        "hokkaido:北:187",
        "hokkaido:南:187",
        "hokkaido:東:187",
        "hokkaido:南:275",
        "hokkaido:端:275",
    }
    # nobody places 東: it lies between its neighbours, and is told to be assumed
    assert buses.loc["hokkaido:東:187", "lat"] == pytest.approx(42.5)
    assumed = made.network.assumed.set_index("key")["column"]
    assert assumed["hokkaido:東:187"] == "lat, lon"
    assert "hokkaido:北:187" not in assumed.index
    assert assumed["hokkaido:端:275"] == "lat, lon"
    assert "hokkaido:東:187" not in made.sites


def test_a_line_is_two_circuits_with_standard_values(made):
    branches = made.network.branches
    west = branches[branches["name"] == "西線"]
    assert len(west) == 2
    # 115 km along the map at 187 kV and 50 Hz
    assert west["km"].unique().tolist() == [115.0]
    assert west["x_pu"].iloc[0] == pytest.approx(0.301 * 115 * 100 / 187**2)
    assert west["rating_mw"].iloc[0] == pytest.approx(417.8, abs=0.1)
    # it has carried 2,000 MW, more than two standard circuits
    strong = branches[branches["name"] == "北東線"]
    assert strong["rating_mw"].tolist() == [1000.0, 1000.0]


def test_lengths_say_where_they_come_from(made):
    how = made.report.set_index("name")["how"]
    assert how["西線"] == "path"
    assert how["北東線"] == "factor"
    row = made.report.set_index("name").loc["端線"]
    assert row["km"] == pytest.approx(1.25 * row["straight_km"])
    assert row["straight_km"] == pytest.approx(82.6, abs=0.2)


def test_a_long_way_round_is_not_the_line(tmp_path):
    folder = write_occto(tmp_path / "made", way_km=300.0)
    report = bulk_network(read_occto_grid(folder)).report.set_index("name")
    assert report.loc["西線", "how"] == "factor"
    assert report.loc["西線", "km"] == pytest.approx(1.25 * 111.2, abs=0.2)


def test_voltages_of_a_station_are_joined_by_transformers(made):
    branches = made.network.branches
    transformers = branches[branches["kind"] == "transformer"]
    assert set(zip(transformers["from_bus"], transformers["to_bus"], strict=True)) == {
        ("hokkaido:南:275", "hokkaido:南:187")
    }
    assert transformers["x_pu"].tolist() == pytest.approx([0.14 * 100 / 450] * 2)


def test_everything_assumed_is_told_and_sourced(made):
    network = made.network
    told = set(zip(network.assumed["key"], network.assumed["column"], strict=True))
    assert all(
        (key, column) in told for key in network.branches.index for column in ("x_pu", "rating_mw")
    )
    assert network.assumed["source"].str.len().min() > 10
    assert "1 of 5 lines below 187 kV left out" in network.notes
    assert find_network_problems(network) == []


def test_every_fault_of_a_folder_is_told_at_once(tmp_path):
    folder = write_occto(tmp_path / "made")
    (folder / "occto_units.csv").unlink()
    lines = folder / "occto_lines.csv"
    text = lines.read_text(encoding="utf-8").replace(",187,西線", ",high,西線")
    lines.write_text(text.replace("hokkaido,275", "nowhere,275"), encoding="utf-8")
    (folder / "osm2017_lines.geojson").write_text("{", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_occto_grid(folder)
    told = str(caught.value)
    for part in (
        "occto_units.csv",
        "high",
        "occto_lines.csv:2",
        "nowhere",
        "osm2017_lines.geojson",
    ):
        assert part in told


def test_an_empty_folder_names_every_file(tmp_path):
    with pytest.raises(InputError) as caught:
        read_occto_grid(tmp_path)
    assert len({p.file for p in caught.value.problems}) == 8


def test_the_script_writes_the_plain_form(tmp_path, capsys):
    folder = write_occto(tmp_path / "made")
    assert script().main([str(folder), str(tmp_path / "out")]) == 0
    assert "5 buses" in capsys.readouterr().out
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"buses.csv", "branches.csv", "generators.csv", "assumed.csv", "report.csv"} <= written
    buses = pd.read_csv(tmp_path / "out" / "buses.csv", index_col="bus")
    generators = pd.read_csv(tmp_path / "out" / "generators.csv")
    assert generators["p_mw"].sum() == pytest.approx(300.0)
    assert buses["load_mw"].sum() == pytest.approx(300.0)


def test_the_script_leaves_nothing_behind_when_it_refuses(tmp_path, capsys):
    folder = write_occto(tmp_path / "made")
    (folder / "occto_stations.csv").unlink()
    assert script().main([str(folder), str(tmp_path / "out")]) == 2
    assert "occto_stations.csv" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["made"]
    (tmp_path / "out").mkdir()
    assert script().main([str(write_occto(tmp_path / "made")), str(tmp_path / "out")]) == 2
    assert list((tmp_path / "out").iterdir()) == []


def test_every_real_bulk_line_is_in_the_network(real):
    occto, bulk = real
    lines = occto.lines[occto.lines["kv"] >= 187]
    assert len(bulk.report) == len(lines) + len(AC_TIES)
    assert len(lines) == 436
    assert find_network_problems(bulk.network) == []
    branches = bulk.network.branches
    assert (branches.loc[branches["kind"] != "link", "x_pu"] > 0).all()
    assert (bulk.report["rating_mw"] >= bulk.report["observed_max_mw"].fillna(0)).all()
    assert set(occto.flows) == {PEAK, LOW}


def test_the_real_network_has_three_synchronous_parts(real):
    _, bulk = real
    grid = grid_of(bulk.network)
    size = pd.Series(grid.island).value_counts()
    area = pd.Series(grid.buses).str.split(":").str[0]
    largest = [set(area[grid.island == i]) for i in size.index[:3]]
    assert largest[0] == {"chubu", "hokuriku", "kansai", "chugoku", "shikoku", "kyushu"}
    assert largest[1] == {"tohoku", "tokyo"}
    assert largest[2] == {"hokkaido"}
    assert size.iloc[:3].sum() > 0.94 * size.sum()


def test_real_ends_of_ties_are_stations_that_exist(real):
    _, bulk = real
    station = set(bulk.network.buses["area"] + ":" + bulk.network.buses["name"])
    named = {name for sides in DC_TIES.values() for side in sides for name in side}
    assert named <= station
    assert all(np.isclose(sum(side.values()), 1.0) for sides in DC_TIES.values() for side in sides)


def test_real_lengths_along_the_map_are_near_the_crow_flies(real):
    _, bulk = real
    path = bulk.report[bulk.report["how"] == "path"]
    assert len(path) > 100
    assert 1.0 < (path["km"] / path["straight_km"]).median() < 1.25
