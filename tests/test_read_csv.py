import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.contract import AREAS
from data.errors import InputError
from data.read_csv import parse_csv, read_user_csv
from data.read_occto_area import area_table_template, read_occto_area
from data.tables import check

HEAD = "place,lat,lon,area,voltage_kv\n"
GOOD = HEAD + "tomakomai,42.6,141.6,hokkaido,187\n"


@pytest.fixture
def save(tmp_path):
    def write(content: str | bytes) -> str:
        path = tmp_path / "places.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return write


def problems_of(path, contract="places"):
    with pytest.raises(InputError) as caught:
        read_user_csv(path, contract)
    assert all(problem.file == str(path) for problem in caught.value.problems)
    return caught.value.problems


def test_good_file_is_filled_with_defaults(save):
    frame = read_user_csv(save("# my places\n\n" + GOOD), "places")
    row = frame.iloc[0]
    assert (row["place"], row["voltage_kv"], row["kind"]) == ("tomakomai", 187.0, "industrial")
    assert (row["source"], row["confidence"], row["note"]) == ("user_file", "assumed", "")
    assert pd.isna(row["precision_km"])
    assert pd.isna(row["ix_class"])


def test_byte_order_mark_and_crlf_are_accepted(save):
    content = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    assert read_user_csv(save(content), "places")["place"].tolist() == ["tomakomai"]


@pytest.mark.parametrize(
    ("row", "line", "column", "found"),
    [
        ("a,42,141,hokaido,66", 2, "area", "hokaido"),
        ("a,north,141,hokkaido,66", 2, "lat", "north"),
        ("a,,141,hokkaido,66", 2, "lat", "an empty cell"),
        ("a,NaN,141,hokkaido,66", 2, "lat", "NaN"),
        ("a,inf,141,hokkaido,66", 2, "lat", "inf"),
        ("a,42,141,hokkaido,-66", 2, "voltage_kv", "-66"),
        ('a,42,141,hokkaido,"1,000"', 2, "voltage_kv", "1,000"),
        ("a,141,42,hokkaido,66", 2, "lat", "141"),
        ("A B,42,141,hokkaido,66", 2, "place", "A B"),
        ("a,42,141,hokkaido,66\na,42,141,hokkaido,66", 3, "place", "a"),
        ("a,42,141,hokkaido", 2, "cells", "4"),
    ],
)
def test_bad_cell_is_named_with_its_line(save, row, line, column, found):
    problems = problems_of(save(HEAD + row + "\n"))
    assert (line, column, found) in [(p.line, p.where, p.found) for p in problems]


def test_line_numbers_count_comments_blank_lines_and_wrapped_cells(save):
    head = "# one\n\nplace,lat,lon,area,voltage_kv,name_en\n"
    rows = 'a,42,141,hokkaido,66,"two\nlines"\n# two\nb,42,141,mars,66,\n'
    (problem,) = problems_of(save(head + rows))
    assert (problem.line, problem.found) == (7, "mars")


def test_all_problems_come_in_one_list(save):
    content = "place,lat,lat,aera,voltage_kv\nx,42,42,hokkaido,-1\ny,bad,42,hokkaido,66\n"
    found = {(problem.line, problem.where) for problem in problems_of(save(content))}
    assert found == {
        (1, "lat"),  # twice in the header
        (None, "aera"),
        (None, "area"),
        (None, "lon"),
        (2, "voltage_kv"),
        (3, "lat"),
    }


def test_misspelt_words_are_recognised(save):
    problems = problems_of(save("place,lat,lon,area,voltage_kV\na,42,141,hokaido,66\n"))
    fixes = {problem.where: problem.fix for problem in problems}
    assert fixes["voltage_kV"] == "Did you mean voltage_kv?"
    assert fixes["area"] == "Did you mean hokkaido?"


def test_missing_file_is_said(tmp_path):
    (problem,) = problems_of(tmp_path / "absent.csv")
    assert problem.found == "no such file"


def test_folder_is_refused(tmp_path):
    (problem,) = problems_of(tmp_path)
    assert problem.where == "file"


def test_cp932_is_suspected_with_the_way_to_save(save):
    content = "place,lat,lon,area,voltage_kv,name_ja\na,42,141,hokkaido,66,苫小牧\n"
    (problem,) = problems_of(save(content.encode("cp932")))
    assert "CP932" in problem.found
    assert "line 2" in problem.found
    assert "CSV UTF-8" in problem.fix


def test_utf16_is_suspected(save):
    (problem,) = problems_of(save(GOOD.encode("utf-16")))
    assert "UTF-16" in problem.found


def test_unreadable_bytes_are_not_called_cp932(save):
    (problem,) = problems_of(save(b"place,lat\n\x81\x01"))
    assert "CP932" not in problem.found


@pytest.mark.parametrize("content", ["", "\n\n", "# only a comment\n"])
def test_empty_file_is_refused(save, content):
    (problem,) = problems_of(save(content))
    assert problem.found == "nothing"


def test_file_without_rows_is_refused(save):
    (problem,) = problems_of(save(HEAD))
    assert problem.found == "no rows"


def test_open_quote_is_said(save):
    (problem,) = problems_of(save(HEAD + 'a,42,141,"hokkaido,66\n'))
    assert problem.where == "quotes"


def test_other_separator_is_said(save):
    problems = problems_of(save(GOOD.replace(",", ";")))
    assert "separator" in {problem.where for problem in problems}


ZONES = "tso,area,asset_type,asset_name,voltage_kv,lat,lon,cap_low_mw,cap_high_mw,cap_basis"


def test_exchanged_ends_of_a_range_are_refused(save):
    row = "x,tokyo,line,L,66,,,100,50,welcome_zone,"
    (problem,) = problems_of(save(f"{ZONES},additive_group\n{row}\n"), "zones")
    assert (problem.line, problem.where) == (2, "cap_high_mw")
    assert problem.found == "50, below cap_low_mw 100"


def test_zones_must_say_whether_they_add_up(save):
    row = "x,tokyo,line,L,66,,,50,100,welcome_zone"
    (problem,) = problems_of(save(f"{ZONES}\n{row}\n"), "zones")
    assert (problem.where, problem.found) == ("additive_group", "no such column")


def test_open_end_of_a_zone_stays_unknown(save):
    row = "x,tokyo,line,L,66,,,1001,,welcome_zone,"
    frame = read_user_csv(save(f"{ZONES},additive_group\n{row}\n"), "zones")
    assert frame["cap_high_mw"].isna().all()
    assert frame["extraction"].tolist() == ["manual"]


def test_row_is_line_minus_two_without_given_lines():
    frame = pd.DataFrame({"code": ["01", "2"], "area": ["hokkaido", "tohoku"]}, index=[7, 7])
    with pytest.raises(InputError) as caught:
        check(frame, "area_rule", where="frame")
    (problem,) = caught.value.problems
    assert (problem.line, problem.where, problem.found) == (3, "code", "2")


def test_occto_template_round_trip(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(area_table_template() + "2026-01,2035,tokyo,peak_mw,58900\n", encoding="utf-8")
    frame = read_occto_area(path)
    assert frame.to_dict("records") == [
        {
            "vintage": "2026-01",
            "fiscal_year": 2035,
            "area": "tokyo",
            "quantity": "peak_mw",
            "value": 58900.0,
        }
    ]


def test_occto_template_alone_holds_no_figures(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(area_table_template(), encoding="utf-8")
    (problem,) = problems_of(path, "occto_area")
    assert problem.found == "no rows"


def test_occto_table_lists_bad_rows(tmp_path):
    path = tmp_path / "table.csv"
    rows = "2026,2035,tokyo,peak_mw,1\n2026-01,2035.5,tokyo,peak,-1\n"
    path.write_text("vintage,fiscal_year,area,quantity,value\n" + rows, encoding="utf-8")
    found = {(problem.line, problem.where) for problem in problems_of(path, "occto_area")}
    assert found == {(2, "vintage"), (3, "fiscal_year"), (3, "quantity"), (3, "value")}


@given(
    st.lists(
        st.tuples(st.sampled_from(AREAS), st.floats(0, 1e6), st.integers(2000, 2099)),
        min_size=1,
        unique_by=lambda row: (row[0], row[2]),
    )
)
def test_written_numbers_come_back(rows):
    lines = [f"2026-01,{year},{area},peak_mw,{value!r}" for area, value, year in rows]
    text = "\n".join(["vintage,fiscal_year,area,quantity,value", *lines])
    table = parse_csv(text, where="text")
    frame = check(table.frame, "occto_area", where="text", lines=table.lines)
    assert frame["value"].tolist() == [value for _, value, _ in rows]
    assert frame["fiscal_year"].tolist() == [year for _, _, year in rows]
