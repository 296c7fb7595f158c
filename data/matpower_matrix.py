"""A matrix of a MATPOWER case as a table with named columns."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from data.element_table import MOST_TOLD, ElementTable
from data.errors import Problem
from data.matpower_text import SAVE_FLAT, CaseText, MatrixRow

NUMBER = re.compile(r"[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|inf|nan)\Z", re.I)

BUS = (
    *("bus_i", "type", "Pd", "Qd", "Gs", "Bs", "area"),
    *("Vm", "Va", "baseKV", "zone", "Vmax", "Vmin"),
)
GEN = ("bus", "Pg", "Qg", "Qmax", "Qmin", "Vg", "mBase", "status", "Pmax", "Pmin")
BRANCH = (
    *("fbus", "tbus", "r", "x", "b", "rateA", "rateB", "rateC"),
    *("ratio", "angle", "status"),
)
DC_LINE = ("fbus", "tbus", "status", "Pf", "Pt")
"""Columns of the manual (appendix B) up to the last one that is used; files may have more."""


def matrix_table(
    case: CaseText, name: str, columns: Sequence[str], *, where: str, needed: bool = True
) -> ElementTable:
    """Rows of a matrix under the names of the manual; faults are added to those of the case.

    Elements are called by the number of their row from 1, buses by their own number.
    """
    rows = case.matrices.get(name)
    if rows is None and needed:
        expected = "a matrix in brackets"
        case.problems.append(Problem(f"mpc.{name}", "nothing", expected, SAVE_FLAT, file=where))
    full = [row for row in rows or () if _is_wide_enough(row, len(columns), (name, where), case)]
    odd = check_numbers(full, name, where, case)
    cells = [
        [float(cell) if NUMBER.match(cell) else np.nan for cell in row.cells[: len(columns)]]
        for row in full
    ]
    frame = pd.DataFrame(cells, columns=list(columns), dtype=float)
    told = frozenset((columns[column], row) for row, column in odd if column < len(columns))
    keys = tuple(str(place) for place in range(1, len(full) + 1))
    lines = tuple(row.line for row in full)
    return ElementTable(name, where, frame, keys, case.problems, lines, told)


def _is_wide_enough(row: MatrixRow, columns: int, place: tuple[str, str], case: CaseText) -> bool:
    if len(row.cells) >= columns:
        return True
    expected = f"{columns} columns or more"
    name, where = place
    found = f"{len(row.cells)} columns"
    case.problems.append(Problem(f"mpc.{name}", found, expected, file=where, line=row.line))
    return False


def check_numbers(
    rows: Sequence[MatrixRow], name: str, where: str, case: CaseText
) -> list[tuple[int, int]]:
    """Report every cell that is not a plain number; place of its row and column."""
    odd = [
        (row, column)
        for row, written in enumerate(rows)
        for column, cell in enumerate(written.cells)
        if not NUMBER.match(cell)
    ]
    for row, column in odd[:MOST_TOLD]:
        found, line = rows[row].cells[column][:60], rows[row].line
        at, expected = f"mpc.{name} column {column + 1}", "a plain number"
        case.problems.append(Problem(at, found, expected, SAVE_FLAT, file=where, line=line))
    if len(odd) > MOST_TOLD:
        found = f"{len(odd) - MOST_TOLD} more cells of this kind"
        case.problems.append(Problem(f"mpc.{name}", found, "plain numbers", file=where))
    return odd
