"""CSV files that a spreadsheet opens with Japanese intact and runs nothing of."""

from pathlib import Path
from typing import Any

import pandas as pd

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""First characters that make a spreadsheet take a text for a formula (OWASP, CSV injection); the
full-width forms count in Japanese versions."""

MARK_OF_TEXT = "'"


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV for Excel: UTF-8 with mark, CRLF, commas, as RFC 4180 has it.

    Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers are
    written as they are. Unknown values are empty cells. Named index levels become columns.

    Parameters
    ----------
    frame : DataFrame
        One row a line.
    path : Path
        File to write.
    """
    path.write_bytes(csv_text(frame).encode("utf-8-sig"))


def csv_text(frame: pd.DataFrame) -> str:
    r"""Text of a table as `write_csv` writes it, without the mark of UTF-8.

    Examples
    --------
    >>> csv_text(pd.DataFrame({"site": ["=1+1", "石狩"], "mw": [-5.0, float("nan")]}))
    "site,mw\r\n'=1+1,-5.0\r\n石狩,\r\n"
    """
    table = with_index_columns(frame)
    cells = {
        place: column if _is_numbers(column) else column.map(inert, na_action="ignore")
        for place, (_, column) in enumerate(table.items())
    }
    names = [inert(str(name)) for name in table.columns]
    columns = pd.DataFrame(cells, index=table.index)
    return columns.to_csv(index=False, header=names, lineterminator="\r\n")


def inert(value: Any) -> Any:
    """A cell that no spreadsheet runs: text with a formula's first character gets an apostrophe.

    Examples
    --------
    >>> inert("@SUM(A1)"), inert(-5), inert("むつ小川原")
    ("'@SUM(A1)", -5, 'むつ小川原')
    """
    if isinstance(value, str) and value.startswith(FORMULA_SIGNS):
        return MARK_OF_TEXT + value
    return value


def with_index_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with its named index levels as first columns; a plain row number is left out."""
    named = any(name is not None for name in frame.index.names)
    return frame.reset_index(drop=not named)


def _is_numbers(column: pd.Series) -> bool:
    """Whether a column holds numbers only."""
    return pd.api.types.is_numeric_dtype(column)
