"""A model of many days taken apart: the rows and columns of each day, and what joins the days."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from data.errors import InfeasibleError
from optimize.highs import LARGEST_VIOLATION
from optimize.matrix import Floats, Matrix

Places = NDArray[np.int64]

NO_DAY, DECIDED = -1, -2


@dataclass(frozen=True, slots=True)
class DayPart:
    """One day: a program of its own but for what it gives to the rows that join days."""

    matrix: Matrix
    """Without names."""
    columns: Places
    """Where its columns stand in the whole."""
    rows: Places
    gives: Any
    """Sparse, shape (joining rows, columns of the day)."""


@dataclass(frozen=True, slots=True)
class DayParts:
    """A model as its days, joining rows and columns of no day; what is fixed is in the bounds."""

    days: tuple[DayPart, ...]
    joining: Places
    """Rows of several days or of none, such as a share of the year."""
    row_lower: Floats
    """Of the joining rows."""
    row_upper: Floats
    loose: Places
    """Columns of no day that are not fixed."""
    loose_gives: Any
    """Sparse, shape (joining rows, loose columns)."""
    start: Floats
    """Shape (columns,): what is fixed, zero elsewhere; in scaled units."""

    @classmethod
    def of(cls, matrix: Matrix, day_of: Mapping[str, str]) -> "DayParts":
        """Take a model apart.

        Parameters
        ----------
        matrix : Matrix
            Nothing in it a whole number.
        day_of : mapping of str to str
            Slice or day, the last part of a key -> its day.

        Raises
        ------
        InfeasibleError
            What is fixed breaks a limit by itself.
        """
        fixed = matrix.lower == matrix.upper
        number = {day: i for i, day in enumerate(dict.fromkeys(day_of.values()))}
        column_day = _days_of_columns(matrix, {part: number[day] for part, day in day_of.items()})
        column_day[fixed] = NO_DAY
        row_day = _days_of_rows(matrix, column_day, fixed)
        start = np.where(fixed, matrix.lower, 0.0)
        shift = matrix.rows @ start
        lower, upper = matrix.row_lower - shift, matrix.row_upper - shift
        _refuse_broken(lower[row_day == DECIDED], upper[row_day == DECIDED])
        joining = np.flatnonzero(row_day == NO_DAY)
        loose = np.flatnonzero(~fixed & (column_day == NO_DAY))
        joins = sparse.csc_array(matrix.rows[joining])
        columns_of, rows_of = _grouped(column_day, len(number)), _grouped(row_day, len(number))
        days = [
            DayPart(_bare(matrix, rows, columns, lower, upper), columns, rows, joins[:, columns])
            for columns, rows in zip(columns_of, rows_of, strict=True)
            if len(columns)
        ]
        return cls(
            days=tuple(days),
            joining=joining,
            row_lower=lower[joining],
            row_upper=upper[joining],
            loose=loose,
            loose_gives=joins[:, loose],
            start=start,
        )


def _bare(matrix: Matrix, rows: Places, columns: Places, lower: Floats, upper: Floats) -> Matrix:
    return Matrix.unnamed(
        cost=matrix.cost[columns],
        lower=matrix.lower[columns],
        upper=matrix.upper[columns],
        rows=sparse.csr_array(matrix.rows[rows][:, columns]),
        row_lower=lower[rows],
        row_upper=upper[rows],
    )


def _days_of_columns(matrix: Matrix, number: Mapping[str, int]) -> Places:
    days = np.full(matrix.shape[1], NO_DAY)
    for i, variable in enumerate(matrix.variables):
        key = variable.index()
        last = key[-1] if isinstance(key, tuple) and key else key
        days[i] = number.get(last, NO_DAY) if isinstance(last, str) else NO_DAY
    return days


def _days_of_rows(matrix: Matrix, column_day: Places, fixed: NDArray[np.bool_]) -> Places:
    """The one day of all free columns of a row; NO_DAY if there are several, or one of no day.

    A row of fixed columns alone is DECIDED: it is in no part.
    """
    entries = sparse.coo_array(matrix.rows)
    free = ~fixed[entries.coords[1]]
    row, day = entries.coords[0][free], column_day[entries.coords[1][free]]
    first, last = (
        np.full(matrix.shape[0], np.iinfo(np.int64).max),
        np.full(matrix.shape[0], DECIDED),
    )
    np.minimum.at(first, row, day)
    np.maximum.at(last, row, day)
    return np.where(first == last, first, np.where(last == DECIDED, DECIDED, NO_DAY))


def _refuse_broken(lower: Floats, upper: Floats) -> None:
    if (lower > LARGEST_VIOLATION).any() or (upper < -LARGEST_VIOLATION).any():
        raise InfeasibleError("No plan meets all limits.")


def _grouped(days: Places, count: int) -> list[Places]:
    """Places of each day, 0 to count - 1."""
    order = np.argsort(days, kind="stable")
    edges = np.searchsorted(days[order], np.arange(count + 1))
    return [order[a:b] for a, b in pairwise(edges)]
