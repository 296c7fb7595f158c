"""Names of substations in one form; zones matched to located ones, ambiguous ones listed."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.facts import read_fact
from grid.latency import great_circle_km
from grid.station_match import match_stations, station_areas
from grid.station_names import edit_distance, folded_name, name_score, station_names

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "grid"


def score(one, other):
    return round(name_score(station_names(one)[0], station_names(other)[0]), 3)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("新京葉変電所", "新京葉　変電所", 1),
        ("函館SS", "函館変電所", 1),
        ("函館ＳＳ", "函館変電", 1),
        ("作木（変）", "作木変電所", 1),
        ("井原（開）", "井原開閉所", 1),
        ("双葉SWS", "双葉開閉所", 1),
        ("三輪ss", "九州電力 三輪変電所", 1),
        ("鎌倉変電所", "東電鎌倉変電所;東電鎌倉変電所", 1),
        ("信貴変電所", "信貴変電所 (Shingi Hendensho)", 1),
        ("関ヶ原変電所", "関ケ原変電所", 1),
        ("紀ノ川変電所", "紀の川変電所", 1),
        ("牧港第一変電所", "牧港第1変電所", 1),
        ("新京葉", "新京葉変電所", 0.95),
        ("金澤変電所", "金沢変電所", 0.95),
        ("本川PS", "本川水力発電所", 0.95),
        ("浜岡", "浜岡原子力発電所", 0.88),
        ("金剛変電所", "金剛開閉所", 0.8),
        ("敦賀火力発電所", "敦賀原子力発電所", 0.8),
    ],
)
def test_one_station_in_several_forms(one, other, expected):
    assert score(one, other) == expected
    assert score(other, one) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("広島変電所", "新広島変電所"),
        ("新信濃変電所", "旧信濃変電所"),
        ("東大阪変電所", "西大阪変電所"),
        ("牧港第一変電所", "牧港第二変電所"),
        ("中能登変電所", "新能登変電所"),
        ("佐久変電所", "佐久間変電所"),
        ("上野変電所", "上尾変電所"),
    ],
)
def test_what_tells_stations_apart_is_never_a_slip(one, other):
    assert score(one, other) <= 0.6 + 1e-9


def test_spans_have_one_sign():
    assert len({folded_name(f"新京葉{wave}千葉線") for wave in "～〜~"}) == 1


def test_a_name_in_brackets_is_a_second_name():
    names = station_names("北大阪変電所（西大阪変電所）")
    assert [(n.stem, n.is_second) for n in names] == [("北大阪", False), ("西大阪", True)]
    assert name_score(names[1], station_names("西大阪変電所")[0]) == pytest.approx(0.9)


@given(st.text(alphabet="新東京変電所ABC（）()～-ヶ ", max_size=12))
@settings(max_examples=80, deadline=None)
def test_folding_twice_changes_nothing_and_no_name_breaks_it(text):
    assert folded_name(folded_name(text)) == folded_name(text)
    for name in station_names(text):
        assert name_score(name, name) == pytest.approx(0.9 if name.is_second else 1)


@given(st.text(alphabet="新東京北", max_size=6), st.text(alphabet="新東京北", max_size=6))
@settings(max_examples=80, deadline=None)
def test_edit_distance_is_a_distance(one, other):
    distance = edit_distance(one, other)
    assert distance == edit_distance(other, one)
    assert (distance == 0) == (one == other)
    assert abs(len(one) - len(other)) <= distance <= max(len(one), len(other))


def zones_of(*names, area="tokyo", **more):
    frame = {"tso": "x", "area": area, "asset_name": list(names)}
    return pd.DataFrame(frame | more)


def stations_of(*rows):
    return pd.DataFrame(rows, columns=["name", "lat", "lon", "area", "voltage_kv"])


def test_a_namesake_in_another_area_is_not_taken():
    stations = stations_of(("川内変電所", 31.8, 130.3, "kyushu", 220.0))
    matched, unmatched = match_stations(zones_of("川内変電所", area="shikoku"), stations)
    assert matched.empty
    assert unmatched["reason"].tolist() == ["low_score"]
    assert unmatched["guesses"].tolist() == ["川内変電所 0.50 kyushu"]
    matched, _ = match_stations(zones_of("川内変電所", area="kyushu"), stations)
    assert matched["score"].tolist() == [1.0]


def test_two_places_of_one_name_are_ambiguous_unless_the_voltage_decides():
    stations = stations_of(
        ("犬山変電所", 35.38, 136.94, "chubu", 154.0), ("犬山変電所", 35.30, 136.99, "chubu", 77.0)
    )
    _, unmatched = match_stations(zones_of("犬山", area="chubu"), stations)
    assert unmatched["reason"].tolist() == ["ambiguous"]
    assert unmatched["guesses"][0].count("犬山変電所") == 2
    matched, _ = match_stations(zones_of("犬山", area="chubu", voltage_kv=77.0), stations)
    assert (matched["station"][0], matched["how"][0]) == (1, "voltage")


def test_one_place_drawn_twice_is_one_place():
    stations = stations_of(
        ("甲変電所", 35.380, 136.94, "chubu", 154.0), ("甲変電所", 35.381, 136.94, "chubu", 154.0)
    )
    matched, _ = match_stations(zones_of("甲変電所", area="chubu"), stations)
    assert (matched["station"][0], matched["how"][0]) == (0, "name")


def test_a_station_without_a_place_may_be_another_one():
    stations = stations_of(
        ("甲変電所", 35.4, 136.9, "chubu", np.nan), ("甲変電所", np.nan, np.nan, "chubu", np.nan)
    )
    _, unmatched = match_stations(zones_of("甲変電所", area="chubu"), stations)
    assert unmatched["reason"].tolist() == ["ambiguous"]


def test_a_namesake_far_from_the_stated_place_is_doubted():
    stations = stations_of(("甲変電所", 35.4, 139.0, "tokyo", np.nan))
    far = zones_of("甲変電所", lat=36.4, lon=139.0)
    assert match_stations(far, stations)[1]["best_score"].tolist() == [0.5]
    vague = zones_of("甲変電所", lat=36.4, lon=139.0, precision_km=100.0)
    assert match_stations(vague, stations)[0]["score"].tolist() == [1.0]


def test_blank_names_and_no_stations():
    stations = stations_of(("甲変電所", 35.4, 139.0, "tokyo", np.nan))
    zones = zones_of("", "送電線", "乙", None)
    _, unmatched = match_stations(zones, stations)
    assert unmatched["reason"].tolist() == ["no_name", "no_name", "no_station", "no_name"]
    assert match_stations(zones_of("甲"), stations.iloc[:0])[1]["reason"].tolist() == ["no_station"]


@given(least=st.floats(0, 1), order=st.permutations(range(4)))
@settings(max_examples=40, deadline=None)
def test_every_zone_is_matched_or_listed_and_never_below_the_score(least, order):
    zones = zones_of("新京葉", "京葉変電所", "佐倉ss", "無い駅")
    stations = stations_of(
        ("新京葉変電所", 35.8, 140.1, "tokyo", 275.0),
        ("京葉変電所", 35.6, 140.0, "tokyo", 275.0),
        ("佐倉変電所", 35.7, 140.2, "", 66.0),
        ("佐原変電所", 35.9, 140.5, "tokyo", 66.0),
    ).iloc[list(order)]
    matched, unmatched = match_stations(zones, stations, least)
    assert sorted([*matched["asset_name"], *unmatched["asset_name"]]) == sorted(zones["asset_name"])
    assert (matched["score"] >= least).all()
    for row in matched.itertuples():  # labels survive the order of the table
        assert stations.loc[row.station, "name"] == row.station_name


@pytest.fixture(scope="module")
def real():
    if not (REAL / "osm2017_nodes.geojson").exists():
        pytest.skip("real files are not here")
    nodes = json.loads((REAL / "osm2017_nodes.geojson").read_text(encoding="utf-8"))["features"]
    stations = pd.DataFrame(
        [
            {
                "name": node["properties"]["name"],
                "voltage_kv": node["properties"]["max_kv"],
                "lon": node["geometry"]["coordinates"][0],
                "lat": node["geometry"]["coordinates"][1],
                "type": node["properties"]["type"],
            }
            for node in nodes
        ]
    )
    kinds = ["substation", "merge", "plant", "generator", "merged_generator"]
    stations = stations[stations["type"].isin(kinds) & (stations["name"] != "")]
    stations = stations.assign(area=station_areas(stations, read_fact("area_rule")))
    published = pd.read_csv(REAL / "occto_stations.csv")
    zones = published.rename(columns={"name": "asset_name"})[["area", "asset_name"]]
    return published, stations, match_stations(zones.assign(tso=zones["area"]), stations)


def test_share_of_real_line_ends_that_are_found(real):
    """160 of OCCTO's 385 line ends; the map of 2017 names no more than 1,200 stations."""
    published, _, (matched, unmatched) = real
    assert len(matched) + len(unmatched) == len(published) == 385
    assert 155 <= len(matched) <= 175
    assert (matched["score"] >= 0.9).all()
    assert (unmatched["reason"] == "ambiguous").sum() <= 5


def test_real_matches_lie_where_others_found_them(real):
    """`high` was matched on the same map, `medium` looked up elsewhere; `low` was guessed."""
    published, _, (matched, _) = real
    own = matched.merge(
        published[["area", "name", "lat", "lon", "confidence"]],
        left_on=["area", "asset_name"],
        right_on=["area", "name"],
        suffixes=("", "_found"),
    )
    km = great_circle_km(own["lat"], own["lon"], own["lat_found"], own["lon_found"])
    sure = own["confidence"].isin(["high", "medium"]).to_numpy()
    assert sure.sum() > 140
    assert (km[sure] < 1).all()
    guessed = (own["confidence"] == "low").to_numpy()
    assert (km[guessed] < 25).all()


@pytest.mark.parametrize(
    ("area", "name", "lat", "lon"),
    [
        ("hokkaido", "室蘭SS", 42.37, 141.03),
        ("tohoku", "宮城", 38.57, 140.86),
        ("tokyo", "新京葉", 35.77, 140.10),
        ("chubu", "駿遠", 34.79, 138.16),
        ("kansai", "信貴変電所", 34.60, 135.65),
        ("chugoku", "広島（変）", 34.5, 132.5),
        ("shikoku", "西条SS", 33.9, 133.2),
        ("kyushu", "南熊本ss", 32.67, 130.76),
    ],
)
def test_real_stations_looked_at_by_hand(real, area, name, lat, lon):
    """The town each stands in, from general knowledge: near enough to tell namesakes apart."""
    matched = real[2][0]
    row = matched[(matched["area"] == area) & (matched["asset_name"] == name)].iloc[0]
    assert great_circle_km(lat, lon, row["lat"], row["lon"]) < 20


@pytest.mark.parametrize(
    ("area", "name"),
    [
        ("chubu", "佐久間"),  # two power plants, no substation of the name
        ("chubu", "犬山"),  # two substations and a switching station
        ("chubu", "南福光"),  # lies in Hokuriku
        ("shikoku", "川内SS"),  # a power plant here, a nuclear one in Kyushu
        ("kyushu", "南福岡ss"),  # only namesakes of other directions, and 南福光 in Hokuriku
        ("kansai", "小曽根変電所・下穂積変電所・北豊中変電所"),  # three stations in one cell
    ],
)
def test_real_doubts_are_listed_with_guesses(real, area, name):
    unmatched = real[2][1]
    row = unmatched[(unmatched["area"] == area) & (unmatched["asset_name"] == name)].iloc[0]
    assert row["guesses"]
    assert row["reason"] in ("low_score", "ambiguous")
