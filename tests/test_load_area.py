"""The area of an application by what its row says of the place."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.facts import read_fact
from grid.areas import AREAS, area_of_municipality, area_of_point
from grid.load_area import find_areas

RULE = read_fact("area_rule")
SAPPORO, OSAKA, SEA = ("43.06", "141.35"), ("34.69", "135.50"), ("36.0", "143.5")


def find(*rows, columns=("area", "lat", "lon", "municipality")):
    cells = pd.DataFrame([dict(zip(columns, row, strict=True)) for row in rows], dtype=object)
    return find_areas(cells, tuple(range(2, 2 + len(rows))), RULE, where="list.csv")


def test_the_area_stated_comes_first_then_the_position_then_the_municipality():
    found = find(
        ("tokyo", *SAPPORO, "27100"),
        (None, *SAPPORO, "27100"),
        (None, None, None, "27100"),
    )
    assert found.area.tolist() == ["tokyo", "hokkaido", "kansai"]
    assert found.found_by.tolist() == ["stated", "position", "municipality"]
    assert found.problems == ()


def test_what_contradicts_the_area_is_named():
    found = find(
        ("hokkaido", *SAPPORO, "01100"),
        ("tokyo", *SAPPORO, None),
        ("tokyo", None, None, "27100"),
        ("hokkaido", *SAPPORO, "27100"),
        (None, *SAPPORO, "27100"),
        ("mars", *SAPPORO, None),  # the gate refuses it
        ("tokyo", *SEA, None),
    )
    told = found.elsewhere.astype(object).where(found.elsewhere.notna(), None).tolist()
    assert told == [None, "hokkaido", "kansai", "kansai", "kansai", None, None]


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ((None, *SEA, None), "lat, lon"),
        ((None, None, None, "99999"), "municipality"),
        ((None, None, None, "00000"), "municipality"),
    ],
)
def test_a_place_that_tells_no_area_is_a_problem_of_its_line(row, where):
    found = find(("tokyo", None, None, None), row)
    (problem,) = found.problems
    assert (problem.where, problem.line, problem.file) == (where, 3, "list.csv")
    assert pd.isna(found.area[1])


@pytest.mark.parametrize(
    "row",
    [
        (None, "nan", "140", None),
        (None, "inf", "140", None),
        (None, "140", "35", None),
        (None, "north", "140", None),
        (None, None, None, "府中市"),
        ("mars", None, None, None),
    ],
)
def test_cells_that_the_gate_refuses_are_left_to_it(row):
    assert find(row).problems == ()


def test_a_list_without_any_column_of_a_place():
    found = find(("A",), ("B",), columns=("id",))
    assert found.area.isna().all()
    assert found.problems == ()


@given(
    st.lists(
        st.tuples(
            st.none() | st.sampled_from(AREAS),
            st.none() | st.sampled_from([SAPPORO, OSAKA]),
            st.none() | st.sampled_from(read_fact("municipalities")["code"].tolist()),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_every_row_has_the_area_that_one_alone_would_have(rows):
    found = find(*((area, *(place or (None, None)), code) for area, place, code in rows))
    alone = [
        area
        or (place and area_of_point(float(place[0]), float(place[1]), RULE))
        or (code and area_of_municipality(code, RULE))
        for area, place, code in rows
    ]
    assert [area if isinstance(area, str) else None for area in found.area] == alone


def test_fuji_and_obama_lie_across_the_border_of_their_prefecture():
    codes = ["22210", "22130", "18204", "18201"]  # Fuji, Hamamatsu, Obama, Fukui
    areas = find(*((code,) for code in codes), columns=("municipality",)).area
    assert areas.tolist() == ["tokyo", "chubu", "kansai", "hokuriku"]
