from importlib.resources import files

import geopandas as gpd
import pytest
import shapely

from data.contract import AREAS
from data.facts import read_fact

# Albers with Japan between its parallels: equal areas, distances good to 1 %
EQUAL_AREA = "+proj=aea +lat_1=28 +lat_2=42 +lat_0=36 +lon_0=137 +datum=WGS84 +units=m"
LARGEST_BYTES = 400_000
DRAWN_TO_KM = 2.0  # Natural Earth at 1:10 million; it also lacks new reclaimed land


@pytest.fixture(scope="module")
def path():
    return files("data") / "japan" / "prefectures.geojson"


@pytest.fixture(scope="module")
def prefectures(path):
    return gpd.read_file(str(path)).set_index("code")


def test_there_are_47_valid_prefectures(prefectures):
    assert prefectures.index.tolist() == [f"{code:02d}" for code in range(1, 48)]
    assert prefectures.is_valid.all()
    assert set(prefectures.geom_type) <= {"Polygon", "MultiPolygon"}


def test_the_file_is_small(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.encode()) < LARGEST_BYTES
    assert "\r" not in text


def test_names_are_plain(prefectures):
    assert prefectures["name_en"].is_unique
    assert prefectures["name_en"].str.fullmatch(r"[A-Z][a-z]+").all()
    assert prefectures["name_ja"].str.fullmatch(r".+[都道府県]").all()
    assert prefectures.loc["13", "name_ja"] == "東京都"


def test_land_area_is_japans(prefectures):
    km2 = prefectures.to_crs(EQUAL_AREA).area / 1e6
    assert km2.sum() == pytest.approx(375_000, rel=0.02)
    assert km2["01"] == pytest.approx(78_400, rel=0.02)  # without the Northern Territories
    assert km2["37"] == pytest.approx(1_877, rel=0.05)


def test_neighbours_neither_overlap_nor_gape(prefectures):
    assert shapely.coverage_is_valid(prefectures.geometry.to_numpy())


@pytest.mark.parametrize(
    ("code", "lat", "lon"),
    [
        ("01", 43.06, 141.35),
        ("12", 35.80, 140.12),
        ("13", 35.681, 139.767),  # Tokyo Station
        ("17", 37.30, 136.95),
        ("25", 35.10, 136.20),
        ("27", 34.70, 135.50),
        ("42", 32.77, 129.87),
        ("47", 26.21, 127.72),
    ],
)
def test_a_known_point_lies_in_its_prefecture(prefectures, code, lat, lon):
    inside = prefectures.contains(shapely.Point(lon, lat))
    assert inside.index[inside].tolist() == [code]


def test_areas_are_those_of_the_rule(prefectures):
    rule = read_fact("area_rule").set_index("code")["area"]
    ruled = rule.reindex(prefectures.index)
    split = {"22"}  # the rule names Shizuoka's east; the polygon carries the majority
    same = prefectures["area"].drop(split) == ruled.drop(split)
    assert same.all()
    assert prefectures.loc["22", "area"] == "chubu"
    assert set(prefectures["area"]) == set(AREAS)


def test_split_prefectures_say_so(prefectures):
    assert prefectures.index[prefectures["note"].notna()].tolist() == ["18", "22"]


def test_every_place_lies_in_its_prefecture(prefectures):
    places = read_fact("places")
    points = gpd.GeoSeries.from_xy(places["lon"], places["lat"], crs=4326).to_crs(EQUAL_AREA)
    polygons = prefectures.geometry.to_crs(EQUAL_AREA).reindex(places["prefecture_code"])
    away_km = points.distance(gpd.GeoSeries(polygons.to_numpy(), crs=EQUAL_AREA)) / 1000
    is_off = away_km > places["precision_km"] + DRAWN_TO_KM
    assert places["place"][is_off].tolist() == []
    assert (away_km == 0).mean() > 0.95
