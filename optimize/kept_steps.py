"""Steps of a frontier that are done, so that one that was broken off goes on where it stopped."""

import hashlib
from collections.abc import Mapping, MutableMapping
from typing import Any

import numpy as np

from optimize.epsilon import Found
from optimize.highs import Solution, SolverSettings
from optimize.least import Least
from optimize.matrix import Floats, Matrix

Row = Mapping[str, Any]
Store = MutableMapping[str, Row]
"""Name of a step -> plain values; a mapping that writes files makes them outlast the process."""


class KeptSteps:
    """Sites and proofs of one model, found again by its numbers.

    What is taken over is solved again with its sites fixed, so that it has its plan and prices;
    only the search for the sites and what it proved are not done twice.

    Parameters
    ----------
    store : mutable mapping
    matrix : Matrix
        A step of a model with one number changed has another name.
    settings : SolverSettings
    """

    def __init__(self, store: Store, matrix: Matrix, settings: SolverSettings) -> None:
        self.store, self.count = store, int(matrix.integer.sum())
        self.key = f"{_digest(matrix)}-{settings.gap_share!r}"

    def point(self, limit: float) -> Found | None:
        """Sites and bound of a limit; its plan is still to be made from them."""
        row = self._row(f"limit {limit!r}", {"whole", "way", "bound_myen"})
        if row is None:
            return None
        bound = float(row["bound_myen"])
        return Found(_NO_SOLUTION, _whole(row), str(row["way"]), bound)

    def keep_point(self, limit: float, found: Found) -> None:
        """Keep what was found for a limit."""
        told = {"way": found.way, "bound_myen": found.bound_myen}
        self.store[f"{self.key} limit {limit!r}"] = told | {"whole": found.whole.tolist()}

    def least(self) -> Least | None:
        """The least that was reached."""
        row = self._row("least", {"whole", "limit", "at_least"})
        if row is None:
            return None
        return Least(float(row["limit"]), float(row["at_least"]), _whole(row))

    def keep_least(self, least: Least) -> None:
        """Keep the least that was reached."""
        told = {"limit": least.limit, "at_least": least.at_least}
        self.store[f"{self.key} least"] = told | {"whole": least.whole.tolist()}

    def limits(self, points: int) -> Floats | None:
        """Limits of a frontier with so many points; solved again, its ends might differ by dust."""
        row = self.store.get(f"{self.key} limits {points}")
        return None if row is None else np.array(row["limits"], dtype=float)

    def keep_limits(self, points: int, limits: Floats) -> None:
        """Keep the limits of a frontier."""
        self.store[f"{self.key} limits {points}"] = {"limits": limits.tolist()}

    def _row(self, name: str, fields: set[str]) -> Row | None:
        row = self.store.get(f"{self.key} {name}")
        if row is None or not fields <= set(row) or len(row["whole"]) != self.count:
            return None
        return row


def _whole(row: Row) -> Floats:
    return np.array(row["whole"], dtype=float)


def _digest(matrix: Matrix) -> str:
    """Hash of every number of a model and of the names of its rows and columns."""
    rows, digest = matrix.rows, hashlib.sha256()
    numbers = (matrix.cost, matrix.lower, matrix.upper, matrix.row_lower, matrix.row_upper)
    for part in (*numbers, matrix.integer, rows.data, rows.indices, rows.indptr):
        digest.update(np.ascontiguousarray(part).tobytes())
    for names in (matrix.column_names, matrix.row_names):
        digest.update("\n".join(names.tolist()).encode())
    return digest.hexdigest()[:32]


_NO_SOLUTION = Solution(
    np.empty(0), np.empty(0), np.empty(0), np.inf, -np.inf, np.inf, highs_seconds=0.0
)
