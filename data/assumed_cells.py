"""The column `assumed` of a network's CSV files: which values are not published but assumed."""

from collections.abc import Iterator

import pandas as pd

from data.errors import Problem

COLUMN = "assumed"
SOURCE = "stated as assumed in the file"

NUMBERS = {
    "buses": ("kv", "lat", "lon", "load_mw"),
    "branches": ("x_ohm", "x_pu", "ratio", "shift_deg", "rating_mw", "km"),
    "generators": ("p_mw", "min_mw", "max_mw", "cost_per_mwh"),
}
"""What `true` stands for: every number of the row that is filled."""

OTHERS = {
    "buses": ("name", "area", "is_slack", "in_service"),
    "branches": ("name", "from_bus", "to_bus", "kind", "in_service"),
    "generators": ("name", "bus", "tech", "in_service"),
}
"""Columns that can be named besides."""

KEPT_AS = {"x_ohm": "x_pu"}
"""Columns of the file that the network holds under another name."""

Told = tuple[str, str, str, str]
"""Table, key, column, source: a row of `data.network.Network.assumed`."""


def assumed_cells(frame: pd.DataFrame, table: str, key: str) -> Iterator[Told]:
    """Rows of `Network.assumed` that a file states.

    Parameters
    ----------
    frame : DataFrame
        Cells as they stand, None or NaN where empty; the column may be missing.
    table : str
        buses, branches or generators.
    key : str
        Column that names the rows.
    """
    for _, row in _marked(frame):
        for column in dict.fromkeys(KEPT_AS.get(c, c) for c in _columns(row, table)):
            yield table, str(row[key]), column, SOURCE


def find_assumed_problems(
    frame: pd.DataFrame, table: str, *, file: str, lines: tuple[int, ...]
) -> Iterator[Problem]:
    """Words that are neither true, false nor columns of the table."""
    known = (*NUMBERS[table], *OTHERS[table])
    expected = f"true, false, or columns separated by spaces out of {', '.join(known)}"
    for place, row in _marked(frame):
        strange = [word for word in _columns(row, table) if word not in known]
        if strange:
            yield Problem(COLUMN, ", ".join(strange), expected, file=file, line=lines[place])


def _marked(frame: pd.DataFrame) -> Iterator[tuple[int, pd.Series]]:
    """Place and cells of the rows in which something is said to be assumed."""
    if COLUMN not in frame:
        return
    for place, (_, row) in enumerate(frame.iterrows()):
        if not pd.isna(row[COLUMN]) and _word(row) not in ("", "false"):
            yield place, row


def _word(row: pd.Series) -> str:
    return str(row[COLUMN]).strip().lower()


def _columns(row: pd.Series, table: str) -> list[str]:
    if _word(row) == "true":
        return [c for c in NUMBERS[table] if c in row.index and not pd.isna(row[c])]
    return _word(row).split()
