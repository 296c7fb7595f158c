"""The search behind `optimize.near_optimal`: proofs and plans, cheap ones first."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from data.errors import InfeasibleError, PlanError
from optimize.highs import SolverSettings, load_highs, run_relaxed
from optimize.master import SAME_COST, ask
from optimize.matrix import SCALE, Floats
from optimize.site_sets import SiteSet, SiteSets

ALWAYS, SOMETIMES, NEVER, UNDECIDED = "always", "sometimes", "never", "undecided"
NOT_ASKED = "not asked"

HALVINGS = 4
"""Times that a dive is tried again with half the gain."""

PRODUCTIVE = 3
"""Sides that a dive has to settle to be worth more than plans close to the first."""

ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Chosen:
    """A plan, how far it is from those before it, and how far any could be."""

    one: SiteSet
    distance: int
    most: int


class Search:
    """Bounds and plans for every candidate, each on both sides: with it and without it."""

    def __init__(
        self,
        sets: SiteSets,
        first: SiteSet,
        settings: SolverSettings,
        asked: Collection[str] | None = None,
    ) -> None:
        self.sets, self.first, self.settings = sets, first, settings
        self.count = len(sets.names)
        self.asked = [i for i, site in enumerate(sets.names) if asked is None or site in asked]
        self.at_least = np.full((2, self.count), -np.inf)
        self.complete = False

    def open(self) -> list[tuple[int, int]]:
        """(candidate, side) neither seen in a plan nor proven impossible; side 1: with it."""
        beyond = self.sets.limit + SAME_COST * abs(self.sets.limit)
        return [
            (i, side)
            for i in self.asked
            for side in (0, 1)
            if self.at_least[side, i] <= beyond and self.sets.seen(i, built=bool(side)) is None
        ]

    def classify(self) -> None:
        """Settle as many candidates as the time allows; cheap proofs first."""
        try:
            self._bound_by_relaxation()
            self._dive(least=PRODUCTIVE)
            self._swap()
            self._dive()
            self._bound_each()
            self._ask_all()
        except PlanError:
            if self.sets.master.deadline.left_s() > 0.0:
                raise

    def _bound_by_relaxation(self) -> None:
        """What forcing each candidate costs at the least, with fractions of other sites."""
        deadline = self.sets.master.deadline
        highs = load_highs(self.sets.priced(), self.settings)
        for i, side in [(i, side) for side in (0, 1) for i in self.asked]:
            column = int(self.sets.columns[i])
            highs.changeColBounds(column, float(side), float(side))
            try:
                run_relaxed(highs, deadline)
                self.at_least[side, i] = highs.getInfo().objective_function_value
            except InfeasibleError:
                self.at_least[side, i] = np.inf
            highs.changeColBounds(column, 0.0, 1.0)

    def _swap(self) -> None:
        """Plans close to the first: one site out and others in, or one in and others out."""
        for i, side in sorted(self.open(), key=lambda each: each[1]):  # those out are quicker
            if self.sets.seen(i, built=bool(side)) is None:
                least = max(float(self.at_least[side, i]), -abs(self.sets.limit))
                room_share = (self.sets.limit - least) / max(abs(self.sets.limit), ROUNDING)
                self.sets.swap(self.first, i, built=bool(side), gap_share=room_share)

    def _dive(self, least: int = 1) -> None:
        """Plans that are paid for what has not been seen; half the pay whenever that fails.

        A dive that settles less than `least` has failed; if that is more than one, it is the last.
        """
        room = self.sets.limit - self.first.solution.cost_myen / SCALE
        gain, tries = 2.0 * room / max(1, int(self.first.built.sum())), HALVINGS
        while tries and self.open():
            before = len(self.open())
            self.sets.dive(gain * self._wanted())
            if before - len(self.open()) < least:
                gain, tries = 0.5 * gain, tries - 1 if least == 1 else 0

    def _wanted(self) -> Floats:
        wanted = np.zeros(self.count)
        for i, side in self.open():
            wanted[i] = 1.0 if side else -1.0
        return wanted

    def _bound_each(self) -> None:
        """Whole sites in the last year, fractions before it: a stronger bound for each."""
        part, columns = self.sets.priced(), self.sets.columns
        last = np.zeros_like(part.integer)
        last[columns] = part.integer[columns]
        for i, side in self.open():
            lower, upper = part.lower.copy(), part.upper.copy()
            lower[columns[i]] = upper[columns[i]] = float(side)
            forced = replace(part, integer=last, lower=lower, upper=upper)
            asked = ask(forced, self.settings, self.sets.master.deadline)
            self.at_least[side, i] = max(self.at_least[side, i], asked.bound)

    def _ask_all(self) -> None:
        """All that is open at once: a plan with the most of it, or the proof that there is none."""
        while self.open():
            wanted = self._wanted().astype(int)
            found, bound = self.sets.search(self.sets.flips(wanted), self.first.whole)
            if bound > -1.0 + ROUNDING:
                for i, side in self.open():
                    self.at_least[side, i] = np.inf if np.isinf(bound) else self._beyond()
                return
            if found is None or not (found.built != self.first.built)[wanted != 0].any():
                return

    def _beyond(self) -> float:
        """The smallest cost that is not within the limit."""
        return self.sets.limit + 2.0 * SAME_COST * abs(self.sets.limit)

    def differ(self, most: int) -> list[Chosen]:
        """Plans as different as possible from the first and from each other."""
        chosen: list[Chosen] = []
        try:
            while len(chosen) < most:
                others = [self.first, *(each.one for each in chosen)]
                found, bound = self.sets.search(self.sets.farthest(others), self._start(others))
                pool = [one for one in self.sets.pool if _distance(one, others) > 0]
                if not pool:
                    self.complete = bool(np.isposinf(bound))
                    break
                one = found or max(pool, key=lambda each: _distance(each, others))
                most_far = self.count if np.isinf(bound) else int(np.floor(-bound + ROUNDING))
                chosen.append(Chosen(one, _distance(one, others), most_far))
        except PlanError:
            if self.sets.master.deadline.left_s() > 0.0:
                raise
        return chosen

    def _start(self, others: list[SiteSet]) -> Floats | None:
        """The farthest plan in hand, to start from."""
        far = max(self.sets.pool, key=lambda one: _distance(one, others))
        return far.whole if _distance(far, others) else None

    def table(self) -> pd.DataFrame:
        """One row a candidate."""
        rows = [self._row(i) for i in range(self.count)]
        index = pd.Index(self.sets.names, name="site", dtype="str")
        return pd.DataFrame(rows, index=index)

    def _row(self, i: int) -> dict[str, object]:
        with_it, without = self.sets.seen(i, built=True), self.sets.seen(i, built=False)
        return {
            "status": self._status(i, with_it, without),
            "in_best": bool(self.first.built[i]),
            "with_myen": _cost(with_it),
            "without_myen": _cost(without),
            "with_at_least_myen": self.at_least[1, i] * SCALE,
            "without_at_least_myen": self.at_least[0, i] * SCALE,
        }

    def _status(self, i: int, with_it: SiteSet | None, without: SiteSet | None) -> str:
        if with_it is not None and without is not None:
            return SOMETIMES
        if i not in self.asked:
            return NOT_ASKED
        if any(candidate == i for candidate, _ in self.open()):
            return UNDECIDED
        return ALWAYS if without is None else NEVER


def _cost(one: SiteSet | None) -> float:
    return float("nan") if one is None else one.solution.cost_myen


def _distance(one: SiteSet, others: list[SiteSet]) -> int:
    return min(int((one.built != other.built).sum()) for other in others)
