from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from data.contract import AREAS
from data.facts import read_fact
from grid.areas import area_of_municipality, municipality_of_point
from grid.latency import great_circle_km

BOUNDARIES = Path(__file__).parents[2] / "shared" / "data" / "boundaries"
EQUAL_AREA = "+proj=aea +lat_1=28 +lat_2=42 +lat_0=36 +lon_0=137 +datum=WGS84 +units=m"

IX_METROS = [(35.686, 139.763), (34.697, 135.495)]  # Otemachi, Dojima
VOLTAGES_KV = {  # present in OCCTO's line data, and the sub-transmission class of the area
    "hokkaido": {66, 187, 275},
    "tohoku": {66, 154, 275, 500},
    "tokyo": {66, 154, 275, 500},
    "chubu": {77, 154, 275, 500},
    "hokuriku": {77, 154, 275, 500},
    "kansai": {77, 154, 275, 500},
    "chugoku": {66, 110, 220, 500},
    "shikoku": {66, 187, 500},
    "kyushu": {66, 110, 220, 500},
    "okinawa": {66, 132},
}
CLUSTER_CODES = {"01", "04", "05", "08", "09", "16", "37", "40", "46"}


@pytest.fixture(scope="module")
def places():
    return read_fact("places").set_index("place")


@pytest.fixture(scope="module")
def figures():
    return read_fact("place_figures")


def classes_of(km):
    bins = [0, 20, 100, 300, np.inf]
    return pd.cut(km, bins, labels=["<=20", "20-100", "100-300", ">300"], include_lowest=True)


def test_every_area_has_its_places(places):
    counts = places["area"].value_counts()
    assert set(counts.index) == set(AREAS)
    assert counts.drop("okinawa").min() >= 7
    assert counts["tokyo"] >= 18
    assert len(places) >= 90


def test_the_nine_cluster_prefectures_have_industrial_land(places):
    land = places[places["kind"].isin(["cluster_industrial", "bulk_plant", "programme", "hub"])]
    assert set(read_fact("cluster_prefectures")["prefecture_code"]) == CLUSTER_CODES
    counts = land["prefecture_code"].value_counts()
    assert counts.reindex(sorted(CLUSTER_CODES)).min() >= 2
    cluster = places[places["kind"] == "cluster_industrial"]
    assert set(cluster["prefecture_code"]) <= CLUSTER_CODES


def test_area_follows_from_the_municipality(places):
    rule = read_fact("area_rule")
    ruled = places["municipality"].map(lambda code: area_of_municipality(code, rule))
    assert places.index[ruled != places["area"]].tolist() == []
    assert (places["municipality"].str[:2] == places["prefecture_code"]).all()


def test_every_place_is_on_land_in_its_prefecture(places):
    codes = [
        municipality_of_point(lat, lon)
        for lat, lon in zip(places["lat"], places["lon"], strict=True)
    ]
    found = pd.Series(codes, index=places.index)
    assert found.index[found == ""].tolist() == []
    assert found.index[found.str[:2] != places["prefecture_code"]].tolist() == []


def test_the_municipality_is_the_one_around_the_point():
    path = BOUNDARIES / "municipalities.topojson"
    if not path.exists():
        pytest.skip("municipal boundaries are not there: they are kept beside the checkout")
    areas = gpd.read_file(path).set_crs(4326).set_index("lg_code_5")
    areas["geometry"] = shapely.make_valid(areas.geometry.to_numpy())
    places = read_fact("places")
    polygons = areas.geometry.to_crs(EQUAL_AREA).reindex(places["municipality"])
    points = gpd.GeoSeries.from_xy(places["lon"], places["lat"], crs=4326).to_crs(EQUAL_AREA)
    away_km = points.distance(gpd.GeoSeries(polygons.to_numpy(), crs=EQUAL_AREA)) / 1000
    # Three hubs are known by a mesh centre that falls just across the town's boundary.
    assert set(places["place"][away_km > 0]) == {"keihanna", "shiroi", "tama"}
    assert away_km.max() < 0.25


def test_voltage_is_a_class_of_the_area(places):
    for area, own in places.groupby("area"):
        assert set(own["voltage_kv"].astype(int)) <= VOLTAGES_KV[area], area
    assert places["note"].str.contains("voltage class assumed").all()


def test_ix_class_follows_from_the_distance(places):
    km = np.min(
        [great_circle_km(places["lat"], places["lon"], lat, lon) for lat, lon in IX_METROS], axis=0
    )
    assert (classes_of(km) == places["ix_class"]).all()
    assert places.loc["osaka-nanko", "ix_class"] == "<=20"
    assert places.loc["ishikari", "ix_class"] == ">300"


@pytest.mark.parametrize(
    "place", ["ishikari", "tomakomai", "shima", "kitaibaraki", "hitachinaka", "itoshima"]
)
def test_places_beside_landing_stations_are_near(places, place):
    assert places.loc[place, "landing_class"] == "<=20"


def test_earthquake_zones_are_marked_as_assumed(places):
    zoned = places[places["seismic_zone"] != ""]
    assert set(zoned["seismic_zone"]) == {"nankai", "sagami"}
    assert zoned["note"].str.contains("trough earthquake assumed").all()
    assert (zoned.query("seismic_zone == 'sagami'")["area"] == "tokyo").all()
    assert {"omaezaki", "kochi-nankoku", "miyazaki"} <= set(zoned.index)
    assert set(places.query("area == 'hokkaido'")["seismic_zone"]) == {""}


def test_named_welcome_zones_have_a_place_nearby(places):
    zones = read_fact("zones")
    named = zones[zones["tso"].eq("hokuriku_td") & zones["lat"].notna()]
    own = places[places["area"] == "hokuriku"]
    assert len(named) == 4
    for zone in named.itertuples():
        km = great_circle_km(own["lat"], own["lon"], zone.lat, zone.lon)
        assert km.min() <= 15, zone.asset_name


def test_precision_tells_a_town_from_a_guess(places):
    restated = places["source"] == "jshis_2024_report"
    assert (places.loc[restated, "confidence"] == "second_hand").all()
    assert (places.loc[restated, "precision_km"] <= 1).all()
    assert places.loc[~restated, "confidence"].str.startswith("memory").all()
    assert places.loc[~restated, "precision_km"].between(2, 5).all()


def test_figures_are_those_of_the_facts(figures):
    value = figures.set_index(["place", "quantity"])["value"]
    assert value["tomakomai", "stated_mw"] == 300
    assert value["tomakomai", "land_ha"] == 70
    assert value["ishikari", "land_ha"] == pytest.approx(5.1448)
    assert value["inzai", "p6_share"] == pytest.approx(0.592)
    plots = figures[figures["source"] == "ishikawa_report_2026"]
    assert plots["value"].sum() == pytest.approx(7.5 + 3.2 + 2.0 + 1.0 + 26.9)
    assert not set(plots["confidence"]) - {"second_hand"}


def test_figures_carry_the_unit_of_their_quantity(figures):
    units = {"_ha": "ha", "_mw": "MW", "_share": "share", "_year": "fiscal year"}
    for ending, unit in units.items():
        own = figures[figures["quantity"].str.endswith(ending)]
        assert set(own["unit"]) == {unit}, ending
    shares = figures[figures["unit"] == "share"]["value"]
    assert shares.between(0, 1).all()


def test_climate_has_the_twelve_stations_of_the_facts():
    climate = read_fact("climate").set_index("station")
    annual_c = climate["annual_mean_c"]
    known_c = {"sapporo": 9.2, "tokyo": 15.8, "osaka": 17.1, "kagoshima": 18.8, "naha": 23.3}
    assert annual_c[list(known_c)].to_dict() == known_c
    assert (climate["august_mean_c"] > annual_c + 5).all()
    assert (climate["confidence"] == "memory_high").sum() == 12
    assert annual_c.idxmax() == "naha"
