"""Pieces every limit is made of: numbers by key, and long sums without an expression tree."""

from collections.abc import Iterable
from typing import Any

import pandas as pd
import pyomo.environ as pyo
from pyomo.core.expr import LinearExpression

Term = tuple[float, pyo.Var]


def by_key(column: pd.Series) -> dict[Any, Any]:
    """Numbers of a column by key: plain Python numbers, which Pyomo takes much faster."""
    return dict(column.to_dict())


def total(terms: Iterable[Term], constant: float = 0.0) -> LinearExpression:
    """Sum of coefficient times variable, plus a constant; terms with coefficient 0 are left out."""
    kept = [(coefficient, variable) for coefficient, variable in terms if coefficient]
    return LinearExpression(
        constant=constant,
        linear_coefs=[coefficient for coefficient, _ in kept],
        linear_vars=[variable for _, variable in kept],
    )


def gathered(terms: Iterable[Term]) -> list[Term]:
    """Sum the coefficients of each variable: a steady draw occurs once in every slice."""
    sums: dict[int, float] = {}
    variables = {}
    for coefficient, variable in terms:
        sums[id(variable)] = sums.get(id(variable), 0.0) + coefficient
        variables[id(variable)] = variable
    return [(sums[key], variables[key]) for key in sums]
