"""Workbooks as Excel, other programs and people with bad intent write them."""

import re
import zipfile
import zlib
from datetime import datetime, timedelta
from io import BytesIO

import pytest
import xlsxwriter

from data.errors import InputError
from data.read_applications import checked_applications, open_applications
from data.workbook import read_workbook
from data.workbook_archive import UNSAVED

HEADER = ["id", "area", "contract_mw", "supply_start", "kind", "stage"]
ROW = ["a", "tokyo", 10, 2028, "dc", "applied"]
SHEET = "xl/worksheets/sheet1.xml"
FARTHEST = b"XFD1048576"
MANY_CELLS = b"<c><v>1</v></c>" * 16_000


@pytest.fixture
def save(tmp_path):
    """A writer of workbooks: `build` fills the open book."""

    def write(build, name="list.xlsx", **options):
        path = tmp_path / name
        with xlsxwriter.Workbook(path, options) as book:
            build(book)
        return path

    return write


@pytest.fixture
def save_list(save):
    """A writer of one sheet with a header and one application, and what else `more` writes."""

    def write(more=lambda book, sheet: None, *, header=HEADER, row=ROW):
        def build(book):
            sheet = book.add_worksheet("list")
            sheet.write_row(0, 0, header)
            sheet.write_row(1, 0, row)
            more(book, sheet)

        return save(build)

    return write


@pytest.fixture
def save_changed(save_list):
    """A writer of a good list of which one part of the archive is changed."""

    def write(change, part=SHEET):
        path = save_list()
        changed = BytesIO()
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
            for name in old.namelist():
                content = old.read(name)
                new.writestr(name, change(content) if name == part else content)
        path.write_bytes(changed.getvalue())
        return path

    return write


def read(path):
    return checked_applications(open_applications(path))


def problems_of(path):
    with pytest.raises(InputError) as caught:
        read(path)
    assert all(problem.file == str(path) for problem in caught.value.problems)
    return caught.value.problems


def body(content, rows):
    return re.sub(
        rb"<sheetData>.*</sheetData>", lambda _: b"<sheetData>" + rows + b"</sheetData>", content
    )


def first_cells(path):
    table, _ = read_workbook(path)
    return table.frame.iloc[0].tolist()


def test_rows_and_lines_are_those_of_the_sheet(save):
    def build(book):
        sheet = book.add_worksheet()
        sheet.write(0, 0, "# list of autumn")
        sheet.write_row(3, 0, HEADER)
        sheet.write_row(6, 0, ["#7", *ROW[1:]])
        sheet.write_row(9, 0, ["b", *ROW[1:]])

    table = read(save(build))
    assert table["id"].tolist() == ["#7", "b"]
    assert table["line"].tolist() == [7, 10]


def test_each_kind_of_cell_becomes_what_a_person_sees(save):
    def build(book):
        sheet = book.add_worksheet()
        day, clock = (book.add_format({"num_format": f}) for f in ("yyyy/mm/dd", "[h]:mm"))
        sheet.write_row(0, 0, ["a", "b", "c", "d", "e", "f", "g", "h"])
        sheet.write_row(1, 0, [7.0, 0.1, 1e-7, 123456789012, True, "  東京\n① "])
        sheet.write_datetime(1, 6, datetime(2029, 3, 31, 23, 59, 59), day)
        sheet.write_number(1, 7, 1.5, clock)

    texts = ["7", "0.1", "1e-07", "123456789012", "true", "東京\n①", "2029-03-31"]
    assert first_cells(save(build)) == [*texts, str(timedelta(days=1.5))]


def test_dates_count_from_1904_where_the_book_says_so(save):
    def build(book):
        sheet = book.add_worksheet()
        sheet.write(0, 0, "day")
        sheet.write_datetime(1, 0, datetime(2029, 3, 31), book.add_format({"num_format": "yyyy"}))

    assert first_cells(save(build, date_1904=True)) == ["2029-03-31"]


def test_a_vintage_that_excel_took_for_a_date(save_list):
    def more(book, sheet):
        sheet.write_datetime(1, 6, datetime(2026, 1, 1), book.add_format({"num_format": "mmm-yy"}))

    table = read(save_list(more, header=[*HEADER, "counted"]))
    assert table["counted"].tolist() == ["2026-01"]


def test_saved_results_of_formulas_are_read(save_list):
    path = save_list(lambda book, sheet: sheet.write_formula(1, 2, "=5*2.5", None, 12.5))
    assert read(path)["contract_mw"].tolist() == [12.5]


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#REF!"])
@pytest.mark.parametrize("column", ["applicant", "probability", "area"])
def test_an_error_of_excel_is_not_an_empty_cell(save_list, column, error):
    header = [*HEADER, "applicant", "probability"]
    place = header.index(column)
    path = save_list(
        lambda book, sheet: sheet.write_formula(1, place, "=X9", None, error), header=header
    )
    (problem,) = problems_of(path)
    assert (problem.line, problem.where, problem.found) == (2, column, error)


@pytest.mark.parametrize("column", ["applicant", "probability", "contract_mw"])
def test_a_formula_that_was_never_calculated_is_not_an_empty_cell(save_list, column):
    header = [*HEADER, "applicant", "probability"]
    place = header.index(column)
    path = save_list(
        lambda book, sheet: sheet.write_formula(1, place, "=X9", None, 0.25), header=header
    )
    content = {}
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    assert b"</f><v>0.25</v>" in content[SHEET]
    content[SHEET] = content[SHEET].replace(b"</f><v>0.25</v>", b"</f>")
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    (problem,) = problems_of(path)
    assert (problem.line, problem.where, problem.found) == (2, column, UNSAVED)


def test_a_formula_with_an_empty_result_is_an_empty_cell(save_list):
    path = save_list(
        lambda book, sheet: sheet.write_formula(1, 6, '=""', None, ""),
        header=[*HEADER, "applicant"],
    )
    assert read(path)["applicant"].isna().all()


def test_merged_cells_in_the_body_are_a_problem_and_above_it_none(save):
    def build(book):
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 5, "# title")
        sheet.write_row(1, 0, [*HEADER, "probability"])
        for line in (2, 3):
            sheet.write_row(line, 0, [f"a{line}", *ROW[1:]])
        sheet.merge_range(2, 6, 3, 6, 0.4)

    (problem,) = problems_of(save(build))
    assert (problem.where, problem.found, problem.line) == ("merged cells", "G3:G4", 3)


def test_a_merged_heading_leaves_no_column_out_without_a_word(save_list):
    path = save_list(
        lambda book, sheet: sheet.merge_range(0, 6, 0, 7, "memo"),
        header=[*HEADER, "memo"],
        row=[*ROW, "x", 20],
    )
    assert open_applications(path).unused == ("memo", "(column 8)")


def test_hidden_sheets_come_last_and_all_others_are_named(save):
    def build(book):
        choices = book.add_worksheet("choices")
        choices.write(0, 0, "tokyo")
        for name, rows in (("list", [HEADER, ROW]), ("notes", [["x"]]), ("empty", [])):
            sheet = book.add_worksheet(name)
            for line, cells in enumerate(rows):
                sheet.write_row(line, 0, cells)
        choices.hide()
        book.get_worksheet_by_name("list").activate()
        book.get_worksheet_by_name("list").set_first_sheet()

    opened = open_applications(save(build))
    assert opened.unused == ("sheet notes", "sheet choices")
    assert len(checked_applications(opened)) == 1


def test_hidden_and_filtered_rows_are_read(save_list):
    def more(book, sheet):
        sheet.write_row(2, 0, ["b", *ROW[1:]])
        sheet.autofilter(0, 0, 2, 5)
        sheet.set_row(1, None, None, {"hidden": True})

    assert read(save_list(more))["id"].tolist() == ["a", "b"]


def test_a_chart_before_the_list_is_passed_over(save):
    def build(book):
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=list!$C$2:$C$2"})
        book.add_chartsheet("chart").set_chart(chart)
        sheet = book.add_worksheet("list")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ROW)

    assert len(read(save(build))) == 1


def test_a_cover_as_first_sheet_is_said(save):
    def build(book):
        book.add_worksheet("cover").write(0, 0, "申込一覧")
        book.add_worksheet("list").write_row(0, 0, HEADER)

    where = {problem.where: problem for problem in problems_of(save(build))}
    assert where["headings"].found == "申込一覧"


def test_a_hundred_columns_and_a_long_cell(save_list):
    memos = [f"memo {place}" for place in range(94)]
    path = save_list(header=[*HEADER, *memos], row=["x" * 32_767, *ROW[1:], *memos])
    opened = open_applications(path)
    assert opened.unused == tuple(memos)
    assert checked_applications(opened)["id"].str.len().tolist() == [32_767]


def test_signs_that_control_a_terminal_do_not_get_through(save_changed):
    path = save_changed(
        lambda part: part.replace(b"<t>a</t>", b"<t>a_x001B_[31m_x0000_</t>"),
        "xl/sharedStrings.xml",
    )
    assert read(path)["id"].tolist() == ["a\ufffd[31m\ufffd"]


@pytest.mark.parametrize("value", [b"inf", b"-1", b"nan", b"1e400", b"0"])
def test_numbers_that_are_no_power(save_changed, value):
    path = save_changed(lambda part: part.replace(b"<v>10</v>", b"<v>" + value + b"</v>"))
    (problem,) = problems_of(path)
    assert (problem.where, problem.line) == ("contract_mw", 2)


@pytest.mark.parametrize("date", [b"2029-03-31", b"2029-03-31T00:00:00"])
def test_dates_as_other_programs_write_them(save_changed, date):
    def change(part):
        old = b'<c r="D2"><v>2028</v>'
        assert old in part
        return part.replace(old, b'<c r="D2" t="d"><v>' + date + b"</v>")

    assert read(save_changed(change))["supply_start"].tolist() == [2028]


def test_cells_without_references_stand_one_after_the_other(save_changed):
    path = save_changed(lambda part: re.sub(rb' r="[A-Z]+\d+"', b"", part))
    table = read(path)
    assert (table["id"].item(), table["contract_mw"].item()) == ("a", 10)


def test_a_claimed_dimension_alone_is_no_harm(save_changed):
    path = save_changed(
        lambda part: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', part)
    )
    assert len(read(path)) == 1


FAR = {
    "plain": lambda part: part.replace(b'<c r="A2"', b'<c r="' + FARTHEST + b'"'),
    "single quotes": lambda part: part.replace(b'r="A2"', b"r='" + FARTHEST + b"'"),
    "line break": lambda part: part.replace(b'r="A2"', b'\n\tr =\n"' + FARTHEST + b'"'),
    "no space": lambda part: part.replace(b'<c r="A2"', b'<c s="0"r="' + FARTHEST + b'"'),
    "lower case": lambda part: part.replace(b'r="A2"', b'r="xfd1048576"'),
    "a prefix": lambda part: part.replace(b'<c r="A2"', b'<x:c r="' + FARTHEST + b'"'),
    "a > before it": lambda part: part.replace(b'<c r="A2"', b'<c x=">" r="' + FARTHEST + b'"'),
    "row only": lambda part: body(
        part, b'<row r="1">' + MANY_CELLS + b'</row><row r="1048576">' + MANY_CELLS + b"</row>"
    ),
    "row after text": lambda part: body(
        part, b'<row spans="1:2"r="1048576">' + MANY_CELLS + b"</row>"
    ),
    "counts made up": lambda part: body(
        part, b'<!--<c r="A1"' + b'<c r="A1"' * 16_000 + b'--><row r="1048576">' + MANY_CELLS
    ),
    "row of ten digits": lambda part: part.replace(b'<row r="2"', b'<row r="4294967295"'),
    "column of twelve letters": lambda part: part.replace(b'"A2"', b'"AAAAAAAAAAAA1"'),
    "thousands of digits": lambda part: part.replace(b'"A2"', b'"A' + b"9" * 5_000 + b'"'),
}


@pytest.mark.parametrize("change", FAR.values(), ids=FAR)
def test_a_cell_far_away_is_refused_before_the_reader_makes_room(save_changed, change):
    """Without the count before it the reader asks for 500 GB and ends the process."""
    (problem,) = problems_of(save_changed(change))
    assert problem.where == "file"
    assert "columns" in problem.found
    assert "cells" in problem.expected


def test_a_far_cell_in_a_sheet_of_another_folder_is_refused(save_list):
    path = save_list()
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/other/far.xml"] = parts.pop(SHEET).replace(b'"A2"', b'"' + FARTHEST + b'"')
    links = "xl/_rels/workbook.xml.rels"
    parts[links] = parts[links].replace(b"worksheets/sheet1.xml", b"other/far.xml")
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    (problem,) = problems_of(path)
    assert "1,048,576 rows and 16,384 columns" in problem.found


BROKEN = {
    "half of a sheet": lambda part: part[: len(part) // 2],
    "no reference": lambda part: part.replace(b'"A2"', b'""'),
    "row 0": lambda part: part.replace(b'"A2"', b'"A0"'),
    "an entity": lambda part: part.replace(b'"A2"', b'"&#88;FD1048576"'),
    "dollars": lambda part: part.replace(b'"A2"', b'"$XFD$1048576"'),
    "digits first": lambda part: part.replace(b'"A2"', b'"1048576XFD"'),
    "a text that is not there": lambda part: part.replace(b't="s"><v>0</v>', b't="s"><v>99999</v>'),
    "UTF-16": lambda part: part.decode().replace('"A2"', '"XFD1048576"').encode("utf-16"),
    "merged nowhere": lambda part: part.replace(
        b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="foo"/></mergeCells>'
    ),
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_a_broken_sheet_is_a_problem_of_the_file(save_changed, change):
    (problem,) = problems_of(save_changed(change))
    assert problem.where in ("file", "content")


@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_a_missing_part_is_a_problem_of_the_file(save_list, part):
    path = save_list()
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != part}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    (problem,) = problems_of(path)
    assert problem.where == "file"


def test_entities_that_grow_do_not(save_changed):
    kinds = b"".join(
        b'<!ENTITY %c "%b">' % (name, b"&%c;" % (name - 1) * 100) for name in range(98, 104)
    )
    path = save_changed(
        lambda part: part.replace(
            b"<worksheet", b'<!DOCTYPE w [<!ENTITY a "xxxxxxxxxx">' + kinds + b"]><worksheet", 1
        ).replace(b"<v>10</v>", b"<v>&g;</v>")
    )
    (problem,) = problems_of(path)
    assert (problem.where, problem.line) == ("contract_mw", 2)


def test_a_part_that_unpacks_to_more_than_it_says_is_cut(save_list):
    """Python's reader trusts the length stated, others unpack on: the reader sees what we saw."""
    path = save_list()
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    texts = parts["xl/sharedStrings.xml"]
    parts["xl/sharedStrings.xml"] = texts + b" " * 300_000_000
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    lying = path.read_bytes()
    for true, false in (
        (len(texts) + 300_000_000, len(texts)),
        (zlib.crc32(parts["xl/sharedStrings.xml"]), zlib.crc32(texts)),
    ):
        assert lying.count(true.to_bytes(4, "little")) >= 2
        lying = lying.replace(true.to_bytes(4, "little"), false.to_bytes(4, "little"))
    path.write_bytes(lying)
    assert read(path)["id"].tolist() == ["a"]


def test_more_sheets_than_anyone_has_are_refused(save_changed):
    more = b"".join(
        b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>' % (place, place) for place in range(2, 300)
    )
    path = save_changed(
        lambda part: part.replace(b"</sheets>", more + b"</sheets>"), "xl/workbook.xml"
    )
    (problem,) = problems_of(path)
    assert problem.found == "299 sheets"


def test_an_old_workbook_or_one_with_a_password_says_how_to_save(tmp_path):
    path = tmp_path / "renamed.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4_000)
    (problem,) = problems_of(path)
    assert "password" in problem.found
    assert ".xlsx" in problem.fix


@pytest.mark.parametrize(
    "entries",
    [
        {"content.xml": "<x/>", "mimetype": "application/vnd.oasis.opendocument.spreadsheet"},
        {"xl/workbook.bin": "x"},
        {"word/document.xml": "<x/>"},
        {},
    ],
)
def test_other_archives_are_no_workbook(tmp_path, entries):
    path = tmp_path / "renamed.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    (problem,) = problems_of(path)
    assert problem.found == "no Excel workbook"


@pytest.mark.parametrize("cut", [1, 100, 1_000])
def test_a_download_that_broke_off_is_no_workbook(save_list, cut):
    path = save_list()
    path.write_bytes(path.read_bytes()[:-cut])
    (problem,) = problems_of(path)
    assert problem.found == "no Excel workbook"


def test_no_file_and_a_folder(tmp_path):
    (tmp_path / "folder.xlsx").mkdir()
    for name in ("folder.xlsx", "none.xlsx"):
        (problem,) = problems_of(tmp_path / name)
        assert problem.where == "file"
