"""Every plan of a small model, by trying each whole value: nothing of the solver is trusted."""

from itertools import product

import numpy as np
from scipy.optimize import linprog

from optimize.matrix import SCALE


def every_plan(matrix):
    """(whole values, cost in M¥) of every choice of whole values that meets all limits."""
    upper, lower = np.isfinite(matrix.row_upper), np.isfinite(matrix.row_lower)
    equal = upper & lower & (matrix.row_upper == matrix.row_lower)
    above, below = upper & ~equal, lower & ~equal
    dense = matrix.rows.toarray()
    rows = {
        "A_ub": np.vstack([dense[above], -dense[below]]),
        "b_ub": np.concatenate([matrix.row_upper[above], -matrix.row_lower[below]]),
        "A_eq": dense[equal],
        "b_eq": matrix.row_upper[equal],
    }
    whole = np.flatnonzero(matrix.integer)
    for values in product((0.0, 1.0), repeat=len(whole)):
        bounds = np.column_stack([matrix.lower, matrix.upper])
        bounds[whole] = np.array(values)[:, None]
        found = linprog(matrix.cost, **rows, bounds=bounds)
        if found.status == 0:
            yield values, SCALE * (found.fun + matrix.offset)
