"""Tables people have, of any columns: cells as text, and numbers where there is nothing else."""

import codecs
import re
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd

from data.cell_numbers import read_numbers
from data.errors import InputError, Problem, SourceUnavailableError
from data.read_csv import TextTable, parse_csv
from data.text_file import LARGEST_BYTES, read_text_file

LEADING_ZERO = re.compile(r"0\d")
"""A code such as 01100, which a number would change."""

DIGITS_A_NUMBER_KEEPS = 15
MOSTLY = 0.5
"""A column with more numbers than this share probably was meant to be one."""


def read_user_table(path: Path, encoding: str | None = None) -> TextTable:
    """CSV in any of the usual encodings, or in the one stated, as text.

    Raises
    ------
    SourceUnavailableError
        No such file.
    InputError
        It is no text, or its form is broken; every problem.
    """
    if not path.exists():
        raise SourceUnavailableError(
            f"{path} is not there. Put the file in place or correct the path"
        )
    text = read_text_file(path) if encoding is None else _decoded(path, encoding)
    table = parse_csv(text, where=str(path), comments_in_body=False)
    if table.problems:
        raise InputError(str(path), table.problems)
    return table


def _decoded(path: Path, encoding: str) -> str:
    where = str(path)
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        problem = Problem("encoding", encoding, "a known one, such as cp932 or utf-8", file=where)
        raise InputError(where, [problem]) from None
    if path.stat().st_size > LARGEST_BYTES:
        most = f"at most {LARGEST_BYTES // 2**20} MB"
        raise InputError(where, [Problem("file", "more", f"a table of {most}", file=where)])
    try:
        return path.read_bytes().decode(name).removeprefix("\ufeff")
    except UnicodeError as error:
        problem = Problem("encoding", f"bytes that are no {name} ({error})", name, file=where)
        raise InputError(where, [problem]) from None


def with_numbers(
    frame: pd.DataFrame, *, keep: Collection[str] = ()
) -> tuple[pd.DataFrame, list[str]]:
    """Columns of nothing but numbers as numbers; the others, and codes with leading zeros, as text.

    Parameters
    ----------
    frame : DataFrame, shape (rows, columns)
        Cells as text; None where empty.
    keep : collection of str
        Columns that stay text.

    Returns
    -------
    DataFrame, shape (rows, columns)
        Empty cells are NaN (numbers) or None (text).
    list of str
        A note on each column that is text only because of a few cells.

    Examples
    --------
    >>> with_numbers(pd.DataFrame({"code": ["01100", "12"], "ha": ["1,200", None]}))[0].dtypes.ha
    dtype('float64')
    """
    typed, notes = frame.copy(), []
    for name in frame.columns:
        if name not in keep:
            cells = ["" if pd.isna(cell) else str(cell) for cell in frame[name]]
            values, odd = _numbers(cells)
            if values is not None and not odd:
                typed[name] = values
            elif values is not None and len(odd) < MOSTLY * sum(map(bool, cells)):
                first = ", ".join(dict.fromkeys(cells[row] for row in odd[:3]))
                notes.append(f"column {name} stays text: {len(odd)} cells are no numbers ({first})")
    return typed, notes


def _numbers(cells: list[str]) -> tuple[np.ndarray | None, list[int]]:
    """Numbers and the rows that hold none; None where they are codes or all empty."""
    filled = [cell for cell in cells if cell]
    if not filled or any(
        LEADING_ZERO.match(cell) or (cell.isdigit() and len(cell) > DIGITS_A_NUMBER_KEEPS)
        for cell in filled
    ):
        return None, []
    values, odd = read_numbers([[cell] for cell in cells])
    return values[:, 0], [row for row, _ in odd]
