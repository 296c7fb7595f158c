"""Generator costs of a MATPOWER case as the slope at the set point."""

from collections.abc import Sequence

import numpy as np

from data.element_table import Array
from data.errors import Problem
from data.matpower_matrix import check_numbers
from data.matpower_text import CaseText, MatrixRow

PIECEWISE, POLYNOMIAL = 1, 2
FIRST = 4
"""Columns before the first coefficient: model, start-up, shut-down, count."""


def marginal_costs(case: CaseText, power_mw: Array, *, where: str) -> Array:
    """Marginal cost of each generator at its set point.

    Parameters
    ----------
    case : CaseText
        Its `gencost` has no rows, one a generator, or two (the second for reactive power).
    power_mw : float array, shape (generators,)
        Set points. [MW]
    where : str
        File name for the messages.

    Returns
    -------
    float array, shape (generators,)
        NaN without costs. [1/MWh, currency of the file]
    """
    rows = case.matrices.get("gencost", ())
    count = len(power_mw)
    if rows and len(rows) not in (count, 2 * count):
        expected = f"{count} rows, one a generator, or twice as many"
        problem = Problem("mpc.gencost", f"{len(rows)} rows", expected, file=where)
        case.problems.append(problem)
        return np.full(count, np.nan)
    before = len(case.problems)
    check_numbers(rows, "gencost", where, case)
    if not rows or len(case.problems) > before:
        return np.full(count, np.nan)
    pairs = zip(rows[:count], power_mw, strict=True)
    return np.array([_slope(row, float(power), case, where) for row, power in pairs])


def _slope(row: MatrixRow, power: float, case: CaseText, where: str) -> float:
    numbers = [float(cell) for cell in row.cells]
    model, number = (numbers[0], numbers[3]) if len(numbers) > FIRST else (0.0, 0.0)
    width = number * (2 if model == PIECEWISE else 1)
    if model not in (PIECEWISE, POLYNOMIAL) or number < 1 or len(numbers) < FIRST + width:
        expected = "model 1 or 2, start-up, shut-down, count and as many coefficients as it says"
        found = " ".join(row.cells)[:60]
        case.problems.append(Problem("mpc.gencost", found, expected, file=where, line=row.line))
        return np.nan
    values = numbers[FIRST : FIRST + int(width)]
    return (
        _slope_of_pieces(values, power) if model == PIECEWISE else _slope_of_powers(values, power)
    )


def _slope_of_powers(coefficients: Sequence[float], power: float) -> float:
    """Highest power first."""
    return float(np.polyval(np.polyder(np.array(coefficients)), power))


def _slope_of_pieces(values: Sequence[float], power: float) -> float:
    mw, cost = np.array(values[0::2]), np.array(values[1::2])
    if len(mw) < 2 or (np.diff(mw) <= 0).any():
        return np.nan
    piece = int(np.clip(np.searchsorted(mw, power, side="right") - 1, 0, len(mw) - 2))
    return float((cost[piece + 1] - cost[piece]) / (mw[piece + 1] - mw[piece]))
