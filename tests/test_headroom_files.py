"""Files of `siting headroom`: exact columns, places, derived zones that a scenario takes."""

import csv
import json
import re

import geopandas
import pandas as pd
import pytest

import siting.headroom.run as steps
from data.errors import InputError
from data.read_works import read_works
from grid.zones import read_zones, sharing_groups
from siting.headroom.question import Asked, joint_buses
from siting.headroom.study import headroom_study
from siting.headroom.zones import COLUMNS, Origin, derived_zones, slug
from siting.scenario_file import load_scenario
from siting.study import check_study
from tests.conftest import ROOT
from tests.small_networks import NAN, spur, triangle
from tests.small_studies import write_small

ORIGIN = Origin("net.m", "fixed", "2026-04", "computed")
COLUMNS_ASKED = ["bus", "rule", "n0_mw", "n0_branch", "n1_mw", "n1_branch", "n1_outage"]


@pytest.fixture
def written(monkeypatch, tmp_path):
    """Write the folder of an answer for a network in memory."""

    def write(network, asked=None, name="net.m"):
        monkeypatch.setattr(steps, "read_network", lambda path: network)
        headroom_study(tmp_path / name, asked or Asked(), tmp_path / "out")
        return tmp_path / "out"

    return write


def cells(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_the_table_has_exactly_the_columns_asked_for(written):
    header, *rows = cells(written(spur()) / "headroom.csv")
    assert header == COLUMNS_ASKED
    assert {row[0]: row[1:] for row in rows}["D"] == ["fixed", "40.0", "CD", "0.0", "CD", "CD"]


def test_no_limit_is_an_empty_cell_and_never_zero(written):
    free = triangle()
    free.branches["rating_mw"] = NAN
    free.generators["max_mw"] = NAN
    _, *rows = cells(written(free) / "headroom.csv")
    assert [row[2:] for row in rows] == [[""] * 5] * 3


def test_a_name_that_would_run_in_a_spreadsheet_does_not(written):
    hostile = triangle()
    hostile.branches.index = pd.Index(["=1+1", "AC", "BC"], name="branch")
    _, *rows = cells(written(hostile) / "headroom.csv")
    assert rows[1][3] == "'=1+1"


def test_the_geopackage_holds_the_same_with_places(written):
    folder = written(spur())
    points = geopandas.read_file(folder / "headroom.gpkg", layer="headroom")
    assert list(points["bus"]) == ["A", "B", "C", "D"]
    assert points.crs.to_epsg() == 6668
    assert points.loc[1, ["n0_mw", "n1_mw", "n1_outage"]].tolist() == [100.0, 20.0, "AB"]
    assert points.geometry[1].coords[0] == (130.80, 32.80)


def test_only_buses_with_places_are_drawn(written):
    half = triangle()
    half.buses.loc["B", ["lat", "lon"]] = NAN
    folder = written(half)
    assert list(geopandas.read_file(folder / "headroom.gpkg")["bus"]) == ["A", "C"]
    assert (folder / "map.html").is_file()
    assert len(cells(folder / "headroom.csv")) == 4


def test_without_any_place_there_is_no_map_and_no_geopackage(written):
    names = {path.name for path in written(triangle(located=False)).iterdir()}
    assert names == {"headroom.csv", "zones.csv", "summary.json", "run.log"}


def test_a_second_answer_replaces_the_first(written):
    written(spur())
    assert len(cells(written(triangle()) / "headroom.csv")) == 4


def test_the_summary_counts_the_network(written):
    summary = json.loads((written(spur()) / "summary.json").read_text(encoding="utf-8"))
    assert summary["counts"] == {
        "buses": 4, "located": 4, "branches": 4, "unrated": 0, "generators": 1, "islands": 1,
        "islanding": 1,
    }  # fmt: skip
    branch = {row["branch"]: row for row in summary["branches"]}
    assert branch["AC"]["binds"] == {"fixed": 2}
    assert branch["AB"]["flow_mw"] == pytest.approx(100 / 3)
    assert branch["AB"]["loading_share"] == pytest.approx(1 / 3)


# Several at once, and works


def test_joint_room_is_not_the_sum(written):
    """With AB out all of it runs over AC, 90 MW, of which 60 are there already."""
    folder = written(triangle(), Asked(joint=joint_buses("B,C")))
    (joint,) = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["joint"]
    assert joint["total_mw"] == pytest.approx(30, abs=1e-4)
    assert joint["single_sum_mw"] == pytest.approx(60, abs=1e-4)
    assert joint["taking"]["B"]["C"] == pytest.approx(1, abs=1e-3)
    header, *rows = cells(folder / "joint.csv")
    assert header[:4] == ["rule", "bus", "single_mw", "joint_mw"]
    assert sum(float(row[3]) for row in rows) == pytest.approx(30, abs=1e-4)


def test_works_are_ranked_by_what_they_gain_for_their_cost(written, tmp_path):
    """AC to 100 MW: B gains 10 MW; then AC and AB bind alike."""
    file = tmp_path / "works.csv"
    text = (
        "option,kind,branch,rating_mw,cost_myen\nup AC,upgrade,AC,100,500\nup BC,upgrade,BC,200,1\n"
    )
    file.write_text(text, encoding="utf-8")
    folder = written(triangle(), Asked(buses=("B",), works=file))
    header, first, second = cells(folder / "works.csv")
    found = dict(zip(header, first, strict=True))
    assert (found["option"], float(found["gained_mw"])) == ("up AC", pytest.approx(10))
    assert float(found["mw_per_myen"]) == pytest.approx(0.02)
    assert float(dict(zip(header, second, strict=True))["gained_mw"]) == pytest.approx(0)


def test_the_table_in_the_docs_can_be_used(written, tmp_path):
    """With one AB left of two the triangle hosts its N-0 figure: 105 - 30. AC to 120: AB binds."""
    text = (ROOT / "docs" / "headroom.md").read_text(encoding="utf-8")
    file = tmp_path / "works.csv"
    file.write_text(re.search(r"```csv\n(.*?)```", text, re.S)[1], encoding="utf-8")
    folder = written(triangle(), Asked(buses=("B",), works=file))
    header, first, second = cells(folder / "works.csv")
    assert (first[0], second[0]) == ("second AB circuit", "AC to 120 MW")
    gained = header.index("gained_mw")
    assert [float(row[gained]) for row in (first, second)] == pytest.approx([75, 10])


def test_every_problem_of_a_table_of_works_in_one_list(tmp_path):
    file = tmp_path / "works.csv"
    file.write_text("option,kind,cost_myen\na,upgrade,much\na,upgrade,5\n,upgrade,6\n")
    with pytest.raises(InputError) as caught:
        read_works(file)
    assert [(each.where, each.line) for each in caught.value.problems] == [
        ("option", 3), ("option", 4), ("cost_myen", 2),
    ]  # fmt: skip
    file.write_text("option,colour\na,red\n")
    with pytest.raises(InputError) as caught:
        read_works(file)
    assert [each.where for each in caught.value.problems] == ["kind", "cost_myen", "colour"]


# Derived zones


def zone_buses(**changes):
    table = spur().buses[["name", "kv", "lat", "lon", "area", "load_mw"]].assign(island=0)
    return table.assign(**changes)


def zone_rows(low=(0.0, 20.0, NAN, NAN), high=(5.0, 20.0, 80.0, NAN)):
    return pd.DataFrame({"bus": list("ABCD"), "n0_mw": high, "n1_mw": low})


def test_a_range_runs_from_n1_to_n0_and_open_ends_stay_open():
    derived = derived_zones(zone_buses(), zone_rows(), ORIGIN)
    zones = derived.zones
    assert list(zones.columns) == list(COLUMNS)
    assert zones["cap_low_mw"].fillna(-1).tolist() == [0, 20, -1]
    assert zones["cap_high_mw"].tolist() == [5, 20, 80]
    assert derived.left_out == {"no_area": 0, "no_figure": 1}
    assert set(zones["cap_basis"]) == {"derived"}
    assert set(zones["asset_type"]) == {"substation"}
    assert set(zones["area"]) == {"kyushu"}
    assert set(zones["confidence"]) == {"computed"}


def test_buses_of_one_name_stay_apart():
    alike = zone_buses(name="中央", kv=[220.0, 220.0, 66.0, 66.0], island=[0, 0, 1, 1])
    zones = derived_zones(alike, zone_rows((1.0,) * 4, (2.0,) * 4), ORIGIN).zones
    assert zones["asset_name"].tolist() == [
        "中央 220 kV [A]", "中央 220 kV [B]", "中央 66 kV [C]", "中央 66 kV [D]",
    ]  # fmt: skip
    assert zones["additive_group"].nunique() == 2


def test_a_bus_in_no_supply_area_is_counted_and_not_guessed():
    at_sea = zone_buses(lat=[30.0, NAN, 51.5, 33.1], lon=[140.0, NAN, 0.1, 131.5])
    assert derived_zones(at_sea, zone_rows((1.0,) * 4, (2.0,) * 4), ORIGIN).left_out["no_area"] == 3
    told = zone_buses(lat=51.5, lon=0.1, area="tokyo")
    zones = derived_zones(told, zone_rows((1.0,) * 4, (2.0,) * 4), ORIGIN).zones
    assert set(zones["area"]) == {"tokyo"}
    assert zones["lat"].isna().all()


def test_assumed_values_of_the_network_mark_the_zones(written):
    guessed = triangle()
    guessed.assumed.loc[0] = ["branches", "AB", "rating_mw", "voltage class"]
    zones = pd.read_csv(written(guessed) / "zones.csv")
    assert set(zones["confidence"]) == {"assumed"}


def test_a_slug_is_a_key():
    assert slug("九州 154kV.json") == "154kv"


def test_a_scenario_takes_the_zones(written, tmp_path):
    folder = written(spur())
    zones = read_zones(folder / "zones.csv")
    assert len(zones) == 4
    assert set(sharing_groups(zones)) == {"derived-net-island-1"}
    scenario = write_small(tmp_path)
    loaded = load_scenario(scenario, sets=[f"headroom.zones_file={folder / 'zones.csv'}"])
    assert check_study(loaded) == []
