"""The model as arrays, scaled for the solver: power in GW, money in billion yen."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyomo.environ as pyo
from pyomo.common.gc_manager import PauseGC
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy import sparse

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

SCALE = 1000.0
"""MW to GW and M¥ to billion yen. Raw units cost HiGHS 1.7 to 2.6 times the time (measured)."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """minimise cost x + offset, row_lower <= A x <= row_upper, lower <= x <= upper.

    `column_scale` times a scaled value is the value in the model's own unit; `row_scale` divides
    a row of the model. Names are of the Pyomo components, keys their indices.
    """

    cost: Floats
    offset: float
    lower: Floats
    upper: Floats
    integer: Mask
    rows: Any  # scipy.sparse.csr_array, shape (rows, columns)
    row_lower: Floats
    row_upper: Floats
    column_names: npt.NDArray[np.str_]
    row_names: npt.NDArray[np.str_]
    row_keys: list[Any]
    column_scale: Floats
    row_scale: Floats
    variables: list[Any]

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and of columns."""
        return int(self.rows.shape[0]), int(self.rows.shape[1])

    @classmethod
    def unnamed(
        cls,
        *,
        cost: Floats,
        lower: Floats,
        upper: Floats,
        rows: Any,
        row_lower: Floats,
        row_upper: Floats,
    ) -> "Matrix":
        """Scaled arrays in MW and M¥ alone: nothing in them has to be found again by name."""
        height, width = rows.shape
        return cls(
            cost=cost,
            offset=0.0,
            lower=lower,
            upper=upper,
            integer=np.zeros(width, dtype=bool),
            rows=rows,
            row_lower=row_lower,
            row_upper=row_upper,
            column_names=np.array([], dtype=np.str_),
            row_names=np.array([], dtype=np.str_),
            row_keys=[],
            column_scale=np.full(width, SCALE),
            row_scale=np.full(height, SCALE),
            variables=[],
        )

    def select(self, *, rows: Mask, columns: Mask) -> "Matrix":
        """Return the part with the given rows and columns; other columns count as zero."""
        return replace(
            self,
            cost=self.cost[columns],
            lower=self.lower[columns],
            upper=self.upper[columns],
            integer=self.integer[columns],
            rows=self.rows[rows][:, columns],
            row_lower=self.row_lower[rows],
            row_upper=self.row_upper[rows],
            column_names=self.column_names[columns],
            row_names=self.row_names[rows],
            row_keys=[key for key, kept in zip(self.row_keys, rows, strict=True) if kept],
            column_scale=self.column_scale[columns],
            row_scale=self.row_scale[rows],
            variables=[v for v, kept in zip(self.variables, columns, strict=True) if kept],
        )


def parts_of(key: Any) -> tuple[Any, ...]:
    """Parts of a key of a row or column, be it one name or several."""
    return key if isinstance(key, tuple) else (key,)


def compile_model(model: pyo.ConcreteModel) -> Matrix:
    """Compile a linear Pyomo model to scaled arrays, without writing a file."""
    with PauseGC():
        form = LinearStandardFormCompiler().write(model, mixed_form=True)
        columns, entries = form.columns, form.rows
        integer = np.fromiter((v.is_integer() for v in columns), bool, len(columns))
        rows = sparse.csr_array(form.A)
        column_scale = np.where(integer, 1.0, SCALE)
        row_scale = _row_scale(rows, integer)
        return Matrix(
            cost=np.asarray(form.c.toarray()).ravel() * column_scale / SCALE,
            offset=float(form.c_offset[0]) / SCALE,
            lower=_bounds([v.lb for v in columns], -np.inf) / column_scale,
            upper=_bounds([v.ub for v in columns], np.inf) / column_scale,
            integer=integer,
            rows=_scaled(rows, row_scale, column_scale),
            **_row_bounds(form.rhs, entries, row_scale),
            column_names=_component_names(columns),
            row_names=_component_names([entry.constraint for entry in entries]),
            row_keys=[e.constraint.index() for e in entries],
            column_scale=column_scale,
            row_scale=row_scale,
            variables=columns,
        )


def _component_names(parts: list[Any]) -> npt.NDArray[np.str_]:
    """Name of the component of each part; asked once for each component, for it is slow."""
    owners = [part.parent_component() for part in parts]
    names = {id(owner): owner.name for owner in {id(each): each for each in owners}.values()}
    return np.array([names[id(owner)] for owner in owners], dtype=np.str_)


def _row_scale(rows: Any, integer: Mask) -> Floats:
    """Divide rows with a continuous column by 1000, so that coefficients keep their size."""
    continuous = abs(rows) @ (~integer).astype(float)
    return np.where(continuous > 0, SCALE, 1.0)


def _scaled(rows: Any, row_scale: Floats, column_scale: Floats) -> Any:
    left, right = sparse.diags_array(1.0 / row_scale), sparse.diags_array(column_scale)
    return sparse.csr_array(left @ rows @ right)


def _bounds(values: list[float | None], missing: float) -> Floats:
    return np.array([missing if value is None else value for value in values], dtype=float)


def _row_bounds(rhs: Any, entries: list[Any], row_scale: Floats) -> dict[str, Floats]:
    """Bound 0 is an equality, 1 an upper and -1 a lower bound (standard form, mixed)."""
    side = np.fromiter((entry.bound_type for entry in entries), float, len(entries))
    scaled = np.asarray(rhs, dtype=float) / row_scale
    return {
        "row_lower": np.where(side > 0, -np.inf, scaled),
        "row_upper": np.where(side < 0, np.inf, scaled),
    }
