"""The siting part of a model, with typical days priced out: small, and a bound on every plan."""

from dataclasses import replace

import numpy as np

from optimize.matrix import Floats, Mask, Matrix
from optimize.model.dispatch import DISPATCH_VARIABLES


def dispatch_columns(matrix: Matrix) -> Mask:
    """Columns that follow from the siting."""
    return np.isin(matrix.column_names, DISPATCH_VARIABLES)


def siting_part(matrix: Matrix, dispatch: Mask, row_duals: Floats) -> Matrix:
    """Leave out the dispatch, priced by duals of the rows that hold it.

    For any duals y of the rows that hold dispatch columns z, with the right sign,

        min cost >= y b + min_z (cost_z - A_z' y) z + min_x (cost_x - A_x' y) x

    where z keeps only its own bounds and x, the siting columns, all rows without dispatch. So no
    plan of the whole model costs less than the part says its siting columns cost.

    Parameters
    ----------
    matrix : Matrix
    dispatch : bool array, shape (columns,)
        Columns to leave out; none: the part is the whole.
    row_duals : float array, shape (rows,)
        Any duals, in the scaled units of the matrix: of the relaxation, or with sites fixed.
    """
    if not dispatch.any():
        return matrix
    priced = abs(matrix.rows) @ dispatch.astype(float) > 0
    duals = _signed(matrix, np.where(priced, row_duals, 0.0))
    reduced = matrix.cost - matrix.rows.T @ duals
    low, high = matrix.lower[dispatch], matrix.upper[dispatch]
    cheapest = np.minimum(reduced[dispatch] * low, reduced[dispatch] * high)
    part = matrix.select(rows=~priced, columns=~dispatch)
    constant = matrix.offset + _worth(matrix, duals) + float(cheapest.sum())
    return replace(part, cost=reduced[~dispatch], offset=constant)


def _signed(matrix: Matrix, duals: Floats) -> Floats:
    """Cut off a sign that a bound cannot have."""
    duals = np.where(np.isinf(matrix.row_lower), np.minimum(duals, 0.0), duals)
    return np.where(np.isinf(matrix.row_upper), np.maximum(duals, 0.0), duals)


def _worth(matrix: Matrix, duals: Floats) -> float:
    """Duals times the bound each row leans on."""
    used = duals != 0
    bound = np.where(duals > 0, matrix.row_lower, matrix.row_upper)
    return float(duals[used] @ bound[used])
