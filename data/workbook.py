"""Excel workbooks, read as cells of text with their row numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from data.errors import InputError, Problem
from data.read_csv import TextTable, table_of_rows
from data.workbook_archive import error_cells, refused, workbook_content

ENDINGS = (".xlsx", ".xlsm")
EXACT = 1e15
"""Below this a number of Excel has all its digits."""

MOST_SHEETS = 255
CONTROL_SIGNS = dict.fromkeys((*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0)), "\ufffd")
"""A text file with one of them is refused; a workbook may hide them as _x001B_."""

Rows = list[tuple[int, list[str]]]
Range = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of a range, each as row and column from 0."""


def read_workbook(path: Path | str) -> tuple[TextTable, tuple[str, ...]]:
    """First sheet of a workbook that holds anything; hidden ones come after all others.

    Parameters
    ----------
    path : Path or str
        File with one of `ENDINGS`.

    Returns
    -------
    TextTable
        Cells as text: dates as ISO 8601, whole numbers without decimals, results of formulas as
        they were saved, errors of formulas as Excel shows them. Merged cells are a problem of it.
    tuple of str
        Names of further sheets that hold something and were not read.

    Raises
    ------
    InputError
        Not a workbook, empty, or one that would unpack to more than is sensible.
    """
    where = str(path)
    content = workbook_content(Path(path))
    sheet, others = _filled_sheets(content, where)
    if sheet is None:
        problem = Problem("content", "nothing", "a first row with column names", file=where)
        raise InputError(where, [problem])
    rows = _with_errors(sheet.rows, error_cells(content, sheet.name))
    table = table_of_rows(rows, where=where, comments_in_body=False)
    merged = _merged(sheet.merged, table.lines, where)
    return replace(table, problems=(*table.problems, *merged)), others


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Rows that hold anything, with their numbers, and the ranges of merged cells."""

    name: str
    rows: Rows
    merged: Sequence[Range]


def _filled_sheets(content: bytes, where: str) -> tuple[_Sheet | None, tuple[str, ...]]:
    """First sheet that holds anything, and the names of all others that do; one at a time."""
    import python_calamine as calamine

    first, others = None, []
    try:
        book = calamine.CalamineWorkbook.from_filelike(BytesIO(content))
        listed = [s for s in book.sheets_metadata if s.typ == calamine.SheetTypeEnum.WorkSheet]
        listed.sort(key=lambda sheet: sheet.visible != calamine.SheetVisibleEnum.Visible)
        if len(listed) > MOST_SHEETS:
            raise refused(where, f"{len(listed)} sheets", f"at most {MOST_SHEETS}")
        for name in [sheet.name for sheet in listed]:
            sheet = book.get_sheet_by_name(name)
            rows = _rows(sheet.to_python(skip_empty_area=False))
            if first is None:
                kept = list(rows)
                first = _Sheet(name, kept, sheet.merged_cell_ranges or ()) if kept else None
            elif next(rows, None):
                others.append(name)
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise refused(where, str(error), "a workbook that Excel opens") from None
    return first, tuple(others)


def _with_errors(rows: Rows, errors: Sequence[tuple[int, int, str]]) -> Rows:
    """Rows with the text of each error, such as #N/A, in its cell."""
    by_number = dict(rows)
    width = max((len(cells) for cells in by_number.values()), default=0)
    for row, column, text in errors:
        if column < width:
            cells = by_number.setdefault(row + 1, [""] * width)
            cells[column] = cells[column] or text
    return sorted(by_number.items())


def _merged(ranges: Sequence[Range], lines: Sequence[int], where: str) -> list[Problem]:
    """Merged cells in the body: only the first of them holds what the eye sees in all."""
    fix = "Unmerge them and fill every cell"
    return [
        Problem("merged cells", found, "one value in each cell", fix, file=where, line=first[0] + 1)
        for first, last in ranges
        if first != last and lines and last[0] + 1 >= lines[0] and first[0] + 1 <= lines[-1]
        for found in [f"{_reference(*first)}:{_reference(*last)}"]
    ]


def _reference(row: int, column: int) -> str:
    """Name of a cell.

    >>> _reference(0, 0), _reference(4, 27)
    ('A1', 'AB5')
    """
    letters, number = "", column + 1
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return f"{letters}{row + 1}"


def _rows(rows: list[list[Any]]) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(rows, start=1):
        texts = [_text(cell) for cell in cells]
        if any(texts):
            yield number, texts


def _text(cell: Any) -> str:
    """A cell as a person would type it.

    >>> _text(2028.0), _text(datetime(2028, 10, 1)), _text(True), _text(" 東京 ")
    ('2028', '2028-10-01', 'true', '東京')
    """
    if isinstance(cell, str):
        text = cell.strip()
        return text if text.isprintable() else text.translate(CONTROL_SIGNS)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() and abs(cell) < EXACT else repr(cell)
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y-%m-%d")
    return str(cell)
