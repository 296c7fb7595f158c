"""Numbers of many cells at once: quickly where all are plain, one by one where some are not."""

import re
from collections.abc import Sequence
from io import StringIO
from unicodedata import normalize

import numpy as np
import pandas as pd

from data.tso_time import Numbers

PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)
MINUS = str.maketrans("\u2212\u25b2\u25b3", "---")
"""Minus signs of typography and of Japanese accounts (▲, △)."""


def read_numbers(rows: Sequence[Sequence[str]]) -> tuple[Numbers, list[tuple[int, int]]]:
    """Numbers of cells, and the places of those that are none.

    Full-width digits, thousands separators and the minus signs of accounts are understood; words
    such as nan and inf are not numbers.

    Parameters
    ----------
    rows : sequence of sequence of str, shape (rows, columns)
        Cells, all rows of one length.

    Returns
    -------
    ndarray of float, shape (rows, columns)
        NaN where a cell is empty or unreadable.
    list of (row, column)
        Cells that are neither empty nor a number.

    Examples
    --------
    >>> read_numbers([["1,200", "\uff15"], ["", "nan"]])
    (array([[1200.,    5.],
           [  nan,   nan]]), [(1, 1)])
    """
    if not rows:
        return np.empty((0, 0)), []
    quick = _quick(rows)
    if quick is not None:
        return quick, []
    values = np.array([[_number(cell) for cell in row] for row in rows], dtype=float)
    found = np.argwhere(np.isnan(values)).tolist()
    return values, [(row, column) for row, column in found if rows[row][column]]


def _quick(rows: Sequence[Sequence[str]]) -> Numbers | None:
    """All numbers by the reader of pandas; None if any cell is not plain."""
    width = len(rows[0])
    text = "\n".join([",".join(cells) for cells in rows])
    if '"' in text or text.count(",") != len(rows) * (width - 1):
        return None
    try:
        frame = pd.read_csv(
            StringIO(text),
            names=range(width),
            dtype=float,
            index_col=False,
            keep_default_na=False,
            na_values=[""],
            skip_blank_lines=False,
        )
    except ValueError:
        return None
    values = frame.to_numpy()
    empty = sum(cells.count("") for cells in rows)
    is_sure = len(values) == len(rows) and np.isfinite(values).sum() == values.size - empty
    return values if is_sure else None


def _number(cell: str) -> float:
    text = normalize("NFKC", cell).translate(MINUS)
    text = text.replace(",", "") if GROUPED.fullmatch(text) else text
    return float(text) if PLAIN.fullmatch(text) else float("nan")
