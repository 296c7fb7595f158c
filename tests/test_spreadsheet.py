import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siting.spreadsheet import FORMULA_SIGNS, csv_text, inert, write_csv


def cells(text):
    return list(csv.reader(io.StringIO(text, newline="")))


ASCII_FORMULAS = ["=HYPERLINK(1)", "+81", "-1", "@SUM(A1)", "\tx", "\rx", "\nx"]
FULL_WIDTH_FORMULAS = ["\uff1d1", "\uff0b1", "\uff0d1", "\uff20a"]


@pytest.mark.parametrize("text", ASCII_FORMULAS + FULL_WIDTH_FORMULAS)
def test_text_that_looks_like_a_formula_gets_an_apostrophe(text):
    assert inert(text) == "'" + text


@pytest.mark.parametrize("value", ["石狩", "", "a=b", "'=1", "１", -5, 1.5, None, True])
def test_everything_else_stays(value):
    assert inert(value) is value


def test_negative_numbers_stay_numbers():
    frame = pd.DataFrame({"flow_mw": [-120.5, 3.0], "count": [-1, 2], "mixed": [-7, "-7"]})
    assert cells(csv_text(frame))[1:] == [["-120.5", "-1", "-7"], ["3.0", "2", "'-7"]]


def test_column_names_are_inert_too():
    assert cells(csv_text(pd.DataFrame({"=cmd()": [1]})))[0] == ["'=cmd()"]


def test_two_columns_of_one_name_both_arrive():
    frame = pd.DataFrame([["=a", "=b"]], columns=["x", "x"])
    assert cells(csv_text(frame)) == [["x", "x"], ["'=a", "'=b"]]


def test_unknown_is_an_empty_cell():
    frame = pd.DataFrame({"mw": [1.0, np.nan], "name": ["a", None]})
    assert cells(csv_text(frame))[2] == ["", ""]


def test_named_index_levels_become_columns():
    index = pd.MultiIndex.from_tuples([("=x", 2030)], names=["site", "fiscal_year"])
    rows = cells(csv_text(pd.DataFrame({"mw": [5.0]}, index=index)))
    assert rows == [["site", "fiscal_year", "mw"], ["'=x", "2030", "5.0"]]


def test_file_opens_in_excel(tmp_path):
    write_csv(pd.DataFrame({"name_ja": ["むつ小川原, 青森", '引用"符"\n改行']}), tmp_path / "a.csv")
    content = (tmp_path / "a.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfname_ja\r\n")
    rows = cells(content.decode("utf-8-sig"))
    assert rows == [["name_ja"], ["むつ小川原, 青森"], ['引用"符"\n改行']]


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1))
def test_no_cell_starts_like_a_formula_and_no_text_is_lost(texts):
    rows = cells(csv_text(pd.DataFrame({"key": range(len(texts)), "name": texts})))[1:]
    assert not any(row[1].startswith(FORMULA_SIGNS) for row in rows)
    marked = ["'" + text if text.startswith(FORMULA_SIGNS) else text for text in texts]
    assert [row[1] for row in rows] == marked
