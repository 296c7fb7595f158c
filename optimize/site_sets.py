"""Plans within a cost limit, told apart by the sites that stand in the last year."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from data.errors import PlanError
from optimize.highs import Solution, SolverSettings
from optimize.master import SAME_COST, Asked, Master, ask, with_rows
from optimize.matrix import SCALE, Floats, Mask, Matrix
from optimize.stages import decision_years, propose_by_year

QUESTION_SHARE = 0.2
"""Most of the time limit that one question may take."""

SWAP_SHARE = 0.05
"""Most of the time limit that a plan close to the first may take."""

MOST_ROUNDS = 200
"""Times that a question is put again after the whole model has refused the answer."""

DIVE_GAP_SHARE = 0.005
"""Gap of each year's step on the way to a plan that only has to be within the limit."""

Question = Callable[[Matrix], Matrix]


@dataclass(frozen=True, slots=True)
class SiteSet:
    """A plan of the whole model, confirmed with its sites fixed."""

    built: Mask
    """Shape (candidates,): standing in the last year."""
    whole: Floats
    """Every whole-number decision, shape (whole-number columns,)."""
    solution: Solution


class SiteSets:
    """Every plan found within the limit, and questions for more.

    Parameters
    ----------
    master : Master
    limit : float
        Largest cost, in scaled units.
    most_sites : int or None
        Most sites in the last year.
    """

    def __init__(self, master: Master, limit: float, most_sites: int | None) -> None:
        self.master, self.limit = master, limit
        part = master.part
        builds, years = part.column_names == "build", decision_years(part)
        last = years[builds].max(initial=0)
        self.columns = np.flatnonzero(builds & (years == last))
        self.names = [part.variables[i].index()[0] for i in self.columns]
        self.most_sites = len(self.names) if most_sites is None else most_sites
        self.pool: list[SiteSet] = []
        self.refused: list[Floats] = []

    def add(self, values: Floats) -> SiteSet | None:
        """Confirm a point of the siting part; None if its plan is not within the limit."""
        whole = np.round(values[self.master.part.integer])
        return self.add_whole(whole)

    def add_whole(self, whole: Floats) -> SiteSet | None:
        """Confirm whole-number decisions; None if no plan with them is within the limit."""
        solution = self.master.confirm(whole)
        if solution is None:
            self.refused.append(whole)
            return None
        if solution.cost_myen / SCALE > self.limit + SAME_COST * abs(self.limit):
            self.refused.append(whole)
            self.master.learn()
            return None
        built = whole[np.searchsorted(np.flatnonzero(self.master.part.integer), self.columns)] > 0
        self.pool.append(SiteSet(built, whole, solution))
        return self.pool[-1]

    def seen(self, candidate: int, *, built: bool) -> SiteSet | None:
        """The cheapest plan known with (or without) a candidate."""
        alike = [one for one in self.pool if bool(one.built[candidate]) is built]
        return min(alike, key=lambda one: one.solution.cost_myen, default=None)

    def priced(self) -> Matrix:
        """The siting part at its cost, with no more sites than are allowed."""
        return with_rows(
            self.master.part,
            self._row(np.ones(len(self.columns))),
            lower=np.array([-np.inf]),
            upper=np.array([float(self.most_sites)]),
        )

    def within(self) -> Matrix:
        """The siting part within the limit at every known price, without what was refused."""
        part = self.master.within(self.limit)
        rows = [self._row(np.ones(len(self.columns)))]
        lower, upper = [-np.inf], [float(self.most_sites)]
        for whole in self.refused:
            row = np.zeros(part.shape[1])
            row[part.integer] = 1.0 - 2.0 * whole
            rows.append(sparse.csr_array(row[None, :]))
            lower.append(1.0 - whole.sum())
            upper.append(np.inf)
        stacked = sparse.csr_array(sparse.vstack(rows))
        return with_rows(part, stacked, lower=np.array(lower), upper=np.array(upper))

    def _row(self, values: Floats) -> sparse.csr_array:
        places = (np.zeros(len(self.columns), dtype=int), self.columns)
        return sparse.csr_array((values, places), shape=(1, self.master.part.shape[1]))

    def dive(self, gain: Floats) -> SiteSet | None:
        """A plan that is paid `gain` for each candidate that stands; None if it is not within."""
        part = self.priced()
        cost = part.cost.copy()
        cost[self.columns] -= gain
        settings = replace(self.master.settings, gap_share=DIVE_GAP_SHARE)
        try:
            found = propose_by_year(replace(part, cost=cost), settings, self.master.deadline)
        except PlanError:
            return None  # no time, or none at all: the question itself is put later
        values = np.where(part.integer, np.round(found.values), found.values)
        return self.add(values) if self.master.most(values) <= self.limit else None

    def swap(
        self, first: SiteSet, candidate: int, *, built: bool, gap_share: float
    ) -> SiteSet | None:
        """A plan with (or without) a candidate, little of `first` changed; None if none is found.

        Without it, all other sites of `first` stay as they are and any may come. With it, no other
        may come and any may go.
        """
        part = self.priced()
        lower, upper = part.lower.copy(), part.upper.copy()
        standing = {self.names[i] for i in np.flatnonzero(first.built)}
        site, last = self.names[candidate], self.columns[candidate]
        for value, column in zip(first.whole, np.flatnonzero(part.integer), strict=True):
            key = part.variables[column].index()
            own = part.column_names[column] == "build" and key[0]
            if own and own != site and (own in standing) is not built:
                lower[column] = upper[column] = value
        lower[last] = upper[last] = float(built)
        settings = replace(
            self.master.settings,
            gap_share=gap_share,
            time_limit_s=SWAP_SHARE * self.master.settings.time_limit_s,
        )
        asked = ask(replace(part, lower=lower, upper=upper), settings, self.master.deadline)
        if asked.values is None or self.master.most(asked.values) > self.limit:
            return None
        return self.add(asked.values)

    def search(
        self, question: Question, start: Floats | None = None
    ) -> tuple[SiteSet | None, float]:
        """Put a question to the siting part until the whole confirms an answer, or there is none.

        Returns
        -------
        SiteSet or None, float
            A plan within the limit, and the bound on the question's objective.
        """
        bound = -np.inf
        for _ in range(MOST_ROUNDS):
            asked = self._ask(question, start)
            bound = max(bound, asked.bound)
            if asked.values is None:
                return None, bound
            found = self.add(asked.values[: self.master.part.shape[1]])
            if found is not None:
                return found, bound
        return None, bound

    def _ask(self, question: Question, start: Floats | None) -> Asked:
        settings = self._one_question()
        matrix = question(self.within())
        return ask(matrix, settings, self.master.deadline, start=start, counts=True)

    def _one_question(self) -> SolverSettings:
        settings = self.master.settings
        return replace(settings, time_limit_s=QUESTION_SHARE * settings.time_limit_s)

    def flips(self, wanted: npt.NDArray[np.int64]) -> Question:
        """Ask for as many as possible of: candidates built (1) or not built (-1); 0: either."""

        def question(part: Matrix) -> Matrix:
            cost = np.zeros(part.shape[1])
            cost[self.columns] = -wanted
            return replace(part, cost=cost, offset=-float((wanted < 0).sum()))

        return question

    def farthest(self, others: list[SiteSet]) -> Question:
        """Ask for the sites that differ from each of `others` in as many candidates as possible."""

        def question(part: Matrix) -> Matrix:
            built = np.array([one.built for one in others], dtype=float)
            far = _with_distance(part, len(self.columns))
            places = np.broadcast_to(self.columns, built.shape)
            each = np.repeat(np.arange(len(others)), len(self.columns))
            rows = sparse.lil_array((len(others), far.shape[1]))
            rows[each, places.ravel()] = (1.0 - 2.0 * built).ravel()
            rows[:, [-1]] = -np.ones((len(others), 1))
            lower = -built.sum(axis=1)
            return with_rows(
                far, sparse.csr_array(rows), lower=lower, upper=np.full(len(others), np.inf)
            )

        return question


def _with_distance(part: Matrix, most: int) -> Matrix:
    """One more column, at least one and as large as possible: the distance."""
    none = sparse.csr_array((part.shape[0], 1))
    return replace(
        part,
        cost=np.append(part.cost, -1.0),
        lower=np.append(part.lower, 1.0),
        upper=np.append(part.upper, float(most)),
        integer=np.append(part.integer, False),
        rows=sparse.csr_array(sparse.hstack([part.rows, none])),
        column_names=np.append(part.column_names, "distance"),
        column_scale=np.append(part.column_scale, 1.0),
        variables=[*part.variables, None],
    )
