"""The archive inside an Excel workbook: refused before it can do harm, and what readers leave out.

The reader of sheets makes every cell up to the farthest one claimed, and ends the whole program
where memory does not suffice. So the claims are counted here, in whatever way they are written.
"""

import re
import zipfile
import zlib
from html import unescape
from io import BytesIO
from pathlib import Path

from data.errors import InputError, Problem

MOST_UNPACKED_MB = 400
MOST_PACKED_MB = 64
BYTES_PER_MB = 1_000_000
MOST_CELLS = 20_000_000
"""Rows times columns of a sheet: the reader holds all of them, also the empty ones."""

MOST_DIGITS = 12
"""Signs of a reference that are looked at; far fewer are already too many cells."""

OLD_FORMAT = b"\xd0\xcf\x11\xe0"
"""Start of an .xls file, and of any workbook with a password."""

BOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
PARTS = ("xl/", "_rels/", "[Content_Types].xml")
"""Starts of the names of all parts that the cells of a workbook need."""

ROW, CELL = (re.compile(rb"<(?:[^\s<>/]+:)?%s(?=[\s/>])" % tag) for tag in (b"row", b"c"))
USUAL_ROW, USUAL_CELL = b'<row r="', b'<c r="'
NAMED = rb"[\s\"']r\s*=\s*[\"']\s*"
COLUMN, NUMBER = re.compile(NAMED + rb"([A-Za-z]+)\d"), re.compile(NAMED + rb"[A-Za-z]*(\d+)")
"""What names the place of a cell or row. Their sets are small and made without a loop."""

UNSAVED = "a formula without a saved result"
FORMULA = re.compile(
    rb"<(?:\w+:)?c\s[^<>]*?\br\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[^<>]*>"
    rb"<f(?:[^<>]*[^/<>])?(?:>[^<]*</f>|/>)</c>"
)
ERROR = re.compile(
    rb"<(?:\w+:)?c\s(?=[^<>]*?\bt\s*=\s*[\"']e[\"'])[^<>]*?\br\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})"
    rb"[^<>]*>(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)?<v>([^<]*)<"
)
IS_ERROR = re.compile(rb"\bt\s*=\s*[\"']e[\"']")
TAG = re.compile(r"<(?:\w+:)?(?:sheet|Relationship)\s[^<>]*>")
ATTRIBUTE = re.compile(r"(\w+)\s*=\s*\"([^\"]*)\"")


def workbook_content(path: Path) -> bytes:
    """Bytes of a workbook of a bearable size, packed anew.

    Only the parts that hold cells are kept, each as long as it says it is: another reader would
    unpack whatever follows.

    Raises
    ------
    InputError
        No such file, no workbook, or one that would unpack to more than is sensible.
    """
    where = str(path)
    content = _content(path, where)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = _parts(archive, where)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise _no_workbook(where, content) from None
    except (ValueError, OSError):  # places and lengths inside the archive that cannot be
        raise _no_workbook(where, content) from None
    if BOOK not in parts:
        raise _no_workbook(where, content)
    for part in parts.values():
        _refuse_wide(part, where)
    return _packed(parts)


def refused(where: str, found: str, expected: str, fix: str = "") -> InputError:
    """The file as a whole cannot be used."""
    return InputError(where, [Problem("file", found, expected, fix, file=where)])


def error_cells(content: bytes, sheet: str) -> list[tuple[int, int, str]]:
    """Row, column (from 0) and text of each cell that holds an error, such as #N/A, or `UNSAVED`.

    The reader of sheets gives them as empty, which would make a lost number a number not stated.
    """
    with zipfile.ZipFile(BytesIO(content)) as archive:
        part = _part_of(archive, sheet)
        cells = archive.read(part) if part in archive.namelist() else b""
    errors = ERROR.findall(cells) if IS_ERROR.search(cells) else []
    unsaved = FORMULA.findall(cells) if b"<f" in cells else []
    return [
        (int(row) - 1, column_number(letters) - 1, unescape(text.decode("utf-8", "replace")))
        for letters, row, text in [*errors, *((*at, UNSAVED.encode()) for at in unsaved)]
    ]


def column_number(letters: bytes) -> int:
    """Number of a column.

    >>> column_number(b"A"), column_number(b"Z"), column_number(b"AA")
    (1, 26, 27)
    """
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - ord("A") + 1
    return number


def _content(path: Path, where: str) -> bytes:
    try:
        if path.exists() and not path.is_file():  # a pipe without writer would wait for ever
            raise refused(where, "a folder or no regular file", "an Excel workbook")
        packed = path.stat().st_size
        if packed > MOST_PACKED_MB * BYTES_PER_MB:
            found = f"{packed / BYTES_PER_MB:.0f} MB"
            raise refused(where, found, f"at most {MOST_PACKED_MB} MB")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        found = getattr(error, "strerror", None) or str(error)
        raise refused(where, found, "an Excel workbook") from None


def _no_workbook(where: str, content: bytes) -> InputError:
    if content.startswith(OLD_FORMAT):
        found = "an .xls file, or a workbook with a password"
        fix = "Take the password off and save it as Excel Workbook (.xlsx), or as CSV"
        return refused(where, found, "a workbook saved as .xlsx", fix)
    return refused(where, "no Excel workbook", "a file saved as .xlsx")


def _parts(archive: zipfile.ZipFile, where: str) -> dict[str, bytes]:
    """Parts of a workbook by name; raise if a small file claims more than a list ever holds."""
    kept = {entry.filename: entry for entry in archive.infolist()}
    entries = [entry for name, entry in kept.items() if name.startswith(PARTS)]
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED_MB * BYTES_PER_MB:
        found = f"{unpacked / BYTES_PER_MB:,.0f} MB when unpacked"
        raise refused(where, found, f"at most {MOST_UNPACKED_MB} MB")
    return {entry.filename: archive.read(entry) for entry in entries}


def _packed(parts: dict[str, bytes]) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def _refuse_wide(part: bytes, where: str) -> None:
    """Raise if a part names a cell so far away that the reader would make too many."""
    rows, columns = _claimed(part)
    if rows * columns > MOST_CELLS:
        found = f"a sheet of {rows:,} rows and {columns:,} columns"
        expected = f"at most {MOST_CELLS:,} cells, empty ones included"
        raise refused(where, found, expected, "Delete the empty rows and columns at its end")


def _claimed(part: bytes) -> tuple[int, int]:
    """Farthest row and column that a part of a workbook can lead to."""
    numbers, letters = set(NUMBER.findall(part)), set(COLUMN.findall(part))
    row = max((int(number[:MOST_DIGITS]) for number in numbers), default=0)
    column = max((column_number(name[:MOST_DIGITS]) for name in letters), default=0)
    if _all_named(part, ROW, USUAL_ROW) and _all_named(part, CELL, USUAL_CELL):
        return row, max(column, 1)
    # rows and cells without a name stand behind the one before
    cells = max(len(CELL.findall(piece)) for piece in ROW.split(part))
    return row + len(ROW.findall(part)), column + cells


def _all_named(part: bytes, tag: re.Pattern[bytes], usual: bytes) -> bool:
    return len(tag.findall(part)) == part.count(usual)


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Name in the archive of a sheet, "" where the workbook does not say."""
    if not {BOOK, RELATIONS} <= set(archive.namelist()):
        return ""
    sheets, relations = (_tags(archive.read(name)) for name in (BOOK, RELATIONS))
    link = next((tag.get("id") for tag in sheets if tag.get("name") == sheet), None)
    target = next((tag.get("Target", "") for tag in relations if tag.get("Id") == link), "")
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _tags(part: bytes) -> list[dict[str, str]]:
    """Attributes of each sheet or relation in a part, without the prefixes of their names."""
    tags = TAG.findall(part.decode("utf-8", "replace"))
    return [{key: unescape(value) for key, value in ATTRIBUTE.findall(tag)} for tag in tags]
