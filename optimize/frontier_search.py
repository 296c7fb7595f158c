"""The plans of a frontier's limits, sought from two ends at once.

From the loosest limit on, each plan starts from the one before. The tightest limits take longest,
so they have a model of their own and are sought beside the others, in a second thread: while HiGHS
works, other threads run. Which plans are found does not depend on which thread is quicker.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from functools import partial
from threading import Event, Lock, Thread

import numpy as np
from scipy import sparse

from data.errors import InfeasibleError, PlanError
from optimize.epsilon import Epsilon, Found
from optimize.highs import SolverSettings
from optimize.kept_steps import KeptSteps
from optimize.least import Least
from optimize.master import SAME_COST, with_rows
from optimize.matrix import Floats, Matrix
from optimize.tried import Tried, beaten, with_best_bounds

TIGHT_SHARE = 0.25
"""Share of the limits, the tightest, that are sought beside the others; on Japan they take as long
as all others together."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A model with one row more, its measure, that is limited from point to point."""

    matrix: Matrix
    row: int
    weights: Floats
    """The row's coefficients, shape (columns,)."""

    @classmethod
    def of(cls, matrix: Matrix, weights: Floats) -> "Measured":
        """A model with such a row, not limited yet."""
        none = np.array([-np.inf])
        row = sparse.csr_array(weights[None, :])
        longer = with_rows(matrix, row, lower=none, upper=-none)
        return cls(longer, longer.shape[0] - 1, weights)

    def value(self, found: Found) -> float:
        """What a plan has of the measure."""
        return float(self.weights @ (found.solution.values / self.matrix.column_scale))


@dataclass(frozen=True, slots=True)
class Sought:
    """What was found for limits."""

    tried: tuple[Tried, ...]
    """Loosest limit first."""
    missed: tuple[float, ...]
    """Limits for which no plan was proven in time."""


class FrontierSearch:
    """A model kept hot, and the steps done earlier.

    Parameters
    ----------
    measured : Measured
    settings : SolverSettings
        Gap and time limit of each plan.
    kept : KeptSteps
        Steps are taken over from here, and put here.
    """

    def __init__(self, measured: Measured, settings: SolverSettings, kept: KeptSteps) -> None:
        self.measured, self.kept, self.started = measured, kept, time.perf_counter()
        self.hot = Epsilon(measured.matrix, measured.row, measured.weights, settings)
        self.one_at_a_time, self.stopped = Lock(), Event()
        self.compared: set[tuple[float, float]] = set()

    def cheapest(self) -> Tried:
        """The plan with no limit."""
        return self._tried(self.hot, np.inf, self.started)

    def least(self, first: Found) -> Least:
        """How far down the measure can go."""
        known = self.kept.least()
        least = self.hot.least(first) if known is None else self.hot.take_least(known)
        self.kept.keep_least(least)
        return least

    def limits(self, most: float, least: float, points: int) -> Floats:
        """Evenly spread, the loosest first; none where the cheapest plan has the least."""
        if least >= most * (1.0 - SAME_COST):
            return np.empty(0)
        known = self.kept.limits(points)
        limits = np.linspace(most, least, max(points, 2))[1:] if known is None else known
        self.kept.keep_limits(points, limits)
        return limits

    def within(self, first: Tried, limits: Floats, tell: Callable[[], None]) -> Sought:
        """The first plan and those of all limits.

        Parameters
        ----------
        first : Tried
            The cheapest plan.
        limits : float array
            The loosest first.
        tell : callable
            Called after each plan, by one thread at a time.

        Raises
        ------
        InfeasibleError
            A limit is below the least.
        """
        loose, tight = np.split(limits, [int(np.ceil((1.0 - TIGHT_SHARE) * len(limits)))])
        twin = self.hot.twin()
        beside = _begun(partial(self._chain, twin, tight, tell, past=loose))
        try:
            sought = self._chain(self.hot, loose, tell)
            tried = self._bettered([first, *sought.tried])
            rest = beside.result()
        finally:  # a program that ends while HiGHS works in another thread is aborted
            self.stopped.set()
            twin.stop()
            wait([beside])
        tried = with_best_bounds(self._bettered([*tried, *rest.tried]))
        return Sought(tuple(tried), sought.missed + rest.missed)

    def _bettered(self, tried: list[Tried]) -> list[Tried]:
        """Plans that a tighter point beats, sought once more from that point's sites."""
        for i in reversed(range(len(tried))):  # one that got better may beat the one before
            by = beaten(tried).get(i, i)
            if by > i and (tried[i].limit, tried[by].limit) not in self.compared:
                tried[i] = self._better(tried[i], tried[by])
        return tried

    def _better(self, one: Tried, by: Tried) -> Tried:
        """The plan of a limit from the sites of one that beats it, if that finds a better one."""
        self.compared.add((one.limit, by.limit))
        started = time.perf_counter() - one.seconds
        better = self.hot.better(one.limit, by.found)
        if better is None:
            return one
        with self.one_at_a_time:
            self.kept.keep_point(one.limit, better)
        return self._timed(one.limit, better, started)

    def _chain(
        self,
        hot: Epsilon,
        limits: Floats,
        tell: Callable[[], None],
        *,
        past: Floats | None = None,
    ) -> Sought:
        """Plans of limits, each from the one before, the first from where `past` ones lead to."""
        tried: list[Tried] = []
        missed: list[float] = []
        if past is not None and len(limits):
            hot.approach(past)
        for limit in limits.tolist():
            if self.stopped.is_set():
                break
            try:
                tried.append(self._tried(hot, limit, time.perf_counter()))
            except InfeasibleError:
                self.stopped.set()
                raise
            except PlanError:  # the other points are worth having without it
                missed.append(limit)
            with self.one_at_a_time:
                tell()
        return Sought(tuple(tried), tuple(missed))

    def _tried(self, hot: Epsilon, limit: float, started: float) -> Tried:
        """The plan of a limit; its sites are taken over if they are known."""
        with self.one_at_a_time:
            taken = self.kept.point(limit)
        found = hot.cheapest(taken) if np.isinf(limit) else hot.within(limit, taken)
        with self.one_at_a_time:
            self.kept.keep_point(limit, found)
        return self._timed(limit, found, started)

    def _timed(self, limit: float, found: Found, started: float) -> Tried:
        return Tried(limit, self.measured.value(found), found, time.perf_counter() - started)


def _begun(work: Callable[[], Sought]) -> Future[Sought]:
    """Work begun in another thread; who will not wait for it may still end the program."""
    future: Future[Sought] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # whoever asks for the result is told
            future.set_exception(error)

    Thread(target=run, name="tightest limits", daemon=True).start()
    return future
