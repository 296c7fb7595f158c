"""What is proven of a question's best plan, and when a search for one may stop."""

from dataclasses import dataclass, replace

import numpy as np

from optimize.highs import Solution, SolverSettings
from optimize.master import SAME_COST
from optimize.matrix import SCALE
from optimize.near_sites import Stop

ENOUGH_SHARE_OF_GAP = 0.4
"""A search around sites in hand stops at the first plan that the bound proves as good as this."""

CHEAPER_SHARE = 1e-4
"""A plan cheaper by this share than one that beats the plan at hand ends the search for one."""


@dataclass(slots=True)
class Proof:
    """The best bound known, in scaled units, and the gap that is asked for."""

    settings: SolverSettings
    bound: float = -np.inf
    """No plan costs less."""

    def learn(self, bound: float) -> None:
        """Take a bound that holds; the highest counts.

        An infinite one is none: next to the least, HiGHS takes rounding for a clash.
        """
        if np.isfinite(bound):
            self.bound = max(self.bound, bound)

    def most(self) -> float:
        """No plan within the gap costs more."""
        gap_share = self.settings.gap_share
        return self.bound + (gap_share / (1.0 - gap_share) + SAME_COST) * abs(self.bound)

    def enough(self, share_of_gap: float) -> float:
        """What a plan costs that takes only this share of the gap."""
        return self.bound + share_of_gap * self.settings.gap_share * abs(self.bound)

    def stop(self, share_of_gap: float, nodes: int, below: float = np.inf) -> Stop:
        """End a search at a plan good enough, or at the first one that costs less than `below`."""
        if np.isfinite(below):
            return Stop(enough=below - CHEAPER_SHARE * abs(below), most=below, nodes=nodes)
        return Stop(enough=self.enough(share_of_gap), most=self.most(), nodes=nodes)

    def is_within(self, cost: float) -> bool:
        """Whether a cost is proven to be within the gap."""
        return bool(cost - self.bound <= self.settings.gap_share * abs(cost))

    def of(self, solution: Solution) -> Solution:
        """A solution with the bound as it is now; of a limit less tight it holds as well."""
        bound = min(self.bound * SCALE, solution.cost_myen)
        gap = (solution.cost_myen - bound) / max(abs(solution.cost_myen), SAME_COST)
        return replace(solution, bound_myen=bound, gap_share=gap)
