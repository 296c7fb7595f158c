"""Values of a solved model, found again by key."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo

SMALLEST_MW = 1e-4
"""Power below 100 W is solver noise and is written as zero."""


def values_of(variable: pyo.Var, names: list[str], column: str) -> pd.Series:
    """Values of an indexed variable, noise cleared; empty where the model has none."""
    values = {k: v for k, v in variable.extract_values().items() if v is not None}
    index = pd.MultiIndex.from_tuples(list(values), names=names) if values else no_rows(names)
    numbers = np.array(list(values.values()), dtype=float)
    numbers[np.abs(numbers) < SMALLEST_MW] = 0.0
    return pd.Series(numbers, index=index, name=column)


def no_rows(names: Iterable[str]) -> pd.MultiIndex:
    """Return an index with these levels and nothing in it."""
    names = list(names)
    return pd.MultiIndex.from_arrays([[] for _ in names], names=names)


def keys_at(index: Any, names: Iterable[str]) -> pd.MultiIndex:
    """Return the levels `names` of `index`, in that order, row by row."""
    names = list(names)
    return pd.MultiIndex.from_arrays([index.get_level_values(name) for name in names], names=names)
