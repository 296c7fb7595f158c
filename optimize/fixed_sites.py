"""A plan held at its sites: what each limit is worth, and what moving it really saves."""

from collections.abc import Collection, Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import PlanError
from optimize.highs import SolverSettings, deadline_of, load_highs, read_solution, run_relaxed
from optimize.matrix import SCALE, Floats, Matrix, compile_model
from optimize.model import build_model
from optimize.near_optimal import whole_of
from optimize.plan import Plan
from optimize.prices import key_of, price_rows, site_limits, year_of
from optimize.problem import SiteProblem
from optimize.tie_prices import FLOWS, tie_prices
from optimize.year_basis import start_from_years

Rows = npt.NDArray[np.int64]

Moved = tuple[str, str, Collection[int]]


class FixedSites:
    """The model with the whole-number decisions of a plan: convex in every limit.

    A price is the slope of its cost where the limit stands. Moved further the limit saves no more
    than the price says, and may save less: `saved_by_rows` and `saved_by_tie` solve again.

    Parameters
    ----------
    problem : SiteProblem
        Without a network.
    plan : Plan
        Its sites and reinforcements are held.
    settings : SolverSettings
        The time limit is for each solve.
    base_cost_myen : float
        As in `optimize.plan.choose_sites`. [M¥]

    Raises
    ------
    PlanError
        The plan is none of this problem.
    """

    def __init__(
        self,
        problem: SiteProblem,
        plan: Plan,
        settings: SolverSettings,
        *,
        base_cost_myen: float = 0.0,
    ) -> None:
        matrix = compile_model(build_model(problem))
        self.matrix = _held(matrix, whole_of(matrix, plan), base_cost_myen / SCALE)
        self.settings = settings
        self.highs, deadline = load_highs(self.matrix, settings), deadline_of(settings)
        start_from_years(self.highs, self.matrix, settings, deadline)
        run_relaxed(self.highs, deadline)
        self.solution = read_solution(self.highs, self.matrix, bound=-np.inf, seconds=0.0)

    def limits(self) -> pd.DataFrame:
        """Limits with a price, as `optimize.plan.Plan.limits`."""
        return site_limits(price_rows(self.matrix, self.solution))

    def ties(self) -> pd.DataFrame:
        """Ties with a price, as `optimize.tie_prices.tie_prices`."""
        return tie_prices(self.matrix, self.solution)

    def saved_by_rows(self, moved: Iterable[Moved], step: float) -> float:
        """What is saved if limits give way by `step`, all of them at once.

        Parameters
        ----------
        moved : iterable of (limit, key, fiscal years)
            Limit and key as in `limits`; no years: the limit has none, or gives way in all.
        step : float
            In the unit of the limits.

        Returns
        -------
        float
            Never below zero but for the solver's tolerance. [M¥]
        """
        rows = np.concatenate([self._rows(*each) for each in moved])
        lower, upper = self.matrix.row_lower[rows], self.matrix.row_upper[rows]
        by = step / self.matrix.row_scale[rows]
        self._bound(rows, lower - by, upper + by)
        try:
            return self._saved()
        finally:
            self._bound(rows, lower, upper)

    def saved_by_tie(
        self, tie: str, direction: str, years: Collection[int], step_mw: float
    ) -> float:
        """What is saved if a tie may carry `step_mw` more in these years, all hours and peaks."""
        at = self._flows(tie, direction, years).astype(np.int32)
        lower, upper = self.matrix.lower[at], self.matrix.upper[at]
        by = step_mw / self.matrix.column_scale[at]
        self.highs.changeColsBounds(len(at), at, lower, upper + by)
        try:
            return self._saved()
        finally:
            self.highs.changeColsBounds(len(at), at, lower, upper)

    def _saved(self) -> float:
        run_relaxed(self.highs, deadline_of(self.settings))
        cost = float(self.highs.getInfo().objective_function_value)
        return self.solution.cost_myen - cost * SCALE

    def _bound(self, rows: Rows, lower: Floats, upper: Floats) -> None:
        for row, low, high in zip(rows.tolist(), lower.tolist(), upper.tolist(), strict=True):
            self.highs.changeRowBounds(row, low, high)

    def _rows(self, limit: str, key: str, years: Collection[int]) -> Rows:
        keys = self.matrix.row_keys
        return np.array(
            [
                i
                for i in np.flatnonzero(self.matrix.row_names == limit)
                if key_of(keys[i]) == key and (not years or year_of(keys[i]) in years)
            ],
            dtype=np.int64,
        )

    def _flows(self, tie: str, direction: str, years: Collection[int]) -> Rows:
        columns = np.flatnonzero(np.isin(self.matrix.column_names, FLOWS))
        keys = [self.matrix.variables[i].index() for i in columns]
        wanted = [
            key[:2] == (tie, direction) and (not years or not years_of(key).isdisjoint(years))
            for key in keys
        ]
        return np.asarray(columns[np.array(wanted, dtype=bool)])


def years_of(key: tuple[object, ...]) -> set[int]:
    """Fiscal years in the key of a flow."""
    return {part for part in key if isinstance(part, int)}


def _held(matrix: Matrix, whole: Floats, base_cost: float) -> Matrix:
    lower, upper = matrix.lower.copy(), matrix.upper.copy()
    if len(whole) != int(matrix.integer.sum()):
        raise PlanError("The plan is none of this problem")
    lower[matrix.integer] = upper[matrix.integer] = whole
    return replace(matrix, lower=lower, upper=upper, offset=matrix.offset - base_cost)
