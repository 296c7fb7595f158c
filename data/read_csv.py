"""CSV files: read as text with line numbers, then through their contract."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pandas as pd

from data.errors import InputError, Problem
from data.tables import check

COMMENT = "#"
SAVE_AS_UTF8 = (
    'In Excel choose "CSV UTF-8 (comma delimited)" when saving; '
    "in a text editor save with the encoding UTF-8"
)


@dataclass(frozen=True, slots=True)
class TextTable:
    """A CSV as it stands: cells as text, with the line each row starts on."""

    frame: pd.DataFrame
    lines: tuple[int, ...]
    problems: tuple[Problem, ...]


def read_user_csv(path: Path | str, contract_name: str) -> pd.DataFrame:
    """Read a user's CSV through the contract of that name.

    The file is UTF-8 with commas. Lines that start with `#` and empty lines are skipped. The
    columns source, as_of, confidence and note may be left out: the rows then count as
    the user's own figures (`user_file`, `assumed`).

    Parameters
    ----------
    path : Path or str
        The file.
    contract_name : str
        Name of a contract in `data.tables.CONTRACTS`, such as `places`.

    Returns
    -------
    DataFrame, shape (rows, contract columns)
        As `data.tables.check` returns it.

    Raises
    ------
    InputError
        Every problem of the file with its line.
    """
    where = str(path)
    table = parse_csv(_decoded(Path(path), where), where=where)
    try:
        checked = check(table.frame, contract_name, where=where, lines=table.lines)
    except InputError as error:
        raise InputError(where, (*table.problems, *error.problems)) from None
    if table.problems:
        raise InputError(where, table.problems)
    return checked


def parse_csv(text: str, *, where: str, comments_in_body: bool = True) -> TextTable:
    """Split CSV text into cells; faults of form are kept, not raised.

    Parameters
    ----------
    text : str
        Whole content of the file.
    where : str
        File name for the messages.
    comments_in_body : bool
        Whether `#` opens a comment also below the header, where a user's own key may begin so.

    Returns
    -------
    TextTable
        One row a line; empty cells are NaN, spaces around cells are removed.
    """
    try:
        rows = list(_rows(text))
    except csv.Error as error:
        problem = Problem("quotes", str(error), 'a closing " for each opening one', file=where)
        raise InputError(where, [problem]) from None
    return table_of_rows(rows, where=where, comments_in_body=comments_in_body)


def table_of_rows(
    rows: Sequence[tuple[int, list[str]]], *, where: str, comments_in_body: bool = True
) -> TextTable:
    """Header and body of rows with their line numbers; faults of form are kept, not raised.

    Parameters
    ----------
    rows : sequence of (int, list of str)
        Line number and cells of every row that is not empty.
    where, comments_in_body
        As in `parse_csv`.
    """
    rows = _without_comments(rows, comments_in_body)
    if not rows:
        problem = Problem("content", "nothing", "a first line with column names", file=where)
        raise InputError(where, [problem])
    (head_line, header), *body = _without_empty_end(rows)
    return _text_table(
        header, body, problems=_header_problems(header, where, head_line), where=where
    )


def _decoded(path: Path, where: str) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        problem = Problem("file", "no such file", "a CSV file", "Check the path", file=where)
        raise InputError(where, [problem]) from None
    except (IsADirectoryError, PermissionError) as error:
        found = error.strerror or "not readable"
        raise InputError(where, [Problem("file", found, "a CSV file", file=where)]) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        found = f"{_likely_encoding(content)} from line {line} on"
        problem = Problem("encoding", found, "UTF-8", SAVE_AS_UTF8, file=where)
        raise InputError(where, [problem]) from None


def _likely_encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    try:
        content.decode("cp932")
    except UnicodeDecodeError:
        return "bytes that are not UTF-8"
    return "probably CP932 (Shift_JIS, as Excel saves CSV in Japanese)"


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    last_line = 0
    for cells in reader:
        first_line, last_line = last_line + 1, reader.line_num
        stripped = [cell.strip() for cell in cells]
        if any(stripped):
            yield first_line, stripped


def _without_comments(
    rows: Sequence[tuple[int, list[str]]], in_body: bool
) -> Sequence[tuple[int, list[str]]]:
    if in_body:
        return [row for row in rows if not row[1][0].startswith(COMMENT)]
    header = next((i for i, row in enumerate(rows) if not row[1][0].startswith(COMMENT)), len(rows))
    return rows[header:]


def _without_empty_end(rows: Sequence[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Rows without the columns at the end that hold nothing, and a name for each that lacks one."""
    (line, header), *body = rows
    if not all(header) or any(len(cells) > len(header) for _, cells in body):
        width = max(_filled(cells) for _, cells in rows)
        header = [name or f"(column {place})" for place, name in enumerate(header[:width], 1)]
        body = [(number, cells[:width]) for number, cells in body]
    return [(line, header), *body]


def _filled(cells: Sequence[str]) -> int:
    """How many cells there are up to the last one that holds anything."""
    return max((place for place, cell in enumerate(cells, 1) if cell), default=0)


def _header_problems(header: list[str], where: str, line: int) -> list[Problem]:
    problems = [
        Problem(name, "more than once", "each column once", file=where, line=line)
        for name in dict.fromkeys(header)
        if header.count(name) > 1
    ]
    if len(header) == 1 and ("\t" in header[0] or ";" in header[0]):
        problems.append(
            Problem(
                "separator", "tabs or semicolons", "commas", SAVE_AS_UTF8, file=where, line=line
            )
        )
    return problems


def _text_table(
    header: list[str],
    body: Sequence[tuple[int, list[str]]],
    *,
    problems: list[Problem],
    where: str,
) -> TextTable:
    uneven = [
        Problem("cells", str(len(cells)), f"{len(header)}, as in the header", file=where, line=line)
        for line, cells in body
        if len(cells) != len(header)
    ]
    kept = {name: place for place, name in reversed(list(enumerate(header)))}
    columns = {
        name: [cells[place] or None if place < len(cells) else None for _, cells in body]
        for name, place in sorted(kept.items(), key=lambda item: item[1])
    }
    lines = tuple(line for line, _ in body)
    if not body:
        uneven.append(Problem("content", "no rows", "at least one below the header", file=where))
    return TextTable(pd.DataFrame(columns, dtype=object), lines, (*problems, *uneven))
