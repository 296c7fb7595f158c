"""Excel workbooks, read as cells of text with their row numbers."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from data.errors import InputError, Problem
from data.read_csv import TextTable, table_of_rows

ENDINGS = (".xlsx", ".xlsm")

MOST_UNPACKED_MB = 400
MOST_PACKED_MB = 64
BYTES_PER_MB = 1_000_000
MOST_CELLS = 20_000_000
"""Rows times columns of a sheet: the reader holds all of them, also the empty ones."""

SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
CELL = re.compile(rb'<c [^>]*?r="([A-Z]{1,3})(\d{1,7})"')


def read_workbook(path: Path | str) -> tuple[TextTable, tuple[str, ...]]:
    """First sheet of a workbook that holds anything.

    Parameters
    ----------
    path : Path or str
        File with one of `ENDINGS`.

    Returns
    -------
    TextTable
        Cells as text: dates as ISO 8601, whole numbers without decimals, results of formulas as
        they were saved.
    tuple of str
        Names of further sheets that hold something and were not read.

    Raises
    ------
    InputError
        Not a workbook, empty, or one that would unpack to more than is sensible.
    """
    where = str(path)
    content = _content(Path(path), where)
    filled = {name: rows for name, rows in _sheets(content, where) if rows}
    if not filled:
        problem = Problem("content", "nothing", "a first row with column names", file=where)
        raise InputError(where, [problem])
    first, *others = filled
    table = table_of_rows(filled[first], where=where, comments_in_body=False)
    return table, tuple(others)


def _content(path: Path, where: str) -> bytes:
    """Bytes of the file, if it is a zip archive of a bearable size."""
    try:
        packed = path.stat().st_size
        content = path.read_bytes() if packed <= MOST_PACKED_MB * BYTES_PER_MB else b""
    except OSError as error:
        raise _refused(where, error.strerror or str(error), "an Excel workbook") from None
    if not content and packed:
        raise _refused(where, f"{packed / BYTES_PER_MB:.0f} MB", f"at most {MOST_PACKED_MB} MB")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _refuse_bombs(archive, where)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        raise _refused(where, "no Excel workbook", "a file saved as .xlsx") from None
    return content


def _refuse_bombs(archive: zipfile.ZipFile, where: str) -> None:
    """Raise if a small file claims more than a list of applications ever holds."""
    unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > MOST_UNPACKED_MB * BYTES_PER_MB:
        found = f"{unpacked / BYTES_PER_MB:,.0f} MB when unpacked"
        raise _refused(where, found, f"at most {MOST_UNPACKED_MB} MB")
    for entry in filter(SHEET.fullmatch, archive.namelist()):
        references = CELL.findall(archive.read(entry))
        rows = max((int(row) for _, row in references), default=0)
        columns = max((_column_number(letters) for letters, _ in references), default=0)
        if rows * columns > MOST_CELLS:
            found = f"a sheet of {rows:,} rows and {columns:,} columns"
            raise _refused(where, found, f"at most {MOST_CELLS:,} cells, empty ones included")


def _column_number(letters: bytes) -> int:
    """Number of a column: A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


def _sheets(content: bytes, where: str) -> Iterator[tuple[str, list[tuple[int, list[str]]]]]:
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(BytesIO(content))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            yield name, list(_rows(rows))
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise _refused(where, str(error), "a workbook that Excel opens") from None


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
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y-%m-%d")
    return str(cell).strip()


def _refused(where: str, found: str, expected: str) -> InputError:
    return InputError(where, [Problem("file", found, expected, file=where)])
