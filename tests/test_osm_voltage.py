"""Voltage tags as people type them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.osm_voltage import CLASSES_KV, parse_voltages, read_voltages, voltage_class


@pytest.mark.parametrize(
    ("text", "kv"),
    [
        ("66000", (66,)),
        ("154000;66000", (154, 66)),
        ("66000;154000", (154, 66)),
        ("66000;66000;66000", (66,)),
        ("154000 ; 77000", (154, 77)),
        ("275000/66000", (275, 66)),
        ("66 kV", (66,)),
        ("66kV;6.6 kv", (66, 6.6)),
        ("66000V", (66,)),
        ("66,000", (66,)),
        ("275,000;66,000", (275, 66)),
        ("154000,66000", (154, 66)),
        ("６６０００", (66,)),
        ("６６，０００", (66,)),
        ("１５４ｋＶ；６６ｋＶ", (154, 66)),
        ("154キロボルト", (154,)),
        ("66000ボルト", (66,)),
        ("66", (66,)),
        ("500;275", (500, 275)),
        ("66000.0", (66,)),
        (66000, (66,)),
        (66000.0, (66,)),
        ("±250000", (250,)),
        ("500000;0", (500,)),
        ("400", (0.4,)),
        ("high", ()),
        ("yes", ()),
        ("0", ()),
        ("-66000", ()),
        ("33", ()),
        ("1e5", ()),
        ("nan", ()),
        ("inf", ()),
        ("99999999999999999999", ()),
        ("", ()),
        (";;", ()),
        (None, ()),
        (np.nan, ()),
        (pd.NA, ()),
        ("66000;medium", (66,)),
    ],
)
def test_one_tag(text, kv):
    assert parse_voltages(text) == kv


def test_column_keeps_rows_and_says_what_it_decided():
    column = pd.Series(
        ["66", "66000", None, "high", "66", "\x1b[31mno", "０"], index=list("gfedcba")
    )
    read = read_voltages(column)
    assert read.kv.index.tolist() == list("gfedcba")
    assert read.kv.tolist() == [(66,), (66,), (), (), (66,), (), ()]
    assert read.notes[0] == "2 voltages below 1000 without a unit read as kV: '66'"
    assert read.notes[1].startswith("3 voltages cannot be read, so not known: ")
    assert "\x1b" not in read.notes[1]
    assert read_voltages(pd.Series([66000.0, np.nan])).kv.tolist() == [(66,), ()]
    assert read_voltages(pd.Series([], dtype="str")) is not None
    assert read_voltages(pd.Series(["66000"])).notes == ()


@given(st.text(max_size=60) | st.text("0123456789;/,.kV ±-", max_size=40))
def test_any_text_gives_sane_voltages(text):
    kv = parse_voltages(text)
    assert list(kv) == sorted(set(kv), reverse=True)
    assert all(0 < v <= 1200 for v in kv)


@given(st.lists(st.sampled_from(CLASSES_KV), min_size=1, max_size=5))
def test_what_mappers_should_write_is_read_back(classes):
    text = ";".join(f"{kv * 1000:.0f}" for kv in classes)
    assert parse_voltages(text) == tuple(sorted(set(classes), reverse=True))


def test_endless_text_is_not_read():
    assert parse_voltages("66000;" * 10_000_000) == ()


def test_class():
    kv = [66, 64, 69, 70, 77, 100, 132, 187, 250, 525, 550, 0.4, np.nan]
    expected = [66, 66, 66, np.nan, 77, np.nan, 132, 187, np.nan, 500, np.nan, np.nan, np.nan]
    np.testing.assert_array_equal(voltage_class(kv), expected)
    assert voltage_class(70, 0.1) == 66
    assert voltage_class(np.array([[66.0], [500.0]])).shape == (2, 1)
