"""One row of a model limited again and again, from the last answer on; see `optimize.frontier`."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

import highspy
import numpy as np

from data.errors import InfeasibleError, PlanError
from optimize.highs import (
    LARGEST_VIOLATION,
    Deadline,
    Solution,
    SolverSettings,
    deadline_of,
)
from optimize.large_sites import LargeFirst, LargeSites
from optimize.least import Least, find_least
from optimize.master import SAME_COST, Master
from optimize.matrix import SCALE, Floats, Mask, Matrix
from optimize.near_sites import NEAR_NODES, USED, held, search_sites, whole_of
from optimize.proof import ENOUGH_SHARE_OF_GAP, Proof
from optimize.solve import STEP_SHARE_OF_GAP, solve
from optimize.stages import decision_years, propose_by_year

NEXT_TO_LAST = 1.25
"""How much more of the gap than the last plan has is good enough for the next: what the relaxation
misses is much the same from limit to limit, and no search can better it."""

LAST_SHARE_OF_GAP = 0.95
"""Where a search of all sites stops: the rest is left to the pricing of the hours."""

LEAST_SHARE_OF_GAP = 0.5
"""How close the least of the measure is proven."""

FAR_GAPS = 5.0
"""Gaps between the last plan and the bound of the next from which its sites are no guide."""

FEW_YEARS = 5
"""Years whose sites are sought all at once; of more, large sites first and else year by year is
quicker (on Japan, all sites: of four years 2 s against 3, of ten more than 40 s against 18)."""

ALL_NODES = 2000
"""Nodes of a search of all sites until something else is tried; unlike seconds they are the same on
every machine."""


Way = Callable[..., "Found | None"]


@dataclass(frozen=True, slots=True)
class Found:
    """A proven plan and how it was found."""

    solution: Solution
    whole: Floats
    way: str
    bound_myen: float = -np.inf
    """What every plan within the limit costs at the least, by all that was proven for it."""


class Epsilon:
    """A model whose measure, one row, is limited ever more tightly.

    Parameters
    ----------
    matrix : Matrix
        With the row, not limited.
    row : int
    weights : float array, shape (columns,)
        The row's coefficients, zero on dispatch columns.
    settings : SolverSettings
        Gap and time limit of each answer.
    basis : HighsBasis, optional
        Of the relaxation, where it is known.
    """

    def __init__(
        self,
        matrix: Matrix,
        row: int,
        weights: Floats,
        settings: SolverSettings,
        basis: highspy.HighsBasis | None = None,
    ) -> None:
        self.row, self.weights, self.settings = row, weights, settings
        self.master = Master(matrix, settings, deadline_of(settings), basis)
        self.large = LargeSites.of(self.master.part)
        years = np.unique(decision_years(self.master.part)[self.master.part.integer])
        self.has_few_years = len(years) <= FEW_YEARS
        self.proof = Proof(settings)
        self.proven: list[tuple[float, float]] = []
        self.bases: dict[float, highspy.HighsBasis] = {}
        self.last: Floats | None = None
        self.last_cost, self.last_gap_share, self.last_value = np.inf, 0.0, np.inf
        self.least_whole: Floats | None = None

    def cheapest(self, taken: Found | None = None) -> Found:
        """The cheapest plan, the measure not limited; `taken` over where it is known."""
        found = self._answer(np.inf, taken)
        self._keep_met(found.solution)
        return found

    def within(self, limit: float, taken: Found | None = None) -> Found:
        """The cheapest plan within a limit, sought around the sites of the last plan."""
        self._limit(limit)
        return self._answer(limit, taken)

    def better(self, limit: float, known: Found) -> Found | None:
        """A plan within a limit that costs less than a known one of a tighter limit, if found."""
        self._limit(limit)
        if limit in self.bases:  # from the tightest limit back to here is a long way
            self.master.relaxed.setBasis(self.bases[limit])
            self.master.fixed.setBasis(self.bases[limit])
        self.proof.learn(self.master.reprice())
        self.last, self.last_value = known.whole, -np.inf
        below = known.solution.cost_myen / SCALE
        ways = (way(below) for way in self._near_sites())
        found = (one for one in ways if one is not None)
        cheaper = (one for one in found if _is_below(one.solution, known.solution))
        best = next(cheaper, None)
        return None if best is None else replace(best, bound_myen=self.proof.bound * SCALE)

    def least(self, first: Found) -> Least:
        """The least that the measure can be, with sites that reach it."""
        self.master.deadline = deadline_of(self.settings)
        has = float(self.weights @ self._scaled(first.solution))
        close = replace(self.settings, gap_share=LEAST_SHARE_OF_GAP * self.settings.gap_share)
        return self.take_least(find_least(self.master, self.row, self.weights, close, has))

    def take_least(self, least: Least) -> Least:
        """Start from the sites of the least where no others are near enough."""
        self.least_whole = least.whole
        return least

    def twin(self) -> "Epsilon":
        """Another to use beside it: with what is proven and the least, at no plan yet."""
        basis = self.bases[np.inf]
        other = Epsilon(self.master.matrix, self.row, self.weights, self.settings, basis)
        other.proven, other.least_whole = list(self.proven), self.least_whole
        return other

    def stop(self) -> None:
        """Leave a search that goes on in another thread no time for a further step."""
        self.master.deadline = Deadline(0.0)

    def approach(self, limits: Floats) -> None:
        """Relax within limits: to a far one HiGHS needs longer in one leap than by steps."""
        with suppress(PlanError):  # out of time: then in one leap
            for limit in limits.tolist():
                self._limit(limit)
                self.master.relax()

    def _limit(self, limit: float) -> None:
        self.master.deadline = deadline_of(self.settings)
        self.master.limit_row(self.row, _loosened(limit))
        # what no plan within a looser limit can undercut, no plan within this one can
        looser = (bound for other, bound in self.proven if other >= limit)
        self.proof.bound = max(looser, default=-np.inf)

    def _answer(self, limit: float, taken: Found | None) -> Found:
        """Cheap ways first; each is judged by the best bound known."""
        self.proof.learn(self.master.reprice())
        self.bases[limit] = self.master.relaxed.getBasis()
        ways: list[Way] = [
            *self._near_sites(partial(self._large_first, by_area=True)),
            *self._of_all_sites(),
        ]
        if taken is not None:
            self.proof.learn(taken.bound_myen / SCALE)
            ways = [lambda: self._judge(taken.whole, taken.way), *ways]
        found = next((one for way in ways if (one := way()) is not None), None) or self._search()
        self.proven.append((limit, self.proof.bound))
        self.last, self.last_cost = found.whole, found.solution.cost_myen / SCALE
        self.last_gap_share = found.solution.gap_share
        self.last_value = float(self.weights @ self._scaled(found.solution))
        return replace(found, bound_myen=self.proof.bound * SCALE)

    def _near_sites(self, *closer: Way) -> tuple[Way, ...]:
        """Searches around sites in hand; of few years, large and small sites go together."""
        large = (self._large_first, *closer)
        return (self._near, *large) if self.has_few_years else (*large, self._near)

    def _of_all_sites(self) -> tuple[Callable[[], Found | None], ...]:
        ways = (self._at_once, self._by_year)
        return ways if self.has_few_years else ways[::-1]

    def _large_first(self, below: float = np.inf, *, by_area: bool = False) -> Found | None:
        """Large sites of the last plan, or near them, then the small ones; see `large_sites`."""
        if self.large is None:
            return None
        master = self.master
        search = LargeFirst(master.part, self.large, self._step(), master.deadline)
        relaxed = np.asarray(master.relaxed.getSolution().col_value)[~master.dispatch]
        whole = search.sites(self.last, relaxed, self.proof, below=below, by_area=by_area)
        return None if whole is None else self._judge(whole, "large first")

    def _near(self, below: float = np.inf) -> Found | None:
        """Sites around the last: only those are open on which it and the relaxation differ.

        Relaxation induced neighbourhoods (Danna, Rothberg, Le Pape 2005). The last sites need not
        keep the limit; the search then repairs them. Without any, what the relaxation uses is open.
        """
        if self._is_far():
            return None
        relaxed = np.asarray(self.master.relaxed.getSolution().col_value)[self.master.whole]
        last = self.last if self.last is not None else np.zeros_like(relaxed)
        part = _open_only(self.master.part, last, np.abs(relaxed - last) >= USED)
        stop = self.proof.stop(self._enough_share(), NEAR_NODES, below)
        start = self.last if self._keeps_limit() else None
        found = search_sites(part, self._step(), self.master.deadline, stop, start=start)
        return None if found.values is None else self._judge(whole_of(part, found.values), "near")

    def _keeps_limit(self) -> bool:
        """Whether the last plan is one of this limit as well."""
        return self.last_value <= float(self.master.matrix.row_upper[self.row])

    def _enough_share(self) -> float:
        """Share of the gap to stop at: next to no plan has less than its neighbour needed."""
        share = NEXT_TO_LAST * self.last_gap_share / self.settings.gap_share
        return float(np.clip(share, ENOUGH_SHARE_OF_GAP, LAST_SHARE_OF_GAP))

    def _is_far(self) -> bool:
        """Whether plans cost so much more here that the last sites are no guide."""
        cost = self.last_cost
        return self.proof.bound - cost > FAR_GAPS * self.settings.gap_share * abs(cost)

    def _at_once(self) -> Found | None:
        """Sites of all years together, only as good as needed; what was proven by then stays."""
        if self.last is None:
            return None
        part, stop = self.master.part, self.proof.stop(LAST_SHARE_OF_GAP, ALL_NODES)
        start = self.least_whole
        found = search_sites(part, self._step(), self.master.deadline, stop, start=start)
        # the search leaves out what is dearer than its `most`: of that it says nothing
        self.proof.learn(min(found.bound, stop.most))
        return (
            None if found.values is None else self._judge(whole_of(part, found.values), "at once")
        )

    def _by_year(self) -> Found | None:
        """Sites of the siting part year by year, and what its first step proves."""
        part = self.master.part
        try:
            proposal = propose_by_year(part, self._step(), self.master.deadline)
        except (InfeasibleError, PlanError):  # no way there, or no time
            return None
        self.proof.learn(proposal.bound)
        return self._judge(whole_of(part, proposal.values), "all")

    def _search(self) -> Found:
        """The whole model from the start."""
        left = replace(self.settings, time_limit_s=self.master.deadline.left_s())
        solution = solve(self.master.matrix, left)
        whole = np.round(solution.values[self.master.matrix.integer])
        self.proof.learn(solution.bound_myen / SCALE)
        return Found(self.proof.of(solution), whole, "search")

    def _judge(self, whole: Floats, way: str) -> Found | None:
        """The plan with these sites, if there is one within the gap."""
        # sites near the last are nearer to the basis of those
        anew = way not in ("near", "large first")
        solution = self.master.confirm_within(whole, self.proof.most(), anew=anew)
        if solution is None or not self.proof.is_within(solution.cost_myen / SCALE):
            return None
        same = self.last is not None and bool((whole == self.last).all())
        return Found(self.proof.of(solution), whole, "last" if same else way)

    def _step(self) -> SolverSettings:
        return replace(self.settings, gap_share=self.settings.gap_share * STEP_SHARE_OF_GAP)

    def _keep_met(self, solution: Solution) -> None:
        """Let no later plan leave more demand unmet."""
        matrix = self.master.matrix
        unmet = np.flatnonzero(matrix.column_names == "unmet").astype(np.int32)
        left = self._scaled(solution)[unmet]
        upper = np.where(left > LARGEST_VIOLATION, left + LARGEST_VIOLATION, 0.0)
        self.master.limit_columns(unmet, np.minimum(matrix.upper[unmet], upper))

    def _scaled(self, solution: Solution) -> Floats:
        return np.asarray(solution.values / self.master.matrix.column_scale)


def _loosened(limit: float) -> float:
    """A limit with the solver's own tolerance on top: the least value has to be within reach."""
    return limit + SAME_COST * abs(limit) + LARGEST_VIOLATION


def _open_only(part: Matrix, whole: Floats, is_open: Mask) -> Matrix:
    """The part with all whole-number decisions made but those that are open."""
    made = part.integer.copy()
    made[part.integer] = ~is_open
    return held(part, made, whole[~is_open])


def _is_below(one: Solution, other: Solution) -> bool:
    return one.cost_myen < other.cost_myen - SAME_COST * abs(other.cost_myen)
