"""Codes of the Japanese standard mesh, JIS X 0410, and its tenth (100 m) of the land survey.

A code names one cell of a lattice in degrees (JGD2000/JGD2011): rows count north from the
equator, columns count east from 100 degrees.

    level    digits   cell                     called
    1000 m   8        30" x 45"                third mesh (基準地域メッシュ)
    500 m    9        third mesh / 2           half mesh (2分の1)
    250 m    10       third mesh / 4           quarter mesh (4分の1)
    100 m    10       third mesh / 10          tenth (土地利用細分メッシュ)

The quarter and the tenth have the same number of digits, so the level is always stated.
"""

from typing import Literal

import numpy as np
import numpy.typing as npt

CellM = Literal[1000, 500, 250, 100]
Ints = npt.NDArray[np.int64]

ROWS_PER_DEGREE = 120  # third mesh: 30 seconds of latitude
COLS_PER_DEGREE = 80  # third mesh: 45 seconds of longitude
WEST = 100  # degrees at column 0
PARTS: dict[int, int] = {1000: 1, 500: 2, 250: 4, 100: 10}
"""Cells of a level along one side of a third mesh."""

CODE_DIGITS: dict[int, int] = {1000: 8, 500: 9, 250: 10, 100: 10}


def mesh_codes(rows: Ints, cols: Ints, cell_m: int) -> Ints:
    """Codes of lattice cells.

    Parameters
    ----------
    rows, cols : int array, same shape
        Cells of this level north of the equator, east of 100 degrees.
    cell_m : {1000, 500, 250, 100}
        Level.

    Returns
    -------
    int array
        Codes as whole numbers.

    Examples
    --------
    >>> row, col = np.array([35681236 * 120 // 10**6]), np.array([39767125 * 80 // 10**6])
    >>> int(mesh_codes(row, col, 1000)[0])  # Tokyo station
    53394611
    """
    parts = PARTS[cell_m]
    third_row, sub_row = np.divmod(rows, parts)
    third_col, sub_col = np.divmod(cols, parts)
    first_row, row = np.divmod(third_row, 80)
    first_col, col = np.divmod(third_col, 80)
    second = (row // 10) * 10 + col // 10
    third = (row % 10) * 10 + col % 10
    code = ((first_row * 100 + first_col) * 100 + second) * 100 + third
    if parts == 10:
        return code * 100 + sub_row * 10 + sub_col
    while parts > 1:
        parts //= 2
        quarter = 1 + 2 * (sub_row // parts) + sub_col // parts
        sub_row, sub_col, code = sub_row % parts, sub_col % parts, code * 10 + quarter
    return code


def mesh_cells(codes: Ints, cell_m: int) -> tuple[Ints, Ints]:
    """Lattice cells of codes, the inverse of `mesh_codes`.

    Parameters
    ----------
    codes : int array
        Codes of this level.
    cell_m : {1000, 500, 250, 100}
        Level.

    Returns
    -------
    rows, cols : int arrays
        -1, -1 for a number that is no code of this level.

    Examples
    --------
    >>> [int(each[0]) for each in mesh_cells(np.array([53394611]), 1000)]
    [4281, 3181]
    """
    third, sub_row, sub_col, fits = _without_subdivision(codes, cell_m)
    first, rest = np.divmod(third, 10**4)
    second, last = np.divmod(rest, 100)
    fits &= (second // 10 < 8) & (second % 10 < 8) & (third >= 10**7) & (third < 10**8)
    third_row = first // 100 * 80 + second // 10 * 10 + last // 10
    third_col = first % 100 * 80 + second % 10 * 10 + last % 10
    parts = PARTS[cell_m]
    rows, cols = third_row * parts + sub_row, third_col * parts + sub_col
    return np.where(fits, rows, -1), np.where(fits, cols, -1)


def _without_subdivision(
    codes: Ints, cell_m: int
) -> tuple[Ints, Ints, Ints, npt.NDArray[np.bool_]]:
    """Third mesh, row and column inside it, and whether the last digits are possible."""
    parts = PARTS[cell_m]
    code = np.asarray(codes, dtype=np.int64)
    fits = np.ones(code.shape, dtype=bool)
    if parts == 10:
        return code // 100, code // 10 % 10, code % 10, fits
    sub_row = sub_col = np.zeros_like(code)
    size = 1
    while size < parts:
        code, digit = np.divmod(code, 10)
        fits &= (digit >= 1) & (digit <= 4)
        sub_row = sub_row + size * ((digit - 1) // 2)
        sub_col = sub_col + size * ((digit - 1) % 2)
        size *= 2
    return code, sub_row, sub_col, fits
