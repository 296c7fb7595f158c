"""What one more MW of a tie is worth, with sites fixed: a tie limits flows by their bounds."""

from collections import defaultdict

import numpy as np
import pandas as pd

from optimize.highs import Solution
from optimize.matrix import SCALE, Floats, Matrix
from optimize.prices import SMALLEST_PRICE_MYEN

FLOWS = ("flow_mw", "reserve_flow_mw")
"""Flow by the hour, and help at the peak: both may use the whole tie."""


def tie_prices(matrix: Matrix, solution: Solution) -> pd.DataFrame:
    """Change of cost per MW more of each tie, all hours and all peaks of a year together.

    Returns
    -------
    DataFrame, index (tie, direction, fiscal_year)
        price_myen: never above zero; only ties that hold something back. [M¥/MW]
    """
    reduced = reduced_costs(matrix, solution)
    worth: dict[tuple[str, str, int], float] = defaultdict(float)
    for column in np.flatnonzero(np.isin(matrix.column_names, FLOWS)):
        tie, direction, *rest = matrix.variables[column].index()
        year = next(part for part in rest if isinstance(part, int))
        worth[tie, direction, year] += min(float(reduced[column]), 0.0)
    names = ["tie", "direction", "fiscal_year"]
    held = {key: myen for key, myen in worth.items() if myen < -SMALLEST_PRICE_MYEN}
    index = pd.MultiIndex.from_tuples(list(held), names=names) if held else None
    if index is None:
        index = pd.MultiIndex.from_arrays([[], [], []], names=names)
    return pd.DataFrame({"price_myen": list(held.values())}, index=index, dtype=float)


def reduced_costs(matrix: Matrix, solution: Solution) -> Floats:
    """Change of cost per unit of each column's own bound, with sites fixed. [M¥ per unit]"""
    duals = solution.duals * matrix.row_scale / SCALE
    return np.asarray((matrix.cost - matrix.rows.T @ duals) * SCALE / matrix.column_scale)
