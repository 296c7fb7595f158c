"""Values of a solved model, found again by name and key."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from optimize.matrix import Floats, Matrix

SMALLEST_MW = 1e-4
"""Power below 100 W is solver noise and is written as zero."""


@dataclass(frozen=True, slots=True)
class Values:
    """Values of a solved model by the names of its variables."""

    known: Callable[[str], Mapping[Any, float | None]]
    """Name of a variable -> its values by key, in the model's own units."""
    has: Callable[[str], bool]
    """Whether there is any variable of that name."""

    @classmethod
    def of_model(cls, model: pyo.ConcreteModel) -> "Values":
        """As they stand in the variables of a model."""

        def known(name: str) -> Mapping[Any, float | None]:
            return dict(getattr(model, name).extract_values())

        return cls(known, lambda name: len(model.component(name) or ()) > 0)

    @classmethod
    def of_columns(cls, matrix: Matrix, values: Floats) -> "Values":
        """As solved, in own units; a variable without columns has none."""
        names = matrix.column_names[: len(matrix.variables)]

        def known(name: str) -> Mapping[Any, float | None]:
            at = np.flatnonzero(names == name)
            keys = (matrix.variables[i].index() for i in at.tolist())
            return dict(zip(keys, values[at].tolist(), strict=True))

        return cls(known, set(names).__contains__)

    def of(self, variable: str, names: list[str], column: str) -> pd.Series:
        """Values of a variable, noise cleared; empty where the model has none."""
        values = {k: v for k, v in self.known(variable).items() if v is not None}
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
