"""Lists of applications in the forms people keep them; every fault in one list."""

import zipfile

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from data.contracts_loads import APPLICATIONS, KINDS, STAGES
from data.errors import InputError
from data.read_applications import checked_applications, open_applications
from data.read_assumptions import assumptions_template, read_assumptions
from data.workbook import read_workbook
from grid.areas import AREAS
from siting.loads_inputs import read_inputs
from siting.loads_notices import find_notices

HEADER = "id,name,applicant,area,contract_mw,supply_start,kind,stage"
ROW = "A-1,Inzai,Ko,tokyo,120,2029,data_center,applied"
JAPANESE = "受付番号,案件名,申込者,エリア,契約電力(万kW),供給開始年度,種別,段階"
JAPANESE_ROW = "A-1,印西①,㈱甲,東京電力,12,令和11年度,データセンター,申込"


def written(folder, *lines, encoding="utf-8", name="list.csv"):
    path = folder / name
    path.write_bytes("\n".join((*lines, "")).encode(encoding))
    return path


def read(path):
    return checked_applications(open_applications(path))


def problems_of(path):
    with pytest.raises(InputError) as caught:
        read(path)
    return [str(problem).removeprefix(f"{path}") for problem in caught.value.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_japanese_headings_in_every_encoding(tmp_path, encoding):
    table = read(written(tmp_path, JAPANESE, JAPANESE_ROW, encoding=encoding))
    row = table.iloc[0]
    assert row["name"] == "印西①"
    assert row["applicant"] == "㈱甲"
    assert (row["area"], row["contract_mw"], row["supply_start"]) == ("tokyo", 120, 2029)
    assert (row["kind"], row["stage"], row["line"]) == ("data_center", "applied", 2)


@pytest.mark.parametrize(
    ("heading", "cell", "mw"),
    [
        ("contract_mw", "1,200", 1200),
        ("contract_kw", "500", 0.5),
        ("契約電力(万kW)", "1.5", 15),
        ("契約電力［ＭＷ］", "１２", 12),
        ("契約電力", "300 MW", 300),
        ("契約電力(kW)", "2 GW", 2000),
    ],
)
def test_power_in_every_unit(tmp_path, heading, cell, mw):
    header = HEADER.replace("contract_mw", heading)
    row = ROW.replace(",120,", f',"{cell}",')
    assert read(written(tmp_path, header, row))["contract_mw"].tolist() == [mw]


def test_power_without_a_unit_is_refused(tmp_path):
    (found,) = problems_of(written(tmp_path, HEADER.replace("contract_mw", "契約電力"), ROW))
    assert "no unit" in found
    assert "契約電力(MW)" in found


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        ("2029", 2029),
        ("FY2029", 2029),
        ("2029年度", 2029),
        ("R11", 2029),
        ("令和元年5月", 2019),
        ("2029-04-01", 2029),
        ("2029-03-31", 2028),
        ("2029/1/5", 2028),
        ("20290401", 2029),
        ("2029年12月", 2029),
    ],
)
def test_fiscal_years_and_dates(tmp_path, cell, year):
    table = read(written(tmp_path, HEADER, ROW.replace(",2029,", f",{cell},")))
    assert table["supply_start"].tolist() == [year]


def test_every_fault_in_one_list_with_its_row(tmp_path):
    header = f"{HEADER},probability,ramp,counted,lat,lon"
    path = written(
        tmp_path,
        "# comment",
        header,
        f"{ROW},30 %,3,yes,,",
        "",
        "A-1,x,y,mars,-5,2029-02-30,cafe,dream,30,1;0.5,perhaps,35,",
        "#A-2,x,y,,5,2029,fab,study,,,,,",
    )
    found = problems_of(path)
    assert [text.split(" ")[0] for text in found] == [":5:"] * 10 + [":6:"]
    text = "\n".join(found)
    for cell in ("A-1", "mars", "-5", "2029-02-30", "cafe", "dream", "30", "1;0.5", "perhaps"):
        assert f"found {cell}" in text
    assert "only one of them" in text


def test_a_slip_in_a_heading_is_not_lost(tmp_path):
    path = written(tmp_path, f"{HEADER},probabilty,memo", f"{ROW},0.3,x")
    (found,) = problems_of(path)
    assert "Did you mean probability?" in found
    assert open_applications(written(tmp_path, f"{HEADER},memo", f"{ROW},x")).unused == ("memo",)


def test_two_columns_of_one_meaning_are_refused(tmp_path):
    path = written(tmp_path, f"{HEADER},エリア", f"{ROW},tokyo")
    assert any("one column for each meaning" in text for text in problems_of(path))


@pytest.mark.parametrize(
    ("cell", "area"),
    [("千葉県印西市", "tokyo"), ("12231", "tokyo"), ("122319", "tokyo"), ("静岡市", "chubu")],
)
def test_the_area_of_a_municipality(tmp_path, cell, area):
    path = written(tmp_path, f"{HEADER},municipality", ROW.replace("tokyo", "") + f",{cell}")
    assert read_inputs(path).applications["area"].tolist() == [area]


def test_a_municipality_that_two_share_needs_its_prefecture(tmp_path):
    header, row = f"{HEADER},municipality", ROW.replace("tokyo", "")
    (found,) = problems_of(written(tmp_path, header, f"{row},府中市"))
    assert "with the prefecture" in found
    path = written(tmp_path, header, f"{row},広島県府中市")
    assert read_inputs(path).applications["area"].tolist() == ["chugoku"]


def test_the_area_of_a_position_and_a_contradiction(tmp_path):
    header = f"{HEADER},lat,lon"
    rows = [f"{ROW.replace('tokyo', '')},43.18,141.295", f"B-2{ROW[3:]},43.18,141.295"]
    given_ = read_inputs(written(tmp_path, header, *rows))
    assert given_.applications["area"].tolist() == ["hokkaido", "tokyo"]
    assert given_.applications["found_by"].tolist() == ["position", "stated"]
    notices = {notice["kind"]: notice for notice in find_notices(given_)}
    assert notices["area_differs"]["rows"] == [3]


def test_a_position_at_sea_is_a_problem_of_its_row(tmp_path):
    path = written(tmp_path, f"{HEADER},lat,lon", f"{ROW.replace('tokyo', '')},35.0,142.5")
    with pytest.raises(InputError, match=r":2: lat, lon: found 35.0, 142.5, at sea"):
        read_inputs(path)


def test_doubles_and_one_applicant_at_several_points_are_pointed_out(tmp_path):
    header = f"{HEADER},connection_point"
    rows = [
        f"{ROW},Shin-Keiyo",
        f"A-2{ROW[3:]},Shin-Keiyo",
        "A-3,other,ＫＯ,tokyo,50,2030,data_center,study,Chiba",
        "A-4,signed,Ko,tokyo,50,2030,data_center,contract,Elsewhere",
    ]
    table = read_inputs(written(tmp_path, header, *rows))
    notices = {notice["kind"]: notice for notice in find_notices(table)}
    assert notices["double"]["ids"] == ["A-1", "A-2"]
    assert notices["several_points"]["ids"] == ["A-1", "A-2", "A-3"]
    assert notices["counted_by_rule"]["ids"] == ["A-4"]
    assert len(table.applications) == 4


@settings(max_examples=25, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(AREAS),
            st.floats(0.01, 5000).map(lambda mw: round(mw, 3)),
            st.integers(2024, 2040),
            st.sampled_from(KINDS),
            st.sampled_from(STAGES),
            st.none() | st.floats(0, 1).map(lambda share: round(share, 4)),
            st.sampled_from([None, "yes", "no", "2025-01"]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_csv_and_workbook_say_the_same(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("both")
    columns = ["area", "contract_mw", "supply_start", "kind", "stage", "probability", "counted"]
    table = pd.DataFrame(rows, columns=columns, dtype=object)
    table.insert(0, "id", [f"A{place}" for place in range(len(rows))])
    table.to_csv(folder / "list.csv", index=False)
    table.to_excel(folder / "list.xlsx", index=False, engine="xlsxwriter")
    one, other = read(folder / "list.csv"), read(folder / "list.xlsx")
    pd.testing.assert_frame_equal(one, other)
    assert one["contract_mw"].tolist() == [row[1] for row in rows]
    assert one["supply_start"].tolist() == [row[2] for row in rows]
    assert one["counted"].fillna("").tolist() == [row[6] or "" for row in rows]
    assert list(one.columns) == [*APPLICATIONS.names, "line"]


def workbook(path, cells, *, second=None):
    with xlsxwriter.Workbook(path) as book:
        dates = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in (("first", cells), ("second", second)):
            sheet = book.add_worksheet(name)
            for at, value in (rows or {}).items():
                style = dates if hasattr(value, "year") else None
                sheet.write(*at, value, style)
    return path


def test_dates_numbers_and_flags_of_a_workbook(tmp_path):
    day = pd.Timestamp("2029-03-31").to_pydatetime()
    cells = {(0, 0): "id", (0, 1): "start", (0, 2): "ok", (2, 0): 7.0, (2, 1): day, (2, 2): True}
    table, others = read_workbook(workbook(tmp_path / "a.xlsx", cells, second={(0, 0): "x"}))
    assert table.frame.iloc[0].tolist() == ["7", "2029-03-31", "true"]
    assert table.lines == (3,)
    assert others == ("second",)


def test_a_workbook_that_claims_too_much_is_refused(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {(0, 0): "id", (1048575, 16383): "x"})
    with pytest.raises(InputError, match="1,048,576 rows and 16,384 columns"):
        read_workbook(path)


def test_a_zip_bomb_is_refused_before_it_unpacks(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 401_000_000)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(InputError, match="401 MB when unpacked"):
        read_workbook(path)


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04 broken"])
def test_what_is_no_workbook_is_said(tmp_path, content):
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"a\.xlsx"):
        read_workbook(path)


def test_an_empty_workbook_and_an_empty_list(tmp_path):
    with pytest.raises(InputError, match="found nothing"):
        read_workbook(workbook(tmp_path / "a.xlsx", {}))
    with pytest.raises(InputError, match="no rows"):
        read(written(tmp_path, HEADER))


def test_assumptions_can_be_changed_row_by_row(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(assumptions_template(), encoding="utf-8")
    same = read_assumptions(path)
    pd.testing.assert_frame_equal(
        same[["value", "low", "high"]], read_assumptions()[["value", "low", "high"]]
    )
    assert "user_file" not in set(same["source"])
    path.write_text("assumption,value\ncoincidence,0.9\n", encoding="utf-8")
    changed = read_assumptions(path)
    assert changed["value"]["coincidence"] == 0.9
    assert changed["source"]["coincidence"] == "user_file"
    assert changed["value"]["realised-applied"] == 0.38


def test_wrong_assumptions_are_one_list(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(
        "assumption,value,low,high\ncoincidenc,0.9,,\ncoincidence,1.4,,\n"
        "realised-study,0.5,0.6,0.7\nrealised-applied,,,\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        read_assumptions(path)
    text = str(caught.value)
    for told in (
        "Did you mean coincidence?",
        "shares from 0 to 1",
        "low <= value <= high",
        "no value",
    ):
        assert told in text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_those_of_the_file(tmp_path, end):
    rows = [
        "# comment",
        HEADER,
        f'A-0,"two{end}lines"{ROW[9:]}',
        "",
        "#A-1" + ROW[3:],
        "x" + ROW[3:],
    ]
    path = tmp_path / "list.csv"
    path.write_bytes(end.join((*rows, "")).encode())
    table = read(path)
    assert table["id"].tolist() == ["A-0", "#A-1", "x"]
    assert table["line"].tolist() == [3, 6, 7]


@pytest.mark.parametrize(
    ("column", "heading"), [("probability", "確度(%)"), ("load_factor", "負荷率［％］")]
)
def test_a_heading_in_percent(tmp_path, column, heading):
    path = written(
        tmp_path, f"{HEADER},{heading}", f"{ROW},1", f"B{ROW[1:]},30 %", f"C{ROW[1:]},80"
    )
    assert read(path)[column].tolist() == [0.01, 0.3, 0.8]
    (found,) = problems_of(written(tmp_path, f"{HEADER},{heading}", f"{ROW},0.3"))
    assert "which may be a share or a percentage" in found


def test_a_problem_shows_the_cell_as_it_is_written(tmp_path):
    path = written(tmp_path, JAPANESE, JAPANESE_ROW.replace(",12,", ",-1.5,"))
    (found,) = problems_of(path)
    assert found.startswith(
        ":2: 契約電力(万kW) (contract_mw): found -1.5, expected a power above 0"
    )


def test_errors_of_formulas_are_no_names(tmp_path):
    (found,) = problems_of(written(tmp_path, HEADER, ROW.replace("Inzai", "#REF!")))
    assert found.startswith(":2: name: found #REF!")


@pytest.mark.parametrize("code", ["12025", "99999", "122318", "1202", "浜名区", "府中市"])
def test_a_municipality_that_is_none_is_refused_with_what_to_do(tmp_path, code):
    (found,) = problems_of(written(tmp_path, f"{HEADER},municipality", f"{ROW},{code}"))
    assert found.startswith(f":2: municipality: found {code}, expected")
    assert "the area alone" in found


def test_a_title_above_the_headings_is_named(tmp_path):
    found = problems_of(written(tmp_path, "申込一覧,,,,,,,", HEADER, ROW))
    assert any("Delete what stands above the headings" in text for text in found)


def test_another_heading_like_one_that_is_there_is_no_slip(tmp_path):
    path = written(tmp_path, f"申込番号,申込者番号{HEADER[2:]}", "A-1,7" + ROW[3:])
    assert open_applications(path).unused == ("申込者番号",)
    assert len(read(path)) == 1


def test_problems_of_all_files_come_in_one_list(tmp_path):
    applications = written(tmp_path, HEADER, ROW.replace("tokyo", "mars"))
    assumed = written(tmp_path, "assumption,value", "coincidence,2", name="assumed.csv")
    table = written(tmp_path, "area,x", "tokyo,1", name="table.csv")
    with pytest.raises(InputError) as caught:
        read_inputs(applications, vintages=["1999-01"], area_table=table, assumptions=assumed)
    found = {(problem.file, problem.line) for problem in caught.value.problems}
    assert {(str(applications), 2), (str(assumed), 2)} <= found
    assert str(table) in {file for file, _ in found}
    assert "1999-01" in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 64,
        b"id\x00,area\n",
        b'id,area\n"A,tokyo\n',
        b"\xa4\xa2\xa4\xa4\xff\n",
        b"PK\x03\x04" + b"x" * 50,
        b"\xd0\xcf\x11\xe0" + b"x" * 50,
        b"id\tarea\nA\ttokyo\n",
        (HEADER + "\n" + ROW.replace("Ko", "x" * 1000000) + "\n").encode(),
        (HEADER + "\n" + HEADER + "\n").encode(),
        (",".join("abcdefghij" * 10) + "\n1\n").encode(),
    ],
)
def test_what_is_no_list_is_refused_in_words(tmp_path, content):
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"list\.csv cannot be used") as caught:
        read(path)
    assert len(str(caught.value)) < 20_000
