"""Cells as people write them: understood, or given back in a form that the gate refuses."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.application_cells import (
    CELLS,
    counted_cell,
    fiscal_year_cell,
    mw_cell,
    percent_cell,
    ramp_cell,
    share_cell,
)
from data.application_words import AREA_WORDS, KIND_WORDS, STAGE_WORDS
from data.errors import InputError
from data.tables import check

MW_PER = {"": 1, "mw": 1, "千kw": 1, "万kw": 10, "kw": 0.001, "gw": 1000}
FULL_WIDTH = str.maketrans("0123456789.,%", "０１２３４５６７８９．，％")

WAYS_TO_WRITE = st.sampled_from(
    [
        repr,
        lambda value: f"{value:.12e}",
        lambda value: f"{value:,.6f}",
        lambda value: f"+{value!r}",
        lambda value: f"{value:,.6f}".translate(FULL_WIDTH),
    ]
)


def refused_by_the_gate(column, cell):
    row = {
        "id": "A",
        "area": "tokyo",
        "contract_mw": "1",
        "supply_start": "2028",
        "kind": "fab",
        "stage": "study",
    }
    try:
        check(pd.DataFrame([row | {column: cell}], dtype=object), "applications", where="test")
    except InputError as error:
        return {problem.where for problem in error.problems} == {column}
    return False


@given(
    value=st.floats(0.01, 1e5),
    heading=st.sampled_from(list(MW_PER)),
    own=st.sampled_from(["", "MW", " kW", "万kW", " 万ｋＷ", "GW", "千kW"]),
    write=WAYS_TO_WRITE,
)
def test_power_is_the_same_however_it_is_written(value, heading, own, write):
    unit = own.strip().replace("ｋＷ", "kW").lower() or heading
    found = float(mw_cell(heading)(write(value) + own))
    assert found == pytest.approx(value * MW_PER[unit], rel=1e-9, abs=1e-6 * MW_PER[unit])


@given(st.floats(0.01, 1e5))
def test_power_in_mw_loses_no_digit(value):
    assert float(mw_cell("mw")(repr(value))) == pytest.approx(value, rel=1e-14)


@given(st.text("0123456789.,eE+-_ xKkWw\n　０inf", max_size=8))
def test_no_number_slips_past_the_unit_of_the_heading(cell):
    """What is not understood must not be read by the gate as if it were MW."""
    in_mw, in_kw = (
        pd.to_numeric(pd.Series([mw_cell(unit)(cell)], dtype=object), errors="coerce").astype(float)
        for unit in ("mw", "kw")
    )
    assert in_kw.isna().equals(in_mw.isna())
    if in_mw.abs().lt(1e300).all() and "w" not in cell.lower():
        assert in_kw[0] == pytest.approx(in_mw[0] / 1000)


@pytest.mark.parametrize(
    "cell",
    [
        "120 150",
        "120\n(150)",
        "1 2",
        "1,2",
        "1,00",
        "-5",
        "0",
        "▲5",
        "inf",
        "nan",
        "1e400",
        "9" * 400,
        "'120",
        "=60*2",
        "0x10",
        "1_000",
        "5?",
        "12MVA",
        "true",
        "2028-10-01",
        "約120",
        "120～150",
    ],
)
@pytest.mark.parametrize("unit", ["mw", "kw", "万kw"])
def test_no_power_is_refused(cell, unit):
    assert refused_by_the_gate("contract_mw", mw_cell(unit)(cell))


@given(st.dates(date(1990, 4, 1), date(2100, 3, 31)), st.data())
def test_fiscal_year_of_a_date(day, data):
    forms = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日", "%Y年%m月", "%Y-%m"]
    forms += ["%Y/%m/%d 0:00", "%Y-%m-%d 00:00:00", "%Y-%m-%dT00:00:00"]
    written = day.strftime(data.draw(st.sampled_from(forms)))
    quarter = pd.Timestamp(day).to_period("Q-MAR")  # named by the year in which it ends
    assert fiscal_year_cell(written) == str(quarter.qyear - 1)


@given(st.integers(1, 81))
def test_years_of_the_era(year):
    assert fiscal_year_cell(f"令和{year}年度") == fiscal_year_cell(f"R{year}") == str(2018 + year)


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        ("令和元年度", 2019),
        ("令和１０年１０月１日", 2028),
        ("Ｒ11.3.31", 2028),
        ("平成30年", 2018),
        ("H31/4/1", 2019),
        ("2028年度下期", 2028),
        ("FY2028", 2028),
        ("2028FY", 2028),
    ],
)
def test_ways_to_write_a_year(cell, year):
    assert fiscal_year_cell(cell) == str(year)


@pytest.mark.parametrize(
    "cell",
    [
        "28",
        "2028.5",
        "2028.1",
        "2028.10",
        "2029-02-30",
        "2029/13/1",
        "R0",
        "令和0年度",
        "47209",
        "昭和63年",
        "未定",
        "2028～2030",
        "2028 2030",
        "1889",
        "99999999",
        "Oct-28",
        "20281",
    ],
)
def test_no_year_is_refused(cell):
    assert refused_by_the_gate("supply_start", fiscal_year_cell(cell))


@given(st.integers(0, 1000))
def test_shares_and_percentages(permille):
    share = permille / 1000
    for written in (f"{share}", f"{permille / 10}%", f"{permille / 10} ％"):
        assert float(share_cell(written)) == share
    assert float(percent_cell(f"{permille / 10}")) == share
    assert float(percent_cell(f"{permille / 10} %")) == share


@pytest.mark.parametrize(
    "cell", ["30", "-0.1", "101%", "-5%", "0.3 0.5", "3 0%", "nan", "高", "1,0"]
)
@pytest.mark.parametrize("column", ["probability", "load_factor"])
def test_no_share_is_refused(column, cell):
    assert refused_by_the_gate(column, share_cell(cell))


@pytest.mark.parametrize(
    ("cell", "ramp"),
    [
        ("3", "steps:0.3333333333;0.6666666667;1"),
        ("２年", "steps:0.5;1"),
        ("0;0.5;1", "steps:0;0.5;1"),
        ("30％→60％→100％", "steps:0.3;0.6;1"),
        ("0.5、1", "steps:0.5;1"),
        ("1,200 MW/y", "rate:1200"),
        ("5万kW/年", "rate:50"),
        ("rate:100", "rate:100"),
        ("steps:0.5;1", "steps:0.5;1"),
    ],
)
def test_ramps(cell, ramp):
    assert ramp_cell(cell) == ramp
    assert ramp_cell(ramp) == ramp
    assert not refused_by_the_gate("ramp", ramp)


@pytest.mark.parametrize(
    "cell",
    [
        "0",
        "31",
        "1.5",
        "0.5",
        "1;0.5",
        "0.5;2",
        "-1;1",
        "nan;1",
        "0;nan;1",
        "steps:2;5",
        "steps:0.5",
        "steps:1;0.5",
        "0 MW/y",
        "rate:0",
        "rate:0.00",
        "-5 MW/y",
        "rate:-5",
        "0.3 0.6 1",
        "3 5",
        "段階的",
        ";",
        ";".join(["0"] * 30 + ["1"]),
    ],
)
def test_no_ramp_is_refused(cell):
    assert refused_by_the_gate("ramp", ramp_cell(cell))


@pytest.mark.parametrize(
    ("cell", "counted"),
    [
        ("済", "yes"),
        ("未計上", "no"),
        ("○", "yes"),
        ("×", "no"),
        ("TRUE", "yes"),
        ("false", "no"),
        ("不明", ""),
        ("-", ""),
        ("2026-1", "2026-01"),
        ("2026年1月想定", "2026-01"),
        ("2026-01-01", "2026-01"),
        ("2026/1/1", "2026-01"),
    ],
)
def test_counted(cell, counted):
    assert counted_cell(cell) == counted


@pytest.mark.parametrize(
    "cell", ["2026-13", "2026-00", "2026", "2026-01-15", "maybe", "2", "26-01"]
)
def test_no_forecast_is_refused(cell):
    assert refused_by_the_gate("counted", counted_cell(cell))


@pytest.mark.parametrize(
    ("column", "words"), [("area", AREA_WORDS), ("kind", KIND_WORDS), ("stage", STAGE_WORDS)]
)
def test_every_way_to_write_a_word_leads_to_one_key(column, words):
    for key, ways in words.items():
        for way in (key, *ways.split()):
            assert CELLS[column](way) == CELLS[column](f" {way.upper()}　") == key


def test_endings_of_areas_and_signs_that_join_words():
    assert CELLS["area"]("関西エリア") == CELLS["area"]("関西電力 管内") == "kansai"
    assert CELLS["kind"]("Data-Center") == CELLS["kind"]("ＤＣ") == "data_center"
    assert refused_by_the_gate("area", CELLS["area"]("北電"))  # Hokkaido's and Hokuriku's


def test_positions_in_full_width_signs():
    assert CELLS["lat"]("３５．６") == "35.6"
    for cell in ("35 36", "N35.6", "nan", "inf", "141", "35.6°"):
        assert refused_by_the_gate("lat", CELLS["lat"](cell))
