"""Reinforcement options of a network from a user's CSV."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from data.cell_numbers import read_numbers
from data.errors import InputError, Problem
from data.read_csv import TextTable
from data.user_table import read_user_table

TEXTS = ("option", "kind", "branch", "from_bus", "to_bus")
NUMBERS = ("x_pu", "rating_mw", "cost_myen", "lead_years")
NEEDED = ("option", "kind", "cost_myen")
FIX = "Columns are listed in docs/headroom.md"


def read_works(path: Path) -> pd.DataFrame:
    """Read reinforcement options.

    Parameters
    ----------
    path : Path
        CSV with the columns of docs/headroom.md.

    Returns
    -------
    DataFrame, index option (text)
        kind, branch, from_bus, to_bus (text, "" where empty), x_pu [p.u.], rating_mw [MW],
        cost_myen [million yen], lead_years [years]; NaN where empty.

    Raises
    ------
    InputError
        Every missing or unknown column, every cell that is no number, every name used twice. What
        the options ask of a network is checked where they meet it.
    SourceUnavailableError
        There is no such file.
    """
    table = read_user_table(path)
    frame, where = table.frame, str(path)
    problems = [*_column_problems(frame, where)]
    if problems:
        raise InputError(where, problems)
    problems += _name_problems(table, where)
    columns: dict[str, object] = {
        name: frame[name].fillna("").str.strip() if name in frame else "" for name in TEXTS
    }
    for name in NUMBERS:
        cells = (
            [cell or "" for cell in frame[name].where(frame[name].notna(), "")]
            if name in frame
            else []
        )
        values, odd = read_numbers([[cell] for cell in cells])
        columns[name] = values[:, 0] if cells else float("nan")
        problems += [
            Problem(name, cells[row], "a number", file=where, line=table.lines[row])
            for row, _ in odd
        ]
    if problems:
        raise InputError(where, problems)
    return pd.DataFrame(columns, index=frame.index).set_index("option")


def _column_problems(frame: pd.DataFrame, where: str) -> Iterator[Problem]:
    for name in NEEDED:
        if name not in frame:
            yield Problem(name, "no such column", "a column of this name", FIX, file=where)
    for name in frame.columns:
        if name not in (*TEXTS, *NUMBERS):
            expected = "one of " + ", ".join((*TEXTS, *NUMBERS))
            yield Problem(str(name), "a column this table does not have", expected, FIX, file=where)
    if not len(frame) and len(frame.columns):
        yield Problem("rows", "none", "at least one option", file=where)


def _name_problems(table: TextTable, where: str) -> Iterator[Problem]:
    names = table.frame["option"].fillna("").str.strip()
    for name, double, line in zip(names, names.duplicated(), table.lines, strict=True):
        if not name:
            yield Problem("option", "an empty cell", "a name", file=where, line=line)
        elif double:
            yield Problem("option", name, "each name once", file=where, line=line)
