from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.facts import read_fact
from grid.areas import AREAS, area_of_municipality, area_of_point, areas_of_points

MUNICIPAL = Path(__file__).parents[2] / "shared" / "data" / "municipal" / "municipal_params.csv"


@pytest.fixture(scope="module")
def rule():
    return read_fact("area_rule")


@pytest.mark.parametrize(
    ("code", "area"),
    [
        ("22207", "tokyo"),  # Fujinomiya, split by the Fuji river
        ("22210", "tokyo"),  # Fuji
        ("22203", "tokyo"),  # Numazu, east of it
        ("22100", "chubu"),  # Shizuoka
        ("22102", "chubu"),  # Suruga ward of Shizuoka
        ("22138", "chubu"),  # a ward of Hamamatsu
        ("18202", "hokuriku"),  # Tsuruga
        ("18204", "kansai"),  # Obama
        ("18201", "hokuriku"),  # Fukui
        ("15100", "tohoku"),  # Niigata
        ("19201", "tokyo"),  # Kofu
        ("01101", "hokkaido"),  # Chuo ward of Sapporo
        ("47201", "okinawa"),
    ],
)
def test_municipality_lies_in_its_area(code, area, rule):
    assert area_of_municipality(code, rule) == area


@pytest.mark.parametrize("code", ["2210", "022100", "1101", "99201", "abcde", ""])
def test_a_code_that_is_no_municipality_is_refused(code, rule):
    with pytest.raises(InputError, match="five digits"):
        area_of_municipality(code, rule)


@pytest.mark.parametrize(
    ("lat", "lon", "area"),
    [
        (43.180, 141.295, "hokkaido"),  # Ishikari Bay New Port
        (35.22, 138.62, "tokyo"),  # Fujinomiya
        (34.97, 138.38, "chubu"),  # Shizuoka
        (35.495, 135.765, "kansai"),  # Obama
        (35.645, 136.06, "hokuriku"),  # Tsuruga
        (35.807, 140.117, "tokyo"),  # Inzai
        (33.891, 130.711, "kyushu"),  # Kitakyushu
        (26.21, 127.68, "okinawa"),
    ],
)
def test_point_lies_in_its_area(lat, lon, area, rule):
    assert area_of_point(lat, lon, rule) == area


@pytest.mark.parametrize(
    ("lat", "lon"), [(36.5, 136.0), (37.57, 126.98), (141.3, 43.2)], ids=["sea", "seoul", "swapped"]
)
def test_point_off_the_land_says_what_to_do(lat, lon, rule):
    with pytest.raises(InputError, match="at sea or outside Japan") as caught:
        area_of_point(lat, lon, rule)
    assert "not exchanged" in caught.value.problems[0].fix


def test_every_bad_point_is_named_at_once(rule):
    points = pd.DataFrame(
        {"lat": [36.5, 43.18, 20.5], "lon": [136.0, 141.295, 140.0]}, index=["a", "b", "c"]
    )
    with pytest.raises(InputError) as caught:
        areas_of_points(points, rule)
    assert [problem.where for problem in caught.value.problems] == ["point a", "point c"]
    assert areas_of_points(points.loc[["b"]], rule).to_dict() == {"b": "hokkaido"}


def test_every_municipality_of_the_country_gets_the_area_of_its_utility(rule):
    if not MUNICIPAL.exists():
        pytest.skip("municipal table not beside the checkout")
    table = pd.read_csv(MUNICIPAL, dtype={"lg_code": str})
    found = [area_of_municipality(code, rule) for code in table["lg_code"]]
    wrong = table.loc[table["utility"] != found, ["lg_code", "muni", "utility"]]
    assert wrong.empty, wrong.to_string()
    assert len(table) == 1741


@settings(deadline=None)
@given(prefecture=st.integers(1, 47), rest=st.integers(100, 999))
def test_every_code_of_a_prefecture_has_one_of_the_ten_areas(rule, prefecture, rest):
    assert area_of_municipality(f"{prefecture:02d}{rest}", rule) in AREAS
